"""What Firefox is not asked, and why: the one list. Every other test that opens a shop runs in both browsers."""

_NO_JUDGEMENT = (
    "Firefox does not tell what is painted over an element (no IntersectionObserver v2); see SECURITY.md"
)
_DEVTOOLS = "watches over Chromium's own protocol"

_OWN_PAGES = "a page of the helper's own, with nothing of the extension in it; test_setup_shell runs in both"

# By module, or by module::test.
NOT_IN_FIREFOX = {
    "test_lstep::test_a_row_under_something_that_lets_clicks_through_does_nothing": _NO_JUDGEMENT,
    "test_lstep::test_a_row_that_the_page_fades_does_nothing": _NO_JUDGEMENT,
    "test_hostile_page": _NO_JUDGEMENT,
    "test_language::test_any_other_browser_is_spoken_to_in_japanese": "only its Japanese and English are installed",
    "test_accessible": "axe-core judges what is drawn once, in Chromium",
    "test_nothing_reaches_the_page": _DEVTOOLS,
    "test_own_page::test_what_was_pointed_at_leaves_by_a_file_and_comes_back": "BiDi gives no file to a page",
    "test_dock::test_place_and_height_are_remembered": "BiDi does not let the pointer leave the window",
    "test_dock::test_the_shortcut_opens_the_dock_and_escape_leads_back": _DEVTOOLS,
    "test_setup_connect": _OWN_PAGES,
    "test_setup_receive": _OWN_PAGES,
    "test_setup_checks": _OWN_PAGES,
    "test_setup_friends": _OWN_PAGES,
    "test_setup_senders": _OWN_PAGES,
    "test_pictures": "pictures are taken once, in Chromium",
}


def why_not_firefox(test: str) -> str | None:
    """The reason why `module::test` is left to Chromium; None when it is not."""
    return NOT_IN_FIREFOX.get(test) or NOT_IN_FIREFOX.get(test.partition("::")[0])
