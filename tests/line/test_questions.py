"""What the client learns about an account and its friends."""

import asyncio

import pytest

from helper.line.answers import (
    FollowerPage,
    FollowersExpired,
    FollowersForbidden,
    FollowersUnavailable,
)
from helper.line.client import (
    BotInfo,
    LineClient,
    LineRejected,
    LineUnavailable,
    ProfileFound,
    ProfileMissing,
    ProfileUnavailable,
)
from helper.line.transport import Transport
from helper.model.outcome import Accepted
from tests.line.conftest import FixedClock, Line


async def test_the_account_introduces_itself(line: Line) -> None:
    info = await line.client.bot_info()
    assert info == BotInfo(
        user_id=line.account.bot_user_id,
        basic_id="@000sakra",
        premium_id=None,
        display_name="さくら美容室",
        picture_url=f"{line.base}{line.account.picture}",
        chat_mode="chat",
    )
    line.account.chat = False
    assert (await line.client.bot_info()).chat_mode == "bot"


async def test_a_friends_profile(line: Line) -> None:
    person = await line.sandbox.follow("ゆい🌸")
    profile = await line.client.profile(person.user_id)
    assert profile == ProfileFound("ゆい🌸", f"{line.base}{person.picture}", "ja")


async def test_who_blocked_or_is_unknown_has_no_profile(line: Line) -> None:
    person = await line.sandbox.follow()
    await line.sandbox.block(person)
    assert await line.client.profile(person.user_id) == ProfileMissing()
    assert await line.client.profile("U" + "0" * 32) == ProfileMissing()
    assert await line.client.profile("../../../v2/bot/info") == ProfileMissing()


@pytest.mark.parametrize("fault", ["500_before", "429_rate", "drop_before", "garbled_after", "400", "401"])
async def test_a_profile_that_could_not_be_asked_says_nothing_of_the_friend(line: Line, fault: str) -> None:
    person = await line.sandbox.follow()
    line.sandbox.faults.add("profile", fault, times=2)  # type: ignore[arg-type]
    assert isinstance(await line.client.profile(person.user_id), ProfileUnavailable)


async def test_only_verified_accounts_read_their_friends(line: Line) -> None:
    assert await line.client.followers_readable() is False
    line.account.verified = True
    assert await line.client.followers_readable() is True


async def test_the_list_of_friends_comes_in_pages(line: Line) -> None:
    assert await line.client.followers(None) == FollowersForbidden()
    line.account.verified, line.account.followers_per_page = True, 2
    people = [(await line.sandbox.follow()).user_id for _ in range(3)]
    first = await line.client.followers(None)
    assert isinstance(first, FollowerPage)
    assert first.user_ids == tuple(people[:2])
    assert await line.client.followers(first.next) == FollowerPage((people[2],), None)
    assert await line.client.followers("elsewhere&limit=1") == FollowersExpired()


@pytest.mark.parametrize("fault", ["500_before", "429_rate", "drop_before", "garbled_after", "401"])
async def test_a_list_that_could_not_be_asked_for_is_no_empty_list(line: Line, fault: str) -> None:
    line.account.verified = True
    line.sandbox.faults.add("followers", fault, times=2)  # type: ignore[arg-type]
    assert isinstance(await line.client.followers(None), FollowersUnavailable)


async def test_the_months_allowance(line: Line) -> None:
    assert await line.client.quota() == 200
    assert await line.client.consumption() == 13
    line.account.quota = None
    assert await line.client.quota() is None


async def test_a_question_renews_a_dead_token_by_itself(line: Line) -> None:
    await line.client.warm()
    line.sandbox.platform.end_tokens(line.account)  # as after a computer's sleep
    assert await line.client.quota() == 200


async def test_a_wrong_secret_is_said(line: Line) -> None:
    client = LineClient(line.credentials(channel_secret="0" * 32), line.clock, line.transport)
    with pytest.raises(LineRejected) as refused:
        await client.bot_info()
    assert refused.value.status == 400
    assert "0" * 32 not in str(refused.value)


@pytest.mark.parametrize("fault", ["500_before", "429_rate", "drop_before", "garbled_after"])
async def test_line_unavailable(line: Line, fault: str) -> None:
    for target, ask in (("quota", line.client.quota), ("consumption", line.client.consumption)):
        # Twice: a question that changes nothing is asked again when a connection in use breaks.
        line.sandbox.faults.clear()
        line.sandbox.faults.add(target, fault, times=2)  # type: ignore[arg-type]
        with pytest.raises(LineUnavailable):
            await ask()


async def test_nobody_there(line: Line, unused_tcp_port: int) -> None:
    client = LineClient(line.credentials(api_base=f"http://127.0.0.1:{unused_tcp_port}"), line.clock)
    with pytest.raises(LineUnavailable):
        await client.bot_info()
    await client.close()


async def test_the_webhook_that_is_set(line: Line) -> None:
    assert await line.client.webhook_endpoint() is None
    line.account.webhook_url = f"{line.base}/nowhere"
    line.account.webhook_active = False
    endpoint = await line.client.webhook_endpoint()
    assert endpoint is not None
    assert (endpoint.url, endpoint.active) == (f"{line.base}/nowhere", False)
    assert (await line.client.test_webhook()).reason == "ERROR_STATUS_CODE"


async def test_lines_clock_is_believed_only_as_far_as_it_is_proven(line: Line) -> None:
    await line.client.quota()
    assert line.client.clock_offset_ms == 0
    behind = FixedClock(line.clock.now() - 7_400)
    client = LineClient(line.credentials(), behind, line.transport)
    await client.quota()
    # Date is cut to seconds (here by 0 ms), so LINE is 7.4 to 8.4 s ahead.
    assert client.clock_offset_ms == 7_400
    ahead = FixedClock(line.clock.now() + 90_000)
    client = LineClient(line.credentials(), ahead, line.transport)
    await client.quota()
    assert -90_000 <= client.clock_offset_ms <= -89_000


@pytest.mark.parametrize(
    "base",
    [
        "http://api.line.me",
        "http://192.168.1.5:8173",
        "ftp://127.0.0.1",
        "127.0.0.1:8173",
        "https://user:pass@api.line.me",
        "https://",
        "http://127.0.0.1.example.com",
    ],
)
async def test_secrets_never_travel_in_the_clear(base: str) -> None:
    with pytest.raises(ValueError, match="LINE's address must be"):
        Transport(base)


async def test_plain_http_on_this_computer_is_fine() -> None:
    for base in ("http://127.0.0.1:1", "http://localhost:1/", "http://[::1]:1", "https://api.line.me"):
        assert Transport(base).api_base == base.rstrip("/")


async def test_credentials_do_not_print_their_secrets(line: Line) -> None:
    printed = repr(line.credentials(access_token="a-long-lived-token"))
    assert line.account.secret not in printed
    assert "a-long-lived-token" not in printed


async def test_nothing_secret_or_personal_is_logged(line: Line, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    person = await line.sandbox.follow("ゆい🌸")
    outcome = await line.client.push(
        person.user_id, [{"type": "text", "text": "内緒の話"}], "123e4567-e89b-12d3-a456-426614174000"
    )
    assert isinstance(outcome, Accepted)
    await line.client.profile(person.user_id)
    for said in ("内緒の話", "ゆい", line.account.secret, "Bearer", "access_token"):
        assert said not in caplog.text


async def test_a_cancelled_wait_for_a_token_does_not_cancel_it_for_others(line: Line) -> None:
    impatient = asyncio.create_task(line.client.quota())
    patient = asyncio.create_task(line.client.quota())
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 200
    with pytest.raises(asyncio.CancelledError):
        await impatient
