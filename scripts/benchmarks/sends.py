"""Sends a second, each with its message, reservation and retry key durable first, beside LINE's bare SDK."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence

import aiohttp

from scripts.benchmarks.bench import Bench, Connected, Unexpected
from scripts.benchmarks.processes import CHANNEL_ID, CHANNEL_SECRET
from scripts.benchmarks.report import Table

SENDS = 1_000
AT_ONCE = 32
_LONGEST_SECONDS = 120.0
# Older than a reply token lives, younger than the age at which a profile is asked for before the send.
_FOLLOWED_SECONDS_AGO = 120


async def measure(bench: Bench) -> Table:
    """The same number of pushes to the same stand-in: by the SDK alone, then by clicks at the helper's API."""
    async with bench.connected("sends", hold_seconds="0") as connected:
        bare = await _by_sdk(connected)
        follows = await connected.follows(SENDS, _FOLLOWED_SECONDS_AGO)
        for follow in follows:
            await connected.deliver(follow)
        for follow in follows:
            await connected.wait_for_name(follow.user_id)
        await connected.arrivals()
        ours = await _by_helper(connected, [follow.user_id for follow in follows])
    return Table(
        "sends",
        "Sends",
        ("sender", "per second at LINE"),
        (
            ("LINE's SDK alone, retry key, nothing kept", bare),
            ("Ittsu: message, reservation, retry key and attempt durable first", ours),
        ),
        f"{SENDS:,} pushes, {AT_ONCE} at a time, to the project's stand-in for LINE in a process of its own; "
        "from the first request to the last arrival. The client, the helper and the stand-in share the cores.",
    )


async def _by_sdk(connected: Connected) -> float:
    from linebot.v3.messaging import (  # type: ignore[import-untyped]
        AsyncApiClient,
        AsyncMessagingApi,
        Configuration,
        PushMessageRequest,
        TextMessage,
    )

    follows = await connected.follows(SENDS, _FOLLOWED_SECONDS_AGO)
    line = connected.line.urls["line"]
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{line}/oauth2/v3/token",
            data={
                "grant_type": "client_credentials",
                "client_id": CHANNEL_ID,
                "client_secret": CHANNEL_SECRET,
            },
        ) as response,
    ):
        token = (await response.json())["access_token"]
    async with AsyncApiClient(Configuration(host=line, access_token=token)) as client:
        api = AsyncMessagingApi(client)

        async def push(user_id: str) -> None:
            request = PushMessageRequest(
                to=user_id, messages=[TextMessage(text="友だち追加ありがとうございます。")]
            )
            await api.push_message(request, x_line_retry_key=str(uuid.uuid4()))

        started = time.monotonic_ns()
        await _all(push, [follow.user_id for follow in follows])
        return _rate(started, await connected.arrivals())


async def _by_helper(connected: Connected, user_ids: Sequence[str]) -> float:
    async def send(user_id: str) -> None:
        await connected.send(user_id, str(uuid.uuid4()), max_cost=1)

    started = time.monotonic_ns()
    await _all(send, user_ids)
    arrivals: list[int] = []
    async with asyncio.timeout(_LONGEST_SECONDS):
        while len(arrivals) < len(user_ids):
            arrivals += await connected.arrivals()
    return _rate(started, arrivals)


async def _all(act: Callable[[str], Awaitable[None]], user_ids: Sequence[str]) -> None:
    """Act on everybody, so many at a time."""
    waiting = iter(user_ids)

    async def one_after_the_other() -> None:
        for user_id in waiting:
            await act(user_id)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(one_after_the_other())


def _rate(started: int, arrivals: Sequence[int]) -> float:
    if len(arrivals) != SENDS:
        raise Unexpected(f"{len(arrivals)} sends arrived at LINE instead of {SENDS}")
    return SENDS / ((max(arrivals) - started) / 1e9)
