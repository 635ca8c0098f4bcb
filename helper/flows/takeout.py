"""What an account's owner takes along: friends, history and ledger as CSV, a piece at a time.

Only the file gets names and texts. Pieces are small, so that nobody's click waits for one; a file is no single
moment of the database.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from helper.flows.desk import Desk, account_in
from helper.flows.friends import HistoryPosition, history_page
from helper.model.friend import Friend, Named
from helper.model.message import HistoryItem, LedgerRow
from helper.model.sheet import BEGINNING, Cell, lines, moment
from helper.store.database import Reader
from helper.store.events import with_history
from helper.store.friends import Position, friends_page
from helper.store.quota import counted_months, ledger_page
from helper.words import Words

Kind = Literal["friends", "history", "ledger"]

FRIENDS = 200
"""Friends read at once."""
TALKS = 20
"""Friends whose history is read at once,"""
LINES = 200
"""with so many lines of each, and rows of the ledger."""

_FRIEND_COLUMNS = (
    Words("友だちのID", "User id"),
    Words("名前", "Name"),
    Words("段階", "Stage"),
    Words("友だち追加（日本時間）", "Followed (Japan time)"),
    Words("ブロック（日本時間）", "Blocked (Japan time)"),
    Words("最後の受信（日本時間）", "Last received (Japan time)"),
    Words("最初の一通（日本時間）", "First message (Japan time)"),
    Words("最初の一通の経路", "First message: route"),
    Words("最初の一通の担当", "First message: by"),
    Words("最初の一通の送信者", "First message: sender"),
    Words("対象外", "Set aside"),
    Words("登録のきっかけ", "Known from"),
)
_HISTORY_COLUMNS = (
    Words("友だちのID", "User id"),
    Words("名前", "Name"),
    Words("日時（日本時間）", "Time (Japan time)"),
    Words("向き", "Direction"),
    Words("種類", "Kind"),
    Words("本文", "Text"),
    Words("状態", "Status"),
    Words("経路", "Route"),
    Words("通数", "Cost"),
    Words("最初の一通", "First message"),
    Words("担当", "By"),
    Words("送信者", "Sender"),
)
_LEDGER_COLUMNS = (
    Words("月", "Month"),
    Words("日時（日本時間）", "Time (Japan time)"),
    Words("内容", "Kind"),
    Words("通数", "Messages"),
    Words("経路", "Route"),
    Words("担当", "By"),
    Words("送信者", "Sender"),
    Words("テンプレート", "Template"),
    Words("メッセージのID", "Message id"),
)
_WORDS = {
    "new": Words("未連絡", "new"),
    "contacted": Words("連絡済み", "contacted"),
    "talking": Words("メッセージあり", "talking"),
    "blocked": Words("ブロック", "blocked"),
    "reply": Words("返信（無料）", "reply (free)"),
    "push": Words("プッシュ", "push"),
    "chat": Words("LINEチャット", "LINE chat"),
    "other": Words("その他", "other"),
    "restored": Words("不明（バックアップから復元）", "unknown (backup restored)"),
    "forgotten": Words("情報の消去より前", "before an erasing"),
    "webhook": Words("Webhook", "webhook"),
    "followers": Words("取り込み", "import"),
    "in": Words("受信", "received"),
    "out": Words("送信", "sent"),
    "held": Words("送信待ち", "held"),
    "sending": Words("送信中", "sending"),
    "sent": Words("送信済み", "sent"),
    "failed": Words("失敗", "failed"),
    "uncertain": Words("届いたか不明", "uncertain"),
    "cancelled": Words("取り消し", "cancelled"),
    "reserve": Words("確保", "reserved"),
    "settle": Words("確定", "spent"),
    "release": Words("確保の取り消し", "released"),
    "reply (ledger)": Words("無料の返信（1通節約）", "free reply (saved 1)"),
    "elsewhere": Words("ほかのツールなどの送信", "sent elsewhere"),
    "recount": Words("数え直し", "recount"),
    "removed": Words("（保存期間を過ぎたため削除）", "(removed after the time it is kept)"),
    "yes": Words("はい", "yes"),
}


@dataclass(frozen=True, slots=True)
class _Writer:
    """Rows in one language."""

    english: bool

    def said(self, words: Words) -> str:
        return words.en if self.english else words.ja

    def word(self, code: str | None) -> str:
        """A code's word; a code nobody has a word for is its own."""
        if code is None:
            return ""
        return self.said(_WORDS[code]) if code in _WORDS else code

    def head(self, columns: Sequence[Words]) -> bytes:
        return (BEGINNING + lines([[self.said(column) for column in columns]])).encode()

    def friend(self, friend: Friend) -> list[Cell]:
        contact = friend.first_contact
        return [
            friend.user_id,
            friend.display_name,
            self.word(friend.stage),
            moment(friend.followed_at),
            moment(friend.blocked_at),
            moment(friend.last_received_at),
            moment(contact.at) if contact else None,
            self.word(contact.route) if contact else None,
            _name(contact.teammate) if contact else None,
            _name(contact.persona) if contact else None,
            self.word("yes") if friend.dismissed_at is not None else None,
            self.word(friend.source),
        ]

    def line(self, friend: Friend, item: HistoryItem) -> list[Cell]:
        message = item.message
        return [
            friend.user_id,
            friend.display_name,
            moment(item.at),
            self.word(item.direction),
            item.kind,
            self.word("removed") if item.texts_removed else item.text,
            self.word(message.status) if message else None,
            self.word(message.route) if message else None,
            message.cost if message else None,
            self.word("yes") if message and message.first_contact else None,
            message.teammate.name if message else None,
            _name(message.persona) if message else None,
        ]

    def change(self, month: str, row: LedgerRow) -> list[Cell]:
        return [
            month,
            moment(row.at),
            self.word("reply (ledger)" if row.kind == "reply" else row.kind),
            row.cost,
            self.word(row.route),
            _name(row.teammate),
            row.persona,
            row.template,
            row.message_id,
        ]


