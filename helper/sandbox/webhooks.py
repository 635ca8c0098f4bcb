"""Delivering webhooks as LINE does: signed, two seconds to answer, redelivered only where switched on.

Sources: LINE developers' documentation, "Receive messages (webhook)", "Check webhook error causes and
statistics"; reference, "Test webhook endpoint".
"""

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
import orjson

from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.faults import Fault, Faults
from helper.sandbox.occurrences import Occurrence
from helper.sandbox.platform import Platform

_ANSWER_SECONDS = 2.0
_LONGEST_URL = 500
# LINE does not say how often and when it delivers again.
_REDELIVERY_SECONDS = (10.0, 60.0, 300.0)

Reason = Literal["OK", "COULD_NOT_CONNECT", "REQUEST_TIMEOUT", "ERROR_STATUS_CODE", "UNCLASSIFIED"]


def may_be_webhook(url: str) -> bool:
    """LINE takes https only; the sandbox's helper is on this computer, where plain http will do."""
    if not 1 <= len(url) <= _LONGEST_URL or not url.isascii() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or local)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one webhook request; `status` is 0 where no answer came."""

    reason: Reason
    status: int = 0
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Whether LINE counts it as delivered."""
        return self.reason == "OK"


class Webhooks:
    """The sender of webhooks. `url_of` names the endpoint of a channel that has none set."""

    def __init__(self, platform: Platform, faults: Faults, url_of: Callable[[str], str] | None) -> None:
        self._platform = platform
        self._faults = faults
        self._url_of = url_of
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._undelivered: dict[str, Occurrence] = {}
        self._redeliveries: set[asyncio.Task[None]] = set()

    def endpoint(self, account: SandboxAccount) -> str | None:
        """The account's webhook URL."""
        if account.webhook_url is not None:
            return account.webhook_url
        return self._url_of(account.channel_id) if self._url_of is not None else None

    def set_endpoint(self, account: SandboxAccount, url: str) -> None:
        """Another webhook URL. It is told at once, and used once LINE's cache has forgotten the former one."""
        until = self._platform.clock.now() + round(account.webhook_cache_seconds * 1000)
        account.former_webhook = (self.endpoint(account), until)
        account.webhook_url = url

    def _delivered_to(self, account: SandboxAccount) -> str | None:
        former = account.former_webhook
        if former is not None and self._platform.clock.now() < former[1]:
            return former[0]
        return self.endpoint(account)

    async def deliver(self, occurrence: Occurrence) -> Delivery:
        """Deliver one event. What fails is delivered again later if the account has it switched on."""
        account = occurrence.account
        url = self._delivered_to(account)
        if url is None or not account.webhook_active:
            return Delivery("COULD_NOT_CONNECT", detail="no webhook URL is set, or webhooks are off")
        fault = self._faults.take("webhook")
        delivery = await self._attempt(account, url, [occurrence.event], fault)
        if fault is not None and fault.kind == "duplicate":
            await self._attempt(account, url, [occurrence.event], None)
        if not delivery.ok:
            self._undelivered[occurrence.event["webhookEventId"]] = occurrence
            if account.redelivery:
                task = asyncio.create_task(self._redeliver_later(occurrence))
                self._redeliveries.add(task)
                task.add_done_callback(self._redeliveries.discard)
        return delivery

    async def redeliver(self, account: SandboxAccount) -> int:
        """Deliver what failed once more, now. Returns how many arrived."""
        arrived = 0
        for occurrence in list(self._undelivered.values()):
            if occurrence.account is account and (await self._redeliver(occurrence)).ok:
                arrived += 1
        return arrived

    async def test(self, account: SandboxAccount, url: str | None) -> Delivery:
        """The console's "Verify": a signed request without events."""
        url = url or self.endpoint(account)
        if url is None:
            return Delivery("COULD_NOT_CONNECT", detail="no webhook URL is set")
        return await self._attempt(account, url, [], None)

    async def close(self) -> None:
        """Stop delivering."""
        self._closed = True
        for task in list(self._redeliveries):
            task.cancel()
        if self._redeliveries:
            await asyncio.wait(self._redeliveries)
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _redeliver_later(self, occurrence: Occurrence) -> None:
        for seconds in _REDELIVERY_SECONDS:
            await asyncio.sleep(seconds)
            if occurrence.event["webhookEventId"] not in self._undelivered:
                return
            if (await self._redeliver(occurrence)).ok:
                return

    async def _redeliver(self, occurrence: Occurrence) -> Delivery:
        url = self.endpoint(occurrence.account)
        if url is None:
            return Delivery("COULD_NOT_CONNECT", detail="no webhook URL is set")
        again = replace(occurrence, event={**occurrence.event, "deliveryContext": {"isRedelivery": True}})
        self._platform.mark_redelivered(occurrence.account, occurrence.reply_token)
        delivery = await self._attempt(occurrence.account, url, [again.event], self._faults.take("webhook"))
        if delivery.ok:
            self._undelivered.pop(occurrence.event["webhookEventId"], None)
        return delivery

    async def _attempt(
        self, account: SandboxAccount, url: str, events: list[dict[str, object]], fault: Fault | None
    ) -> Delivery:
        match fault.kind if fault is not None else None:
            case "500_before":
                return Delivery("ERROR_STATUS_CODE", 500)
            case "drop_before":
                return Delivery("COULD_NOT_CONNECT", detail="dropped on the way")
            case "hang_before":
                assert fault is not None
                await asyncio.sleep(fault.seconds)
        delivery = await self._post(account, url, events)
        match fault.kind if fault is not None else None:
            case "500_after":
                return Delivery("ERROR_STATUS_CODE", 500)
            case "drop_after" | "hang_after":
                return Delivery("REQUEST_TIMEOUT", detail="the answer was lost")
        return delivery

    async def _post(self, account: SandboxAccount, url: str, events: list[dict[str, object]]) -> Delivery:
        if self._closed:
            return Delivery("COULD_NOT_CONNECT", detail="the sandbox is closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS), cookie_jar=aiohttp.DummyCookieJar()
            )
        body = orjson.dumps({"destination": account.bot_user_id, "events": events})
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "x-line-signature": b64encode(hmac.digest(account.secret.encode(), body, "sha256")).decode(),
        }
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
        except TimeoutError:
            return Delivery("REQUEST_TIMEOUT", detail="no answer in two seconds")
        except aiohttp.ClientConnectorError as error:
            return Delivery("COULD_NOT_CONNECT", detail=type(error).__name__)
        except (aiohttp.ClientError, OSError) as error:
            return Delivery("UNCLASSIFIED", detail=type(error).__name__)
        if 200 <= answer.status < 300:
            return Delivery("OK", answer.status)
        return Delivery("ERROR_STATUS_CODE", answer.status)
