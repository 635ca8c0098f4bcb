"""Any history of clicks, faults, crashes and changes of mind, checked against what LINE truly accepted."""

import faulthandler
import time
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from helper.flows import friends
from helper.flows.send import undo
from helper.model.message import Sender
from helper.model.quota import month_end, month_of, month_start
from helper.model.refusal import Refused
from tests.properties.at_once import at_once
from tests.properties.judge import OVER, judge, judge_at_rest, this_month, uncertain_may_stay
from tests.properties.network import FAULTS, KILLS
from tests.properties.small_shop import SmallShop
from tests.rig import JIRO, START, TARO

DAY = 86_400
MINUTES_BEFORE_MIDNIGHT = (0.05, 3, 120)
faults_to_come = st.lists(st.sampled_from(FAULTS), max_size=3)
kills = st.sampled_from([None, None, *KILLS])
costs = st.sampled_from([0, 1, 1])
teammates = st.sampled_from([TARO, JIRO])
T = TypeVar("T")


def one_of(data: st.DataObject, things: Sequence[T]) -> T:
    """One of them, by its number: a falsifying history stays readable."""
    return things[data.draw(st.integers(0, len(things) - 1))]


class Histories(RuleBasedStateMachine):
    """One shop with few messages left, two teammates, and everything that can go wrong."""

    tally: ClassVar[Counter[str]] = Counter()

    @initialize(
        start=st.sampled_from([None, None, *MINUTES_BEFORE_MIDNIGHT]),
        lag=st.sampled_from([0, 0, 60, 3600, 6 * 3600, 20 * 3600]),
        floor=st.sampled_from([0, 0, 1]),
    )
    def open_the_shop(self, start: float | None, lag: int, floor: int) -> None:
        moment = START if start is None else month_end(month_of(START)) - round(start * 60_000)
        self.shop = SmallShop(moment, lag, floor)

    def teardown(self) -> None:
        shop = getattr(self, "shop", None)
        if shop is None:
            return
        try:
            self.come_to_rest()
            judge_at_rest(shop)
            self.count()
        finally:
            shop.close()

    # --- friends ---

    @rule(
        seconds_ago=st.sampled_from([0, 0, 0, 30, 48, 700, 7200]), heard=st.sampled_from([True, True, False])
    )
    def somebody_follows(self, seconds_ago: int, heard: bool) -> None:
        self.shop.follows(seconds_ago, heard)

    @precondition(lambda self: self.shop.occurrences)
    @rule(data=st.data())
    def line_delivers_again(self, data: st.DataObject) -> None:
        self.shop.redelivers(one_of(data, self.shop.occurrences))

    @precondition(lambda self: self.shop.people)
    @rule(data=st.data(), what=st.sampled_from(["writes", "taps", "blocks", "blocks unheard"]))
    def she(self, data: st.DataObject, what: str) -> None:
        person = one_of(data, self.shop.people)
        platform, line = self.shop.sandbox.platform, self.shop.line
        if person.blocked or not person.following:
            self.shop.deliver(platform.follow(line, person))
        elif what == "writes":
            self.shop.writes(person)
        elif what == "taps":
            self.shop.deliver(platform.postback(line, person, "menu"))
        else:
            left = platform.block(line, person)
            if what == "blocks":
                self.shop.deliver(left)

    # --- teammates ---

    @precondition(lambda self: self.shop.people)
    @rule(
        data=st.data(),
        max_cost=costs,
        hold=st.sampled_from([0, 5_000]),
        teammate=teammates,
        override=st.sampled_from([None, None, "she asked for it"]),
    )
    def somebody_clicks(
        self, data: st.DataObject, max_cost: int, hold: int, teammate: Sender, override: str | None
    ) -> None:
        person = one_of(data, self.shop.people)
        self.shop.clicks_on(person, max_cost, hold, teammate, override)

    @precondition(lambda self: self.shop.people)
    @rule(data=st.data(), max_cost=costs)
    def both_click_at_once(self, data: st.DataObject, max_cost: int) -> None:
        person = one_of(data, self.shop.people)
        taken = [self.shop.clicks_on(person, max_cost, 5_000, teammate) for teammate in (TARO, JIRO)]
        if None not in taken:
            assert self.shop.friend(person).friend.has_written, "two first contacts were taken"

    @precondition(lambda self: self.shop.clicks)
    @rule(data=st.data())
    def a_lost_answer_is_asked_for_again(self, data: st.DataObject) -> None:
        self.shop.clicks_again(one_of(data, self.shop.clicks))

    @precondition(lambda self: self.shop.people)
    @rule(data=st.data(), what=st.sampled_from(["claims", "lets go", "marks", "unmarks"]))
    def a_colleague(self, data: st.DataObject, what: str) -> None:
        shop, person = self.shop, one_of(data, self.shop.people)
        desk, account, user_id = shop.desk, shop.account, person.user_id
        try:
            match what:
                case "claims":
                    at_once(friends.claim(desk, account, user_id, JIRO))
                case "lets go":
                    at_once(friends.unclaim(desk, account, user_id, JIRO))
                case "marks":
                    view = at_once(friends.mark_contacted(desk, account, user_id, "other", JIRO))
                    contact = view.friend.first_contact
                    assert contact is not None
                    if contact.message_id is None:
                        shop.marked.add(user_id)
                case "unmarks":
                    at_once(friends.unmark_contacted(desk, account, user_id))
                    shop.marked.discard(user_id)
        except Refused as refused:
            shop.tally[f"refused {refused.code}"] += 1

    @precondition(lambda self: self.shop.clicks)
    @rule()
    def somebody_undoes(self) -> None:
        click = self.shop.clicks[-1]
        try:
            at_once(undo(self.shop.desk, self.shop.account, click.message.id))
        except Refused:
            assert self.shop.message(click).status != "held"

    @rule()
    def somebody_decides_what_is_uncertain(self) -> None:
        self.shop.decides()

    # --- bad moments ---

    @rule(
        seconds_ago=st.sampled_from([0, 0, 7200]),
        faults=faults_to_come,
        kill=kills,
        max_cost=costs,
        down=st.sampled_from([0, 0, 30, 60, 700, 7200]),
    )
    def a_click_meets_a_bad_moment(
        self, seconds_ago: int, faults: list[str], kill: str | None, max_cost: int, down: int
    ) -> None:
        """The heart of it, at once: somebody new is greeted while the network or the process fails."""
        person = self.shop.follows(seconds_ago)
        self.shop.network.faults, self.shop.network.kill, self.shop.stays_down = faults, kill, down
        self.shop.clicks_on(person, max_cost, 0)
        self.shop.passes(1, 1)
        self.shop.passes(4, 1)

    @rule(
        seconds_ago=st.sampled_from([0, 7200]),
        what=st.sampled_from(["writes", "blocks", "undone", "restart", "sleep", "follows again"]),
    )
    def something_happens_in_the_hold(self, seconds_ago: int, what: str) -> None:
        shop = self.shop
        person = shop.follows(seconds_ago)
        click = shop.clicks_on(person, 1, 5_000)
        if click is None:
            return
        shop.passes(2, 1)
        ends: dict[str, tuple[str, str | None]] = {}
        match what:
            case "writes":
                shop.writes(person)
                ends = {"cancelled": ("friend_wrote", None)}
            case "blocks":
                shop.deliver(shop.sandbox.platform.block(shop.line, person))
                ends = {"failed": ("friend_blocked", None)}
            case "undone":
                at_once(undo(shop.desk, shop.account, click.message.id))
                ends = {"cancelled": ("", None)}
            case "restart":
                shop.restarts()
            case "sleep":
                shop.sleeps(3)
                ends = {"cancelled": ("expired", None)}
            case "follows again":
                shop.redelivers(shop.occurrences[-1])
        shop.passes(8, 4)
        message = shop.message(click)
        if ends:
            assert message.status in ends
            assert (message.error_code or "") == ends[message.status][0]

    @rule(
        seconds_before=st.sampled_from([0, 1, 3, 6]),
        hold=st.sampled_from([0, 5_000]),
        faults=faults_to_come,
        kill=kills,
        down=st.sampled_from([0, 10, 7200]),
    )
    def the_month_ends_under_a_send(
        self, seconds_before: int, hold: int, faults: list[str], kill: str | None, down: int
    ) -> None:
        """A push just before midnight in Tokyo: held over it, or attempted before and answered after."""
        shop = self.shop
        midnight = month_end(shop.month)
        if midnight - shop.clock.now() > DAY * 1000:
            shop.clock.go_to(midnight - DAY * 500)
            shop.work()
        shop.clock.go_to(midnight - seconds_before * 1000 - 500)
        shop.work()
        person = shop.follows(7200)
        shop.network.faults, shop.network.kill, shop.stays_down = faults, kill, down
        shop.clicks_on(person, 1, hold)
        shop.passes(16, 16)
        shop.tally["midnights"] += 1

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4), profiles_fail=st.booleans())
    def the_network_turns_bad(self, faults: list[str], profiles_fail: bool) -> None:
        self.shop.network.faults, self.shop.network.profiles_fail = faults, profiles_fail

    @rule(point=st.sampled_from(KILLS), down=st.sampled_from([0, 50, 700]))
    def the_process_will_die(self, point: str, down: int) -> None:
        self.shop.network.kill, self.shop.stays_down = point, down

    @rule()
    def the_process_is_started_anew(self) -> None:
        self.shop.restarts()

    # --- time and the count ---

    @rule(seconds=st.sampled_from([1, 4, 6, 9, 40, 61, 130, 700]))
    def time_passes(self, seconds: int) -> None:
        self.shop.passes(seconds, min(seconds, 12))

    @rule(hours=st.sampled_from([1, 9, 26]))
    def the_computer_sleeps(self, hours: int) -> None:
        self.shop.sleeps(hours)

    @rule(count=st.integers(1, 2))
    def others_send(self, count: int) -> None:
        self.shop.others_send(count)

    @rule()
    def line_tells_its_figure(self) -> None:
        before = this_month(self.shop).remaining
        self.shop.line_tells()
        after = this_month(self.shop).remaining
        assert before is not None
        assert after is not None
        first_day = self.shop.clock.now() < month_start(self.shop.month) + DAY * 1000
        if not (first_day and self.shop.figure_fell()):
            assert after <= before, "a late figure has given messages back"

    @invariant()
    def everything_that_holds_at_every_moment(self) -> None:
        if hasattr(self, "shop"):
            judge(self.shop)

    def come_to_rest(self) -> None:
        """The network is well, time passes, and a person decides the rest."""
        shop = self.shop
        shop.network.calm()
        shop.passes(40 * 60, 40)
        shop.passes(15 * 3600, 30)
        for click, message in zip(shop.clicks, shop.messages(), strict=True):
            assert message.status in (*OVER, "uncertain"), "still under way after hours"
            if message.status == "uncertain":
                assert uncertain_may_stay(shop, message, click.text), "a doubt that could be cleared up"
        shop.decides()

    def count(self) -> None:
        """Figures for the report."""
        tally, shop = type(self).tally, self.shop
        tally.update(shop.tally)
        tally["histories"] += 1
        tally["attempts"] += len(shop.network.attempts)
        tally.update(f"accepted {one.route}" for one in shop.network.accepted)
        tally.update(f"ended {message.status}" for message in shop.messages())


def test_histories(pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred and fifty histories, the same on every run; with --histories=N so many others (--hypothesis-seed)."""
    wanted = int(pytestconfig.getoption("histories", default=0))
    if wanted:
        faulthandler.cancel_dump_traceback_later()  # it is not a test that hangs
    many = settings(max_examples=wanted, derandomize=False, database=None) if wanted else settings()
    Histories.tally.clear()
    started = time.monotonic()
    run_state_machine_as_test(
        Histories, settings=settings(many, max_examples=wanted or 150, stateful_step_count=25)
    )
    if wanted:
        with capsys.disabled():
            print(f"\n{time.monotonic() - started:.0f} s, {dict(sorted(Histories.tally.items()))}")
