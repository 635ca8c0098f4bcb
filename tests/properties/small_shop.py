"""One account with few messages left, its desk and LINE, driven without threads, files or sleeping."""

import uuid
from collections import Counter
from dataclasses import dataclass, replace

import orjson

from helper.flows import accounts, friends
from helper.flows.courier import Courier
from helper.flows.desk import Desk, Rules
from helper.flows.quota import take_in
from helper.flows.receive import receive
from helper.flows.send import KEY_LIFE, get, resolve, send
from helper.line.answers import BotInfo, Credentials
from helper.line.signature import sign
from helper.model.message import FriendView, Message, Sender, SendRequest
from helper.model.quota import month_before, month_of
from helper.model.refusal import Refused
from helper.sandbox.app import Sandbox
from helper.sandbox.occurrences import Occurrence
from helper.sandbox.people import Person
from helper.store.database import Reader, Transaction
from helper.store.messages import find_message, messages_due
from helper.store.quota import set_floor
from tests.properties.at_once import AtOnceDatabase, at_once
from tests.properties.network import Killed, Network, OneNetwork, WorldClock
from tests.rig import JIRO, TARO

QUOTA = 4
SECRET = "s" * 32


@dataclass
class Told:
    """A figure of LINE's: of which month it truly was, and whether the rules trust it."""

    figure: int
    of_month: str
    trusted: bool


@dataclass
class Click:
    """A click that was taken, with what is needed to make it again."""

    message: Message
    request: SendRequest
    teammate: Sender

    @property
    def text(self) -> str:
        return str(self.message.objects[0]["text"])


