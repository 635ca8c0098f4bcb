"""What the built extension may do, and who may speak to it: as little as it needs, in both builds."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chromium import CannotRun, built

pytestmark = pytest.mark.browser

DASHBOARDS = {
    "https://chat.line.biz/*",
    "https://manager.line.biz/*",
    "https://manager.linestep.net/*",
    "https://step.lme.jp/*",
}
LOCAL = {"http://127.0.0.1/*", "http://localhost/*"}
PRACTICE = {
    f"http://{name}/demo/{page}/*" for name in ("127.0.0.1", "localhost") for page in ("chat", "list")
}


@pytest.fixture(params=["chrome-mv3", "firefox-mv3"])
def build(request: pytest.FixtureRequest) -> Path:
    try:
        return built(str(request.param))
    except CannotRun as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture
def manifest(build: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((build / "manifest.json").read_text("utf-8"))
    return read


def test_it_may_do_what_it_needs_and_no_more(manifest: dict[str, Any]) -> None:
    assert set(manifest["permissions"]) == {"storage", "alarms", "scripting"}
    assert set(manifest["host_permissions"]) == DASHBOARDS | LOCAL
    # Asked for when the person switches notifications on.
    assert manifest.get("optional_permissions") == ["notifications"]
    # One host at a time, each after the person was told why: tests/browser/test_own_page.py.
    assert manifest["optional_host_permissions"] == ["https://*/*"]


def test_no_page_and_no_other_extension_can_reach_into_it(manifest: dict[str, Any], build: Path) -> None:
    assert not manifest.get("web_accessible_resources")
    assert not manifest.get("externally_connectable")
    scripts = "".join(path.read_text("utf-8") for path in build.rglob("*.js"))
    assert "onConnect" in scripts
    for listener in ("onConnectExternal", "onMessageExternal", "onUserScriptConnect", "onUserScriptMessage"):
        assert f"{listener}.addListener" not in scripts


def test_its_own_pages_run_nothing_but_its_own_scripts(manifest: dict[str, Any]) -> None:
    policy = dict(
        part.strip().split(" ", 1)
        for part in manifest["content_security_policy"]["extension_pages"].split(";")
    )
    assert policy["default-src"] == policy["script-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    allowed = set(policy["connect-src"].split())
    assert all(place == "'self'" or "//127.0.0.1:" in place or "//localhost:" in place for place in allowed)


def test_its_script_runs_on_dashboards_in_the_top_frame_only(manifest: dict[str, Any]) -> None:
    (script,) = manifest["content_scripts"]
    assert set(script["matches"]) == DASHBOARDS | PRACTICE
    assert not script.get("all_frames")
    assert not script.get("match_about_blank")
    assert not script.get("match_origin_as_fallback")
    # In a world of its own: the page's scripts and ours share the document only.
    assert script.get("world", "ISOLATED") == "ISOLATED"
