"""Whatever fails, in whatever order things happen, and across restarts: all arrive, each friend's in order."""

import asyncio
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from helper.model.relay import Failure
from helper.relay import queues
from helper.relay.app import open_depot
from helper.relay.forwarding import Forwarder
from helper.relay.queues import Delivery, RelayedAccount
from helper.relay.reading import read_heads
from helper.settings import Settings
from tests.relay.post import event, webhook
from tests.rig import HandClock

FRIENDS = ["U" + letter * 32 for letter in "abc"]

Step = tuple[str, object]
comes = st.tuples(st.just("comes"), st.lists(st.sampled_from(FRIENDS), min_size=1, max_size=3))
passes = st.tuples(st.just("passes"), st.lists(st.booleans(), min_size=1, max_size=6))
waits = st.tuples(st.just("waits"), st.integers(1, 4000))
restarts = st.tuples(st.just("restarts"), st.none())
fetches = st.tuples(st.just("fetches"), st.integers(1, 3))


class _Street:
    """A relay's queues without a network: the tool takes or refuses as the test says."""

    def __init__(self, home: Path) -> None:
        self.clock = HandClock()
        self.settings = Settings(home=home, keyring="file")
        self.sent: dict[str, list[int]] = defaultdict(list)
        self.arrived: list[int] = []
        self.fetched: list[int] = []
        self.of: dict[int, set[str]] = {}
        self.answers: list[bool] = []

    async def open(self) -> None:
        self.stack = AsyncExitStack()
        self.depot = await open_depot(self.stack, self.settings, self.clock)
        self.forwarder = Forwarder(self.depot.database, self.clock, self._tool, lambda: 0.5)
        await self.depot.database.write(
            lambda transaction: queues.save_account(transaction, "1", "https://tool.example/", False, 0)
        )

    async def _tool(self, account: RelayedAccount, delivery: Delivery) -> Failure | None:
        if self.answers and not self.answers.pop(0):
            return Failure("tool_unreachable")
        self.arrived.append(int(delivery.signature))
        return None

    async def comes(self, friends: list[str]) -> None:
        number = len(self.of)
        body = webhook(*[event(friend) for friend in friends])
        self.of[number] = set(friends)
        await self.depot.database.write(
            lambda transaction: queues.take_in(
                transaction, "1", read_heads(body), body, str(number), "application/json", self.clock.now()
            )
        )

    async def passes(self, answers: list[bool]) -> None:
        self.answers = answers
        await asyncio.gather(*await self.forwarder.begin())

    async def fetches(self, most: int) -> None:
        found = await self.depot.database.read(
            lambda reader: queues.next_for_helper(reader, ["1"], 0, most, 10**6)
        )
        self.fetched += [int(one.signature) for one in found]
        await self.depot.database.write(
            lambda transaction: queues.helper_has(transaction, [one.id for one in found])
        )

    async def restarts(self) -> None:
        await self.stack.aclose()
        await self.open()

    def in_order(self) -> bool:
        for friend in FRIENDS:
            hers = [number for number in self.arrived if friend in self.of[number]]
            if (
                hers != sorted(hers)
                or hers != [n for n in sorted(self.of) if friend in self.of[n]][: len(hers)]
            ):
                return False
        return self.fetched == sorted(self.fetched)


@settings(max_examples=40)
@given(st.lists(st.one_of(comes, comes, passes, passes, waits, restarts, fetches), max_size=25))
def test_every_friends_webhooks_arrive_once_and_in_order(steps: list[Step]) -> None:
    async def live() -> None:
        with tempfile.TemporaryDirectory() as folder:
            street = _Street(Path(folder))
            await street.open()
            try:
                for name, given in steps:
                    match name:
                        case "comes":
                            await street.comes(given)  # type: ignore[arg-type]
                        case "passes":
                            await street.passes(list(given))  # type: ignore[call-overload]
                        case "waits":
                            street.clock.advance(given)  # type: ignore[arg-type]
                        case "restarts":
                            await street.restarts()
                        case "fetches":
                            await street.fetches(given)  # type: ignore[arg-type]
                    assert street.in_order()
                for _ in range(len(street.of) + 1):
                    street.clock.advance(300)
                    await street.passes([])
                await street.fetches(1000)
                assert street.in_order()
                assert sorted(street.arrived) == list(street.of)
                assert street.fetched == list(street.of)
                row = await street.depot.database.read(
                    lambda reader: reader.fetch_one(
                        "SELECT (SELECT count(*) FROM delivery) + (SELECT count(*) FROM talk) AS left"
                    )
                )
                assert row is not None
                assert row["left"] == 0
            finally:
                await street.stack.aclose()

    asyncio.run(live())