class SmallShop:
    """What people, LINE and the network do, one thing at a time."""

    def __init__(self, start: int, lag_seconds: float, floor: int) -> None:
        self.clock = WorldClock(start)
        self.floor = floor
        self.sandbox = Sandbox(self.clock)
        self.line = self.sandbox.seed(SECRET)
        self.line.quota = QUOTA
        self.line.consumption_lag_seconds = lag_seconds
        self.line.usage.set(start, 0)
        self.network = Network(self.sandbox, self.clock)
        self.people: list[Person] = []
        self.occurrences: list[Occurrence] = []
        self.clicks: list[Click] = []
        self.decided: dict[str, bool] = {}
        self.marked: set[str] = set()
        self.others: Counter[str] = Counter()
        self.told: dict[str, list[Told]] = {}
        self.tally: Counter[str] = Counter()
        self.stays_down = 0
        self._open()

    def _open(self) -> None:
        credentials = Credentials(self.line.channel_id, SECRET)

        async def known(_: str) -> Credentials:
            return credentials

        self.db = AtOnceDatabase()
        self.desk = Desk(
            self.db,
            OneNetwork(self.network, self.clock),
            self.clock,
            known,
            lambda: str(uuid.uuid4()),
            "1",
            Rules(),
        )
        self.courier = Courier(self.desk)
        info = BotInfo(self.line.bot_user_id, self.line.basic_id, None, self.line.name, None, "chat")
        enrolling = accounts.enrol(self.desk, self.line.channel_id, info, False, QUOTA, 0, sandbox=False)
        self.account = at_once(enrolling).id
        self.note_told(0)

        async def prepare(transaction: Transaction) -> None:
            for teammate in (TARO, JIRO):
                await transaction.execute(
                    "INSERT INTO teammate (id, name, role, created_at) VALUES ($1, $2, 'operator', 0)",
                    teammate.id,
                    teammate.name,
                )
            await set_floor(transaction, self.account, self.month, self.floor)

        at_once(self.db.write(prepare))

    def close(self) -> None:
        """Forget it all."""
        at_once(self.db.close())

    @property
    def month(self) -> str:
        """The month in Tokyo."""
        return month_of(self.clock.now())

    # --- people ---

    def deliver(self, occurrence: Occurrence) -> None:
        """Its webhook arrives."""
        body = orjson.dumps({"destination": self.line.bot_user_id, "events": [occurrence.event]})
        at_once(receive(self.desk, self.account, body, sign(SECRET, body)))

    def follows(self, seconds_ago: int, heard: bool = True) -> Person:
        """Somebody new; `heard`: her webhook arrives now."""
        person = self.sandbox.platform.add_person(self.line, f"友だち{len(self.people)}")
        self.people.append(person)
        occurrence = self.sandbox.platform.follow(self.line, person, seconds_ago)
        self.occurrences.append(occurrence)
        if heard:
            self.deliver(occurrence)
        return person

    def writes(self, person: Person) -> None:
        """A message of hers."""
        occurrence = self.sandbox.platform.write(self.line, person, "こんにちは")
        self.occurrences.append(occurrence)
        self.deliver(occurrence)

    def redelivers(self, occurrence: Occurrence) -> None:
        """LINE delivers an event again (or at last), which renews its token's minute."""
        self.sandbox.platform.mark_redelivered(self.line, occurrence.reply_token)
        self.deliver(
            replace(occurrence, event={**occurrence.event, "deliveryContext": {"isRedelivery": True}})
        )

    def clicks_on(
        self, person: Person, max_cost: int, hold: int, teammate: Sender = TARO, override: str | None = None
    ) -> Click | None:
        """A click; None where it is refused."""
        text = f"click {uuid.uuid4()}"
        request = SendRequest(
            person.user_id,
            max_cost,
            messages=({"type": "text", "text": text},),
            hold_ms=hold,
            override_reason=override,
        )
        try:
            message, created = at_once(send(self.desk, self.account, request, text, text, teammate))
        except Refused as refused:
            self.tally[f"refused {refused.code}"] += 1
            return None
        assert created
        click = Click(message, request, teammate)
        self.clicks.append(click)
        self.tally["clicks"] += 1
        return click

    def clicks_again(self, click: Click) -> None:
        """The same click with the same key, as after a lost answer: the same message, nothing new."""
        if self.clock.now() - click.message.created_at >= KEY_LIFE:
            return
        message, created = at_once(
            send(self.desk, self.account, click.request, click.text, click.text, click.teammate)
        )
        assert (message.id, created) == (click.message.id, False)

    # --- time ---

    def passes(self, seconds: float, steps: int) -> None:
        """Time goes by, and the courier works `steps` times in it."""
        for _ in range(steps):
            self.clock.advance(seconds / steps)
            self.work()

    def sleeps(self, hours: float) -> None:
        """The computer sleeps; it wakes with a dead channel token."""
        self.clock.advance(hours * 3600)
        self.network.token_lives = False
        self.tally["sleeps"] += 1
        self.work()

    def work(self) -> None:
        """What is due now; where the process dies it comes back after `stays_down` seconds."""
        for item in at_once(self.db.read(lambda reader: messages_due(reader, self.clock.now(), 50))):
            before = self.month
            try:
                at_once(self.courier.deliver(item))
            except Killed:
                self.tally["kills"] += 1
                self.clock.advance(self.stays_down)
                self.restarts()
            if self.month != before:
                self.tally["sends in flight at midnight"] += 1

    def restarts(self) -> None:
        """A new life of the process."""
        self.desk = replace(self.desk, process_id=str(uuid.uuid4()))
        self.courier = Courier(self.desk)
        at_once(self.courier.take_over())

    # --- the count ---

    def others_send(self, count: int) -> None:
        """Another tool sends what is still left."""
        if self.line.usage.counted(self.clock.now()) + count <= QUOTA:
            self.sandbox.platform.somebody_else_sent(self.line, count)
            self.others[self.month] += count

    def line_tells(self) -> None:
        """LINE's figure, as late as it is, is asked for and taken in."""
        figure = self.sandbox.platform.consumption(self.line)["totalUsage"]
        self.note_told(figure)
        at_once(self.db.write(lambda tx: take_in(tx, self.account, QUOTA, figure, self.clock.now())))

    def note_told(self, figure: int) -> None:
        """What a figure is worth by product.md, kept apart from what the product makes of it."""
        now, month = self.clock.now(), self.month
        of_month = month_of(now - round(self.line.consumption_lag_seconds * 1000))
        before = self.told.get(month_before(month), [])
        earlier = self.told.setdefault(month, [])
        last = before[-1].figure if before else 0
        first_day = month_of(now - 24 * 3_600_000) != month
        trusted = not first_day or last == 0 or figure < last or any(one.trusted for one in earlier)
        earlier.append(Told(figure, of_month, trusted))

    def figure_fell(self) -> bool:
        """Whether the month's last figure is below the one before."""
        figures = [told.figure for told in self.told[self.month]]
        return len(figures) > 1 and figures[-1] < figures[-2]

    # --- looking ---

    def messages(self) -> list[Message]:
        """Every message that was clicked, as it is now."""

        async def find(reader: Reader) -> list[Message]:
            found = [await find_message(reader, self.account, click.message.id) for click in self.clicks]
            return [message for message in found if message is not None]

        found = at_once(self.db.read(find))
        assert len(found) == len(self.clicks), "a message is gone"
        return found

    def message(self, click: Click) -> Message:
        """One message as it is now."""
        return at_once(get(self.desk, self.account, click.message.id))

    def friend(self, person: Person) -> FriendView:
        """A friend as operators see her."""
        return at_once(friends.get(self.desk, self.account, person.user_id))

    def is_known(self, person: Person) -> bool:
        """Whether a webhook has told of her."""
        try:
            self.friend(person)
        except Refused:
            return False
        return True

    def decides(self) -> None:
        """A person asks the customers about what is uncertain, and decides by the truth."""
        if self.clock.on_the_way:
            return  # the truth may still change
        truth = {one.text for one in self.network.accepted}
        for click, message in zip(self.clicks, self.messages(), strict=True):
            if message.status == "uncertain":
                delivered = click.text in truth
                at_once(resolve(self.desk, self.account, message.id, delivered, TARO))
                self.decided[message.id] = delivered
                self.tally[f"uncertain {message.route}"] += 1
