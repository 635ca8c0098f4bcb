"""When a silence is unusual, and what is wrong at LINE."""

import pytest

from helper.model.receiving import Owner, Receiving
from helper.model.watch import (
    DAY,
    LATELY,
    TROUBLES,
    WATCHED_ENOUGH,
    Missed,
    Watched,
    absence,
    told,
    trouble_at_line,
)

HOUR = 3_600_000
OURS = Receiving("1", way="alone", wanted_url="https://salon.example.jp/webhook/1")


def busy(hours: int) -> Watched:
    """An account that hears from somebody at least so often, for two weeks."""
    watched = Watched("1", 0)
    for at in range(0, 14 * DAY, hours * HOUR):
        watched = watched.heard(at)
    return watched


def test_a_busy_account_is_missed_after_a_day_and_a_quiet_one_later() -> None:
    last = busy(2).last_at or 0
    assert not busy(2).is_silent(last + 23 * HOUR)
    assert busy(2).is_silent(last + 25 * HOUR)
    quiet = busy(24)
    assert not quiet.is_silent((quiet.last_at or 0) + 90 * HOUR)
    assert quiet.is_silent((quiet.last_at or 0) + 97 * HOUR)


def test_nothing_is_told_before_anybody_knows_what_is_usual() -> None:
    assert not Watched("1", 0).is_silent(60 * DAY)
    fresh = Watched("1", 0).heard(1).heard(HOUR)
    assert not fresh.is_silent(WATCHED_ENOUGH - 1)


def test_a_time_in_which_nobody_was_here_tells_nothing() -> None:
    watched = busy(2)
    last = watched.last_at or 0
    asleep = watched.without(Missed(last + HOUR, last + 3 * DAY))
    assert not asleep.is_silent(last + 3 * DAY + 23 * HOUR)
    assert asleep.heard(last + 3 * DAY).longest_gap == watched.longest_gap
    assert asleep.heard(last + 3 * DAY).away == 0
    assert watched.is_silent(last + 3 * DAY)
    assert watched.heard(last + 3 * DAY).longest_gap == 3 * DAY


def test_how_busy_it_was_long_ago_does_not_count() -> None:
    watched = Watched("1", 0).heard(1).heard(10 * DAY)
    assert watched.longest_gap > 9 * DAY
    at = 10 * DAY
    while at < 10 * DAY + LATELY + DAY:
        at += HOUR
        watched = watched.heard(at)
    assert watched.longest_gap == HOUR


@pytest.mark.parametrize(
    ("whose", "active", "expected"),
    [
        ("here", True, None),
        ("here", False, "webhook_off"),
        ("relay", True, None),
        ("none", False, "webhook_unset"),
        ("old_tunnel", True, "webhook_old_tunnel"),
        ("lstep", True, "webhook_elsewhere"),
        ("other", True, "webhook_elsewhere"),
    ],
)
def test_what_is_wrong_at_line(whose, active: bool, expected: str | None) -> None:  # type: ignore[no-untyped-def]
    assert trouble_at_line(OURS, Owner(whose, "x"), active=active) == expected
    assert expected is None or expected in TROUBLES


@pytest.mark.parametrize("way", [None, "none", "behind"])
def test_nobody_is_nagged_who_is_not_received_by_us(way) -> None:  # type: ignore[no-untyped-def]
    for whose in ("none", "other", "old_tunnel"):
        assert trouble_at_line(Receiving("1", way=way), Owner(whose, "x"), active=True) is None


def test_a_set_up_that_is_not_finished_is_no_trouble() -> None:
    assert trouble_at_line(Receiving("1", way="alone"), Owner("lstep", "x"), active=True) is None


def test_only_an_absence_of_minutes_is_told() -> None:
    assert absence(None, DAY) is None
    assert absence(DAY, DAY + 119_000) is None
    missed = absence(DAY, DAY + 121_000)
    assert missed is not None
    assert (missed.since, missed.until) == (DAY, DAY + 121_000)


def test_of_many_naps_the_longest_of_the_last_day_are_told_in_order() -> None:
    night = Missed(DAY - 9 * HOUR, DAY - HOUR)
    naps = [Missed(DAY + at * HOUR, DAY + at * HOUR + (at + 3) * 60_000) for at in range(5)]
    assert told([night, *naps], DAY + 6 * HOUR) == (night, naps[3], naps[4])
    assert told([night], night.until + DAY + 1) == ()
