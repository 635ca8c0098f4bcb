"""Any history of clicks, faults, crashes and changes of mind, checked against what LINE truly accepted.

LINE is the stand-in's own platform, reached without a network so that many histories fit; the faults are
those a network and LINE have. Every click has a text of its own, so that what was accepted can be told apart.
"""

import asyncio
import tempfile
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from helper.flows import accounts, friends
from helper.flows.courier import Courier
from helper.flows.desk import Desk, Rules
from helper.flows.quota import take_in
from helper.flows.receive import receive
from helper.flows.send import get, resolve, send, undo
from helper.line.answers import BotInfo, Credentials, ProfileFound, ProfileMissing
from helper.line.channels import LineChannels
from helper.line.signature import sign
from helper.model.delivery import LATE, LEARNING, PUSH_TRIES
from helper.model.message import Message, Sender, SendRequest
from helper.model.outcome import (
    Accepted,
    AlreadyAccepted,
    NotSent,
    Outcome,
    QuotaSpent,
    RateLimited,
    Rejected,
    Unauthorised,
    Unknown,
)
from helper.model.refusal import Refused
from helper.sandbox.app import Sandbox
from helper.sandbox.errors import LineError
from helper.sandbox.occurrences import Occurrence
from helper.sandbox.people import Person
from helper.store.messages import messages_due
from helper.store.quota import current_counter, ledger_sums
from helper.store.sqlite import open_sqlite
from tests.rig import HandClock

TARO = Sender("taro", "太郎")
FAULTS = ["refused", "lost_before", "lost_after", "slow_down", "month", "unauthorised", "rejected"]


class Killed(BaseException):
    """The process died at a named point of an attempt."""


@dataclass
class Acceptance:
    """A message LINE took."""

    text: str
    to: str
    route: str
    at: int


@dataclass
class Network:
    """LINE as one account's client sees it, with faults still to come and the truth kept."""

    sandbox: Sandbox
    clock: HandClock
    faults: list[str] = field(default_factory=list)
    kill: str | None = None
    accepted: list[Acceptance] = field(default_factory=list)
    clock_offset_ms: int = 0

    def forget_token(self) -> None:
        """Tokens play no part here."""

    async def warm(self) -> None:
        """Nor does getting ready."""

    async def profile(self, user_id: str) -> ProfileFound | ProfileMissing:
        person = self.sandbox.platform.account().people[user_id]
        return ProfileMissing() if person.blocked or not person.following else ProfileFound(person.name)

    async def push(self, to: str, messages: list[dict[str, Any]], retry_key: str) -> Outcome:
        account = self.sandbox.platform.account()
        request_id = uuid.uuid4().hex
        body = {"to": to, "messages": messages}
        return self._send(
            "push", to, messages, lambda: self.sandbox.platform.push(account, body, retry_key, request_id)
        )

    async def reply(self, reply_token: str, messages: list[dict[str, Any]]) -> Outcome:
        account = self.sandbox.platform.account()
        token = account.reply_tokens.get(reply_token)
        to = token.person.user_id if token else ""
        body = {"replyToken": reply_token, "messages": messages}
        return self._send("reply", to, messages, lambda: self.sandbox.platform.reply(account, body, None))

    def _send(self, route: str, to: str, messages: list[dict[str, Any]], act: Any) -> Outcome:
        kill, self.kill = self.kill, None
        if kill == "before the call":
            raise Killed
        fault = self.faults.pop(0) if self.faults else None
        match fault:
            case "refused":
                return NotSent("refused")
            case "lost_before":
                return Unknown("time-out")
            case "slow_down":
                return RateLimited("The API rate limit has been exceeded. Try again later.")
            case "month":
                return QuotaSpent("You have reached your monthly limit.")
            case "unauthorised":
                return Unauthorised("Authentication failed")
            case "rejected":
                return Rejected(400, "Failed to send messages")
        outcome = self._act(route, to, messages, act)
        if kill == "after the call":
            raise Killed
        return Unknown("time-out") if fault == "lost_after" else outcome

    def _act(self, route: str, to: str, messages: list[dict[str, Any]], act: Any) -> Outcome:
        try:
            act()
        except LineError as error:
            match error.status:
                case 409:
                    return AlreadyAccepted("again", "first")
                case 429:
                    return QuotaSpent("You have reached your monthly limit.")
                case _:
                    message = str(error.body["message"])
                    return Rejected(
                        error.status, message, invalid_reply_token=message == "Invalid reply token"
                    )
        self.accepted.append(Acceptance(messages[0]["text"], to, route, self.clock.now()))
        return Accepted("first")


class OneNetwork(LineChannels):
    """Every account's client is the one network."""

    def __init__(self, network: Network, clock: HandClock) -> None:
        self.network = network
        super().__init__(cast("Any", None), clock)

    async def client(self, account_id: str) -> Any:
        return self.network


