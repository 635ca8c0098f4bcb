"""The helper's connection to its relay: what came while this computer slept is fetched in order, then as it comes.

Each webhook is verified here with our own channel secret and goes the one way that every webhook goes
(`flows.receive`); only when it is durable the relay hears that it may forget it.
"""

import asyncio
import hmac
import logging
import random
import secrets as randomness
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from pydantic import BaseModel, ValidationError

from helper.flows import accounts as account_flows
from helper.flows import relays
from helper.flows.desk import Desk
from helper.flows.receive import receive
from helper.line.answers import Credentials
from helper.line.events import NotAWebhook, NotJson
from helper.line.signature import BadSignature
from helper.model.codes import prove
from helper.model.refusal import Refused
from helper.model.relay import Failure, Link, Queues
from helper.relay import wire
from helper.secrets import SecretStore
from helper.settings import address_of
from helper.store.database import StoreTrouble, TooBusy

log = logging.getLogger(__name__)

TOKEN = "relay:token"
PROOF_KEY = "relay:proof-key"

OPEN_SECONDS = 10.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds between two attempts to connect: doubled each time, up to this."""
CLOCK_SECONDS = 20.0
"""How often the two clocks are compared."""


class LinkTrouble(Exception):
    """There is no connection; `code` is one of `LINK_TROUBLES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Keys:
    """What the relay gave at pairing."""

    token: str
    token_id: str
    proof_key: str


class Line:
    """An open WebSocket to a relay. `ssl` None: the system's certificate authorities."""

    def __init__(self, url: str, session: aiohttp.ClientSession, ssl: Any = None) -> None:
        self._url = url
        self._session = session
        self._ssl = ssl
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def __aenter__(self) -> "Line":
        """Dial. Raises LinkTrouble."""
        address = self._url.replace("http", "ws", 1) + wire.PATH
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                self._socket = await self._session.ws_connect(
                    address,
                    ssl=True if self._ssl is None else self._ssl,
                    heartbeat=wire.HEARTBEAT_SECONDS,
                    max_msg_size=wire.LONGEST_FROM_RELAY,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
                )
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
            raise LinkTrouble("relay_certificate") from None
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise LinkTrouble("relay_unreachable") from None
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up."""
        assert self._socket is not None
        await self._socket.close()

    async def say(self, frame: BaseModel) -> None:
        """Send. Raises LinkTrouble."""
        assert self._socket is not None
        try:
            await self._socket.send_str(frame.model_dump_json())
        except (aiohttp.ClientError, OSError):
            raise LinkTrouble("relay_unreachable") from None

    async def hear(self) -> wire.FromRelay:
        """The relay's next frame. Raises LinkTrouble when it hangs up."""
        assert self._socket is not None
        message = await self._socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            try:
                return wire.read_from_relay.validate_json(message.data)
            except ValidationError:
                raise LinkTrouble("relay_unproven") from None
        code = self._socket.close_code
        raise LinkTrouble(
            "relay_refused" if code in (wire.UNAUTHENTICATED, wire.REPLACED) else "relay_unreachable"
        )

    @property
    def close_code(self) -> int | None:
        """Why the relay hung up."""
        return None if self._socket is None else self._socket.close_code

    async def have_proven(self, keys: Keys) -> int:
        """Ask the relay to prove itself for the address that was dialled; its clock (ms). Raises LinkTrouble."""
        nonce = randomness.token_hex(16)
        await self.say(wire.Hello(nonce=nonce, token_id=keys.token_id))
        async with _in_time():
            answer = await self.hear()
        if not isinstance(answer, wire.Proof):
            raise LinkTrouble("relay_unproven")
        if answer.proof is None:
            raise LinkTrouble("relay_refused")
        expected = prove(keys.proof_key, nonce, address_of(self._url))
        if not hmac.compare_digest(expected.encode(), answer.proof.encode()):
            raise LinkTrouble("relay_unproven")
        return answer.now


class _in_time:  # noqa: N801 - reads as a word where it is used
    """`asyncio.timeout` whose end is trouble with the link."""

    def __init__(self) -> None:
        self._timeout = asyncio.timeout(OPEN_SECONDS)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, *what: Any) -> None:
        try:
            await self._timeout.__aexit__(*what)
        except TimeoutError:
            raise LinkTrouble("relay_unreachable") from None


class Fetcher:
    """Keeps the connection and takes in what comes. `chance` gives numbers from 0 to 1."""

    def __init__(
        self, desk: Desk, secrets: SecretStore, ssl: Any = None, chance: Callable[[], float] = random.random
    ) -> None:
        self._desk = desk
        self._secrets = secrets
        self._ssl = ssl
        self._chance = chance
        self._changed = asyncio.Event()
        self._accounts_changed = asyncio.Event()
        self._offset = 0
        self._asked_at = 0
        self._differs: set[str] = set()
        self._known: dict[str, Credentials] = {}

    def changed(self) -> None:
        """Another relay, or none: look again."""
        self._secrets.forget("relay:")
        self._changed.set()

    def accounts_changed(self) -> None:
        """Other accounts are connected, or with another secret."""
        self._accounts_changed.set()

    async def run(self) -> None:
        """Fetch until cancelled."""
        pause = FIRST_PAUSE
        loop = asyncio.get_running_loop()
        if (former := await relays.link(self._desk)) is not None:
            # Whatever an earlier life of this process left there.
            await relays.note_link(self._desk, former.token_id, connected=False, trouble=former.trouble)
        while True:
            self._changed.clear()
            link = await relays.link(self._desk)
            if link is None:
                await self._changed.wait()
                continue
            began = loop.time()
            trouble = await self._until_something_else(link)
            if trouble is None:
                pause = FIRST_PAUSE
                continue
            with suppress(StoreTrouble, TooBusy):
                await relays.note_link(self._desk, link.token_id, connected=False, trouble=trouble)
            if loop.time() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            with suppress(TimeoutError):
                async with asyncio.timeout(pause * (1 - self._chance() / 2)):
                    await self._changed.wait()
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _until_something_else(self, link: Link) -> str | None:
        """Fetch from this relay until there is trouble (its code) or another relay is to be looked at (None)."""
        fetching = asyncio.create_task(self._fetch(link))
        changing = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait((fetching, changing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            fetching.cancel()
            changing.cancel()
            ends = await asyncio.gather(fetching, changing, return_exceptions=True)
        match ends[0]:
            case LinkTrouble() as trouble:
                return trouble.code
            case StoreTrouble() | TooBusy():
                return "relay_store"
            case Exception() as error:
                raise error
        return None

    async def _fetch(self, link: Link) -> None:
        keys = await self._keys(link)
        async with _session() as session, Line(link.url, session, self._ssl) as line:
            asked_at = self._desk.clock.now()
            self._compare(await line.have_proven(keys), asked_at)
            self._differs = await relays.with_other_secrets(self._desk)
            self._known = await self._credentials()
            await line.say(wire.Open(token=keys.token, accounts=list(self._known)))
            await self._take_part(line, link)

    async def _take_part(self, line: Line, link: Link) -> None:
        work = [
            asyncio.create_task(self._listen(line, link)),
            asyncio.create_task(self._tell_accounts(line)),
            asyncio.create_task(self._ask_the_time(line)),
        ]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in work:
                task.cancel()
            ends = await asyncio.gather(*work, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    async def _listen(self, line: Line, link: Link) -> None:
        connected = False
        while True:
            match await line.hear():
                case wire.Status() as status:
                    await relays.note_queues(self._desk, [self._queues(told) for told in status.accounts])
                    if not connected:
                        connected = True
                        await relays.note_link(self._desk, link.token_id, connected=True)
                        log.info("connected to the relay")
                case wire.Deliveries() as deliveries:
                    await line.say(await self._take(deliveries))
                case wire.Clock() as clock:
                    self._compare(clock.now, self._asked_at)
                case _:
                    raise LinkTrouble("relay_unproven")

    async def _take(self, deliveries: wire.Deliveries) -> wire.Taken:
        """Take in what came, all of it in one or two commits; what to answer."""
        kept = await asyncio.gather(*(self._take_one(item, deliveries.now) for item in deliveries.items))
        return wire.Taken(
            ids=[item.id for item, taken in zip(deliveries.items, kept, strict=True) if taken],
            left=[item.id for item, taken in zip(deliveries.items, kept, strict=True) if not taken],
        )

    async def _take_one(self, item: wire.Delivered, sent_at: int) -> bool:
        """Whether the relay may forget it."""
        now = self._desk.clock.now()
        # By either way of reckoning it is at least that old; a frame may have lain in a sleeping computer's buffer.
        came_at = min(now, item.received_at - self._offset, now - max(0, sent_at - item.received_at))
        try:
            await receive(self._desk, item.account_id, b64decode(item.body), item.signature, came_at)
        except BadSignature:
            await self._note_secret(item.account_id, differs=True)
            return False
        except Refused:
            return False
        except (NotJson, NotAWebhook, ValueError):
            log.warning("the relay brought what is no webhook", extra={"account": item.account_id})
            return True
        await self._note_secret(item.account_id, differs=False)
        return True

    async def _note_secret(self, account_id: str, *, differs: bool) -> None:
        if differs != (account_id in self._differs):
            (self._differs.add if differs else self._differs.discard)(account_id)
            await relays.note_secret(self._desk, account_id, differs=differs)

    async def _tell_accounts(self, line: Line) -> None:
        while True:
            await self._accounts_changed.wait()
            self._accounts_changed.clear()
            known = await self._credentials()
            if known != self._known:
                self._known = known
                await line.say(wire.Accounts(accounts=list(known)))

    async def _ask_the_time(self, line: Line) -> None:
        while True:
            await asyncio.sleep(CLOCK_SECONDS)
            self._asked_at = self._desk.clock.now()
            await line.say(wire.Clock())

    def _compare(self, relay_now: int, asked_at: int) -> None:
        """Note how far the relay's clock is ahead, rather too much than too little: then tokens count as older."""
        self._offset = relay_now - asked_at

    def _queues(self, told: wire.Told) -> Queues:
        def ours(moment: int | None) -> int | None:
            return None if moment is None else moment - self._offset

        return Queues(
            account_id=told.account_id,
            tool=told.tool,
            waiting_helper=told.waiting_helper,
            waiting_tool=told.waiting_tool,
            kept=told.kept,
            oldest_helper_at=ours(told.oldest_helper_at),
            oldest_tool_at=ours(told.oldest_tool_at),
            failure=None if told.failure is None else Failure(told.failure, told.failure_status),
            failed_at=ours(told.failed_at),
            dropped=told.dropped,
            dropped_at=ours(told.dropped_at),
        )

    async def _credentials(self) -> dict[str, Credentials]:
        """What we can take deliveries of, and verify with."""
        connected = await account_flows.list_all(self._desk)
        found = {account.id: await self._desk.credentials(account.id) for account in connected}
        return {account_id: credentials for account_id, credentials in found.items() if credentials}

    async def _keys(self, link: Link) -> Keys:
        token, proof_key = await self._secrets.get(TOKEN), await self._secrets.get(PROOF_KEY)
        if token is None or proof_key is None:
            raise LinkTrouble("relay_refused")
        return Keys(token, link.token_id, proof_key)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())


async def pair_with(url: str, code: str, name: str, ssl: Any = None) -> Keys:
    """Pair with the relay at an origin. Raises LinkTrouble, Refused `pairing_code_invalid` or `too_many_attempts`.

    Who takes the code must then prove that it is reached by this very address: somebody in between is noticed.
    """
    async with _session() as session, Line(url, session, ssl) as line:
        await line.say(wire.Pair(code=code, name=name))
        try:
            async with _in_time():
                answer = await line.hear()
        except LinkTrouble:
            match line.close_code:
                case wire.CODE_INVALID:
                    raise Refused("pairing_code_invalid") from None
                case wire.TOO_MANY:
                    raise Refused("too_many_attempts") from None
            raise
        if not isinstance(answer, wire.Paired):
            raise LinkTrouble("relay_unproven")
        keys = Keys(answer.token, answer.token_id, answer.proof_key)
        await line.have_proven(keys)
        return keys