def _name(named: Named | None) -> str | None:
    return None if named is None else named.name


def takeout(desk: Desk, account_id: str, kind: Kind, *, english: bool = False) -> AsyncIterator[bytes]:
    """The file's pieces, newest first. The first piece raises `Refused` account_unknown where there is none."""
    pieces: Callable[[Desk, str, _Writer], AsyncIterator[bytes]] = {
        "friends": _friends,
        "history": _history,
        "ledger": _ledger,
    }[kind]
    return pieces(desk, account_id, _Writer(english))


async def _check(desk: Desk, account_id: str) -> None:
    await desk.db.read(lambda reader: account_in(reader, account_id))


async def _friends(desk: Desk, account_id: str, writer: _Writer) -> AsyncIterator[bytes]:
    await _check(desk, account_id)
    yield writer.head(_FRIEND_COLUMNS)
    async for friends in _everybody(desk, account_id, FRIENDS):
        yield lines(map(writer.friend, friends)).encode()


async def _everybody(desk: Desk, account_id: str, each: int) -> AsyncIterator[list[Friend]]:
    after: Position | None = None
    while True:
        read = partial(friends_page, account_id=account_id, stage=None, after=after, limit=each)
        friends = await desk.db.read(read)
        if not friends:
            return
        yield friends
        after = Position(friends[-1].followed_at or 0, friends[-1].number)


async def _history(desk: Desk, account_id: str, writer: _Writer) -> AsyncIterator[bytes]:
    """Friend by friend, newest follow first, each with her newest line first."""
    await _check(desk, account_id)
    yield writer.head(_HISTORY_COLUMNS)
    async for friends in _everybody(desk, account_id, FRIENDS):
        user_ids = [friend.user_id for friend in friends]
        known = await desk.db.read(partial(with_history, account_id=account_id, user_ids=user_ids))
        talks = [friend for friend in friends if friend.user_id in known]
        for begin in range(0, len(talks), TALKS):
            some = [(friend, None) for friend in talks[begin : begin + TALKS]]
            for friend, items, following in await _read_talks(desk, account_id, some):
                rows, after = items, following
                while rows:
                    yield lines(writer.line(friend, item) for item in rows).encode()
                    if after is None:
                        break
                    [(_, rows, after)] = await _read_talks(desk, account_id, [(friend, after)])


async def _read_talks(
    desk: Desk, account_id: str, talks: Sequence[tuple[Friend, HistoryPosition | None]]
) -> list[tuple[Friend, list[HistoryItem], HistoryPosition | None]]:
    async def find(reader: Reader) -> list[tuple[Friend, list[HistoryItem], HistoryPosition | None]]:
        found = []
        for friend, after in talks:
            items, following = await history_page(reader, account_id, friend.user_id, after, LINES)
            found.append((friend, items, following))
        return found

    return await desk.db.read(find)


async def _ledger(desk: Desk, account_id: str, writer: _Writer) -> AsyncIterator[bytes]:
    await _check(desk, account_id)
    yield writer.head(_LEDGER_COLUMNS)
    for month in await desk.db.read(lambda reader: counted_months(reader, account_id)):
        before = 1 << 62
        while True:
            read = partial(ledger_page, account_id=account_id, month=month, before=before, limit=LINES)
            rows = await desk.db.read(read)
            if not rows:
                break
            yield lines(writer.change(month, row) for row in rows).encode()
            before = rows[-1].number
