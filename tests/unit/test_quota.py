"""Months in Asia/Tokyo, and what LINE's lagging figure means."""

from dataclasses import replace
from datetime import UTC, datetime

from helper.model.quota import Counter, month_before, month_end, month_of, month_start, reconcile

MID_MONTH = int(datetime(2026, 11, 18, tzinfo=UTC).timestamp() * 1000)
FIRST_HOUR = month_start("2026-11") + 3_600_000


def test_a_month_turns_at_midnight_in_tokyo() -> None:
    last = int(datetime(2026, 11, 30, 14, 59, 59, tzinfo=UTC).timestamp() * 1000)
    assert (month_of(last), month_of(last + 1000)) == ("2026-11", "2026-12")
    assert month_end("2026-11") == last + 1000 == month_start("2026-12")
    assert month_before("2026-01") == "2025-12"
    assert month_end("2026-12") == month_start("2027-01")


def test_remaining_is_what_nobody_has_taken() -> None:
    counter = Counter("2026-11", 200, spent=10, reserved=2, elsewhere=50, floor=20)
    assert counter.remaining == 118
    assert replace(counter, elsewhere=500).remaining == 0
    assert replace(counter, allowance=None).remaining is None


def test_what_others_sent_counts_and_a_lagging_figure_gives_nothing_back() -> None:
    counter = Counter("2026-11", 200, spent=3, elsewhere=13)
    assert reconcile(counter, 20, 0, 5, MID_MONTH).elsewhere == 17
    assert reconcile(counter, 14, 0, 5, MID_MONTH).elsewhere == 13
    assert reconcile(counter, 0, 0, 5, MID_MONTH).elsewhere == 13


def test_own_sends_under_way_are_not_taken_for_others() -> None:
    counter = Counter("2026-11", 200, spent=3, reserved=2, elsewhere=10)
    assert reconcile(counter, 15, 2, None, MID_MONTH).elsewhere == 10


def test_the_old_months_figure_is_ignored_on_the_first_day() -> None:
    fresh = Counter("2026-11", 200)
    stale = reconcile(fresh, 180, 0, 180, FIRST_HOUR)
    assert (stale.elsewhere, stale.lower_seen) == (0, False)
    lower = reconcile(fresh, 2, 0, 180, FIRST_HOUR)
    assert (lower.elsewhere, lower.lower_seen) == (2, True)


def test_on_the_first_day_the_figure_may_fall_later_it_may_not() -> None:
    counter = Counter("2026-11", 200, elsewhere=9, consumption=9, lower_seen=True)
    assert reconcile(counter, 4, 0, 180, FIRST_HOUR).elsewhere == 4
    assert reconcile(counter, 4, 0, 180, MID_MONTH).elsewhere == 9


def test_a_figure_that_lags_behind_our_own_sends_gives_nothing_back_on_the_first_day_either() -> None:
    counter = Counter("2026-11", 63, spent=20, reserved=30, elsewhere=13, consumption=13, lower_seen=True)
    assert reconcile(counter, 13, 30, None, FIRST_HOUR).elsewhere == 13
    assert reconcile(counter, 40, 30, None, FIRST_HOUR).elsewhere == 13
    assert reconcile(counter, 64, 30, None, FIRST_HOUR).elsewhere == 14


def test_after_the_first_day_every_figure_counts() -> None:
    assert reconcile(Counter("2026-11", 200), 190, 0, 180, MID_MONTH).elsewhere == 190
