"""The stand-in answers as LINE documents it, word for word where LINE's words are known."""

import io
import uuid
from email.utils import parsedate_to_datetime

import pytest

from helper.sandbox.accounts import month_of
from tests.sandbox.conftest import HELLO, World


def key() -> str:
    return str(uuid.uuid4())


async def test_stateless_tokens_live_fifteen_minutes(world: World) -> None:
    issued = await world.issue()
    assert issued.body["token_type"] == "Bearer"
    assert issued.body["expires_in"] == 899
    world.clock.advance(899)
    assert (await world.ask("GET", "/v2/bot/info")).status == 200
    world.clock.advance(2)
    late = await world.ask("GET", "/v2/bot/info")
    assert late.status == 401
    assert late.body["message"].startswith("Authentication failed due to the following reason: ")


async def test_token_errors_have_a_shape_of_their_own(world: World) -> None:
    refused = await world.issue(secret="0" * 32)
    assert refused.status == 400
    assert set(refused.body) == {"error", "error_description"}


async def test_without_a_token(world: World) -> None:
    for headers in ({"Authorization": ""}, {"Authorization": "Basic eA=="}, {"Authorization": "Bearer nope"}):
        answer = await world.ask("GET", "/v2/bot/info", headers=headers)
        assert answer.status == 401


async def test_a_new_long_lived_token_kills_the_old(world: World) -> None:
    old = world.sandbox.platform.issue_long_lived_token(world.account)
    new = world.sandbox.platform.issue_long_lived_token(world.account)
    assert (await world.ask("GET", "/v2/bot/info", token=old)).status == 401
    world.clock.advance(10 * 24 * 3600)
    assert (await world.ask("GET", "/v2/bot/info", token=new)).status == 200


async def test_every_answer_carries_a_request_id_and_lines_date(world: World) -> None:
    world.clock.advance(12_345)
    ids = set()
    for method, path in (("GET", "/v2/bot/info"), ("POST", "/v2/bot/message/push"), ("GET", "/v2/nothing")):
        answer = await world.ask(method, path)
        ids.add(answer.headers["x-line-request-id"])
        date = parsedate_to_datetime(answer.headers["Date"]).timestamp() * 1000
        assert date == world.clock.now() // 1000 * 1000
    assert len(ids) == 3


async def test_a_push_is_counted_once_for_five_messages(world: World) -> None:
    person = await world.sandbox.follow()
    answer = await world.push(person.user_id, HELLO * 5)
    assert answer.status == 200
    assert [set(sent) for sent in answer.body["sentMessages"]] == [{"id", "quoteToken"}] * 5
    assert await world.usage() == 14


async def test_a_reply_is_free_and_its_token_good_for_one(world: World) -> None:
    await world.sandbox.follow()
    token = world.endpoint.received[-1].reply_token
    assert (await world.reply(token)).status == 200
    again = await world.reply(token)
    assert (again.status, again.body) == (400, {"message": "Invalid reply token"})
    assert await world.usage() == 13


@pytest.mark.parametrize(("seconds", "status"), [(60, 200), (60.001, 400)])
async def test_a_reply_token_lives_a_minute(world: World, seconds: float, status: int) -> None:
    await world.sandbox.follow()
    world.clock.advance(seconds)
    assert (await world.reply(world.endpoint.received[-1].reply_token)).status == status


async def test_an_event_that_was_held_up_on_the_way_has_lost_that_time(world: World) -> None:
    await world.sandbox.follow(seconds_ago=61)
    assert world.endpoint.received[-1].timestamp == world.clock.now() - 61_000
    assert (await world.reply(world.endpoint.received[-1].reply_token)).status == 400


async def test_a_refused_reply_does_not_use_up_the_token(world: World) -> None:
    await world.sandbox.follow()
    token = world.endpoint.received[-1].reply_token
    assert (await world.reply(token, [{"type": "text", "text": ""}])).status == 400
    assert (await world.reply(token)).status == 200


async def test_a_reply_takes_no_retry_key(world: World) -> None:
    await world.sandbox.follow()
    token = world.endpoint.received[-1].reply_token
    answer = await world.ask(
        "POST",
        "/v2/bot/message/reply",
        {"replyToken": token, "messages": HELLO},
        headers={"X-Line-Retry-Key": key()},
    )
    assert answer.status == 400
    assert (await world.reply(token)).status == 200


async def test_a_retry_key_is_accepted_once_and_for_24_hours(world: World) -> None:
    person = await world.sandbox.follow()
    retry_key = key()
    first = await world.push(person.user_id, key=retry_key)
    again = await world.push(person.user_id, key=retry_key)
    assert again.status == 409
    assert again.body == {
        "message": "The retry key is already accepted",
        "sentMessages": first.body["sentMessages"],
    }
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert await world.usage() == 14
    world.clock.advance(24 * 3600)
    world.token = (await world.issue()).body["access_token"]
    assert (await world.push(person.user_id, key=retry_key)).status == 200, (
        "after 24 hours it is a new request"
    )


