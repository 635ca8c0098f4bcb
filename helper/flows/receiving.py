"""How webhooks reach us: what was answered and chosen, and the one careful way of changing the URL at LINE.

LINE holds one webhook URL per channel and overwrites it without a word. So what stands there is read just before,
compared with what the person was shown, and made durable before anything is changed.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import Literal

from helper.flows import followers
from helper.flows.desk import Desk, account_in
from helper.flows.replies import settle_replies
from helper.line.answers import (
    LineRejected,
    LineUnavailable,
    TooManyTests,
    WebhookEndpoint,
    WebhookTest,
)
from helper.line.client import LineClient
from helper.model.account import Account
from helper.model.change import Change
from helper.model.receiving import (
    Answers,
    Owner,
    OwnOrigin,
    Receiving,
    Recommendation,
    Way,
    has_our_path,
    may_be_set,
    origin_of,
    possible,
    recommend,
    whose,
)
from helper.model.refusal import Invalid, Refused
from helper.model.relay import AccountAtRelay
from helper.store import receiving as store
from helper.store.database import Reader, Transaction
from helper.store.relays import accounts_at_relay, find_link

note_own_origin = store.note_own_origin
end_own_origin = store.end_own_origin
own_origins = store.own_origins

Same = Literal["same"]
"""What stays as it is."""

SETTLED_AFTER = 60_000
"""ms after which nobody is at a change any more: LINE is asked what became of it."""
PRESENT_TRIES = 3
"""LINE's URL may be read a moment late; so often it is read after a change."""
PRESENT_PAUSE = 0.5
"""Seconds between two of them."""


@dataclass(frozen=True, slots=True)
class Look:
    """An account's receiving now. `trouble`: why LINE could not be asked (then `endpoint` says nothing), else None.

    `owner`: whose the URL at LINE is, None under trouble. `endpoint` None without trouble: no URL is set.
    """

    account: Account
    receiving: Receiving
    at_relay: AccountAtRelay | None
    endpoint: WebhookEndpoint | None
    owner: Owner | None
    trouble: str | None = None

    @property
    def recommended(self) -> Recommendation:
        """The way that suits the answers."""
        return recommend(self.receiving.answers)

    @property
    def active(self) -> bool:
        """Whether a URL is set and LINE's switch 「Webhookの利用」 is on."""
        return self.endpoint is not None and self.endpoint.active

    @property
    def restorable_url(self) -> str | None:
        """Another's webhook URL that can be put back; None where none was replaced, or it stands there already."""
        present = None if self.endpoint is None else self.endpoint.url
        return None if self.receiving.previous_url == present else self.receiving.previous_url


