"""Bodies that LINE signed, whatever is in them: answered 200 or 400, and what they leave can be read.

LINE adds event types and properties unannounced; a webhook that is answered with an error comes again and again.
"""

import gzip
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helper.line.signature import sign
from tests.browser.helper_process import HelperProcess

EXAMPLES = 150
TIMEOUT_SECONDS = 10.0

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
USERS = ["U" + digit * 32 for digit in "0ab"]
SOURCES = [
    *({"type": "user", "userId": user} for user in USERS),
    {"type": "user"},
    {"type": "user", "userId": 5},
    {"type": "group", "groupId": "C", "userId": USERS[0]},
]
TIMES = [0, -1, 1, 1_700_000_000_000, 2**53, 2**63, 2**64 - 1, 1.5, "now", None]


def _mostly(*values: Any) -> st.SearchStrategy[Any]:
    """One of these, or now and then anything."""
    return st.integers(0, 7).flatmap(lambda kind: st.sampled_from(values) if kind else json_values)


events = st.fixed_dictionaries(
    {"type": _mostly("follow", "unfollow", "message", "postback", "join", "accountLink", "newType")},
    optional={
        "mode": _mostly("active", "standby"),
        "timestamp": _mostly(*TIMES),
        "source": _mostly(*SOURCES),
        "webhookEventId": st.uuids().map(str) | _mostly("01", "", "\0", "x" * 5_000),
        "deliveryContext": _mostly({"isRedelivery": True}, {"isRedelivery": False}),
        "replyToken": _mostly("r" * 32, "", "\0", "お" * 2_000),
        "follow": _mostly({"isUnblocked": True}, {}),
        "message": _mostly(
            {"type": "text", "id": "1", "text": "こんにちは"},
            {"type": "text", "id": "1", "text": "\0" * 3},
            {"type": "text", "text": 5},
            {"type": "sticker", "id": 7},
        ),
        "postback": _mostly({"data": "a=b"}, {"data": None}),
    },
)
webhooks = st.fixed_dictionaries(
    {"destination": _mostly("U" + "f" * 32)},
    optional={"events": st.lists(events | json_values, max_size=4)},
)