async def test_a_retry_key_that_was_refused_can_be_used_again(world: World) -> None:
    person = await world.sandbox.follow()
    retry_key = key()
    world.account.quota = 13
    assert (await world.push(person.user_id, key=retry_key)).status == 429
    world.account.quota = 14
    assert (await world.push(person.user_id, key=retry_key)).status == 200


async def test_a_retry_key_is_a_hexadecimal_uuid(world: World) -> None:
    person = await world.sandbox.follow()
    for bad in ("1", "g" * 36, key().replace("-", "")):
        assert (await world.push(person.user_id, key=bad)).status == 400
    assert (await world.push(person.user_id, key=key().upper())).status == 200


async def test_whom_a_push_can_reach(world: World) -> None:
    platform, account = world.sandbox.platform, world.account
    friend = await world.sandbox.follow("友だち")
    blocker = await world.sandbox.follow("ブロック")
    await world.sandbox.block(blocker)
    stranger = platform.add_person(account, "友だちではない人")
    writer = platform.add_person(account, "書いた人")
    await world.sandbox.write(writer, "こんにちは")
    delivered = {}
    for person in (friend, blocker, stranger, writer):
        assert (await world.push(person.user_id)).status == 200
        newest = person.newest_message
        delivered[person.name] = newest is not None and newest.by == "account"
    assert delivered == {"友だち": True, "ブロック": False, "友だちではない人": False, "書いた人": True}
    assert await world.usage() == 15, "what reaches nobody is not counted"
    world.clock.advance(7 * 24 * 3600 + 1)
    world.token = (await world.issue()).body["access_token"]
    await world.push(writer.user_id)
    assert len([said for said in writer.talk if said.by == "account"]) == 1


async def test_ids_that_line_never_gave_out_are_refused(world: World) -> None:
    unknown = await world.push("U" + "0" * 32)
    assert (unknown.status, unknown.body["message"]) == (400, "Failed to send messages")
    for bad in ("yui", "u" + "0" * 32, "", None):
        answer = await world.push(bad)  # type: ignore[arg-type]
        assert answer.body == {
            "message": "The property, 'to', in the request body is invalid (line: -, column: -)"
        }


async def test_another_accounts_friend_is_unknown(world: World) -> None:
    person = await world.sandbox.follow()
    other = world.sandbox.platform.add_account("2000000002", "もみじ整体院", "@111momij")
    token = world.sandbox.platform.issue_long_lived_token(other)
    answer = await world.ask(
        "POST", "/v2/bot/message/push", {"to": person.user_id, "messages": HELLO}, token=token
    )
    assert answer.status == 400


async def test_the_monthly_limit(world: World) -> None:
    person = await world.sandbox.follow()
    world.account.quota = 14
    assert (await world.push(person.user_id)).status == 200
    spent = await world.push(person.user_id)
    assert (spent.status, spent.body) == (429, {"message": "You have reached your monthly limit."})
    await world.sandbox.write(person, "はい")
    assert (await world.reply(world.endpoint.received[-1].reply_token)).status == 200, "replies go on"


async def test_the_month_turns_at_midnight_in_tokyo(world: World) -> None:
    person = await world.sandbox.follow()
    world.account.quota = 13
    world.account.consumption_lag_seconds = 3600
    # 2026-11-30T23:59:59+09:00
    world.clock.moment = 1_796_050_799_000
    world.token = (await world.issue()).body["access_token"]
    assert month_of(world.clock.now()) == "2026-11"
    assert (await world.push(person.user_id)).status == 429
    world.clock.advance(1)
    assert month_of(world.clock.now()) == "2026-12"
    assert (await world.push(person.user_id)).status == 200
    assert await world.usage() == 13, "LINE still tells the old month's figure"
    world.clock.advance(3600)
    world.token = (await world.issue()).body["access_token"]
    assert await world.usage() == 1


async def test_consumption_runs_behind(world: World) -> None:
    person = await world.sandbox.follow()
    world.account.consumption_lag_seconds = 120
    await world.push(person.user_id)
    world.sandbox.platform.somebody_else_sent(world.account, 5)
    assert await world.usage() == 13
    world.clock.advance(120)
    assert await world.usage() == 19


async def test_quota_of_a_plan_without_a_limit(world: World) -> None:
    assert (await world.ask("GET", "/v2/bot/message/quota")).body == {"type": "limited", "value": 200}
    world.account.quota = None
    assert (await world.ask("GET", "/v2/bot/message/quota")).body == {"type": "none"}


