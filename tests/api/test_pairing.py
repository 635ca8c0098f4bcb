"""Codes, tokens, proofs, revocation."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helper.model.codes import ALPHABET, CODE_LENGTH
from tests.api.conftest import EXTENSION, Answer, Helper, running, settings_for
from tests.rig import HandClock


@pytest.fixture
def clock() -> HandClock:
    """Time moves when a test says so."""
    return HandClock()


@pytest.fixture
async def helper(tmp_path: Path, clock: HandClock) -> AsyncIterator[Helper]:
    """A daemon on that clock."""
    async with running(settings_for(tmp_path, sandbox="never"), clock) as running_helper:
        yield running_helper


async def _pair(helper: Helper, code: str, origin: str | None = None) -> Answer:
    headers = {} if origin is None else {"Origin": origin}
    body = {"code": code, "client": {"name": "Chrome"}}
    return await helper.call("POST", "/pairings", body, role=None, headers=headers)


def test_a_code_cannot_be_guessed() -> None:
    assert len(ALPHABET) ** CODE_LENGTH >= 2**40


async def test_the_first_teammate_becomes_admin_and_the_next_one_operator(helper: Helper) -> None:
    roles = []
    for name in ("太郎", "花子"):
        code = await helper.daemon.office.pairing.print_code(name)
        roles.append((await _pair(helper, code.code)).body["teammate"])
    assert [(who["name"], who["role"]) for who in roles] == [("太郎", "admin"), ("花子", "operator")]


async def test_an_existing_name_gets_a_further_token_and_keeps_the_role(helper: Helper) -> None:
    first = await helper.paired("太郎")
    again = await _pair(helper, (await helper.daemon.office.pairing.print_code("太郎")).code)
    assert again.body["teammate"] == first["teammate"]
    assert again.body["token"] != first["token"]
    for token in (first["token"], again.body["token"]):
        answer = await helper.call("GET", "/me", role=None, headers={"Authorization": f"Bearer {token}"})
        assert answer.status == 200


@pytest.mark.parametrize(
    "typing", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code[:3]} {code[3:]} "]
)
async def test_a_code_may_be_typed_as_people_type(helper: Helper, typing) -> None:  # type: ignore[no-untyped-def]
    code = (await helper.daemon.office.pairing.print_code("太郎")).code
    assert (await _pair(helper, typing(code))).status == 201


async def test_full_width_letters_of_a_japanese_keyboard_are_understood(helper: Helper) -> None:
    code = (await helper.daemon.office.pairing.print_code("太郎")).code
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    assert (await _pair(helper, wide)).status == 201


async def test_a_code_works_once(helper: Helper) -> None:
    code = (await helper.daemon.office.pairing.print_code("太郎")).code
    assert (await _pair(helper, code)).status == 201
    second = await _pair(helper, code)
    assert (second.status, second.body["code"]) == (403, "pairing_code_invalid")


async def test_a_code_lives_five_minutes(helper: Helper, clock: HandClock) -> None:
    young = (await helper.daemon.office.pairing.print_code("太郎")).code
    clock.advance(299)
    assert (await _pair(helper, young)).status == 201
    old = (await helper.daemon.office.pairing.print_code("花子")).code
    clock.advance(300)
    assert (await _pair(helper, old)).status == 403


async def test_after_five_failures_even_a_right_code_waits_a_minute(helper: Helper, clock: HandClock) -> None:
    code = (await helper.daemon.office.pairing.print_code("太郎")).code
    for _ in range(5):
        assert (await _pair(helper, "00000-00000")).status == 403
    limited = await _pair(helper, code)
    assert (limited.status, limited.body["code"]) == (429, "too_many_attempts")
    assert int(limited.headers["Retry-After"]) == 60
    clock.advance(60)
    assert (await _pair(helper, code)).status == 201


async def test_the_helper_proves_itself_for_the_address_that_was_dialled(helper: Helper) -> None:
    pairing = await helper.paired("太郎")
    for host in (helper.host, f"localhost:{helper.daemon.api.port}"):
        answer = await helper.call(
            "GET", f"/hello?nonce=n1&token_id={pairing['token_id']}", role=None, headers={"Host": host}
        )
        message = f"ittsu-hello-1\nn1\n{host}".encode()
        proof = hmac.new(pairing["proof_key"].encode(), message, hashlib.sha256).hexdigest()
        assert answer.body["proof"] == proof
        assert (answer.body["service"], answer.body["api"]) == ("ittsu", 1)


@pytest.mark.parametrize("query", ["", "?nonce=x", "?nonce=x&token_id=tok_unknown"])
async def test_nothing_is_proven_to_strangers(helper: Helper, query: str) -> None:
    assert "proof" not in (await helper.call("GET", f"/hello{query}", role=None)).body


async def test_another_loopback_address_of_our_port_is_not_vouched_for(helper: Helper) -> None:
    pairing = await helper.paired("太郎")
    answer = await helper.call(
        "GET",
        f"/hello?nonce=x&token_id={pairing['token_id']}",
        role=None,
        headers={"Host": f"127.0.0.2:{helper.daemon.api.port}"},
    )
    assert "proof" not in answer.body


async def test_a_revoked_teammate_is_out_at_once_with_every_token(helper: Helper) -> None:
    await helper.paired("admin")
    first = await helper.paired("花子", "operator")
    second = await helper.paired("花子", "operator", origin=EXTENSION)
    answer = await helper.call("DELETE", f"/teammates/{first['teammate']['id']}")
    assert answer.status == 204
    for pairing in (first, second):
        bearer = {"Authorization": f"Bearer {pairing['token']}"}
        assert (await helper.call("GET", "/me", role=None, headers=bearer)).status == 401
    unknown = await helper.call("GET", f"/hello?nonce=x&token_id={first['token_id']}", role=None)
    assert "proof" not in unknown.body
    names = [person["name"] for person in (await helper.call("GET", "/teammates")).body["items"]]
    assert names == ["admin"]


async def test_what_is_stored_opens_nothing(helper: Helper) -> None:
    pairing = await helper.paired("太郎")
    code = (await helper.daemon.office.pairing.print_code("花子")).code
    stored = b"".join(path.read_bytes() for path in helper.daemon.office.settings.home.glob("ittsu.sqlite*"))
    for secret in (pairing["token"], pairing["proof_key"], code, code.replace("-", "")):
        assert secret.encode() not in stored