class Histories(RuleBasedStateMachine):
    """One shop with few messages left; what LINE accepted is the judge."""

    QUOTA = 6

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = HandClock()
        self.sandbox = Sandbox(self.clock)
        self.line = self.sandbox.seed("s" * 32)
        self.line.quota = self.QUOTA
        self.line.usage.set(self.clock.now(), 0)
        self.network = Network(self.sandbox, self.clock)
        self.people: list[Person] = []
        self.sent: list[Message] = []
        self.decided: set[str] = set()
        self.runner.run(self._open())

    async def _open(self) -> None:
        credentials = Credentials(self.line.channel_id, self.line.secret)

        async def known(_: str) -> Credentials:
            return credentials

        self.db = await open_sqlite(Path(self.folder.name) / "ittsu.db")
        self.desk = Desk(
            self.db,
            OneNetwork(self.network, self.clock),
            self.clock,
            known,
            lambda: str(uuid.uuid4()),
            "1",
            Rules(),
        )
        info = BotInfo(self.line.bot_user_id, self.line.basic_id, None, self.line.name, None, "chat")
        self.account = (
            await accounts.enrol(self.desk, self.line.channel_id, info, False, self.QUOTA, 0, sandbox=False)
        ).id
        self.courier = Courier(self.desk)

    def teardown(self) -> None:
        try:
            self.come_to_rest()
        finally:
            self.runner.run(self.db.close())
            self.runner.close()
            self.folder.cleanup()

    # --- what happens ---

    def deliver(self, occurrence: Occurrence) -> None:
        self.runner.run(self._deliver(occurrence))

    async def _deliver(self, occurrence: Occurrence) -> None:
        body = orjson.dumps({"destination": self.line.bot_user_id, "events": [occurrence.event]})
        await receive(self.desk, self.account, body, sign(self.line.secret, body))

    @rule(seconds_ago=st.sampled_from([0, 0, 0, 30, 48, 700, 7200]))
    def somebody_follows(self, seconds_ago: int) -> None:
        person = self.sandbox.platform.add_person(self.line, f"友だち{len(self.people)}")
        self.people.append(person)
        self.deliver(self.sandbox.platform.follow(self.line, person, seconds_ago))

    @precondition(lambda self: self.people)
    @rule(data=st.data(), max_cost=st.sampled_from([0, 1, 1]), hold=st.sampled_from([0, 5_000]))
    def somebody_clicks(self, data: st.DataObject, max_cost: int, hold: int) -> None:
        self.click(data.draw(st.sampled_from(self.people)), max_cost, hold)

    def click(self, person: Person, max_cost: int, hold: int) -> None:
        text = f"click {uuid.uuid4()}"
        request = SendRequest(
            person.user_id, max_cost, messages=({"type": "text", "text": text},), hold_ms=hold
        )
        try:
            message, _ = self.runner.run(send(self.desk, self.account, request, text, text, TARO))
        except Refused:
            return
        self.sent.append(message)

    @rule(
        seconds_ago=st.sampled_from([0, 0, 7200]),
        faults=st.lists(st.sampled_from(FAULTS), max_size=3),
        kill=st.sampled_from([None, None, "before the call", "after the call"]),
        max_cost=st.sampled_from([0, 1, 1]),
    )
    def a_click_meets_a_bad_moment(
        self, seconds_ago: int, faults: list[str], kill: str | None, max_cost: int
    ) -> None:
        """The heart of it, at once: somebody new is greeted while the network or the process fails."""
        self.somebody_follows(seconds_ago)
        self.network.faults, self.network.kill = faults, kill
        self.click(self.people[-1], max_cost, 0)
        self.time_passes(1)
        self.time_passes(4)

    @precondition(lambda self: self.sent)
    @rule()
    def somebody_undoes(self) -> None:
        try:
            self.runner.run(undo(self.desk, self.account, self.sent[-1].id))
        except Refused:
            assert self.runner.run(get(self.desk, self.account, self.sent[-1].id)).status != "held"

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def she_writes(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(self.people))
        if not person.blocked:
            self.deliver(self.sandbox.platform.write(self.line, person, "こんにちは"))

    @precondition(lambda self: self.people)
    @rule(data=st.data(), heard=st.booleans())
    def she_blocks(self, data: st.DataObject, heard: bool) -> None:
        person = data.draw(st.sampled_from(self.people))
        if person.following and not person.blocked:
            occurrence = self.sandbox.platform.block(self.line, person)
            if heard:
                self.deliver(occurrence)

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=4))
    def the_network_turns_bad(self, faults: list[str]) -> None:
        self.network.faults = faults

    @rule(point=st.sampled_from(["before the call", "after the call"]))
    def the_process_will_die(self, point: str) -> None:
        self.network.kill = point

    @rule(seconds=st.sampled_from([1, 4, 6, 9, 40, 61, 130, 700]))
    def time_passes(self, seconds: int) -> None:
        for _ in range(min(seconds, 12)):
            self.clock.advance(seconds / min(seconds, 12))
            self.work()

    @rule(count=st.integers(1, 2))
    def others_send(self, count: int) -> None:
        if self.line.usage.counted(self.clock.now()) + count <= self.QUOTA:
            self.sandbox.platform.somebody_else_sent(self.line, count)

    @rule(lag=st.integers(0, 3))
    def line_tells_its_figure(self, lag: int) -> None:
        figure = max(0, self.line.usage.counted(self.clock.now()) - lag)
        self.runner.run(
            self.db.write(lambda tx: take_in(tx, self.account, self.QUOTA, figure, self.clock.now()))
        )

    @rule()
    def somebody_decides_what_is_uncertain(self) -> None:
        """A person who asks the customer decides by the truth."""
        for message in self.all_messages():
            if message.status == "uncertain":
                truth = message.objects[0]["text"] in {one.text for one in self.network.accepted}
                self.runner.run(resolve(self.desk, self.account, message.id, truth, TARO))
                self.decided.add(message.id)

    def work(self) -> None:
        due = self.runner.run(self.db.read(lambda reader: messages_due(reader, self.clock.now(), 50)))
        for item in due:
            try:
                self.runner.run(self.courier.deliver(item))
            except Killed:
                self.desk = replace(self.desk, process_id=str(uuid.uuid4()))
                self.courier = Courier(self.desk)
                self.runner.run(self.courier.take_over())

    # --- what must hold ---

    def all_messages(self) -> list[Message]:
        return [self.runner.run(get(self.desk, self.account, message.id)) for message in self.sent]

    @invariant()
    def no_click_is_accepted_twice_and_no_friend_greeted_twice(self) -> None:
        texts = Counter(one.text for one in self.network.accepted)
        assert all(count == 1 for count in texts.values())
        first = {message.objects[0]["text"] for message in self.sent if message.first_contact}
        greeted = Counter(one.to for one in self.network.accepted if one.text in first)
        assert all(count == 1 for count in greeted.values())

    @invariant()
    def every_status_is_true(self) -> None:
        accepted = {one.text: one for one in self.network.accepted}
        for message in self.all_messages():
            truth = accepted.get(message.objects[0]["text"])
            match message.status:
                case "sent":
                    assert truth is not None
                    assert truth.route == message.route
                case "failed" | "cancelled":
                    assert truth is None
                case "held":
                    assert truth is None
                    assert message.attempts == 0
                case "uncertain":
                    assert message.maybe_accepted

    @invariant()
    def nothing_goes_out_late(self) -> None:
        by_text = {message.objects[0]["text"]: message for message in self.sent}
        for one in self.network.accepted:
            message = by_text[one.text]
            known = self.runner.run(get(self.desk, self.account, message.id))
            limit = LATE + (LEARNING if known.maybe_accepted else PUSH_TRIES)
            assert one.at <= message.hold_until + limit

    @invariant()
    def the_count_is_never_overspent_and_adds_up(self) -> None:
        month = self.runner.run(self.db.read(lambda reader: current_counter(reader, self.account, "2026-11")))
        assert month.spent + month.reserved <= self.QUOTA
        assert month.remaining is not None
        assert month.remaining >= 0
        for row in self.runner.run(self.db.read(lambda reader: ledger_sums(reader, self.account))):
            assert (row["spent"], row["reserved"], row["elsewhere"]) == (
                row["row_spent"],
                row["row_reserved"],
                row["row_elsewhere"],
            )

    def come_to_rest(self) -> None:
        """In the end nothing is under way: each message is settled, or told to a person."""
        self.network.faults, self.network.kill = [], None
        for _ in range(40):
            self.clock.advance(60)
            self.work()
        self.somebody_decides_what_is_uncertain()
        for message in self.all_messages():
            assert message.status in ("sent", "failed", "cancelled"), "nothing is lost silently"
        self.every_status_is_true()
        month = self.runner.run(self.db.read(lambda reader: current_counter(reader, self.account, "2026-11")))
        assert month.reserved == 0
        pushed = sum(one.route == "push" for one in self.network.accepted)
        assert month.spent == pushed
        for person in self.people:
            view = self.runner.run(friends.get(self.desk, self.account, person.user_id))
            first = [m for m in self.all_messages() if m.user_id == person.user_id and m.first_contact]
            holds = any(message.status == "sent" for message in first)
            assert (view.friend.first_contact is not None) == holds


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=40, stateful_step_count=25)
