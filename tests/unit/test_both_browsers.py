"""The list of what Firefox is not asked names tests that exist: a renamed test must not leave a dead entry."""

import re
from pathlib import Path

from tests.browser.both import NOT_IN_FIREFOX, why_not_firefox

TESTS = Path(__file__).resolve().parents[1] / "browser"


def test_every_entry_is_a_test_that_exists() -> None:
    for name, reason in NOT_IN_FIREFOX.items():
        module, _, function = name.partition("::")
        text = (TESTS / f"{module}.py").read_text("utf-8")
        assert not function or re.search(rf"^def {function}\(", text, re.MULTILINE), name
        assert reason


def test_what_is_not_named_runs_in_both() -> None:
    assert why_not_firefox("test_first_message::test_one_click_sends_one_free_reply") is None
    assert why_not_firefox("test_hostile_page::test_whatever") is not None
