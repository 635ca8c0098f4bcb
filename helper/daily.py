"""The daily backup of a running daemon, also of one that is not always on."""

import asyncio
import logging
import threading
from pathlib import Path

from helper.flows.backups import AFTER_FAILURE, Backups
from helper.model.clock import Clock
from helper.store.backup import Stopped
from helper.store.database import StoreTrouble

log = logging.getLogger(__name__)

FOLDER = "backups"
FIRST_SECONDS = 20.0
"""After `ready`: the first clicks come first."""
LOOK_SECONDS = 600.0
"""Between two looks at the clock, which jumps when a computer wakes up."""


class DailyBackup:
    """Makes a backup when the newest is a day old. A failure is logged and tried again, and harms nothing else."""

    def __init__(self, home: Path, database: Path, clock: Clock) -> None:
        self.backups = Backups(home / FOLDER, database)
        self._clock = clock
        self._stop = threading.Event()

    async def run(self) -> None:
        """Work until cancelled."""
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            seconds = await asyncio.to_thread(self.look) / 1000
            await asyncio.sleep(min(LOOK_SECONDS, max(1.0, seconds)))

    def look(self) -> int:
        """Make a backup if one is due; ms until the next look is worth it. Blocks."""
        now = self._clock.now()
        wait = self.backups.due_in(now)
        if wait > 0:
            return wait
        failure = self.backups.failure()
        if failure is not None and 0 <= now - failure.at < AFTER_FAILURE:
            return failure.at + AFTER_FAILURE - now
        try:
            path = self.backups.make(now, self._stop)
        except StoreTrouble as trouble:
            log.error("the daily backup failed (%s): %s", trouble.code, trouble)
            return AFTER_FAILURE
        except Stopped:
            log.info("the daily backup was left for the next start")
            return AFTER_FAILURE
        log.info("daily backup %s", path.name)
        return self.backups.due_in(now)

    def close(self) -> None:
        """End a copying under way; the next start makes it anew."""
        self._stop.set()
