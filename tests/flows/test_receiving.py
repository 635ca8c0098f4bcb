"""Changing LINE's webhook URL: only what was seen is replaced, and what was replaced can be put back."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from helper.flows import accounts, followers, greeting, relays
from helper.flows import receiving as flows
from helper.line.answers import LineRejected, LineUnavailable
from helper.line.client import LineClient
from helper.model.greeting import EVERY_DAY, GreetingRule
from helper.model.receiving import Answers, Way
from helper.model.refusal import Invalid, Refused
from helper.model.relay import Queues
from helper.store.templates import templates_of
from tests.rig import TARO, Shop

TOOL = "https://tool.example.jp/hook"
OTHER = "https://manager.linestep.net/hook"


class Crash(BaseException):
    """The process ends here."""


def ours(shop: Shop, host: str = "shop.example.jp") -> str:
    return f"https://{host}/webhook/{shop.id}"


def on_set(
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[LineClient, str, Callable[[], Awaitable[None]]], Awaitable[None]],
) -> None:
    """Have `work` done where LINE is told a URL; its last argument tells LINE."""
    told = LineClient.set_webhook_endpoint

    async def instead(client: LineClient, url: str) -> None:
        await work(client, url, lambda: told(client, url))

    monkeypatch.setattr(LineClient, "set_webhook_endpoint", instead)


async def test_the_other_tools_url_is_kept_and_can_be_put_back(shop: Shop) -> None:
    shop.line.webhook_url = TOOL
    seen = await flows.look(shop.desk, shop.id)
    assert seen.owner is not None
    assert (seen.owner.whose, seen.owner.host) == ("other", "tool.example.jp")
    changed = await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL, "taro")
    assert changed.confirmed
    assert shop.line.webhook_url == ours(shop)
    now = await flows.look(shop.desk, shop.id)
    assert (now.receiving.wanted_url, now.restorable_url) == (ours(shop), TOOL)
    await flows.restore(shop.desk, shop.id, ours(shop), "taro")
    assert shop.line.webhook_url == TOOL
    after = await flows.look(shop.desk, shop.id)
    assert (after.receiving.wanted_url, after.restorable_url) == (None, None)


async def test_what_changed_since_it_was_shown_is_not_overwritten(shop: Shop) -> None:
    shop.line.webhook_url = OTHER
    for seen in (TOOL, None, ours(shop)):
        with pytest.raises(Refused) as refused:
            await flows.set_endpoint(shop.desk, shop.id, ours(shop), seen)
        assert refused.value.code == "webhook_changed"
        assert refused.value.extra == {"present": OTHER, "whose": "lstep", "host": "manager.linestep.net"}
    assert shop.line.webhook_url == OTHER
    assert (await flows.stored(shop.desk, shop.id)).previous_url is None


async def test_nothing_was_set_before(shop: Shop) -> None:
    shop.sandbox.webhooks._url_of = None
    seen = await flows.look(shop.desk, shop.id)
    assert seen.endpoint is None
    assert seen.owner is not None
    assert seen.owner.whose == "none"
    with pytest.raises(Refused, match="webhook_unset"):
        await flows.try_url(shop.desk, shop.id)
    await flows.set_endpoint(shop.desk, shop.id, ours(shop), None)
    assert shop.line.webhook_url == ours(shop)
    with pytest.raises(Refused, match="nothing_to_restore"):
        await flows.restore(shop.desk, shop.id, ours(shop))


async def test_an_old_tunnel_of_ours_is_never_the_tool(shop: Shop) -> None:
    """It must neither be kept as the tool's URL nor take the place of the tool's that is kept."""
    shop.line.webhook_url = TOOL
    first = ours(shop, "first.trycloudflare.com")
    await flows.set_endpoint(shop.desk, shop.id, first, TOOL)
    await shop.desk.db.write(
        lambda transaction: flows.end_own_origin(
            transaction, "https://first.trycloudflare.com", shop.clock.now()
        )
    )
    former = await flows.look(shop.desk, shop.id)
    assert former.owner is not None
    assert former.owner.whose == "old_tunnel"
    second = ours(shop, "second.trycloudflare.com")
    await flows.set_endpoint(shop.desk, shop.id, second, first)
    assert (await flows.look(shop.desk, shop.id)).restorable_url == TOOL
    await flows.restore(shop.desk, shop.id, second)
    assert shop.line.webhook_url == TOOL


async def test_another_tools_url_that_restoring_replaces_is_kept_in_turn(shop: Shop) -> None:
    shop.line.webhook_url = TOOL
    await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL)
    shop.line.webhook_url = OTHER
    await flows.restore(shop.desk, shop.id, OTHER)
    assert shop.line.webhook_url == TOOL
    assert (await flows.look(shop.desk, shop.id)).restorable_url == OTHER


@pytest.mark.parametrize(
    "url", ["https://shop.example.jp/webhook/1", "http://shop.example.jp/webhook/2000000001"]
)
async def test_only_an_address_of_this_account_is_set(shop: Shop, url: str) -> None:
    shop.line.webhook_url = TOOL
    with pytest.raises(Invalid):
        await flows.set_endpoint(shop.desk, shop.id, url, TOOL)
    assert shop.line.webhook_url == TOOL


async def test_a_crash_before_line_is_told_loses_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.line.webhook_url = TOOL

    async def crash(_client: LineClient, _url: str, _tell: Callable[[], Awaitable[None]]) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        on_set(patched, crash)
        with pytest.raises(Crash):
            await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL)
    left = await flows.stored(shop.desk, shop.id)
    assert (left.previous_url, left.pending_url, left.wanted_url) == (TOOL, ours(shop), None)
    shop.clock.advance(61)
    settled = (await flows.look(shop.desk, shop.id)).receiving
    assert (settled.previous_url, settled.pending_url, settled.wanted_url) == (TOOL, None, None)


async def test_a_crash_after_line_was_told_loses_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.line.webhook_url = TOOL

    async def crash(_client: LineClient, _url: str, tell: Callable[[], Awaitable[None]]) -> None:
        await tell()
        raise Crash

    with monkeypatch.context() as patched:
        on_set(patched, crash)
        with pytest.raises(Crash):
            await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL)
    assert shop.line.webhook_url == ours(shop)
    # Somebody may still be at it: nothing is concluded yet.
    assert (await flows.look(shop.desk, shop.id)).receiving.pending_url == ours(shop)
    shop.clock.advance(61)
    now = await flows.look(shop.desk, shop.id)
    assert (now.receiving.wanted_url, now.receiving.pending_url) == (ours(shop), None)
    await flows.restore(shop.desk, shop.id, ours(shop))
    assert shop.line.webhook_url == TOOL


async def test_an_answer_of_lines_that_is_lost_is_asked_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.line.webhook_url = TOOL

    async def lose_answer(_client: LineClient, _url: str, tell: Callable[[], Awaitable[None]]) -> None:
        await tell()
        raise LineUnavailable("no answer")

    async def never_arrive(_client: LineClient, _url: str, _tell: Callable[[], Awaitable[None]]) -> None:
        raise LineUnavailable("no answer")

    with monkeypatch.context() as patched:
        on_set(patched, never_arrive)
        with pytest.raises(Refused, match="line_unavailable"):
            await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL)
    assert (await flows.stored(shop.desk, shop.id)).pending_url is None
    with monkeypatch.context() as patched:
        on_set(patched, lose_answer)
        assert (await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL)).confirmed
    assert (await flows.stored(shop.desk, shop.id)).wanted_url == ours(shop)


async def test_a_change_that_line_does_not_tell_yet_is_said_to_be_unconfirmed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.line.webhook_url = TOOL

    async def then_fail(_client: LineClient, _url: str, tell: Callable[[], Awaitable[None]]) -> None:
        await tell()
        shop.sandbox.faults.add("/v2/bot/channel/webhook/endpoint", "500_before", 1)

    with monkeypatch.context() as patched:
        on_set(patched, then_fail)
        changed = await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL)
    assert changed == flows.Changed(ours(shop), confirmed=False)
    assert (await flows.look(shop.desk, shop.id)).receiving.wanted_url == ours(shop)


async def test_what_line_refuses_leaves_everything_as_it_was(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.line.webhook_url = TOOL

    async def refuse(_client: LineClient, _url: str, _tell: Callable[[], Awaitable[None]]) -> None:
        raise LineRejected(400, "invalid uri")

    with monkeypatch.context() as patched:
        on_set(patched, refuse)
        with pytest.raises(Refused) as refused:
            await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL)
    assert (refused.value.code, refused.value.extra) == ("line_refused", {"line_message": "invalid uri"})
    left = await flows.stored(shop.desk, shop.id)
    assert (left.wanted_url, left.pending_url) == (None, None)


async def test_a_line_that_cannot_be_asked_is_said_beside_what_is_stored(shop: Shop) -> None:
    await flows.answer(shop.desk, shop.id, Answers(tool=True, always_on=False))
    shop.sandbox.faults.add("/v2/bot/channel/webhook/endpoint", "500_before", 1)
    seen = await flows.look(shop.desk, shop.id)
    assert (seen.trouble, seen.endpoint, seen.owner) == ("line_unavailable", None, None)
    assert seen.recommended.way == "relay"


async def test_lines_test_tells_what_is_wrong_with_an_address(shop: Shop) -> None:
    assert (await flows.try_url(shop.desk, shop.id)).success
    endpoint = (await flows.look(shop.desk, shop.id)).endpoint
    assert endpoint is not None
    wrong = await flows.try_url(shop.desk, shop.id, endpoint.url.replace("/webhook/", "/nowhere/"))
    assert (wrong.success, wrong.reason, wrong.status) == (False, "ERROR_STATUS_CODE", 404)
    nobody = await flows.try_url(shop.desk, shop.id, "http://127.0.0.1:1/webhook/1")
    assert (nobody.success, nobody.reason, nobody.status) == (False, "COULD_NOT_CONNECT", None)


async def test_more_tests_than_line_allows_are_refused_and_wait_for_nobody(shop: Shop) -> None:
    for _ in range(60):
        assert (await flows.try_url(shop.desk, shop.id)).success
    with pytest.raises(Refused, match="webhook_tests_used_up"):
        await flows.try_url(shop.desk, shop.id)


async def greet_by_itself(shop: Shop) -> None:
    (template, *_) = await shop.desk.db.read(lambda reader: templates_of(reader, shop.id))
    rule = GreetingRule(
        running=True, wait=20_000, template_id=template.id, persona_id=None, days=EVERY_DAY, hours=None
    )
    await greeting.set_up(shop.desk, shop.id, rule, TARO)


async def replies_and_greeting(shop: Shop) -> tuple[bool, bool]:
    rule = await greeting.read(shop.desk, shop.id)
    assert rule is not None
    return (await accounts.get(shop.desk, shop.id)).other_tool_replies, rule.running


@pytest.mark.parametrize("way", ["behind", "relay", "in_front"])
async def test_a_way_with_another_tool_leaves_the_replies_to_it(shop: Shop, way: Way) -> None:
    await greet_by_itself(shop)
    await flows.answer(shop.desk, shop.id, Answers(tool=True, always_on=True))
    assert await replies_and_greeting(shop) == (False, True)
    await flows.choose(shop.desk, shop.id, way)
    assert await replies_and_greeting(shop) == (True, False)


async def test_unless_an_admin_states_that_the_tool_does_not_answer(shop: Shop) -> None:
    await greet_by_itself(shop)
    await flows.answer(shop.desk, shop.id, Answers(tool=True))
    await flows.choose(shop.desk, shop.id, "relay", tool_replies=False)
    assert await replies_and_greeting(shop) == (False, True)
    # That the tool then appears at the relay is no news.
    tool = Queues(shop.id, "tool.example.jp", 0, 0, 0)
    await relays.note_queues(shop.desk, [tool])
    assert await replies_and_greeting(shop) == (False, True)
    # That one comes after there was none is, whatever was said of the former.
    await relays.note_queues(shop.desk, [replace(tool, tool=None)])
    await relays.note_queues(shop.desk, [tool])
    assert await replies_and_greeting(shop) == (True, False)


async def test_a_relay_without_a_tool_leaves_the_replies_to_us(shop: Shop) -> None:
    await flows.change(shop.desk, shop.id, tool=False, always_on=False, way="relay")
    assert (await accounts.get(shop.desk, shop.id)).other_tool_replies is False
    # A tool that nobody spoke of appears there.
    await relays.note_queues(shop.desk, [Queues(shop.id, "tool.example.jp", 0, 0, 0)])
    assert (await accounts.get(shop.desk, shop.id)).other_tool_replies is True


async def test_going_back_to_alone_gives_the_replies_back(shop: Shop) -> None:
    await flows.change(shop.desk, shop.id, tool=True, way="behind")
    receiving = await flows.change(shop.desk, shop.id, tool=False, way="alone")
    assert (receiving.way, receiving.previous_way) == ("alone", "behind")
    assert (await accounts.get(shop.desk, shop.id)).other_tool_replies is False


async def test_a_refused_way_changes_nothing(shop: Shop) -> None:
    await flows.change(shop.desk, shop.id, tool=True, way="relay")
    before = await flows.stored(shop.desk, shop.id)
    for way, always_on, code in (("in_front", False, "not_always_on"), ("alone", None, "would_cut_off_tool")):
        with pytest.raises(Refused, match=code):
            await flows.change(shop.desk, shop.id, always_on=always_on, way=way)  # type: ignore[arg-type]
    assert await flows.stored(shop.desk, shop.id) == before


async def test_without_a_webhook_a_verified_accounts_friends_are_read(shop: Shop) -> None:
    shop.line.verified = True
    await accounts.recheck(shop.desk, shop.id)
    await flows.choose(shop.desk, shop.id, "none")
    started = await followers.progress(shop.desk, shop.id)
    assert started is not None
    assert started.state == "running"


async def test_without_a_webhook_an_unverified_account_imports_nobody(shop: Shop) -> None:
    shop.line.verified = False
    await accounts.recheck(shop.desk, shop.id)
    await flows.choose(shop.desk, shop.id, "none")
    assert await followers.progress(shop.desk, shop.id) is None


async def test_what_is_kept_outlives_the_account(shop: Shop) -> None:
    """Whoever takes the account away can connect it again and still put the tool's URL back."""
    shop.line.webhook_url = TOOL
    await flows.set_endpoint(shop.desk, shop.id, ours(shop), TOOL)
    await accounts.remove(shop.desk, shop.id)
    with pytest.raises(Refused, match="account_unknown"):
        await flows.look(shop.desk, shop.id)
    credentials = await shop.desk.credentials(shop.id)
    assert credentials is not None
    await accounts.connect(shop.desk, replace(credentials))
    await flows.restore(shop.desk, shop.id, ours(shop))
    assert shop.line.webhook_url == TOOL


async def test_a_relay_that_was_left_is_remembered_as_ours(shop: Shop) -> None:
    await relays.attach(shop.desk, "https://relay.example.jp", "token")
    url = ours(shop, "relay.example.jp")
    assert (await flows.owner_of(shop.desk, shop.id, url)).whose == "relay"
    await relays.detach(shop.desk)
    assert (await flows.owner_of(shop.desk, shop.id, url)).whose == "old_tunnel"
