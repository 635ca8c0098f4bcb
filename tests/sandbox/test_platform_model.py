"""Whatever people and programs do, in any order, the stand-in keeps LINE's promises."""

import uuid
from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from helper.sandbox.errors import LineError
from helper.sandbox.people import Person
from helper.sandbox.platform import Platform, Sent
from tests.line.conftest import FixedClock

HELLO = [{"type": "text", "text": "はじめまして"}]
QUOTA = 4


def outcome(send: Callable[[], Sent]) -> tuple[LineError | None, Sent | None]:
    try:
        return None, send()
    except LineError as refused:
        return refused, None


class LineModel(RuleBasedStateMachine):
    """One account with a small allowance."""

    people = Bundle("people")
    tokens = Bundle("tokens")
    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock()
        self.platform = Platform(self.clock)
        self.account = self.platform.add_account("1", "練習", "@1", quota=QUOTA)
        self.replied: set[str] = set()
        self.accepted: dict[str, tuple[int, object]] = {}

    @rule(target=people)
    def meet(self) -> Person:
        return self.platform.add_person(self.account)

    @rule(target=keys)
    def make_key(self) -> str:
        return str(uuid.uuid4())

    @rule(target=tokens, person=people, ago=st.integers(0, 120))
    def follow(self, person: Person, ago: int) -> str:
        token = self.platform.follow(self.account, person, ago).reply_token
        assert token is not None
        return token

    @rule(person=people)
    def block(self, person: Person) -> None:
        assert self.platform.block(self.account, person).reply_token is None

    @rule(target=tokens, person=people)
    def write(self, person: Person) -> object:
        if person.blocked:
            return multiple()
        return self.platform.write(self.account, person, "はい").reply_token

    @rule(seconds=st.sampled_from([1, 59, 60, 61, 3_600, 24 * 3_600, 31 * 24 * 3_600]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule(token=tokens)
    def reply(self, token: str) -> None:
        before = self.account.usage.counted(self.clock.now())
        age = self.clock.now() - self.account.reply_tokens[token].received_at
        body = {"replyToken": token, "messages": HELLO}
        refused, _ = outcome(lambda: self.platform.reply(self.account, body, None))
        if refused is None:
            assert token not in self.replied
            self.replied.add(token)
        else:
            assert refused.body == {"message": "Invalid reply token"}
            assert token in self.replied or age > 60_000
        assert self.account.usage.counted(self.clock.now()) == before

    @rule(person=people, key=keys)
    def push(self, person: Person, key: str) -> None:
        heard = sum(said.by == "account" for said in person.talk)
        body = {"to": person.user_id, "messages": HELLO}
        now = self.clock.now()
        at, sent = self.accepted.get(key, (None, None))
        refused, answer = outcome(lambda: self.platform.push(self.account, body, key, "request"))
        hears = sum(said.by == "account" for said in person.talk) > heard
        if answer is not None:
            assert at is None or now >= at + 24 * 3_600_000
            assert answer.delivered is hears
            self.accepted[key] = (now, answer.body["sentMessages"])
        elif refused is not None and refused.status == 409:
            assert at is not None
            assert now < at + 24 * 3_600_000
            assert refused.body["sentMessages"] == sent
            assert not hears
        else:
            assert refused is not None
            assert refused.status == 429
            assert self.account.usage.counted(now) == QUOTA
            assert not hears

    @rule(key=consumes(keys))
    def lose_key(self, key: str) -> None:
        """A key that is never used again."""

    @invariant()
    def never_more_than_the_plan(self) -> None:
        assert self.account.usage.counted(self.clock.now()) <= QUOTA
        assert self.account.usage.told(self.clock.now(), 0) == self.account.usage.counted(self.clock.now())


LineModel.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestLineModel = LineModel.TestCase
