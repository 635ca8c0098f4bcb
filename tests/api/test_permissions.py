"""Every route × every role."""

import pytest

from helper.web.api import ROUTES
from helper.web.routes import PREFIX, Route
from tests.api.conftest import ROLES, Helper

OPEN = {"/hello", "/pairings", "/openapi.json", "/events"}
# What the contract gives to whom; a route that is missing here fails the test.
ROLE_OF = {
    ("GET", "/me"): "viewer",
    ("GET", "/teammates"): "admin",
    ("DELETE", "/teammates/{teammate_id}"): "admin",
    ("GET", "/accounts"): "viewer",
    ("GET", "/accounts/{account_id}"): "viewer",
    ("POST", "/accounts"): "admin",
    ("PATCH", "/accounts/{account_id}"): "admin",
    ("DELETE", "/accounts/{account_id}"): "admin",
    ("GET", "/accounts/{account_id}/quota"): "viewer",
    ("POST", "/accounts/{account_id}/quota/refresh"): "operator",
    ("POST", "/accounts/{account_id}/quota/recount"): "admin",
    ("GET", "/accounts/{account_id}/ledger"): "viewer",
    ("GET", "/accounts/{account_id}/friends"): "viewer",
    ("GET", "/accounts/{account_id}/friends/{user_id}"): "viewer",
    ("PATCH", "/accounts/{account_id}/friends/{user_id}"): "operator",
    ("PUT", "/accounts/{account_id}/friends/{user_id}/first-contact"): "operator",
    ("DELETE", "/accounts/{account_id}/friends/{user_id}/first-contact"): "operator",
    ("POST", "/accounts/{account_id}/friends/{user_id}/claim"): "operator",
    ("DELETE", "/accounts/{account_id}/friends/{user_id}/claim"): "operator",
    ("GET", "/accounts/{account_id}/friends/{user_id}/messages"): "viewer",
    ("POST", "/accounts/{account_id}/friends/lookup"): "viewer",
    ("PUT", "/accounts/{account_id}/links/{dashboard}/{member_id}"): "operator",
    ("DELETE", "/accounts/{account_id}/links/{dashboard}/{member_id}"): "operator",
    ("GET", "/bindings"): "viewer",
    ("PUT", "/bindings/{dashboard}/{page_account}"): "operator",
    ("DELETE", "/bindings/{dashboard}/{page_account}"): "operator",
    ("GET", "/accounts/{account_id}/templates"): "viewer",
    ("POST", "/accounts/{account_id}/templates"): "operator",
    ("PUT", "/accounts/{account_id}/templates/{template_id}"): "operator",
    ("DELETE", "/accounts/{account_id}/templates/{template_id}"): "operator",
    ("GET", "/accounts/{account_id}/personas"): "viewer",
    ("POST", "/accounts/{account_id}/personas"): "operator",
    ("PUT", "/accounts/{account_id}/personas/{persona_id}"): "operator",
    ("DELETE", "/accounts/{account_id}/personas/{persona_id}"): "operator",
    ("POST", "/accounts/{account_id}/messages/preview"): "operator",
    ("POST", "/accounts/{account_id}/messages"): "operator",
    ("GET", "/accounts/{account_id}/messages/{message_id}"): "viewer",
    ("DELETE", "/accounts/{account_id}/messages/{message_id}"): "operator",
    ("POST", "/accounts/{account_id}/messages/{message_id}/resolution"): "operator",
}
GUARDED = [route for route in ROUTES if route.path not in OPEN]


def _address(route: Route) -> str:
    path = route.path
    for name in ("account_id", "user_id", "dashboard", "member_id", "page_account", "template_id"):
        path = path.replace(f"{{{name}}}", "0")
    for name in ("persona_id", "message_id", "teammate_id"):
        path = path.replace(f"{{{name}}}", "0")
    return PREFIX + path


def test_the_matrix_names_every_route() -> None:
    assert {(route.method, route.path) for route in GUARDED} == set(ROLE_OF)


def test_only_what_the_contract_opens_is_open() -> None:
    assert {route.path for route in ROUTES if route.role is None} == OPEN


async def test_every_route_asks_for_its_role(helper: Helper) -> None:
    for route in GUARDED:
        needed = ROLES.index(ROLE_OF[route.method, route.path])
        address = _address(route)
        nobody = await helper.call(route.method, address, role=None)
        assert (nobody.status, nobody.body["code"]) == (401, "unauthenticated"), route.path
        for rank, role in enumerate(ROLES):
            answer = await helper.call(route.method, address, role=role)
            refused = answer.status == 403 and answer.body["code"] == "forbidden"
            assert refused == (rank < needed), (route.method, route.path, role, answer.text)
            assert answer.status != 401


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_is_told_to_its_holder(helper: Helper, role: str) -> None:
    answer = await helper.call("GET", "/me", role=role)
    assert (answer.body["name"], answer.body["role"]) == (role, role)
