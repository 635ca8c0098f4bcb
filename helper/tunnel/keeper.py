"""Keeps the tunnel's program running while it is wanted, and ends it with the daemon."""

import asyncio
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from helper.flows import tunnels
from helper.flows.desk import Desk
from helper.model.tunnel import Tunnel
from helper.tunnel.leash import Leash
from helper.tunnel.programs import Find, start_of
from helper.web.problems import VERSION_HEADER

log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds before a program that has ended is started again: doubled each time."""
SILENT_SECONDS = 40.0
"""How long a program may take to tell its address before a person is told."""
REACH_SECONDS = 10.0
REACH_TRIES = 6
"""A new name takes its time to be known: so often its address is tried before a person is told."""
AGAIN_SECONDS = 60.0
"""Between two tries after that."""
END_SECONDS = 1.0
"""How long a program may take to end when it is asked to."""


class TunnelKeeper:
    """One program at a time, as the database wants it. `reach` tells whether an origin leads to us."""

    def __init__(
        self,
        desk: Desk,
        port: Callable[[], int],
        home: Path,
        find: Find = shutil.which,
        reach: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:
        self._desk = desk
        self._port = port
        self._leash = Leash(home)
        self._find = find
        self._reach = reach or leads_here
        self._changed = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None

    def changed(self) -> None:
        """Another tunnel is wanted, or none."""
        self._changed.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                self._changed.clear()
                tunnel = await tunnels.wanted(self._desk)
                if tunnel is None:
                    await self._changed.wait()
                    continue
                await self._until_changed(tunnel)
        finally:
            await self.close()

    async def close(self) -> None:
        """End the program."""
        await self._end()
        self._leash.close()

    async def _until_changed(self, tunnel: Tunnel) -> None:
        """Keep this one running until another is wanted."""
        working = asyncio.create_task(self._keep(tunnel))
        changing = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait((working, changing), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            for task in (working, changing):
                task.cancel()
            await asyncio.gather(working, changing, return_exceptions=True)
            await self._end()

    async def _keep(self, tunnel: Tunnel) -> None:
        pause = FIRST_PAUSE
        while True:
            path = self._find(tunnel.program)
            if path is None:
                await tunnels.note(self._desk, None, "tunnel_program_missing")
            elif await self._carry(tunnel, path):
                pause = FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _carry(self, tunnel: Tunnel, path: str) -> bool:
        """Run the program to its end; whether it carried."""
        start = start_of(tunnel, self._port())
        inherited = await self._leash.take()
        try:
            self._process = await asyncio.create_subprocess_exec(
                path,
                *start.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=inherited,
                start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError:
            await tunnels.note(self._desk, None, "tunnel_program_missing")
            return False
        self._leash.note(self._process.pid)
        log.info("the tunnel's program %s is started (process %d)", tunnel.program, self._process.pid)
        try:
            carried = await self._read(self._process, start.read)
            code = await self._process.wait()
        finally:
            await self._end()
        # What it said is not logged: it may hold tokens.
        log.warning("the tunnel's program %s has ended (%s)", tunnel.program, code)
        await tunnels.note(self._desk, None, "tunnel_ended")
        return carried

    async def _read(self, process: asyncio.subprocess.Process, read: Callable[[str], str | None]) -> bool:
        """Read what it says to its end; whether it told an address that leads here."""
        assert process.stdout is not None
        origin: str | None = None
        carrying: asyncio.Task[None] | None = None
        silent = asyncio.get_running_loop().call_later(
            SILENT_SECONDS, lambda: asyncio.ensure_future(tunnels.note(self._desk, None, "tunnel_silent"))
        )
        try:
            while line := await _line(process.stdout):
                told = read(line)
                if told is None or told == origin:
                    continue
                silent.cancel()
                origin = told
                # Beside the reading: a program that nobody reads stands still.
                await _give_up(carrying)
                carrying = asyncio.create_task(self._until_it_carries(told))
        finally:
            silent.cancel()
            await _give_up(carrying)
        return carrying is not None and not carrying.cancelled()

    async def _until_it_carries(self, origin: str) -> None:
        """Try the address until it leads here. Before that it may be anybody's, and is not noted."""
        tried = 0
        while not await self._reach(origin):
            tried += 1
            if tried == REACH_TRIES:
                await tunnels.note(self._desk, None, "tunnel_elsewhere")
            await asyncio.sleep(min(2.0**tried, REACH_SECONDS if tried < REACH_TRIES else AGAIN_SECONDS))
        await tunnels.note(self._desk, origin, None)
        log.info("the tunnel carries")

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        _signal(process.pid, signal.SIGTERM)
        try:
            async with asyncio.timeout(END_SECONDS):
                await process.wait()
        except TimeoutError:
            _signal(process.pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
            await process.wait()


async def _give_up(task: asyncio.Task[None] | None) -> None:
    """End it. Raises what it has failed by."""
    if task is None:
        return
    task.cancel()
    await asyncio.wait((task,))
    if not task.cancelled():
        task.result()


def _signal(pid: int, number: signal.Signals) -> None:
    """To the program and what it has started: they are a group of their own."""
    try:
        if sys.platform == "win32":
            os.kill(pid, number)
        else:
            os.killpg(pid, number)
    except ProcessLookupError:
        return


async def _line(stream: asyncio.StreamReader) -> str:
    """The next line, at most 64 KiB of it; '' at the end."""
    try:
        return (await stream.readline()).decode("utf-8", "replace")
    except ValueError:  # longer than the buffer; the rest comes as a line of its own
        return "\n"


async def leads_here(origin: str) -> bool:
    """Whether an origin leads to a webhook listener of ours."""
    timeout = aiohttp.ClientTimeout(total=REACH_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
            session.get(f"{origin}/healthz", allow_redirects=False) as answer,
        ):
            return answer.status == 200 and VERSION_HEADER in answer.headers
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False
