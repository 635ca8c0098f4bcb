"""Personas' pictures: made from an upload and served to LINE where it reaches us, or at a checked address of others."""

import asyncio
import hashlib
from dataclasses import dataclass

import aiohttp
from yarl import URL

from helper.flows.desk import Desk
from helper.model.change import Change
from helper.model.persona import icon_address
from helper.outside import AddressRefused, Lookup, is_allowed, is_number, open_session
from helper.store import icons as store
from helper.store.accounts import all_accounts
from helper.store.database import Transaction

SECONDS = 10.0
"""How long an address of others' may take."""
UNREACHABLE = "icon_unreachable"
"""From here; LINE's servers may reach it all the same."""
REFUSED = (
    "icon_address",
    "icon_certificate",
    "icon_redirects",
    "icon_missing",
    "icon_not_png",
    "icon_not_square",
    "icon_too_heavy",
)
"""Why LINE would not show what is at an address."""


@dataclass(frozen=True, slots=True)
class Icon:
    """A picture of ours. `url`: where LINE fetches it, None while there is no lasting public address."""

    sha256: str
    url: str | None


async def upload(desk: Desk, uploaded: bytes) -> Icon:
    """Make an icon of a picture and keep it. Raises what `make_icon` raises."""
    from helper.pictures import make_icon  # a start must not wait for it

    png = await asyncio.to_thread(make_icon, uploaded)
    sha256 = hashlib.sha256(png).hexdigest()

    async def save(transaction: Transaction) -> str | None:
        await store.save_icon(transaction, sha256, png, desk.clock.now())
        return await store.public_origin(transaction)

    return Icon(sha256, icon_address(await desk.db.write(save), sha256))


async def read(desk: Desk, sha256: str) -> bytes | None:
    """A picture's PNG, or None."""
    return await desk.db.read(lambda reader: store.find_icon(reader, sha256))


async def public_origin(desk: Desk) -> str | None:
    """The lasting public address, None without one."""
    return await desk.db.read(store.public_origin)


async def set_origin(desk: Desk, origin: str | None) -> None:
    """Take over the setting: personas' pictures are at this address from now on."""

    async def work(transaction: Transaction) -> None:
        if await store.set_public_origin(transaction, origin, by_setting=True):
            await tell_all(transaction)

    await desk.db.write(work)


async def tell_all(transaction: Transaction) -> None:
    """Something is otherwise now at every account."""
    for account in await all_accounts(transaction):
        transaction.publish(Change("account", account.id, account.id))


async def check_address(url: str, lookup: Lookup | None = None, ssl: object = None) -> str | None:
    """What keeps the picture at an https address from being an icon (a code), None where nothing does.

    Only what can be seen from here: whether LINE's servers reach it is another matter.
    """
    from helper.pictures import MOST_BYTES, fault_of

    try:
        target = URL(url, encoded=True)
        host, _ = target.host or "", target.port
    except ValueError:
        return "icon_address"
    if target.scheme != "https" or (is_number(host) and not is_allowed(host, private=False)):
        return "icon_address"
    try:
        async with (
            open_session(private=False, seconds=SECONDS, lookup=lookup, ssl=ssl) as session,
            session.get(target, allow_redirects=False) as answer,
        ):
            if 300 <= answer.status < 400:
                return "icon_redirects"
            if answer.status != 200:
                return "icon_missing"
            body = await _body_of(answer, MOST_BYTES)
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
        return "icon_certificate"
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        refused = any(isinstance(one, AddressRefused) for one in (error, error.__cause__))
        return "icon_address" if refused else UNREACHABLE
    except ValueError:  # a name or port that no address has
        return "icon_address"
    return await asyncio.to_thread(fault_of, body)


async def _body_of(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, or as much of it as shows that it is longer than `most` bytes."""
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > most:
            break
    return bytes(body)
