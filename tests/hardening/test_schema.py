"""Schemathesis: requests made from our own OpenAPI document, right and wrong ones, against the real helper.

Whatever is sent, the answer is one that the document names: never a crash, its schema, problems as problems.
Schemathesis is imported when the first of these tests runs: collecting all other tests need not wait for it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from helper import __version__
from helper.web.api import openapi
from tests.api.conftest import PRACTICE
from tests.browser.helper_process import HelperProcess

if TYPE_CHECKING:
    from schemathesis import APIOperation, Case, Response

Kind = Literal["right", "wrong"]

EXAMPLES = 8
"""Requests of each kind (right, wrong) for each operation."""
MORE_EXAMPLES = {"send_message": 30, "preview_message": 30, "propose_links": 30}
TIMEOUT_SECONDS = 10.0
# Its own checks of what the document says; `not_a_server_error` is ours below, as 501 and 502 can be right.
CONFORMANCE = (
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
NOT_CRASHES = {501: "not_built_yet", 502: "line_unavailable", 503: "line_unavailable"}


DOCUMENT: Any = openapi()
DECLARED: dict[str, Any] = {
    operation["operationId"]: operation
    for operations in DOCUMENT["paths"].values()
    for operation in operations.values()
}
# An operation that takes nothing cannot be asked wrongly.
ASKED = [
    pytest.param(name, kind, id=f"{name}-{kind}")
    for name, declared in DECLARED.items()
    for kind in ("right", "wrong")
    if kind == "right" or declared["parameters"] or "requestBody" in declared
]


@dataclass(frozen=True)
class Target:
    """The helper, the admin's token, and ids that mean something there (by their parameter's name)."""

    process: HelperProcess
    bearer: dict[str, str]
    known: Mapping[str, list[str]]


@pytest.fixture(scope="module")
def operations() -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """What Schemathesis makes of the document, by operation id."""
    import schemathesis

    @schemathesis.serializer("text/csv")
    def as_it_is(_: object, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")

    found: list[Any] = list(schemathesis.openapi.from_dict(DOCUMENT).get_all_operations())
    return {operation.definition.raw["operationId"]: operation for operation in (one.ok() for one in found)}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The real daemon as its users run it; LINE is the practice mode's stand-in, also for new accounts."""
    home = tmp_path_factory.mktemp("hardening")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = HelperProcess(
        home, hold_seconds=0, sandbox_port=port, line_api_base=f"http://127.0.0.1:{port}", sandbox="always"
    )
    with process:
        yield _furnish(process)
    _assert_no_trace(home)


def _assert_no_trace(home: Path) -> None:
    assert "Traceback" not in (home / "stderr.log").read_text("utf-8")


def _furnish(process: HelperProcess) -> Target:
    """Somebody of everything, so that requests get past "unknown"."""
    codes = [process.command("pair", "--name", name)["code"] for name in ("太郎", "花子")]
    api = f"{process.api}/api/v1"
    paired = [
        requests.post(f"{api}/pairings", json={"code": code, "client": {"name": "x"}}, timeout=10).json()
        for code in codes
    ]
    bearer = {"Authorization": f"Bearer {paired[0]['token']}"}
    here = f"{api}/accounts/{PRACTICE}"

    def ask(method: str, url: str, body: Any = None, **headers: str) -> Any:
        answer = requests.request(method, url, json=body, headers={**bearer, **headers}, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    friends = [friend["user_id"] for friend in ask("GET", f"{here}/friends")["items"]]
    template = ask("POST", f"{here}/templates", {"name": "x", "messages": [{"type": "text", "text": "x"}]})
    persona = ask("POST", f"{here}/personas", {"name": "花子"})
    click = {"user_id": friends[0], "template_id": template["id"], "max_cost": 1}
    message = ask("POST", f"{here}/messages", click, **{"Idempotency-Key": "one"})
    return Target(
        process,
        bearer,
        {
            "account_id": [PRACTICE],
            "user_id": friends,
            "template_id": [template["id"]],
            "persona_id": [persona["id"]],
            "message_id": [message["id"]],
            "teammate_id": [paired[1]["teammate"]["id"]],
            "token_id": [paired[0]["token_id"]],
            "dashboard": ["lstep", "oachat"],
        },
    )


FILES = st.lists(st.lists(st.text(max_size=9), max_size=4).map(",".join), max_size=4).map(
    lambda rows: "\n".join(["ID,LINE登録名,友だち追加日時", "1001,ゆい,2026/11/30 10:02", *rows]).encode(
        "utf-8", "replace"
    )
)


def _make_meaningful(case: Case[Any], known: Mapping[str, list[str]], data: st.DataObject) -> None:
    """Put ids that exist in the place of most made-up ones: else every answer were "unknown"."""
    places: list[Any] = [case.path_parameters, case.query, case.body]
    for place in places:
        if isinstance(place, dict):
            for name in sorted(known.keys() & place.keys()):
                if case.operation.label == "DELETE /api/v1/accounts/{account_id}":
                    continue  # all other requests need the account
                if data.draw(st.integers(0, 3), label=f"known {name}"):
                    place[name] = data.draw(st.sampled_from(known[name]), label=name)
    if case.operation.label.endswith("/links/proposals") and data.draw(st.booleans(), label="a table"):
        case.body = data.draw(FILES, label="file")


@pytest.mark.parametrize(("operation_id", "kind"), ASKED)
def test_every_answer_is_one_that_the_document_names(
    target: Target, operations: dict[str, APIOperation[Any, Any, Any, Any]], operation_id: str, kind: Kind
) -> None:
    from schemathesis import GenerationMode

    mode = GenerationMode.POSITIVE if kind == "right" else GenerationMode.NEGATIVE
    requested = operations[operation_id].as_strategy(generation_mode=mode)

    @settings(max_examples=MORE_EXAMPLES.get(operation_id, EXAMPLES))
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(requested)
        _make_meaningful(case, target.known, data)
        with requests.Session() as session:
            answer = case.call(
                target.process.api, session=session, headers=target.bearer, timeout=TIMEOUT_SECONDS
            )
        _judge(case, answer)

    ask()


def _judge(case: Case[Any], answer: Response) -> None:
    from schemathesis.checks import CHECKS

    assert answer.headers["ittsu-version"] == [__version__]
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json; charset=utf-8"]
        problem = answer.json()
        assert problem["status"] == answer.status_code
        if answer.status_code >= 500:
            assert NOT_CRASHES.get(answer.status_code) == problem["code"], problem
    chosen: list[Any] = [check for check in CHECKS.get_all() if check.__name__ in CONFORMANCE]
    assert len(chosen) == len(CONFORMANCE)
    case.validate_response(answer, checks=chosen)
