"""The document of the API is valid, whole, and says what really comes."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator

from helper.web.api import ROUTES, openapi
from helper.web.phrases import PHRASES
from helper.web.routes import PREFIX
from tests.api.conftest import PRACTICE, Helper


def test_the_document_is_valid() -> None:
    document: Any = openapi()
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_stands_in_it() -> None:
    paths: Any = openapi()["paths"]
    assert {(method.upper(), path) for path, operations in paths.items() for method in operations} == {
        (route.method, PREFIX + route.path) for route in ROUTES
    }


def test_every_problem_a_route_names_has_words() -> None:
    for route in ROUTES:
        assert set(route.problems) <= set(PHRASES), route.path


def test_operation_names_are_unique() -> None:
    names = [route.handler.__name__ for route in ROUTES]
    assert len(names) == len(set(names))


async def test_what_is_served_is_this_document(helper: Helper) -> None:
    answer = await helper.call("GET", "/openapi.json", role=None)
    assert answer.body == openapi()


async def test_answers_are_as_the_document_says(helper: Helper) -> None:
    person = await helper.follow()
    here = f"/accounts/{PRACTICE}"
    template = (await helper.call("GET", f"{here}/templates")).body["items"][0]
    body = {"user_id": person.user_id, "template_id": template["id"], "max_cost": 1}
    sent = await helper.call("POST", f"{here}/messages", body, headers={"Idempotency-Key": "one"})
    await helper.call("PUT", "/bindings/demo-list/x", {"account_id": PRACTICE})
    document: Any = openapi()
    for path, template_path in [
        ("/hello", "/hello"),
        ("/me", "/me"),
        ("/teammates", "/teammates"),
        ("/accounts", "/accounts"),
        (here, "/accounts/{account_id}"),
        (f"{here}/quota", "/accounts/{account_id}/quota"),
        (f"{here}/ledger", "/accounts/{account_id}/ledger"),
        (f"{here}/friends", "/accounts/{account_id}/friends"),
        (f"{here}/friends/{person.user_id}", "/accounts/{account_id}/friends/{user_id}"),
        (f"{here}/friends/{person.user_id}/messages", "/accounts/{account_id}/friends/{user_id}/messages"),
        (f"{here}/messages/{sent.body['id']}", "/accounts/{account_id}/messages/{message_id}"),
        (f"{here}/templates", "/accounts/{account_id}/templates"),
        (f"{here}/personas", "/accounts/{account_id}/personas"),
        ("/bindings", "/bindings"),
    ]:
        answer = await helper.call("GET", path)
        assert answer.status == 200, answer.text
        operation = document["paths"][PREFIX + template_path]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(answer.body, {**schema, "components": document["components"]})
