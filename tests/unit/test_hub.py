"""The hub: each thing once, as it is now; nobody waits for a slow reader."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

import orjson
import pytest

from helper.background import Background
from helper.model.change import Change
from helper.store.database import StoreTrouble
from helper.web import hub as hub_module
from helper.web.hub import Hub, Watcher
from tests.rig import HandClock


class World:
    """What changes are about: a number per subject."""

    def __init__(self) -> None:
        self.state: dict[str, int] = {}
        self.asked = 0

    async def describe(self, changes: list[Change]) -> Mapping[Change, int]:
        self.asked += 1
        return {change: self.state[change.subject] for change in changes if change.subject in self.state}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def hub(world: World) -> AsyncIterator[Hub]:
    made = Hub(world.describe, HandClock())
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _watcher() -> Watcher:
    return Watcher("token", "teammate", "operator", lambda: None)


def _friend(subject: str) -> Change:
    return Change("friend", "1", subject)


async def test_many_changes_of_one_thing_make_one_frame(hub: Hub, world: World) -> None:
    watcher = _watcher()
    hub.join(watcher)
    for number in range(50):
        world.state["U"] = number
        hub.publish([_friend("U")])
    frame = orjson.loads(await watcher.queue.get() or "")
    assert (frame["type"], frame["account_id"], frame["data"]) == ("friend", "1", 49)
    assert frame["id"] == hub.last_id
    assert watcher.queue.empty()
    assert world.asked == 1


async def test_with_nobody_there_nothing_is_read(hub: Hub, world: World) -> None:
    world.state["U"] = 1
    hub.publish([_friend("U")])
    await asyncio.sleep(0)
    assert world.asked == 0


async def test_what_is_gone_makes_no_frame(hub: Hub, world: World) -> None:
    watcher = _watcher()
    hub.join(watcher)
    world.state["here"] = 1
    hub.publish([_friend("gone"), _friend("here")])
    assert orjson.loads(await watcher.queue.get() or "")["data"] == 1


async def test_missed_frames_come_once_and_in_order(hub: Hub, world: World) -> None:
    start = hub.last_id
    world.state |= {"a": 1, "b": 2}
    hub.publish([_friend("a"), _friend("b"), _friend("a")])
    frames = [orjson.loads(text) for text in await hub.missed(start, hub.last_id)]
    assert [(frame["id"] - start, frame["data"]) for frame in frames] == [(2, 2), (3, 1)]
    assert await hub.missed(hub.last_id, hub.last_id) == []


async def test_who_missed_more_than_the_ring_holds_reads_all_again(
    hub: Hub, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = hub.last_id
    hub.publish(_friend(str(number)) for number in range(hub_module.RING + 1))
    [frame] = [orjson.loads(text) for text in await hub.missed(start, hub.last_id)]
    assert (frame["type"], frame["id"]) == ("resync", hub.last_id)


async def test_numbers_of_an_earlier_run_are_never_taken_for_ours(world: World) -> None:
    clock = HandClock()
    earlier = Hub(world.describe, clock)
    earlier.publish([_friend("U")] * 500)
    clock.advance(1)
    later = Hub(world.describe, clock)
    assert later.last_id > earlier.last_id
    [frame] = [orjson.loads(text) for text in await later.missed(earlier.last_id, later.last_id)]
    assert frame["type"] == "resync"
    assert later.last_id < 2**53


async def test_an_erasing_makes_everybody_read_all_again(hub: Hub, world: World) -> None:
    start, watcher = hub.last_id, _watcher()
    world.state["U"] = 1
    hub.publish([_friend("U")])
    hub.join(watcher)
    hub.publish([_friend("U"), Change("forgotten", "1", "1")])
    frame = orjson.loads(await watcher.queue.get() or "")
    assert (frame["type"], frame["id"]) == ("resync", hub.last_id)
    # Nothing that was remembered before is told any more, neither live nor to who was away.
    hub.publish([_friend("V")])
    world.state["V"] = 2
    assert orjson.loads(await watcher.queue.get() or "")["data"] == 2
    for missed_since in (start, start + 1, start + 2):
        [frame] = [orjson.loads(text) for text in await hub.missed(missed_since, hub.last_id)]
        assert frame["type"] == "resync"


async def test_what_was_read_before_an_erasing_is_not_told_after_it(world: World) -> None:
    reading, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(changes: list[Change]) -> Mapping[Change, int]:
        reading.set()
        await go_on.wait()
        return await world.describe(changes)

    hub, watcher = Hub(slowly, HandClock()), _watcher()
    world.state["U"] = 1
    hub.join(watcher)
    task = asyncio.create_task(hub.run())
    hub.publish([_friend("U")])
    await reading.wait()
    hub.publish([Change("forgotten", "1", "1")])
    go_on.set()
    hub.publish([_friend("U")])
    told = [orjson.loads(await watcher.queue.get() or "") for _ in range(2)]
    assert [(frame["type"], frame["id"]) for frame in told] == [
        ("resync", hub.last_id - 1),
        ("friend", hub.last_id),
    ]
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_a_reader_that_takes_nothing_is_cut_off_and_the_others_go_on(hub: Hub, world: World) -> None:
    cut: list[str] = []
    slow = Watcher("slow", "t", "viewer", lambda: cut.append("slow"))
    quick = _watcher()
    hub.join(slow)
    hub.join(quick)
    for number in range(hub_module.QUEUE + 1):
        world.state["U"] = number
        hub.publish([_friend("U")])
        await quick.queue.get()
    assert cut == ["slow"]
    assert hub.watching == 1
    assert await slow.queue.get() is None


async def test_background_work_that_fails_is_started_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("helper.background.FIRST_PAUSE", 0)
    tries: list[int] = []
    done = asyncio.Event()

    async def work() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("broken")
        done.set()
        await asyncio.Event().wait()

    background = Background()
    background.keep("work", work)
    async with asyncio.timeout(5):
        await done.wait()
    await background.close()
    assert len(tries) == 3
    assert [record.message for record in caplog.records] == ["background work work failed"] * 2


async def test_beats_say_where_the_numbers_stand(hub: Hub) -> None:
    watcher = _watcher()
    hub.join(watcher)
    beating = asyncio.create_task(hub.keep_beating(0))
    beat = orjson.loads(await watcher.queue.get() or "")
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    assert beat == {"type": "beat", "id": hub.last_id, "account_id": None, "data": {}}


async def test_work_that_swallows_a_cancellation_does_not_hold_up_a_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("helper.background.INSIST_SECONDS", 0.01)
    started = asyncio.Event()

    async def stubborn() -> None:
        started.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    background = Background()
    background.keep("stubborn", stubborn)
    await started.wait()
    async with asyncio.timeout(5):
        await background.close()


@pytest.mark.parametrize(
    ("trouble", "told"), [(StoreTrouble("busy", "storage_busy"), "friend"), (ValueError(), "resync")]
)
async def test_what_could_not_be_described_is_not_missed(
    world: World, monkeypatch: pytest.MonkeyPatch, trouble: Exception, told: str
) -> None:
    """The store in trouble: told when it is well again. A fault of ours: everybody reads everything again."""
    monkeypatch.setattr("helper.background.FIRST_PAUSE", 0.01)
    failing = [trouble]

    async def describe(changes: list[Change]) -> Mapping[Change, int]:
        if failing:
            raise failing.pop()
        return await world.describe(changes)

    hub, background, watcher = Hub(describe, HandClock()), Background(), _watcher()
    background.keep("hub", hub.run)
    hub.join(watcher)
    world.state["U"] = 1
    hub.publish([_friend("U")])
    async with asyncio.timeout(10):
        frame = orjson.loads(await watcher.queue.get() or "")
        assert (frame["type"], frame["id"]) == (told, hub.last_id)
        hub.publish([_friend("U")])
        assert orjson.loads(await watcher.queue.get() or "")["type"] == "friend"
    await background.close()