@dataclass(frozen=True)
class Target:
    """A helper with a connected account whose secret the test knows."""

    process: HelperProcess
    account_id: str
    secret: str
    bearer: dict[str, str]

    def deliver(self, body: bytes, **headers: str) -> int:
        """Sign and deliver, as LINE does; the answer's status."""
        answer = requests.post(
            f"{self.process.webhook}/webhook/{self.account_id}",
            data=body,
            headers={"X-Line-Signature": sign(self.secret, body), **headers},
            timeout=TIMEOUT_SECONDS,
        )
        assert answer.headers["Ittsu-Version"]
        if answer.status_code != 200:
            assert answer.json()["code"] in ("not_json", "not_a_webhook")
        return answer.status_code

    def friends(self) -> list[dict[str, Any]]:
        """What the operator sees."""
        url = f"{self.process.api}/api/v1/accounts/{self.account_id}/friends"
        answer = requests.get(url, headers=self.bearer, timeout=TIMEOUT_SECONDS)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        for friend in items:
            history = requests.get(
                f"{url}/{friend['user_id']}/messages", headers=self.bearer, timeout=TIMEOUT_SECONDS
            )
            assert history.status_code == 200, history.text
        return items


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The real daemon; LINE is its own practice mode, where a second account is made and connected."""
    home = tmp_path_factory.mktemp("signed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = HelperProcess(
        home, sandbox="always", sandbox_port=port, line_api_base=f"http://127.0.0.1:{port}"
    )
    with process:
        code = process.command("pair")["code"]
        api = f"{process.api}/api/v1"
        pairing = requests.post(
            f"{api}/pairings", json={"code": code, "client": {"name": "x"}}, timeout=TIMEOUT_SECONDS
        ).json()
        bearer = {"Authorization": f"Bearer {pairing['token']}"}
        made = requests.post(
            f"{process.sandbox}/sandbox/api/accounts", json={"name": "店"}, timeout=TIMEOUT_SECONDS
        ).json()
        credentials = {"channel_id": made["id"], "channel_secret": made["secret"]}
        connected = requests.post(
            f"{api}/accounts", json=credentials, headers=bearer, timeout=TIMEOUT_SECONDS
        )
        assert connected.status_code == 201, connected.text
        yield Target(process, made["id"], made["secret"], bearer)
    assert "Traceback" not in process.log()


def test_webhooks_of_any_content_are_taken_in(target: Target) -> None:
    statuses = set()

    @settings(max_examples=EXAMPLES)
    @given(webhooks)
    def deliver(content: dict[str, Any]) -> None:
        status = target.deliver(orjson.dumps(content))
        well_formed = isinstance(content.get("destination"), str) and "events" in content
        assert status == (200 if well_formed else 400)
        statuses.add(status)
        # Delivered again it is answered the same.
        assert target.deliver(orjson.dumps(content)) == status

    deliver()
    assert statuses == {200, 400}
    assert {friend["user_id"] for friend in target.friends()} <= set(USERS)
    # And what comes in order afterwards is taken in like ever.
    newcomer = "U" + "9" * 32
    follow = {
        "type": "follow",
        "mode": "active",
        "timestamp": 1_700_000_000_000,
        "source": {"type": "user", "userId": newcomer},
        "webhookEventId": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "deliveryContext": {"isRedelivery": False},
    }
    assert target.deliver(orjson.dumps({"destination": "U", "events": [follow]})) == 200
    known = {friend["user_id"] for friend in target.friends()}
    assert newcomer in known
    assert known & set(USERS)


def test_bytes_of_any_kind_are_answered(target: Target) -> None:
    deep = b'{"destination":"U","events":[' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"]}"

    @settings(max_examples=EXAMPLES)
    @given(st.binary(max_size=200) | json_values.map(orjson.dumps))
    @example(b"")
    @example(b"\xef\xbb\xbf{}")
    @example(b"null")
    @example(deep)
    @example(b"[" * 100_000)
    @example(b'{"destination":"U","events":[],"events":[1]}')
    @example(b'{"destination":"U","events":[{"type":"message","timestamp":1e999}]}')
    @example(b'{"destination":"U","events":[{"type":"follow","timestamp":' + b"9" * 5_000 + b"}]}")
    @example(b'{"destination":"\\ud83d","events":[{"type":"\\udc00"}]}')
    @example('{"destination":"U","events":[]}'.encode("utf-16"))
    @example(b'{"destination":"U","events":[{"type":"follow","timestamp":NaN}]}')
    @example(b'{"destination":"U","events":[{"type":"follow","timestamp":-Infinity}]}')
    @example(b'{"destination":"U","events":[{"type":"follow","type":"unfollow","type":5}],"destination":7}')
    @example(b'{"destination":"U","events":[{"type":"message","message":{"type":"text","text":"\\ud83d"}}]}')
    @example(
        b'{"destination":"U","events":[{"type":"message","message":{"type":"text","text":"\xed\xa0\xbd"}}]}'
    )
    @example(b'{"destination":"U","events":[{"type":"follow","source":' + b"[" * 900 + b"]" * 900 + b"}]}")
    @example(b'{"destination":"U","events":' + b"[{}," * 5_000 + b"{}" + b"]" * 5_000 + b"}")
    @example(b'{"destination":"U","events":[' + b"{}," * 5_000 + b"{}]}")
    @example(b'{"destination":"U","events":[{"type":"' + b"x" * 500_000 + b'"}]}')
    @example(b'{"destination":"U","events":[{"type":"follow","timestamp":-0.0,"mode":1e-999}]}')
    def deliver(body: bytes) -> None:
        assert target.deliver(body) in (200, 400)

    deliver()
    target.friends()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "compress", "identity", "nonsense"])
def test_a_body_is_the_bytes_that_came(target: Target, coding: str) -> None:
    """LINE signs what it sends; a bomb that unpacks to gigabytes stays what it is."""
    plain = orjson.dumps({"destination": "U" + "f" * 32, "events": []})
    packed = gzip.compress(plain + b" " * 50_000_000)
    assert len(packed) < 1_000_000
    assert target.deliver(packed, **{"Content-Encoding": coding}) == 400
    assert target.deliver(plain, **{"Content-Encoding": coding}) == 200


@pytest.mark.parametrize(
    "signature", ["é" * 44, "\x01", "=" * 44, "A" * 100_00, "sha256=" + "a" * 64, '"x"', ""]
)
def test_a_signature_of_any_kind_is_only_wrong(target: Target, signature: str) -> None:
    answer = requests.post(
        f"{target.process.webhook}/webhook/{target.account_id}",
        data=b"{}",
        headers={"X-Line-Signature": signature.encode("latin-1")},
        timeout=TIMEOUT_SECONDS,
    )
    assert answer.status_code in (400, 401)


def test_two_signatures_are_not_a_choice(target: Target) -> None:
    body = orjson.dumps({"destination": "U", "events": []})
    right = sign(target.secret, body)
    for both in (f"AAAA, {right}", f"AAAA,{right}", f"{right}AAAA", f"{right[:-1]}", right.lower()):
        answer = requests.post(
            f"{target.process.webhook}/webhook/{target.account_id}",
            data=body,
            headers={"X-Line-Signature": both},
            timeout=TIMEOUT_SECONDS,
        )
        assert answer.status_code == 401
