"""What a page costs: tasks of its main thread, and which part of them is the extension's own code.

The browser's trace has the tasks, its sampling profiler says what ran: a sample counts as the extension's when any
function on the stack is. What its code makes the browser do at once, such as a layout, is in there.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

_OURS = "chrome-extension://"
_SAMPLE_EVERY_US = 200
_CATEGORIES = ["toplevel", "blink.user_timing", "disabled-by-default-devtools.timeline"]
_MARK = "ittsu-benchmark"
LONG_MS = 50.0


@dataclass(frozen=True)
class Task:
    """One task of the page's main thread. `ours_ms` of it the extension's code ran."""

    ms: float
    ours_ms: float


@dataclass
class Cost:
    """Filled when the recording ends."""

    tasks: list[Task]

    @property
    def ours_ms(self) -> float:
        """Milliseconds in which the extension's code ran."""
        return sum(task.ours_ms for task in self.tasks)

    @property
    def longest_ours_ms(self) -> float:
        """The extension's longest part of one task."""
        return max((task.ours_ms for task in self.tasks), default=0.0)

    @property
    def long_tasks(self) -> int:
        """Tasks over 50 ms."""
        return sum(task.ms > LONG_MS for task in self.tasks)

    @property
    def total_ms(self) -> float:
        """All work of the main thread."""
        return sum(task.ms for task in self.tasks)


@contextlib.contextmanager
def recording(page: Page) -> Iterator[Cost]:
    """Record what the page's main thread does inside the block."""
    cost = Cost([])
    devtools = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    ended = [False]
    devtools.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    devtools.on("Tracing.tracingComplete", lambda _: ended.__setitem__(0, True))
    devtools.send("Profiler.enable")
    devtools.send("Profiler.setSamplingInterval", {"interval": _SAMPLE_EVERY_US})
    devtools.send(
        "Tracing.start",
        {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": _CATEGORIES}},
    )
    devtools.send("Profiler.start")
    yield cost
    # Says in the trace which of the browser's processes shows the page.
    page.evaluate("(name) => performance.mark(name)", _MARK)
    profile = devtools.send("Profiler.stop")["profile"]
    devtools.send("Tracing.end")
    while not ended[0]:
        page.wait_for_timeout(20)
    devtools.detach()
    cost.tasks = _tasks(events, profile)


def _tasks(events: list[dict[str, Any]], profile: dict[str, Any]) -> list[Task]:
    starts, lengths = _ours(profile)
    tasks = []
    for event in _main_thread(events):
        begin, length, used = event["ts"], event.get("dur", 0), event.get("tdur", 0)
        first, last = bisect_left(starts, begin), bisect_left(starts, begin + length)
        share = min(1.0, sum(lengths[first:last]) / length) if length else 0.0
        tasks.append(Task(used / 1000, used * share / 1000))
    return tasks


def _main_thread(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tasks of the thread that left the mark."""
    threads = [(event["pid"], event["tid"]) for event in events if event["name"] == _MARK]
    return [
        event
        for event in events
        if event["name"] == "RunTask" and (event["pid"], event["tid"]) == threads[-1]
    ]


def _ours(profile: dict[str, Any]) -> tuple[list[int], list[int]]:
    """When the extension's samples were taken and how long each stands for, in microseconds."""
    parent = {child: node["id"] for node in profile["nodes"] for child in node.get("children", [])}
    url = {node["id"]: node["callFrame"]["url"] for node in profile["nodes"]}
    known: dict[int, bool] = {}

    def is_ours(node: int) -> bool:
        if node not in known:
            known[node] = url[node].startswith(_OURS) or (node in parent and is_ours(parent[node]))
        return known[node]

    starts, lengths = [], []
    at = profile["startTime"]
    deltas = profile["timeDeltas"]
    for number, node in enumerate(profile["samples"]):
        at += deltas[number]
        if is_ours(node):
            starts.append(at)
            # A sample stands for the time until the next one.
            lengths.append(deltas[number + 1] if number + 1 < len(deltas) else _SAMPLE_EVERY_US)
    return starts, lengths
