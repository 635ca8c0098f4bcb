"""What a browser test gets: the browser with the extension, a helper, LINE's side, the dashboards' addresses."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.browser.both import NOT_IN_FIREFOX, why_not_firefox
from tests.browser.chromium import CannotRun, Chromium, browser_path
from tests.browser.firefox import Firefox, firefox_path
from tests.browser.salon import Salon, open_salon
from tests.browser.shop import SALON, Driver, Shop, open_practice, open_real

# Read now: every test starts without ITTSU_… in its environment.
SCREENSHOTS = os.environ.get("ITTSU_SCREENSHOTS")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser, or the reason why there is none: scripts/test.py names it."""
    try:
        return browser_path()
    except CannotRun as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def chromium(
    playwright: Playwright, chromium_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Chromium:
    """Chromium with the extension; scripts/test.py builds it first, so here a missing one is a failure."""
    assert chromium_path
    try:
        return Chromium(playwright, tmp_path_factory.mktemp("built"))
    except CannotRun as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Firefox:
    """Firefox with the extension, or the reason why there is none: scripts/test.py names it."""
    try:
        firefox_path()
    except CannotRun as reason:
        pytest.skip(str(reason))
    try:
        return Firefox(tmp_path_factory.mktemp("built"))
    except CannotRun as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture(scope="session")
def driver(request: pytest.FixtureRequest) -> Driver:
    """The browser of this test; which tests run in which browser says `tests/browser/both.py`."""
    driver: Driver = request.getfixturevalue(request.param)
    return driver


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that opens a shop runs in both browsers, but for the named exceptions."""
    if "driver" in metafunc.fixturenames:
        name = f"{metafunc.module.__name__.rpartition('.')[2]}::{metafunc.function.__name__}"
        kinds = ["chromium"] if why_not_firefox(name) else ["chromium", "firefox"]
        metafunc.parametrize("driver", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two workers share the tests by file and browser: what a file's tests share is opened once."""
    for item in items:
        called = getattr(item, "callspec", None)
        kind = called.params.get("driver", "") if called else ""
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{kind}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what Firefox is not asked, and why."""
    terminalreporter.section("not asked of Firefox")
    for name, reason in NOT_IN_FIREFOX.items():
        terminalreporter.write_line(f"{name}: {reason}")


OpenShop = Callable[..., Shop]


@pytest.fixture
def practice(driver: Driver, tmp_path: Path) -> Iterator[OpenShop]:
    """Opens a helper in practice mode with a browser, as somebody who has just installed it."""
    with contextlib.ExitStack() as stack:

        def open_one(language: str = "ja", **settings: object) -> Shop:
            return stack.enter_context(open_practice(driver, tmp_path, language, **settings))

        yield open_one


@pytest.fixture
def real(driver: Driver, tmp_path: Path) -> Iterator[OpenShop]:
    """Opens a helper that believes in the real LINE, with a browser on the dashboards' own addresses."""
    with contextlib.ExitStack() as stack:

        def open_one(language: str = "ja", **settings: object) -> Shop:
            return stack.enter_context(open_real(driver, tmp_path, language, **settings))

        yield open_one


@pytest.fixture(scope="module")
def shared_salon(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One paired shop for all tests of a file, with 「さくら美容室」 (@sakura) connected; each test its own friends."""
    with open_real(driver, tmp_path_factory.mktemp("salon"), hold_seconds=2) as shop:
        shop.add_account(SALON, "さくら美容室", "@sakura")
        shop.pair_and_close()
        yield shop


@pytest.fixture
def salon_shop(shared_salon: Shop) -> Iterator[Shop]:
    """The shared shop, without pages that an earlier test opened."""
    yield shared_salon
    for page in shared_salon.browser.pages[1:]:
        page.close()


@pytest.fixture
def salon(salon_shop: Shop) -> Salon:
    """A list of friends in Lステップ, not yet confirmed to be the salon's."""
    return open_salon(salon_shop)


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """The folder for pictures: ITTSU_SCREENSHOTS, else a throw-away one."""
    folder = Path(SCREENSHOTS) if SCREENSHOTS else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
