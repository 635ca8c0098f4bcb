"""Whatever happened before and after an erasing: her traces are gone, the books balance, nobody is greeted twice."""

import asyncio
import tempfile
import uuid
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from helper.flows import friends
from helper.flows.forgetting import finish, forget
from helper.flows.links import link
from helper.flows.receive import receive
from helper.line.signature import sign
from helper.model.message import Message
from helper.model.refusal import Refused
from helper.sandbox.occurrences import Occurrence
from helper.sandbox.people import Person
from helper.store.sightings import save_profile
from tests.rig import TARO, Shop, open_shop


class Customers(RuleBasedStateMachine):
    """One shop; the stand-in's phones and the bytes of the database's files are the judges."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.folder = tempfile.TemporaryDirectory()
        self.shop: Shop = self.runner.run(self.stack.enter_async_context(open_shop(Path(self.folder.name))))
        self.people: list[Person] = []
        self.events: list[tuple[Person, Occurrence]] = []
        self.clicks: list[tuple[Person, Message]] = []
        self.traces: dict[str, list[str]] = {}
        """What we were told or wrote of each person since the last erasing."""
        self.erased: list[str] = []
        """Traces that must not be found any more."""
        self.gone: set[str] = set()
        """Ids of people who are erased and have not come back."""
        self.erased_at: dict[str, int] = {}

    def teardown(self) -> None:
        try:
            self.runner.run(self._finish())
            assert self.found([*self.erased, *self.gone]) == []
        finally:
            self.runner.run(self.stack.aclose())
            self.runner.close()
            self.folder.cleanup()

    async def _finish(self) -> None:
        assert await finish(self.shop.desk)

    def found(self, words: list[str]) -> list[str]:
        database = self.shop.database
        raw = b"".join(file.read_bytes() for file in (database, Path(f"{database}-wal")) if file.exists())
        return [word for word in words if word.encode() in raw]

    def deliver(self, person: Person, occurrence: Occurrence, *, again: bool = False) -> None:
        shop = self.shop
        event = {**occurrence.event, "deliveryContext": {"isRedelivery": again}}
        body = orjson.dumps({"destination": shop.line.bot_user_id, "events": [event]})
        self.runner.run(receive(shop.desk, shop.id, body, sign(shop.line.secret, body)))

    def trace(self, person: Person, what: str) -> str:
        """Something unmistakable that will be known of her."""
        said = f"{what}{uuid.uuid4().hex}"
        self.traces.setdefault(person.user_id, []).append(said)
        return said

    def happens(self, person: Person, occurrence: Occurrence) -> None:
        self.events.append((person, occurrence))
        self.deliver(person, occurrence)
        self.gone.discard(person.user_id)
        self.shop.clock.advance(1)

    # --- what happens ---

    @rule(seconds_ago=st.sampled_from([0, 0, 7200]))
    def somebody_follows(self, seconds_ago: int) -> None:
        platform, line = self.shop.sandbox.platform, self.shop.line
        person = platform.add_person(line, "名無し")
        self.people.append(person)
        self.happens(person, platform.follow(line, person, seconds_ago))

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def somebody_follows_again(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(self.people))
        self.happens(person, self.shop.sandbox.platform.follow(self.shop.line, person))

    @precondition(lambda self: self.people)
    @rule(data=st.data(), heard=st.booleans(), length=st.sampled_from([1, 40, 200]))
    def somebody_writes(self, data: st.DataObject, heard: bool, length: int) -> None:
        person = data.draw(st.sampled_from(self.people))
        if person.blocked:
            return
        words = self.trace(person, "文") * length
        occurrence = self.shop.sandbox.platform.write(self.shop.line, person, words)
        if heard:
            self.happens(person, occurrence)
        else:  # LINE's webhook comes later, or never
            self.events.append((person, occurrence))
            self.shop.clock.advance(1)

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def line_tells_a_name(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(self.people))
        if person.user_id in self.gone:
            name = f"名{uuid.uuid4().hex}"
            self.erased.append(name)  # a late answer must leave nothing
        else:
            name = self.trace(person, "名")
        self.runner.run(
            self.shop.desk.db.write(
                lambda tx: save_profile(tx, self.shop.id, person.user_id, name, None, self.shop.clock.now())
            )
        )

    @precondition(lambda self: self.people)
    @rule(
        data=st.data(),
        fault=st.sampled_from([None, None, None, "500_after", "500_before"]),
        wait=st.sampled_from([0, 6, 6, 9]),
    )
    def somebody_clicks(self, data: st.DataObject, fault: str | None, wait: int) -> None:
        person = data.draw(st.sampled_from(self.people))
        text = f"文{uuid.uuid4().hex}"
        if fault is not None:
            for target in ("push", "reply"):
                self.shop.sandbox.faults.add(target, fault, times=2)  # type: ignore[arg-type]
        self.click(person, text)
        self.runner.run(self.shop.pass_time(wait))

    def click(self, person: Person, text: str) -> None:
        try:
            message = self.runner.run(
                self.shop.click(person, key=text, messages=({"type": "text", "text": text},))
            )
        except Refused:
            self.erased.append(text)
            return
        self.traces.setdefault(person.user_id, []).append(text)
        self.clicks.append((person, message))

    @rule(
        data=st.data(),
        greeted=st.booleans(),
        returns=st.sampled_from(["follows", "writes", "old event", "old event again"]),
    )
    def somebody_is_erased_and_comes_back(self, data: st.DataObject, greeted: bool, returns: str) -> None:
        """The heart of it, at once."""
        self.somebody_follows(data.draw(st.sampled_from([0, 7200])))
        person, followed = self.events[-1]
        late = self.shop.sandbox.platform.write(self.shop.line, person, self.trace(person, "文"))
        if greeted:
            self.click(person, f"文{uuid.uuid4().hex}")
            self.runner.run(self.shop.pass_time(9))
        self.erase(person)
        match returns:
            case "follows":
                self.happens(person, self.shop.sandbox.platform.follow(self.shop.line, person))
            case "writes":
                words = self.trace(person, "文")
                self.happens(person, self.shop.sandbox.platform.write(self.shop.line, person, words))
            case "old event":
                self.deliver(person, late)
            case "old event again":
                self.deliver(person, followed, again=True)
        self.click(person, f"文{uuid.uuid4().hex}")
        self.runner.run(self.shop.pass_time(9))

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def somebody_links(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(self.people))
        member = self.trace(person, "m")
        try:
            self.runner.run(link(self.shop.desk, self.shop.id, "lstep", member, person.user_id, TARO))
        except Refused:
            return

    @rule(seconds=st.sampled_from([1, 9, 61, 700]))
    def time_passes(self, seconds: int) -> None:
        self.shop.clock.advance(seconds)
        self.runner.run(self.shop.run_due())

    @precondition(lambda self: self.events)
    @rule(data=st.data(), again=st.booleans())
    def line_delivers_an_old_event(self, data: st.DataObject, again: bool) -> None:
        person, occurrence = data.draw(st.sampled_from(self.events))
        self.deliver(person, occurrence, again=again)
        if occurrence.event["timestamp"] > self.erased_at.get(person.user_id, 0):
            self.gone.discard(person.user_id)  # it had not come before, and she did it after her erasing

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def somebody_is_erased(self, data: st.DataObject) -> None:
        self.erase(data.draw(st.sampled_from(self.people)))

    def erase(self, person: Person) -> None:
        try:
            self.runner.run(forget(self.shop.desk, self.shop.id, person.user_id))
        except Refused as refused:
            if refused.code not in ("friend_unknown", "message_in_flight"):
                raise
            return
        self.runner.run(self._finish())
        self.erased += self.traces.pop(person.user_id, [])
        self.gone.add(person.user_id)
        self.erased_at[person.user_id] = self.shop.clock.now()
        assert self.found([*self.erased, *self.gone]) == []
        self.shop.clock.advance(1)

    # --- what must hold ---

    @invariant()
    def who_is_erased_stays_away(self) -> None:
        known = self.runner.run(friends.views(self.shop.desk, self.shop.id, sorted(self.gone)))
        assert known == []

    @invariant()
    def nobody_is_greeted_twice(self) -> None:
        first = {message.objects[0]["text"] for _, message in self.clicks if message.first_contact}
        for person in self.people:
            greeted = Counter(text for text in self.shop.texts(person) if text in first)
            assert sum(greeted.values()) <= 1

    @invariant()
    def the_books_balance(self) -> None:
        assert self.runner.run(self.shop.books_balance())


TestCustomers = Customers.TestCase
TestCustomers.settings = settings(max_examples=25, stateful_step_count=30)
