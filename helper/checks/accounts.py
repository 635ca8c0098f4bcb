"""Each connected account: its secret, LINE's word on it, the clocks, its webhook, its ledger."""

from collections.abc import AsyncIterator

from helper.checks.check import Check, State
from helper.checks.computer import UNLOCK
from helper.flows import accounts, quota, receiving
from helper.flows.receiving import Look
from helper.installed import COMMAND
from helper.model.account import Account
from helper.model.receiving_words import TESTS, code_of_test, owner_words
from helper.model.refusal import Refused
from helper.model.watch import TROUBLES, trouble_at_line
from helper.office import Office
from helper.web.problems import phrase_of
from helper.words import Words

LATE = 10_000
"""ms that a clock may be off before something is said: a reply token lives a minute."""
WRONG = 60_000
"""ms at which the free reply is lost."""

WRONG_SECRET = ("channel_id_unknown", "channel_secret_wrong", "account_rejected")
ENTER_AGAIN = Words(
    f"チャネルシークレットを入れ直してください: {COMMAND} account add",
    f"Enter the channel secret again: {COMMAND} account add",
)
SET_CLOCK = Words(
    "時計を自動で合わせてください（Windows: 設定→時刻と言語→日付と時刻→「今すぐ同期」／"
    "macOS: システム設定→一般→日付と時刻→「日付と時刻を自動的に設定」／Linux: timedatectl set-ntp true）",
    "Let the clock set itself (Windows: Settings, Time & language, Date & time, Sync now;"
    " macOS: System Settings, General, Date & Time, Set automatically; Linux: timedatectl set-ntp true)",
)
OPEN_RECEIVING = Words(
    f"「{COMMAND} setup」の「受信の設定」で確認してください", f"See `{COMMAND} setup`, Receiving"
)


async def examine(office: Office, account: Account, *, test: bool) -> AsyncIterator[Check]:
    """One account's checks. `test`: also let LINE call its webhook URL, which it does 60 times an hour."""
    if not await quota.balances(office.desk, account.id):
        yield _check(
            account,
            "ledger",
            "bad",
            Words("通数台帳の合計が合いません", "the ledger does not add up"),
            Words(
                "「LINEに合わせる」で数え直し、この結果をサポートに送ってください",
                "Have it recounted by LINE's figure, and send this report to support",
            ),
        )
    credentials = await office.vault.find(account.id)
    if credentials is None:
        locked = await office.secrets.is_locked()
        missing = Words("チャネルシークレットがありません", "the channel secret is missing")
        unread = Words("チャネルシークレットを読めません", "the channel secret cannot be read")
        yield _check(
            account, "secret", "bad", unread if locked else missing, UNLOCK if locked else ENTER_AGAIN
        )
        return
    try:
        fresh = await accounts.recheck(office.desk, account.id)
    except Refused as refused:
        words = Words(
            f"LINEに確認できません（{refused.code}）", f"LINE could not confirm it ({refused.code})"
        )
        fix = ENTER_AGAIN if refused.code in WRONG_SECRET else phrase_of(refused.code).words
        yield _check(account, "line", "bad", words, fix)
        return
    chat = ("オン", "on") if fresh.chat_on else ("オフ", "off")
    own = credentials.access_token is not None
    token = ("長期のもの", "a long-lived one") if own else ("そのつど受け取るもの", "fetched each time")
    yield _check(
        account,
        "line",
        "good",
        Words(
            f"LINEに確認できました（チャット: {chat[0]}、アクセストークン: {token[0]}）",
            f"LINE confirms it (Chat: {chat[1]}, access token: {token[1]})",
        ),
    )
    yield await _clock(office, account)
    async for check in _webhook(office, account, test=test):
        yield check


async def _clock(office: Office, account: Account) -> Check:
    off = (await office.channels.client(account.id)).clock_offset_ms
    seconds = abs(off) // 1000
    if abs(off) < LATE:
        same = Words("時計はLINEと合っています", "the clock agrees with LINE's")
        return _check(account, "clock", "good", same)
    words = Words(
        f"パソコンの時計がLINEと{seconds}秒ずれています。無料の返信に間に合わないことがあります",
        f"this computer's clock is {seconds} s off LINE's: the free reply may be missed",
    )
    return _check(account, "clock", "bad" if abs(off) >= WRONG else "warning", words, SET_CLOCK)


async def _webhook(office: Office, account: Account, *, test: bool) -> AsyncIterator[Check]:
    look = await receiving.look(office.desk, account.id)
    if look.owner is None:
        asked = Words("Webhook URLをLINEに確認できません", "LINE could not be asked for the webhook URL")
        yield _check(account, "webhook", "unknown", asked)
        return
    yield _present(account, look)
    if not test or look.endpoint is None:
        return
    try:
        done = await receiving.try_url(office.desk, account.id)
    except Refused as refused:
        yield _check(account, "webhook_test", "unknown", phrase_of(refused.code).words)
        return
    said = TESTS[code_of_test(done.reason, done.status, success=done.success)].filled(status=done.status)
    words = Words(f"LINEの接続テスト: {said.ja}", f"LINE's test: {said.en}")
    state: State = "good" if done.success else "bad"
    yield _check(account, "webhook_test", state, words, None if done.success else OPEN_RECEIVING)


def _present(account: Account, look: Look) -> Check:
    assert look.owner is not None
    trouble = trouble_at_line(look.receiving, look.owner, active=look.active)
    if trouble is not None:
        return _check(account, "webhook", "bad", TROUBLES[trouble], OPEN_RECEIVING)
    owner = owner_words(look.owner)
    words = Words(f"Webhook URL: {owner.ja}", f"webhook URL: {owner.en}")
    if look.receiving.way is None:
        return _check(
            account,
            "webhook",
            "warning",
            Words(
                f"受信のしかたがまだ決まっていません（Webhook URL: {owner.ja}）",
                f"how webhooks are received is undecided (webhook URL: {owner.en})",
            ),
            OPEN_RECEIVING,
        )
    return _check(account, "webhook", "good", words)


def _check(account: Account, name: str, state: State, words: Words, fix: Words | None = None) -> Check:
    told = Words(f"{account.name}: {words.ja}", f"{account.name}: {words.en}")
    return Check(name, state, told, fix, account.id)
