"""Passing on to the other tools: in order per talk, again with growing pauses for hours, then kept and told.

Each account has a lane of its own, so that a slow or dead tool holds up nobody else's webhooks, LINE's answer or
the helper. Two pauses work together: each delivery's own, and the lane's, which leaves a tool that is down to one
attempt a minute however much waits.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from helper.model.clock import Clock
from helper.model.relay import Failure
from helper.relay import queues
from helper.relay.queues import Delivery, RelayedAccount
from helper.store.database import Database, Reader, StoreTrouble, TooBusy

log = logging.getLogger(__name__)

SECOND = 1_000
HOUR = 3_600_000
GIVE_UP = 36 * HOUR
"""ms after which a delivery is kept instead of tried: a tool that was away for a whole day gets everything."""
LONGEST_PAUSE = 300 * SECOND
"""ms between two attempts with one delivery, at most."""
LONGEST_LANE_PAUSE = 60 * SECOND
"""ms in which a tool that does not answer is left alone, at most."""
WIDTH = 4
"""Attempts at once with one tool that answers."""
LOOK_EVERY = 1.0

PassOn = Callable[[RelayedAccount, Delivery], Awaitable[Failure | None]]


@dataclass(slots=True)
class _Lane:
    """One tool. `failures`: attempts since the last success."""

    failures: int = 0
    resumes_at: int = 0
    active: dict[int, "asyncio.Task[None]"] = field(default_factory=dict)

    def room(self, now: int) -> int:
        """How many attempts may begin now."""
        if self.failures and now < self.resumes_at <= now + 2 * LONGEST_LANE_PAUSE:
            return 0
        return (1 if self.failures else WIDTH) - len(self.active)


class Forwarder:
    """Passes on what waits. `chance` gives numbers from 0 to 1: not everybody comes back in the same second."""

    def __init__(
        self, database: Database, clock: Clock, pass_on: PassOn, chance: Callable[[], float]
    ) -> None:
        self._database = database
        self._clock = clock
        self._pass_on = pass_on
        self._chance = chance
        self._lanes: dict[str, _Lane] = {}
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self.wake.clear()
            await self.begin()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self.wake.wait()

    async def begin(self) -> list["asyncio.Task[None]"]:
        """Begin the attempts that are due; those under way."""
        now = self._clock.now()
        busy = {account_id: (lane.room(now), set(lane.active)) for account_id, lane in self._lanes.items()}

        async def look(reader: Reader) -> list[tuple[RelayedAccount, list[int]]]:
            found = []
            for account in await queues.accounts(reader):
                room, active = busy.get(account.id, (WIDTH, set()))
                if account.tool_url is not None and room > 0:
                    # What is under way still looks due, so as many more are asked for.
                    due = await queues.due_for_tool(reader, account.id, now, room + len(active))
                    found.append((account, [one for one in due if one not in active][:room]))
            return found

        for account, due in await self._database.read(look):
            lane = self._lanes.setdefault(account.id, _Lane())
            for delivery_id in due:
                if delivery_id not in lane.active:
                    lane.active[delivery_id] = asyncio.create_task(self._handle(account, lane, delivery_id))
        return [task for lane in self._lanes.values() for task in lane.active.values()]

    async def _handle(self, account: RelayedAccount, lane: _Lane, delivery_id: int) -> None:
        try:
            await self._attempt(account, lane, delivery_id)
        except (StoreTrouble, TooBusy):
            await asyncio.sleep(LOOK_EVERY)  # told by the store itself
        except Exception:
            log.exception("passing on failed; it is taken up again", extra={"delivery": delivery_id})
            await asyncio.sleep(LOOK_EVERY)
        finally:
            del lane.active[delivery_id]
            self.wake.set()

    async def _attempt(self, account: RelayedAccount, lane: _Lane, delivery_id: int) -> None:
        delivery = await self._database.read(lambda reader: queues.find_delivery(reader, delivery_id))
        if delivery is None:
            return
        failure = await self._pass_on(account, delivery)
        if failure is None:
            lane.failures = 0
            await self._note_taken(delivery)
            return
        now = self._clock.now()
        lane.failures += 1
        lane.resumes_at = now + self._pause(lane.failures, LONGEST_LANE_PAUSE)
        due_at = None
        if now - delivery.tool_since < GIVE_UP:
            due_at = now + self._pause(delivery.tool_tries + 1, LONGEST_PAUSE)
        await self._database.write(
            lambda transaction: queues.tool_failed(transaction, delivery, failure, due_at, now)
        )

    async def _note_taken(self, delivery: Delivery) -> None:
        """Again until it is durable: a full disk must not have the tool get the same thing every second."""
        now = self._clock.now()
        while True:
            try:
                return await self._database.write(
                    lambda transaction: queues.tool_has_it(transaction, delivery, now)
                )
            except (StoreTrouble, TooBusy):
                await asyncio.sleep(LOOK_EVERY)

    def _pause(self, failures: int, longest: int) -> int:
        """ms: 1 s, 2 s, 4 s … up to the longest, less up to a half of it by chance."""
        whole = min(longest, SECOND << min(failures - 1, 20))
        return round(whole * (1 - self._chance() / 2))

    async def close(self, seconds: float) -> None:
        """Give attempts under way this long to end; what they leave is taken up at the next start."""
        tasks = [task for lane in self._lanes.values() for task in lane.active.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