async def test_the_rate_limit_is_a_bucket_per_endpoint(world: World) -> None:
    world.account.requests_per_second = 2
    codes = [(await world.ask("GET", "/v2/bot/info")).status for _ in range(3)]
    assert codes == [200, 200, 429]
    assert (await world.ask("GET", "/v2/bot/message/quota")).status == 200
    world.clock.advance(0.5)
    assert (await world.ask("GET", "/v2/bot/info")).status == 200
    refused = await world.ask("GET", "/v2/bot/info")
    assert refused.body == {"message": "The API rate limit has been exceeded. Try again later."}


async def test_followers_only_for_verified_accounts(world: World) -> None:
    refused = await world.ask("GET", "/v2/bot/followers/ids")
    assert (refused.status, refused.body["message"]) == (
        403,
        "Access to this API is not available for your account",
    )
    world.account.verified = True
    people = [await world.sandbox.follow() for _ in range(3)]
    await world.sandbox.block(people[0])
    first = (await world.ask("GET", "/v2/bot/followers/ids?limit=1")).body
    second = (await world.ask("GET", f"/v2/bot/followers/ids?limit=1&start={first['next']}")).body
    assert first["userIds"] + second["userIds"] == [person.user_id for person in people[1:]]
    assert "next" not in second
    assert (await world.ask("GET", "/v2/bot/followers/ids?limit=1001")).status == 400
    assert (await world.ask("GET", "/v2/bot/followers/ids?start=1")).status == 400


async def test_a_page_of_followers_may_be_shorter_than_asked_for(world: World) -> None:
    world.account.verified, world.account.followers_per_page = True, 2
    people = [await world.sandbox.follow() for _ in range(3)]
    first = (await world.ask("GET", "/v2/bot/followers/ids?limit=3")).body
    second = (await world.ask("GET", f"/v2/bot/followers/ids?limit=3&start={first['next']}")).body
    assert (len(first["userIds"]), second["userIds"]) == (2, [people[2].user_id])


async def test_what_is_not_json_and_what_is_too_large(world: World) -> None:
    path = "/v2/bot/message/push"
    typed = {"Content-Type": "application/json"}
    broken = await world.ask("POST", path, data=b'{"to":', headers=typed)
    assert broken.status == 400
    assert broken.body["message"].startswith(
        "The request body could not be parsed as JSON (line: 1, column: "
    )
    text = await world.ask("POST", path, data=b"{}", headers={"Content-Type": "text/plain"})
    assert (text.status, text.body) == (415, {"message": "The content type, text/plain, is not supported"})
    large = await world.ask("POST", path, data=io.BytesIO(b" " * (2 * 1024 * 1024 + 1)), headers=typed)
    assert large.status == 413


async def test_unknown_paths_are_lines_404(world: World) -> None:
    for method, path in (("GET", "/v2/bot/nothing"), ("GET", "/v2/bot/message/push"), ("POST", "/oauth2/v9")):
        answer = await world.ask(method, path)
        assert (answer.status, answer.body) == (404, {"message": "Not found"})


async def test_the_webhook_endpoint_can_be_read_set_and_tested(world: World) -> None:
    path = "/v2/bot/channel/webhook/endpoint"
    assert (await world.ask("GET", path)).body == {"endpoint": world.endpoint.url, "active": True}
    test = "/v2/bot/channel/webhook/test"
    for url in (
        "http://shop.example/hook",
        "https://",
        "https://a b/",
        "",
        "https://shop.example/" + "x" * 500,
    ):
        assert (await world.ask("PUT", path, {"endpoint": url})).status == 400, url
        assert (await world.ask("POST", test, {"endpoint": url})).status == 400, url
    tested = await world.ask("POST", "/v2/bot/channel/webhook/test", {})
    assert tested.body["success"] is True
    assert (tested.body["statusCode"], tested.body["reason"]) == (200, "OK")
    assert world.endpoint.bodies[-1].endswith(b'"events":[]}')
    nowhere = {"endpoint": f"{world.base}/nowhere"}
    failed = (await world.ask("POST", "/v2/bot/channel/webhook/test", nowhere)).body
    assert (failed["success"], failed["reason"], failed["statusCode"]) == (False, "ERROR_STATUS_CODE", 404)


async def test_marking_read_and_the_loading_animation(world: World) -> None:
    person = await world.sandbox.follow()
    await world.sandbox.write(person, "こんにちは")
    (token,) = world.account.unread_tokens
    read = "/v2/bot/chat/markAsRead"
    assert (await world.ask("POST", read, {"markAsReadToken": token})).status == 200
    assert (await world.ask("POST", read, {"markAsReadToken": "x"})).status == 400
    start = "/v2/bot/chat/loading/start"
    assert (await world.ask("POST", start, {"chatId": person.user_id, "loadingSeconds": 5})).status == 202
    assert (await world.ask("POST", start, {"chatId": person.user_id, "loadingSeconds": 7})).status == 400