@dataclass(frozen=True, slots=True)
class Changed:
    """LINE's URL was changed. `confirmed`: LINE told the new one when asked again (it may take a minute)."""

    url: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store tells of an account."""

    account: Account
    receiving: Receiving
    origins: tuple[OwnOrigin, ...]
    relay_url: str | None
    at_relay: AccountAtRelay | None

    def owner_of(self, url: str | None) -> Owner:
        return whose(url, self.account.id, self.origins, self.relay_url)


async def look(desk: Desk, account_id: str) -> Look:
    """Ask LINE where its webhooks go now, and judge it. Raises `Refused` account_unknown.

    That LINE cannot be asked is told in the answer: what is stored can be shown all the same.
    """
    known = await _known(desk, account_id)
    try:
        endpoint = await (await desk.channels.client(account_id)).webhook_endpoint()
    except LineUnavailable:
        return Look(known.account, known.receiving, known.at_relay, None, None, "line_unavailable")
    except LineRejected:
        return Look(known.account, known.receiving, known.at_relay, None, None, "line_refused")
    url = None if endpoint is None else endpoint.url
    receiving = await _settle_pending(desk, known, url)
    return Look(known.account, receiving, known.at_relay, endpoint, known.owner_of(url))


async def stored(desk: Desk, account_id: str) -> Receiving:
    """What is stored, without asking LINE. Raises `Refused` account_unknown."""
    return (await _known(desk, account_id)).receiving


async def owner_of(desk: Desk, account_id: str, url: str | None) -> Owner:
    """Whose a webhook URL is. Raises `Refused` account_unknown."""
    return (await _known(desk, account_id)).owner_of(url)


async def answer(desk: Desk, account_id: str, answers: Answers, changed_by: str = "") -> Receiving:
    """Keep what a person said of the tool and of this computer. Raises `Refused` account_unknown."""
    return await change(
        desk, account_id, tool=answers.tool, always_on=answers.always_on, changed_by=changed_by
    )


async def choose(
    desk: Desk, account_id: str, way: Way | None, *, tool_replies: bool | None = None, changed_by: str = ""
) -> Receiving:
    """Take a way, or None: undecided. What it means for replies, greeting and follower list takes effect with it.

    `tool_replies` False: an admin states that the other tool does not answer follows.
    Raises `Refused` account_unknown, or the code that `possible` gives.
    """
    return await change(desk, account_id, way=way, tool_replies=tool_replies, changed_by=changed_by)


async def change(
    desk: Desk,
    account_id: str,
    *,
    tool: bool | Same | None = "same",
    always_on: bool | Same | None = "same",
    way: Way | Same | None = "same",
    tool_replies: bool | None = None,
    changed_by: str = "",
) -> Receiving:
    """`answer` and `choose` in one: all of it or nothing."""

    async def work(transaction: Transaction) -> tuple[Account, Receiving, bool]:
        now = desk.clock.now()
        account = await account_in(transaction, account_id)
        before = await store.find_receiving(transaction, account_id)
        answers = Answers(
            before.answers.tool if tool == "same" else tool,
            before.answers.always_on if always_on == "same" else always_on,
        )
        after = replace(before, answers=answers)
        if way != "same":
            if way is not None and (refused := possible(way, answers)) is not None:
                raise Refused(refused)
            if way != before.way:
                after = replace(after, way=way, previous_way=before.way)
        after = replace(after, changed_at=now, changed_by=changed_by)
        await store.save_receiving(transaction, after)
        differs = (before.way, before.answers.tool) != (after.way, after.answers.tool)
        replies = _replies(account, after, tool_replies, differs=differs)
        if replies != account.other_tool_replies:
            account = replace(account, other_tool_replies=replies)
            await settle_replies(transaction, account, changed_by, now)
        transaction.publish(Change("account", account_id, account_id))
        return account, after, before.way != after.way

    account, receiving, another_way = await desk.db.write(work)
    if another_way and receiving.way == "none" and account.verified:
        await followers.start(desk, account_id)
    return receiving


def _replies(account: Account, receiving: Receiving, stated: bool | None, *, differs: bool) -> bool:
    """Whether another tool may use the reply tokens: what is stated, else what the way means where it is news."""
    if stated is not None:
        return stated
    if not differs:
        return account.other_tool_replies
    match receiving.way:
        case "behind" | "in_front":
            return True
        case "relay":
            return receiving.answers.tool is not False
        case "alone":
            return False
        case _:
            return account.other_tool_replies


async def try_url(desk: Desk, account_id: str, url: str | None = None) -> WebhookTest:
    """Have LINE call the webhook URL (or `url`, whatever is set) without events. LINE allows 60 an hour.

    Raises `Refused` account_unknown, line_unavailable, line_refused (with LINE's words), webhook_unset or
    webhook_tests_used_up, `Invalid` for what no webhook URL can be.
    """
    await _known(desk, account_id)
    if url is not None:
        _check(url)
    client = await desk.channels.client(account_id)
    try:
        if url is None and await client.webhook_endpoint() is None:
            raise Refused("webhook_unset")
        return await client.test_webhook(url)
    except TooManyTests:
        raise Refused("webhook_tests_used_up", retry_after=60) from None
    except LineUnavailable:
        raise Refused("line_unavailable") from None
    except LineRejected as error:
        raise Refused("line_refused", line_message=error.message) from None


async def set_endpoint(
    desk: Desk, account_id: str, url: str, seen: str | None, changed_by: str = ""
) -> Changed:
    """Have LINE send this account's webhooks to an address of ours, in the place of `seen` and of nothing else.

    `seen` is the URL that the person was shown as the present one, None for none. Another's URL is kept before it is
    replaced, so that `restore` can bring it back.
    Raises `Refused` account_unknown, line_unavailable, line_refused (with LINE's words) or webhook_changed (with
    `present`, `whose` and `host`), `Invalid` for a URL that is not `/webhook/{account_id}` of some https origin.
    """
    _check(url)
    if not has_our_path(url, account_id):
        raise Invalid([("url", f"/webhook/{account_id} で終わるURLにしてください / It must end there")])
    return await _put(desk, account_id, url, seen, changed_by, ours=True)


async def restore(desk: Desk, account_id: str, seen: str | None, changed_by: str = "") -> Changed:
    """Bring another's webhook URL back that ours took the place of.

    Raises as `set_endpoint`, and `Refused` nothing_to_restore.
    """
    known = await _known(desk, account_id)
    url = known.receiving.previous_url
    if url is None or url == seen or not known.owner_of(url).is_a_tools:
        raise Refused("nothing_to_restore")
    return await _put(desk, account_id, url, seen, changed_by, ours=False)


async def _put(
    desk: Desk, account_id: str, url: str, seen: str | None, changed_by: str, *, ours: bool
) -> Changed:
    known = await _known(desk, account_id)
    client = await desk.channels.client(account_id)
    async with desk.signals.changing_webhook[account_id]:
        present = await _present(client)
        if present != seen:
            owner = known.owner_of(present)
            raise Refused("webhook_changed", present=present, whose=owner.whose, host=owner.host)
        if present != url:
            await _note_before(desk, known, url, present, changed_by)
            await _tell(desk, client, account_id, url)
        await _note_after(desk, account_id, url if ours else None, changed_by)
        confirmed = present == url or await _is_there(client, url)
    return Changed(url, confirmed)


async def _present(client: LineClient) -> str | None:
    try:
        endpoint = await client.webhook_endpoint()
    except LineUnavailable:
        raise Refused("line_unavailable") from None
    except LineRejected as error:
        raise Refused("line_refused", line_message=error.message) from None
    return None if endpoint is None else endpoint.url


async def _note_before(desk: Desk, known: _Known, url: str, present: str | None, changed_by: str) -> None:
    """Make durable what is about to be replaced. An address of ours is never taken for the tool's."""

    async def note(transaction: Transaction) -> None:
        now = desk.clock.now()
        receiving = await store.find_receiving(transaction, known.account.id)
        if known.owner_of(present).is_a_tools:
            receiving = replace(receiving, previous_url=present)
        origin = origin_of(url)
        if has_our_path(url, known.account.id) and origin is not None and origin != known.relay_url:
            await store.note_own_origin(transaction, origin, now)
        await store.save_receiving(
            transaction, replace(receiving, pending_url=url, changed_at=now, changed_by=changed_by)
        )

    await desk.db.write(note)


async def _note_after(desk: Desk, account_id: str, wanted: str | None, changed_by: str) -> None:
    async def note(transaction: Transaction) -> None:
        receiving = await store.find_receiving(transaction, account_id)
        now = desk.clock.now()
        await store.save_receiving(
            transaction,
            replace(receiving, wanted_url=wanted, pending_url=None, changed_at=now, changed_by=changed_by),
        )
        transaction.publish(Change("account", account_id, account_id))

    await desk.db.write(note)


async def _tell(desk: Desk, client: LineClient, account_id: str, url: str) -> None:
    """Have LINE take the URL. Raises `Refused` line_unavailable, line_refused where it did not, or nobody can know."""
    try:
        await client.set_webhook_endpoint(url)
    except LineUnavailable:
        # It may have taken it all the same: what stands there now decides.
        if await _present(client) != url:
            await _give_up(desk, account_id)
            raise Refused("line_unavailable") from None
    except LineRejected as error:
        await _give_up(desk, account_id)
        raise Refused("line_refused", line_message=error.message) from None


async def _give_up(desk: Desk, account_id: str) -> None:
    async def forget(transaction: Transaction) -> None:
        receiving = await store.find_receiving(transaction, account_id)
        await store.save_receiving(transaction, replace(receiving, pending_url=None))

    await desk.db.write(forget)


async def _is_there(client: LineClient, url: str) -> bool:
    """Whether LINE tells the URL that it has taken. It holds for up to a minute what it had (reference)."""
    for tried in range(PRESENT_TRIES):
        if tried:
            await asyncio.sleep(PRESENT_PAUSE)
        try:
            endpoint = await client.webhook_endpoint()
        except (LineUnavailable, LineRejected):
            return False
        if endpoint is not None and endpoint.url == url:
            return True
    return False


async def _settle_pending(desk: Desk, known: _Known, present: str | None) -> Receiving:
    """What became of a change that nobody finished: LINE's URL tells."""
    receiving, account_id = known.receiving, known.account.id
    if receiving.pending_url is None or receiving.changed_at is None:
        return receiving
    if desk.clock.now() - receiving.changed_at < SETTLED_AFTER:
        return receiving

    async def settle(transaction: Transaction) -> Receiving:
        now_stored = await store.find_receiving(transaction, account_id)
        if now_stored != receiving:
            return now_stored
        settled = replace(receiving, pending_url=None)
        if present is not None and present == receiving.pending_url:
            ours = has_our_path(present, account_id)
            settled = replace(settled, wanted_url=present if ours else None)
        await store.save_receiving(transaction, settled)
        return settled

    return await desk.db.write(settle)


def _check(url: str) -> None:
    """Raises Invalid."""
    if not may_be_set(url):
        raise Invalid([("url", "https:// で始まる500文字以内のURLにしてください / An https URL is needed")])


async def _known(desk: Desk, account_id: str) -> _Known:
    async def find(reader: Reader) -> _Known:
        account = await account_in(reader, account_id)
        link = await find_link(reader)
        return _Known(
            account,
            await store.find_receiving(reader, account_id),
            await store.own_origins(reader),
            None if link is None else link.url,
            (await accounts_at_relay(reader, [account_id])).get(account_id),
        )

    return await desk.db.read(find)
