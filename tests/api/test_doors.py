"""Who may knock at the API's door."""

import pytest

from tests.api.conftest import EXTENSION, Helper


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "LOCALHOST:{port}"])
async def test_the_computers_own_names_are_let_in(helper: Helper, host: str) -> None:
    port = helper.daemon.api.port
    answer = await helper.call("GET", "/me", headers={"Host": host.format(port=port)})
    assert answer.status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.nip.io:{port}",
        "127.0.0.1:1",
        "192.168.0.5:{port}",
        "a b",
        "",
    ],
)
async def test_a_foreign_or_rebound_name_is_refused(helper: Helper, host: str) -> None:
    answer = await helper.call("GET", "/me", headers={"Host": host.format(port=helper.daemon.api.port)})
    assert (answer.status, answer.body["code"]) == (403, "host_refused")


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost:1", "null", "https://127.0.0.1", "file://", EXTENSION],
)
async def test_pages_and_other_extensions_are_refused(helper: Helper, origin: str) -> None:
    answer = await helper.call("GET", "/me", headers={"Origin": origin})
    assert (answer.status, answer.body["code"]) == (403, "origin_refused")


async def test_our_own_origin_is_let_in(helper: Helper) -> None:
    answer = await helper.call("GET", "/me", headers={"Origin": helper.api})
    assert answer.status == 200


async def test_a_token_works_for_the_extension_it_was_paired_from_and_for_no_other(helper: Helper) -> None:
    token = (await helper.paired("hanako", "operator", origin=EXTENSION))["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await helper.call("GET", "/me", role=None, headers=bearer)).status == 200
    assert (await helper.call("GET", "/me", role=None, headers={**bearer, "Origin": EXTENSION})).status == 200
    other = {**bearer, "Origin": "chrome-extension://" + "b" * 32}
    answer = await helper.call("POST", "/accounts/1/messages/preview", {}, role=None, headers=other)
    assert (answer.status, answer.body["code"]) == (403, "origin_refused")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "bogus"])
async def test_requests_from_other_sites_are_refused(helper: Helper, site: str) -> None:
    answer = await helper.call("GET", "/hello", role=None, headers={"Sec-Fetch-Site": site})
    assert (answer.status, answer.body["code"]) == (403, "site_refused")


@pytest.mark.parametrize("site", ["none", "same-origin"])
async def test_requests_the_browser_makes_for_us_are_let_in(helper: Helper, site: str) -> None:
    assert (await helper.call("GET", "/hello", role=None, headers={"Sec-Fetch-Site": site})).status == 200


async def test_no_page_is_ever_given_leave_to_read(helper: Helper) -> None:
    headers = {"Origin": EXTENSION, "Access-Control-Request-Method": "POST"}
    for method, path in [("OPTIONS", "/pairings"), ("GET", "/hello"), ("GET", "/nothing")]:
        answer = await helper.call(method, path, role=None, headers=headers)
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
