"""The helper's connection: proof before token, nothing lost, nothing twice, and what it says when it fails."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import orjson
import pytest
import trustme

from helper.fetching import PROOF_KEY, TOKEN, Fetcher, Keys, Line, LinkTrouble, pair_with
from helper.flows import accounts, relays
from helper.line.signature import sign
from helper.model.codes import prove
from helper.model.refusal import Refused
from helper.relay import wire
from helper.secrets import secret_name
from helper.settings import address_of
from tests.relay.conftest import ACCOUNT, SECRET
from tests.relay.post import PATIENCE, Fetching, Post, event, open_post, open_street, trusting, until, webhook
from tests.rig import Shop

Street = tuple[Post, Shop, Fetching]


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with open_street(tmp_path) as opened:
        yield opened


async def _connected(shop: Shop) -> bool:
    link = await relays.link(shop.desk)
    return link is not None and link.connected


async def _trouble(shop: Shop) -> str | None:
    link = await relays.link(shop.desk)
    return None if link is None else link.trouble


async def test_a_helper_that_slept_a_day_catches_up_and_takes_no_token_for_fresh(street: Street) -> None:
    post, shop, fetching = street
    await until(lambda: _connected(shop))
    await accounts.update(shop.desk, shop.id, {"other_tool_replies": False})
    await fetching.sleep()
    people = [await shop.sandbox.follow(f"客{number}") for number in range(200)]
    shop.clock.advance(86_400)
    people.append(await shop.sandbox.follow("今の客"))
    assert (await post.queues(shop.id)).waiting_helper == 201
    fetching.wake()
    await until(lambda: fetching.knows(*people))
    await until(lambda: _nothing_waits(post, shop))
    assert (await shop.friend(people[0])).plan.route == "push"
    assert (await shop.friend(people[-1])).plan.route == "reply"


async def _waits(post: Post, shop: Shop, number: int) -> bool:
    return (await post.queues(shop.id)).waiting_helper == number


async def _nothing_waits(post: Post, shop: Shop) -> bool:
    return await _waits(post, shop, 0)


async def _events(shop: Shop) -> int:
    row = await shop.desk.db.read(lambda reader: reader.fetch_one("SELECT count(*) AS number FROM event"))
    assert row is not None
    return int(row["number"])


async def test_a_tokens_minute_counts_from_the_relays_receipt(street: Street) -> None:
    _, shop, fetching = street
    await until(lambda: _connected(shop))
    await fetching.sleep()
    # A redelivery renews the token's minute: only the time of receipt tells how much of it is left.
    shop.line.redelivery = False
    shop.sandbox.faults.add("webhook", "drop_before", 1)
    person = await shop.sandbox.follow("ゆい")
    shop.clock.advance(300)
    assert await shop.sandbox.webhooks.redeliver(shop.line) == 1
    received_at = shop.clock.now()
    shop.clock.advance(30)
    fetching.wake()
    await until(lambda: fetching.knows(person))
    row = await shop.desk.db.read(
        lambda reader: reader.fetch_one("SELECT received_at, renewed_at FROM reply_token")
    )
    assert row is not None
    assert (row["received_at"], row["renewed_at"]) == (received_at, received_at)


async def test_a_clock_that_is_wrong_makes_no_token_younger(street: Street) -> None:
    _, shop, fetching = street
    fetcher = Fetcher(shop.desk, fetching.secrets)
    now = shop.clock.now()
    body = webhook(event(kind="follow", at=now, replyToken="r" * 32, follow={"isUnblocked": False}))

    def came(offset: int, received_at: int, sent_at: int) -> wire.Deliveries:
        item = wire.Delivered(
            id=1,
            account_id=shop.id,
            received_at=received_at,
            signature=sign(shop.line.secret, body),
            body=b64encode(body).decode(),
        )
        fetcher._compare(now + offset, now)
        return wire.Deliveries(now=sent_at, items=[item])

    # The relay's clock is an hour ahead; it sent this 20 s after it came, and it lay 5 s on its way.
    hour = 3_600_000
    taken = await fetcher._take(came(hour, now + hour - 25_000, now + hour - 5_000))
    assert taken.ids == [1]
    row = await shop.desk.db.read(lambda reader: reader.fetch_one("SELECT received_at FROM reply_token"))
    assert row is not None
    assert row["received_at"] == now - 25_000


async def test_what_was_not_acknowledged_comes_again_and_counts_once(street: Street) -> None:
    post, shop, fetching = street
    await until(lambda: _connected(shop))
    await fetching.sleep()
    person = await shop.sandbox.follow("ゆい")
    keys = await _keys(fetching, shop)
    async with aiohttp.ClientSession() as session, Line(post.url, session) as line:
        await line.have_proven(keys)
        await line.say(wire.Open(token=keys.token, accounts=[shop.id]))
        assert isinstance(await line.hear(), wire.Status)
        first = await line.hear()
        assert isinstance(first, wire.Deliveries)
    assert (await post.queues(shop.id)).waiting_helper == 1
    fetching.wake()
    await until(lambda: fetching.knows(person))
    await until(lambda: _nothing_waits(post, shop))
    assert await _events(shop) == 1


async def _keys(fetching: Fetching, shop: Shop) -> Keys:
    link = await relays.link(shop.desk)
    token, proof_key = await fetching.secrets.get(TOKEN), await fetching.secrets.get(PROOF_KEY)
    assert link is not None
    assert token is not None
    assert proof_key is not None
    return Keys(token, link.token_id, proof_key)


async def test_a_secret_that_differs_loses_nothing_and_holds_nobody_up(street: Street) -> None:
    post, shop, fetching = street
    await until(lambda: _connected(shop))
    old = "0" * 32
    await post.depot.secrets.set(secret_name(shop.id), old)
    post.depot.vault.forget(shop.id)
    assert await post.deliver(shop.id, old, webhook(event())) == 200
    await post.depot.secrets.set(secret_name(shop.id), shop.line.secret)
    post.depot.vault.forget(shop.id)
    person = await shop.sandbox.follow("ゆい")
    await until(lambda: fetching.knows(person))
    await until(lambda: _waits(post, shop, 1))
    assert (await relays.at_relay(shop.desk, [shop.id]))[shop.id].secret_differs is False
    assert await _events(shop) == 1


async def test_a_helper_with_another_secret_says_so(street: Street) -> None:
    post, shop, _ = street
    await until(lambda: _connected(shop))
    other = "0" * 32
    await post.stand_before(shop.id, other)
    assert await post.deliver(shop.id, other, webhook(event())) == 200

    async def told() -> bool:
        return (await relays.at_relay(shop.desk, [shop.id]))[shop.id].secret_differs

    await until(told)
    assert await _events(shop) == 0
    assert await _waits(post, shop, 1)


async def test_the_state_of_both_queues_is_told(street: Street) -> None:
    post, shop, _ = street
    post.tool.status = 503
    await until(lambda: _connected(shop))
    await shop.sandbox.follow("ゆい")
    await post.forward()

    async def told() -> bool:
        known = (await relays.at_relay(shop.desk, [shop.id]))[shop.id].queues
        return known is not None and known.waiting_tool == 1 and known.failure is not None

    await until(told)


async def test_a_relay_that_goes_and_comes_back_is_noticed(street: Street) -> None:
    post, shop, _ = street
    await until(lambda: _connected(shop))
    port = post.relay.listener.port
    await post.stop()
    await until(lambda: _is(shop, "relay_unreachable"))
    await post.restart(port)
    await until(lambda: _connected(shop))
    assert await _trouble(shop) is None


async def _is(shop: Shop, trouble: str) -> bool:
    return await _trouble(shop) == trouble


async def test_a_new_pairing_ends_the_former_helper(street: Street) -> None:
    post, shop, _ = street
    await until(lambda: _connected(shop))
    code = await post.depot.door.print_code()
    await pair_with(post.url, code.code, "another computer")
    await until(lambda: _is(shop, "relay_refused"))


async def test_a_code_works_once_and_only_for_a_while(post: Post) -> None:
    code = await post.depot.door.print_code()
    await pair_with(post.url, code.code.lower().replace("-", " "), "test")
    for wrong in (code.code, "", "00000-00000"):
        with pytest.raises(Refused, match="pairing_code_invalid"):
            await pair_with(post.url, wrong, "test")
    late = await post.depot.door.print_code()
    post.clock.advance(5 * 60 + 1)
    with pytest.raises(Refused, match="pairing_code_invalid"):
        await pair_with(post.url, late.code, "test")


async def test_codes_cannot_be_guessed_at_leisure(post: Post) -> None:
    code = await post.depot.door.print_code()
    for _ in range(5):
        with pytest.raises(Refused, match="pairing_code_invalid"):
            await pair_with(post.url, "00000-00000", "test")
    with pytest.raises(Refused, match="too_many_attempts"):
        await pair_with(post.url, code.code, "test")


async def test_a_token_is_sent_only_to_the_relay_that_gave_it(post: Post, tmp_path: Path) -> None:
    """Somebody in between passes every frame on; the proof is for the relay's own address, not for theirs."""
    from aiohttp import web

    heard: list[str] = []

    async def between(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async with post.session.ws_connect(post.url + wire.PATH) as real:
            async for message in socket:
                heard.append(message.data)
                await real.send_str(message.data)
                answer = await real.receive()
                if answer.type is not aiohttp.WSMsgType.TEXT:
                    break
                await socket.send_str(answer.data)
        return socket

    app = web.Application()
    app.router.add_get(wire.PATH, between)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        code = await post.depot.door.print_code()
        false_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        with pytest.raises(LinkTrouble, match="relay_unproven"):
            await pair_with(false_url, code.code, "test")
        keys = await pair_with(post.url, (await post.depot.door.print_code()).code, "test")
        async with aiohttp.ClientSession() as session, Line(false_url, session) as line:
            with pytest.raises(LinkTrouble, match="relay_unproven"):
                await line.have_proven(keys)
    finally:
        await runner.cleanup()
    assert not any(keys.token in frame for frame in heard)


async def test_a_stranger_hears_nothing(post: Post) -> None:
    await post.deliver(ACCOUNT, SECRET, webhook(event()))
    for frame in (
        wire.Open(token="guessed", accounts=[ACCOUNT]).model_dump_json(),
        wire.Taken(ids=[1], left=[]).model_dump_json(),
        wire.Clock().model_dump_json(),
    ):
        assert await _closed_with(post, frame) == wire.UNAUTHENTICATED
    for frame in ("{}", "not json", '{"type":"open"}', "[]"):
        assert await _closed_with(post, frame) == wire.NOT_UNDERSTOOD
    assert (await post.queues(ACCOUNT)).waiting_helper == 1


async def _closed_with(post: Post, frame: str) -> int | None:
    async with asyncio.timeout(PATIENCE), post.session.ws_connect(post.url + wire.PATH) as socket:
        await socket.send_str(frame)
        message = await socket.receive()
        assert message.type is aiohttp.WSMsgType.CLOSE
        return socket.close_code


async def test_a_proof_is_given_to_the_holder_of_the_present_token_alone(post: Post) -> None:
    keys = await pair_with(post.url, (await post.depot.door.print_code()).code, "test")
    async with post.session.ws_connect(post.url + wire.PATH) as socket:
        for token_id, known in ((keys.token_id, True), ("tok_other", False)):
            await socket.send_str(wire.Hello(nonce="n", token_id=token_id).model_dump_json())
            answer = orjson.loads((await socket.receive()).data)
            expected = prove(keys.proof_key, "n", address_of(post.url)) if known else None
            assert answer["proof"] == expected


async def test_over_tls_and_only_with_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    key.write_bytes(certificate.private_key_pem.bytes())
    async with open_post(tmp_path / "relay", relay_cert=chain, relay_key=key) as post:
        url = post.relay.public_url
        assert url.startswith("https://")
        code = await post.depot.door.print_code()
        with pytest.raises(LinkTrouble, match="relay_certificate"):
            await pair_with(url, code.code, "test", ssl.create_default_context())
        keys = await pair_with(url, code.code, "test", trusting(authority))
        assert await post.depot.door.is_fetcher(keys.token)


async def test_the_secret_of_a_token_is_not_in_the_relays_database(post: Post) -> None:
    keys = await pair_with(post.url, (await post.depot.door.print_code()).code, "test")
    await post.stop()
    for path in post.home.glob("relay.sqlite*"):
        content = path.read_bytes()
        for secret in (keys.token, keys.proof_key, SECRET):
            assert secret.encode() not in content
    assert (post.home / "secrets.json").stat().st_mode & 0o077 == 0


async def test_an_admins_word_on_replies_holds_while_the_tool_stays(street: Street) -> None:
    post, shop, _ = street
    await until(lambda: _connected(shop))
    assert (await accounts.get(shop.desk, shop.id)).other_tool_replies
    await accounts.update(shop.desk, shop.id, {"other_tool_replies": False})
    await shop.sandbox.follow("ゆい")
    await until(lambda: _nothing_waits(post, shop))
    assert not (await accounts.get(shop.desk, shop.id)).other_tool_replies
