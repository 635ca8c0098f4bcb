"""Every route × every role."""

import pytest
from aiohttp import web

from helper.web.api import ROUTES
from helper.web.routes import PREFIX, Route
from tests.api.conftest import ROLES, Helper

OPEN = {"/hello", "/pairings", "/openapi.json", "/events"}
# What the contract gives to whom; a route that is missing here fails the test.
ROLE_OF = {
    ("GET", "/me"): "viewer",
    ("GET", "/teammates"): "admin",
    ("DELETE", "/teammates/{teammate_id}"): "admin",
    ("GET", "/practice"): "viewer",
    ("POST", "/icons"): "operator",
    ("GET", "/icons/address"): "viewer",
    ("POST", "/icons/check"): "operator",
    ("GET", "/checks"): "admin",
    ("GET", "/tunnel"): "admin",
    ("PUT", "/tunnel"): "admin",
    ("DELETE", "/tunnel"): "admin",
    ("DELETE", "/accounts/{account_id}/missed"): "operator",
    ("POST", "/setup-links"): "admin",
    ("GET", "/accounts"): "viewer",
    ("GET", "/accounts/{account_id}"): "viewer",
    ("POST", "/accounts/{account_id}/recheck"): "admin",
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
    ("DELETE", "/accounts/{account_id}/friends/{user_id}"): "admin",
    ("PUT", "/accounts/{account_id}/friends/{user_id}/first-contact"): "operator",
    ("DELETE", "/accounts/{account_id}/friends/{user_id}/first-contact"): "operator",
    ("POST", "/accounts/{account_id}/friends/{user_id}/claim"): "operator",
    ("DELETE", "/accounts/{account_id}/friends/{user_id}/claim"): "operator",
    ("GET", "/accounts/{account_id}/friends/{user_id}/messages"): "viewer",
    ("GET", "/accounts/{account_id}/unanswered"): "viewer",
    ("PUT", "/accounts/{account_id}/friends/{user_id}/answered"): "operator",
    ("DELETE", "/accounts/{account_id}/friends/{user_id}/answered"): "operator",
    ("GET", "/accounts/{account_id}/exports/friends"): "admin",
    ("GET", "/accounts/{account_id}/exports/history"): "admin",
    ("GET", "/accounts/{account_id}/exports/ledger"): "admin",
    ("GET", "/accounts/{account_id}/imports"): "viewer",
    ("POST", "/accounts/{account_id}/imports"): "admin",
    ("POST", "/accounts/{account_id}/imports/preview"): "admin",
    ("POST", "/accounts/{account_id}/imports/file"): "admin",
    ("GET", "/accounts/{account_id}/imports/file"): "viewer",
    ("DELETE", "/accounts/{account_id}/imports/file"): "admin",
    ("DELETE", "/accounts/{account_id}/imports"): "admin",
    ("POST", "/accounts/{account_id}/friends/lookup"): "viewer",
    ("PUT", "/accounts/{account_id}/links/{dashboard}/{member_id}"): "operator",
    ("DELETE", "/accounts/{account_id}/links/{dashboard}/{member_id}"): "operator",
    ("POST", "/accounts/{account_id}/links/proposals"): "operator",
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
    ("GET", "/accounts/{account_id}/receiving"): "admin",
    ("PUT", "/accounts/{account_id}/receiving"): "admin",
    ("POST", "/accounts/{account_id}/webhook/test"): "admin",
    ("PUT", "/accounts/{account_id}/webhook"): "admin",
    ("POST", "/accounts/{account_id}/webhook/restore"): "admin",
    ("GET", "/relay"): "viewer",
    ("POST", "/relay"): "admin",
    ("DELETE", "/relay"): "admin",
    ("GET", "/accounts/{account_id}/greeting"): "viewer",
    ("PUT", "/accounts/{account_id}/greeting"): "admin",
    ("DELETE", "/accounts/{account_id}/greeting"): "operator",
    ("DELETE", "/accounts/{account_id}/friends/{user_id}/greeting"): "operator",
}
PAGES = {
    ("GET", "/setup"),
    ("GET", "/setup/static/{name}"),
    ("GET", "/setup/static/{folder}/{name}"),
}
"""Hold nothing: what they show they ask the API for."""
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


async def test_the_matrix_names_everything_that_is_served(helper: Helper) -> None:
    """Also what was put into the application past the list of routes."""
    application = helper.daemon.api.runner.app
    served = {(route.method, _canonical(route)) for route in application.router.routes()}
    declared = {(method, PREFIX + path) for method, path in ROLE_OF}
    assert served == PAGES | declared | {
        (route.method, PREFIX + route.path) for route in ROUTES if route.path in OPEN
    }


def _canonical(route: web.AbstractRoute) -> str:
    assert route.resource is not None
    return route.resource.canonical


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


async def test_no_route_knows_a_token_that_is_none(helper: Helper) -> None:
    """Revoked, cut off, of another spelling, or only the id of one: on every route the same 401, and no more."""
    admin = await helper.paired("admin")
    gone = await helper.paired("花子", "admin")
    assert (await helper.call("DELETE", f"/teammates/{gone['teammate']['id']}")).status == 204
    wrong = [
        f"Bearer {gone['token']}",
        f"Bearer {admin['token'][:-1]}",
        f"Bearer {admin['token']}x",
        f"Bearer {admin['token'].swapcase()}",
        f"Bearer {admin['token_id']}",
        f"Bearer {admin['proof_key']}",
        f"Basic {admin['token']}",
        admin["token"],
        "Bearer",
        "Bearer ' OR 1=1 --",
    ]
    for route in GUARDED:
        for authorization in wrong:
            headers = {"Authorization": authorization}
            answer = await helper.call(route.method, _address(route), role=None, headers=headers)
            said = (answer.status, answer.body["code"], answer.headers["WWW-Authenticate"])
            assert said == (401, "unauthenticated", "Bearer"), (route.path, authorization)
    assert (await helper.call("GET", "/me")).status == 200


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_is_told_to_its_holder(helper: Helper, role: str) -> None:
    answer = await helper.call("GET", "/me", role=role)
    assert (answer.body["name"], answer.body["role"]) == (role, role)
