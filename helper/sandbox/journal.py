"""What happened: the log of LINE requests, and telling watchers that something changed."""

import asyncio
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from helper.model.clock import to_rfc3339

_LENGTH = 20_000


@dataclass(slots=True)
class Entry:
    """One request to LINE's API. No texts: only who, to whom and what became of it.

    `status` is what was answered, 0 where the connection was dropped instead. `accepted`: LINE acted on
    it (also where the answer was lost). `delivered`: it is on somebody's phone.
    """

    at: int
    method: str
    path: str
    status: int = 0
    account_id: str | None = None
    to: str | None = None
    retry_key: str | None = None
    route: str | None = None
    request_id: str = ""
    accepted: bool = False
    delivered: bool = False

    def shown(self) -> dict[str, Any]:
        """For the controls."""
        return {**asdict(self), "at": to_rfc3339(self.at)}


class Journal:
    """The newest requests, and the watchers of the sandbox."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=_LENGTH)
        self._watchers: set[asyncio.Event] = set()

    def note(self, entry: Entry) -> None:
        """Keep a request."""
        self.entries.append(entry)

    def changed(self) -> None:
        """Something that a phone or a dashboard shows is different now."""
        for watcher in self._watchers:
            watcher.set()

    def watch(self) -> asyncio.Event:
        """An event that is set at every change, until `unwatch`."""
        watcher = asyncio.Event()
        self._watchers.add(watcher)
        return watcher

    def unwatch(self, watcher: asyncio.Event) -> None:
        """The watcher has gone."""
        self._watchers.discard(watcher)
