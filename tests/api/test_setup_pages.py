"""The helper's own pages: what serves them, who gets in by a one-time link, and for how long."""

from datetime import timedelta
from importlib.resources import files

import time_machine

from tests.api.conftest import Helper

NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}


async def _page(helper: Helper, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    async with helper.session.get(f"{helper.daemon.api.url}{path}", headers=headers) as answer:
        return answer.status, await answer.text(), dict(answer.headers)


async def test_a_page_loads_only_what_is_ours(helper: Helper) -> None:
    status, text, headers = await _page(helper, "/setup")
    assert status == 200
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in text
    assert headers["Ittsu-Version"]


async def test_a_link_may_stand_anywhere_but_nothing_else_is_open_to_other_sites(helper: Helper) -> None:
    assert (await _page(helper, "/setup", **NAVIGATES))[0] == 200
    assert (await _page(helper, "/api/v1/hello", **NAVIGATES))[0] == 403
    framed = {**NAVIGATES, "Sec-Fetch-Dest": "iframe"}
    assert (await _page(helper, "/setup", **framed))[0] == 403
    assert (await _page(helper, "/setup", Host="evil.example"))[0] == 403


async def test_only_files_of_the_pages_are_served(helper: Helper) -> None:
    assert (await _page(helper, "/setup/static/setup.js"))[0] == 200
    assert (await _page(helper, "/setup/static/words/shared.ja.json"))[0] == 200
    for path in ("setup.html", "nothing.js", "..%2Fserving.py", "words/..%2F..%2Fserving.py", "secret/x.js"):
        assert (await _page(helper, f"/setup/static/{path}"))[0] == 404, path


async def test_a_link_is_for_who_asked_and_works_once(helper: Helper) -> None:
    made = await helper.call("POST", "/setup-links")
    assert made.status == 201
    address, _, code = made.body["url"].partition("#code=")
    assert address == f"{helper.daemon.api.url}/setup"
    session = {"code": code, "client": {"name": "page", "session": True}}
    paired = await helper.call("POST", "/pairings", session, role=None)
    assert paired.status == 201
    me = await helper.call("GET", "/me")
    assert paired.body["teammate"] == {name: me.body[name] for name in ("id", "name", "role")}
    assert (await helper.call("POST", "/pairings", session, role=None)).status == 403


async def test_only_an_admin_makes_links(helper: Helper) -> None:
    assert (await helper.call("POST", "/setup-links", role="operator")).status == 403
    assert (await helper.call("POST", "/setup-links", role=None)).status == 401


async def test_a_page_ends_after_twelve_hours_and_a_client_does_not(helper: Helper) -> None:
    now = helper.daemon.office.desk.clock.now() / 1000
    bearers = []
    for session in (True, False):
        code = (await helper.daemon.office.pairing.print_admin_code("太郎")).code
        body = {"code": code, "client": {"name": "x", "session": session}}
        paired = await helper.call("POST", "/pairings", body, role=None)
        bearers.append({"Authorization": f"Bearer {paired.body['token']}"})
    for hours, expected in ((11.9, [200, 200]), (12.1, [401, 200])):
        with time_machine.travel(now + timedelta(hours=hours).total_seconds(), tick=True):
            seen = [(await helper.call("GET", "/me", role=None, headers=one)).status for one in bearers]
        assert seen == expected


def test_the_pages_wear_the_extensions_colours_and_controls() -> None:
    """One look for everything that Ittsu draws; a helper from its wheel has no extension's sources to read."""
    from tests.unit.test_repository import ROOT

    static = files("helper.web.pages") / "static"
    for name in ("tokens.css", "dark.css", "controls.css"):
        source = (ROOT / "extension" / "src" / "ui" / name).read_text(encoding="utf-8")
        assert (static / name).read_text(encoding="utf-8") == source, f"copy extension/src/ui/{name}"
