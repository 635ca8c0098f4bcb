"""The accounts' clients."""

import asyncio
import gc
import subprocess
import sys
import uuid

import pytest

from helper.line.answers import Credentials, LineUnavailable
from helper.line.channels import LineChannels
from helper.line.transport import Transport
from helper.model.outcome import NotSent
from tests.line.conftest import Line


async def test_each_account_has_one_client(line: Line) -> None:
    other = line.sandbox.platform.add_account("2000000002", "もみじ整体院", "@111momij")
    asked: list[str] = []

    async def credentials(account_id: str) -> Credentials:
        asked.append(account_id)
        account = line.sandbox.platform.accounts[account_id]
        return Credentials(account_id, account.secret, api_base=line.base)

    channels = LineChannels(credentials, line.clock)
    first = await channels.client(line.account.channel_id)
    assert await channels.client(line.account.channel_id) is first
    assert (await (await channels.client(other.channel_id)).bot_info()).basic_id == "@111momij"
    assert asked == [line.account.channel_id, other.channel_id]

    channels.forget(line.account.channel_id)
    assert await channels.client(line.account.channel_id) is not first
    await channels.close()


async def test_credentials_can_be_tried_before_they_are_stored(line: Line) -> None:
    channels = LineChannels(_nobody, line.clock)
    assert (await channels.probe(line.credentials()).bot_info()).display_name == "さくら美容室"
    with pytest.raises(KeyError):
        await channels.client("9")
    await channels.close()


async def test_a_warm_account_has_its_token_already(line: Line) -> None:
    async def credentials(_account_id: str) -> Credentials:
        return line.credentials()

    channels = LineChannels(credentials, line.clock)
    await channels.warm([line.account.channel_id])
    assert [entry.path for entry in line.sandbox.journal.entries] == ["/oauth2/v3/token"]
    await (await channels.client(line.account.channel_id)).quota()
    assert len(line.sandbox.journal.entries) == 2
    await channels.close()


def test_lines_sdk_is_not_imported_on_the_way_to_ready() -> None:
    program = (
        "import sys, helper.line.channels, helper.line.events, helper.line.signature, helper.sandbox.app\n"
        "sys.exit(any(name.split('.')[0] == 'linebot' for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


async def _nobody(account_id: str) -> Credentials:
    raise KeyError(account_id)


async def test_closing_closes_also_what_is_just_being_opened(line: Line) -> None:
    transport = Transport(line.base)
    opening = asyncio.create_task(transport.open())
    await asyncio.sleep(0)
    await transport.close()
    await opening
    assert transport._client is None


async def test_a_stop_in_the_middle_of_opening_leaves_no_session_behind(line: Line) -> None:
    for turns in range(6):
        transport = Transport(line.base)
        opening = asyncio.create_task(transport.open())
        for _ in range(turns):
            await asyncio.sleep(0)
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        await transport.close()
    gc.collect()  # a session left open would be told as an error of this test


async def test_what_is_late_after_the_close_opens_nothing_again(line: Line) -> None:
    async def credentials(_account_id: str) -> Credentials:
        return line.credentials()

    channels = LineChannels(credentials, line.clock)
    early = await channels.client(line.account.channel_id)
    await early.quota()
    asked = len(line.sandbox.journal.entries)
    await channels.close()
    for late in (early, channels.probe(line.credentials())):
        await late.warm()
        with pytest.raises(LineUnavailable):
            await late.quota()
        outcome = await late.push("U" + 32 * "0", [{"type": "text", "text": "x"}], str(uuid.uuid4()))
        assert isinstance(outcome, NotSent)
    assert len(line.sandbox.journal.entries) == asked
    assert all(transport._client is None for transport in channels._transports.values())
