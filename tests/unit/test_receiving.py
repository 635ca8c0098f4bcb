"""Which way suits, which are refused and why, and whose a webhook URL is."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helper.model.receiving import (
    LONGEST_URL,
    WAYS,
    Answers,
    OwnOrigin,
    Way,
    Whose,
    caution,
    has_our_path,
    may_be_set,
    possible,
    recommend,
    whose,
)
from helper.model.receiving_words import (
    CAUTIONS,
    NAMES,
    OWNERS,
    REFUSALS,
    TESTS,
    WHY,
    code_of_test,
    owner_words,
)

ACCOUNT = "1234567890"
RELAY = "https://relay.example.jp"
NOW = OwnOrigin("https://shop.example.jp", 1)
FORMER = OwnOrigin("https://old.example.jp:8443", 1, 2)
ANSWERS = [Answers(tool, on) for tool, on in product((None, False, True), repeat=2)]


@pytest.mark.parametrize(
    ("answers", "way", "why"),
    [
        (Answers(), None, "tool_unanswered"),
        (Answers(always_on=True), None, "tool_unanswered"),
        (Answers(tool=False), "alone", "nothing_beside"),
        (Answers(tool=False, always_on=True), "alone", "nothing_beside"),
        (Answers(tool=False, always_on=False), "relay", "computer_sleeps"),
        (Answers(tool=True), "relay", "tool_goes_on"),
        (Answers(tool=True, always_on=False), "relay", "tool_goes_on"),
        (Answers(tool=True, always_on=True), "relay", "tool_goes_on"),
    ],
)
def test_the_way_that_suits(answers: Answers, way: Way | None, why: str) -> None:
    recommended = recommend(answers)
    assert (recommended.way, recommended.why) == (way, why)


def test_what_is_recommended_is_possible() -> None:
    for answers in ANSWERS:
        way = recommend(answers).way
        assert way is None or possible(way, answers) is None


def test_a_computer_that_may_sleep_never_stands_between_line_and_a_tool() -> None:
    for answers in ANSWERS:
        if answers.always_on is not True:
            assert possible("in_front", answers) == "not_always_on"
        if answers.tool:
            assert possible("alone", answers) == "would_cut_off_tool"


@pytest.mark.parametrize("tool", [None, True])
def test_an_always_on_computer_may_stand_in_front(tool: bool | None) -> None:
    assert possible("in_front", Answers(tool, always_on=True)) is None
    assert caution("in_front", Answers(tool, always_on=True), verified=False) == "one_computer_for_both"


def test_without_another_tool_there_is_nothing_to_stand_behind_or_before() -> None:
    for way in ("behind", "in_front"):
        assert possible(way, Answers(tool=False, always_on=True)) == "no_tool"


def test_without_a_webhook_an_unverified_account_is_told_that_nothing_can_be_sent() -> None:
    assert possible("none", Answers()) is None
    assert caution("none", Answers(), verified=False) == "nothing_can_be_sent"
    assert caution("none", Answers(), verified=True) == "follower_list_only"


def test_everything_has_words_in_both_languages() -> None:
    assert set(NAMES) == set(WAYS)
    used = {recommend(answers).why for answers in ANSWERS}
    assert used == set(WHY)
    every = list(product(WAYS, ANSWERS, (True, False)))
    assert {possible(way, answers) for way, answers, _ in every} - {None} == set(REFUSALS)
    assert {caution(way, answers, verified=ok) for way, answers, ok in every} - {None} == set(CAUTIONS)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (None, "none"),
        ("", "none"),
        (f"https://shop.example.jp/webhook/{ACCOUNT}", "here"),
        (f"https://SHOP.example.jp:443/webhook/{ACCOUNT}/", "here"),
        (f"http://127.0.0.1:8172/webhook/{ACCOUNT}", "here"),
        # Nobody told us of this name, but the path is ours: a proxy of the administrator's.
        (f"https://proxy.example.jp/webhook/{ACCOUNT}", "here"),
        (f"{RELAY}/webhook/{ACCOUNT}", "relay"),
        (f"{RELAY}/webhook/999", "old_tunnel"),
        ("https://shop.example.jp/webhook/999", "old_tunnel"),
        (f"https://old.example.jp:8443/webhook/{ACCOUNT}", "old_tunnel"),
        ("https://old.example.jp:8443/anything", "old_tunnel"),
        (f"https://some-words.trycloudflare.com/webhook/{ACCOUNT}", "old_tunnel"),
        (f"https://salon.tail1234.ts.net/webhook/{ACCOUNT}", "old_tunnel"),
        (f"https://abc.ngrok-free.app/webhook/{ACCOUNT}", "old_tunnel"),
        # A tunnel of somebody else's program.
        ("https://some-words.trycloudflare.com/callback", "other"),
        (f"https://tool.example.jp/webhook/{ACCOUNT}/extra", "other"),
        ("https://tool.example.jp/webhook/999", "other"),
        ("https://manager.linestep.net/callback", "lstep"),
        ("https://step.lme.jp/callback", "lme"),
        ("https://notlme.jp/callback", "other"),
        ("https://lme.jp.example.com/callback", "other"),
        ("nonsense", "other"),
        ("https://[::1", "other"),
    ],
)
def test_whose_a_url_is(url: str | None, expected: str) -> None:
    owner = whose(url, ACCOUNT, (NOW, FORMER), RELAY)
    assert owner.whose == expected
    assert owner_words(owner).ja


def test_a_quick_tunnel_that_runs_now_is_here() -> None:
    url = f"https://some-words.trycloudflare.com/webhook/{ACCOUNT}"
    running = OwnOrigin("https://some-words.trycloudflare.com", 1)
    assert whose(url, ACCOUNT, (running,), None).whose == "here"


def test_every_owner_has_words() -> None:
    assert set(OWNERS) == set(get_args(Whose))


@given(st.text(max_size=60), st.text(max_size=40))
def test_any_text_has_an_owner_and_our_path_is_always_ours(text: str, host: str) -> None:
    for url in (text, f"https://{host}/webhook/{ACCOUNT}"):
        owner = whose(url, ACCOUNT, (NOW, FORMER), RELAY)
        assert owner.whose in OWNERS
        assert not (owner.is_ours and owner.is_a_tools)
        if has_our_path(url, ACCOUNT) and owner.whose != "none":
            assert owner.is_ours or owner.host == url[:100]


@given(st.text(max_size=600))
def test_what_may_be_set_is_https_and_short(url: str) -> None:
    if may_be_set(url):
        assert len(url) <= LONGEST_URL
        assert url.isascii()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://shop.example.jp/webhook/{ACCOUNT}", True),
        ("http://127.0.0.1:8172/webhook/1", True),
        ("http://shop.example.jp/webhook/1", False),
        ("https://name:password@shop.example.jp/webhook/1", False),
        ("https://店.example.jp/webhook/1", False),
        ("https://shop.example.jp/a b", False),
        ("https://shop.example.jp/#a", False),
        ("ftp://shop.example.jp/", False),
        ("https:///webhook/1", False),
        ("https://shop.example.jp/" + "x" * LONGEST_URL, False),
    ],
)
def test_what_may_be_set(url: str, expected: bool) -> None:
    assert may_be_set(url) is expected


@pytest.mark.parametrize(
    ("reason", "status", "code"),
    [
        ("OK", 200, "ok"),
        ("COULD_NOT_CONNECT", None, "could_not_connect"),
        ("REQUEST_TIMEOUT", None, "request_timeout"),
        ("ERROR_STATUS_CODE", 401, "status_401"),
        ("ERROR_STATUS_CODE", 404, "status_404"),
        ("ERROR_STATUS_CODE", 502, "status_5xx"),
        ("ERROR_STATUS_CODE", 530, "status_5xx"),
        ("ERROR_STATUS_CODE", 302, "status_redirect"),
        ("ERROR_STATUS_CODE", 403, "status_other"),
        ("ERROR_STATUS_CODE", None, "unclassified"),
        ("UNCLASSIFIED", None, "unclassified"),
        ("SOMETHING_NEW", None, "unclassified"),
    ],
)
def test_what_lines_test_says_becomes_words(reason: str, status: int | None, code: str) -> None:
    assert code_of_test(reason, status, success=reason == "OK") == code
    assert str(status) in TESTS[code].filled(status=status).ja or "{" not in TESTS[code].ja
