"""LINE's Messaging API over HTTP, at the paths and with the answers of the real one."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from helper.model.clock import to_rfc3339
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.errors import (
    INVALID_TOKEN,
    MISSING_TOKEN,
    MONTHLY_LIMIT,
    NOT_AVAILABLE,
    NOT_FOUND,
    RATE_LIMIT,
    LineError,
    TokenError,
    invalid_property,
)
from helper.sandbox.faults import Fault
from helper.sandbox.journal import Entry
from helper.sandbox.validation import check_messages
from helper.sandbox.webhooks import may_be_webhook

if TYPE_CHECKING:
    from helper.sandbox.app import Sandbox

_MOST_FOLLOWERS = 1000


@dataclass(slots=True)
class Call:
    """One request being served."""

    request: web.Request
    entry: Entry
    headers: dict[str, str] = field(default_factory=dict)
    account: SandboxAccount | None = None

    @property
    def channel(self) -> SandboxAccount:
        """The channel whose token came with the request."""
        assert self.account is not None
        return self.account


Handler = Callable[[Call], Awaitable[tuple[int, dict[str, Any]]]]


class LineApi:
    """The handlers; state and rules are the sandbox's platform's."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._platform = sandbox.platform
        self._stopping = asyncio.Event()

    def add_routes(self, app: web.Application) -> None:
        """All paths of LINE's that we play; any other below /v2 and /oauth2 is LINE's 404."""
        app.on_shutdown.append(self._stop)
        message = "/v2/bot/message"
        for method, path, handler in (
            ("POST", f"{message}/push", self._push),
            ("POST", f"{message}/reply", self._reply),
            ("POST", f"{message}/validate/push", self._validate),
            ("POST", f"{message}/validate/reply", self._validate),
            ("GET", f"{message}/quota", self._quota),
            ("GET", f"{message}/quota/consumption", self._consumption),
            ("GET", "/v2/bot/info", self._info),
            ("GET", "/v2/bot/profile/{user_id}", self._profile),
            ("GET", "/v2/bot/followers/ids", self._followers),
            ("GET", "/v2/bot/channel/webhook/endpoint", self._get_endpoint),
            ("PUT", "/v2/bot/channel/webhook/endpoint", self._set_endpoint),
            ("POST", "/v2/bot/channel/webhook/test", self._test_endpoint),
            ("POST", "/v2/bot/chat/markAsRead", self._mark_as_read),
            ("POST", "/v2/bot/chat/loading/start", self._start_loading),
        ):
            app.router.add_route(method, path, self._served(self._authenticated(handler)))
        app.router.add_post("/oauth2/v3/token", self._served(self._token))
        app.router.add_route("*", "/v2/{path:.*}", self._served(self._unknown))
        app.router.add_route("*", "/oauth2/{path:.*}", self._served(self._unknown))

    async def _stop(self, _app: web.Application) -> None:
        self._stopping.set()

    # ---- around every request ------------------------------------------------------------------

    def _served(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            now = self._platform.clock.now()
            request_id = str(uuid.uuid4())
            call = Call(request, Entry(now, request.method, request.path, request_id=request_id))
            call.headers["x-line-request-id"] = request_id
            self._sandbox.journal.note(call.entry)
            fault = self._sandbox.faults.take(request.path)
            if fault is not None and fault.kind in ("hang_before", "drop_before"):
                return await self._drop(call, fault)
            status, body = await self._answer(handler, call, fault)
            if fault is not None:
                match fault.kind:
                    case "hang_after" | "drop_after":
                        return await self._drop(call, fault)
                    case "500_after":
                        status, body = 500, {"message": "Internal server error"}
                    case "garbled_after":
                        return self._finish(call, status, b'{"sentMess')
            return self._finish(call, status, orjson.dumps(body))

        return serve

    async def _answer(self, handler: Handler, call: Call, fault: Fault | None) -> tuple[int, dict[str, Any]]:
        try:
            if fault is not None:
                _refuse(fault)
            return await handler(call)
        except LineError as error:
            call.headers.update(error.headers)
            return error.status, error.body
        except TokenError as error:
            return error.status, dict(error.body)
        except web.HTTPRequestEntityTooLarge:
            return 413, {"message": "The request body is too large"}

    def _finish(self, call: Call, status: int, body: bytes) -> web.Response:
        call.entry.status = status
        call.headers["Date"] = formatdate(self._platform.clock.now() // 1000, usegmt=True)
        call.headers["Content-Type"] = "application/json"
        return web.Response(status=status, body=body, headers=call.headers)

    async def _drop(self, call: Call, fault: Fault) -> web.Response:
        """End the connection without an answer, at once or after a while."""
        if fault.kind.startswith("hang"):
            try:
                async with asyncio.timeout(fault.seconds):
                    await self._stopping.wait()
            except TimeoutError:
                pass  # it has hung long enough
        transport = call.request.transport
        if transport is not None:
            transport.abort()
        return web.Response()

    def _authenticated(self, handler: Handler) -> Handler:
        async def authenticate(call: Call) -> tuple[int, dict[str, Any]]:
            scheme, _, token = call.request.headers.get("Authorization", "").partition(" ")
            if scheme != "Bearer" or not token:
                raise LineError(401, MISSING_TOKEN)
            account = call.account = self._platform.authenticate(token.strip())
            call.entry.account_id = account.channel_id
            # The limit is per endpoint: one bucket for all profiles.
            resource = call.request.match_info.route.resource
            endpoint = f"{call.request.method} {resource.canonical if resource else ''}"
            now = self._platform.clock.now()
            if not self._platform.rates.allow(account.channel_id, endpoint, account.requests_per_second, now):
                raise LineError(429, RATE_LIMIT)
            return await handler(call)

        return authenticate

    async def _unknown(self, call: Call) -> tuple[int, dict[str, Any]]:
        raise LineError(404, NOT_FOUND)

    # ---- the endpoints -------------------------------------------------------------------------

    async def _token(self, call: Call) -> tuple[int, dict[str, Any]]:
        if call.request.content_type != "application/x-www-form-urlencoded":
            raise TokenError(400, "invalid_request", "some parameters missed or invalid")
        form = await call.request.post()
        call.entry.account_id = str(form.get("client_id", "")) or None
        issued = self._platform.issue_token({name: str(value) for name, value in form.items()})
        call.entry.accepted = True
        return 200, issued

    async def _push(self, call: Call) -> tuple[int, dict[str, Any]]:
        entry = call.entry
        entry.route = "push"
        entry.retry_key = call.request.headers.get("X-Line-Retry-Key")
        body = await _json(call.request)
        entry.to = body["to"] if isinstance(body.get("to"), str) else None
        sent = self._platform.push(call.channel, body, entry.retry_key, entry.request_id)
        entry.accepted, entry.delivered = True, sent.delivered
        self._sandbox.journal.changed()
        return 200, sent.body

    async def _reply(self, call: Call) -> tuple[int, dict[str, Any]]:
        entry = call.entry
        entry.route = "reply"
        entry.retry_key = call.request.headers.get("X-Line-Retry-Key")
        sent = self._platform.reply(call.channel, await _json(call.request), entry.retry_key)
        entry.to, entry.accepted, entry.delivered = sent.to, True, sent.delivered
        self._sandbox.journal.changed()
        return 200, sent.body

    async def _validate(self, call: Call) -> tuple[int, dict[str, Any]]:
        check_messages((await _json(call.request)).get("messages"))
        return 200, {}

    async def _quota(self, call: Call) -> tuple[int, dict[str, Any]]:
        return 200, self._platform.quota(call.channel)

    async def _consumption(self, call: Call) -> tuple[int, dict[str, Any]]:
        return 200, self._platform.consumption(call.channel)

    async def _info(self, call: Call) -> tuple[int, dict[str, Any]]:
        return 200, self._with_picture(call, self._platform.bot_info(call.channel))

    async def _profile(self, call: Call) -> tuple[int, dict[str, Any]]:
        profile = self._platform.profile(call.channel, call.request.match_info["user_id"])
        return 200, self._with_picture(call, profile)

    def _with_picture(self, call: Call, content: dict[str, Any]) -> dict[str, Any]:
        """Pictures drawn by us have a path only: make it a URL on the address that was asked."""
        picture = content.get("pictureUrl")
        if isinstance(picture, str) and picture.startswith("/"):
            content["pictureUrl"] = f"{call.request.url.origin()}{picture}"
        return content

    async def _followers(self, call: Call) -> tuple[int, dict[str, Any]]:
        limit = call.request.query.get("limit", "300")
        if not limit.isdigit() or not 1 <= int(limit) <= _MOST_FOLLOWERS:
            raise LineError(
                400,
                "The request has 1 error(s)",
                [{"message": f"must be between 1 and {_MOST_FOLLOWERS}", "property": "limit"}],
            )
        return 200, self._platform.follower_ids(call.channel, int(limit), call.request.query.get("start"))

    async def _get_endpoint(self, call: Call) -> tuple[int, dict[str, Any]]:
        url = self._sandbox.webhooks.endpoint(call.channel)
        if url is None:
            raise LineError(404, NOT_FOUND)
        return 200, {"endpoint": url, "active": call.channel.webhook_active}

    async def _set_endpoint(self, call: Call) -> tuple[int, dict[str, Any]]:
        url = (await _json(call.request)).get("endpoint")
        if not isinstance(url, str) or not may_be_webhook(url):
            raise LineError(
                400, "The request body has 1 error(s)", [{"message": "invalid uri", "property": "endpoint"}]
            )
        self._sandbox.webhooks.set_endpoint(call.channel, url)
        return 200, {}

    async def _test_endpoint(self, call: Call) -> tuple[int, dict[str, Any]]:
        body = await _json(call.request) if call.request.can_read_body else {}
        url = body.get("endpoint")
        if url is not None and not (isinstance(url, str) and may_be_webhook(url)):
            raise invalid_property("endpoint")
        delivery = await self._sandbox.webhooks.test(call.channel, url)
        return 200, {
            "success": delivery.ok,
            "timestamp": to_rfc3339(self._platform.clock.now()),
            "statusCode": delivery.status,
            "reason": delivery.reason,
            "detail": delivery.detail or str(delivery.status),
        }

    async def _mark_as_read(self, call: Call) -> tuple[int, dict[str, Any]]:
        token = (await _json(call.request)).get("markAsReadToken")
        if not isinstance(token, str) or token not in call.channel.unread_tokens:
            raise invalid_property("markAsReadToken")
        return 200, {}

    async def _start_loading(self, call: Call) -> tuple[int, dict[str, Any]]:
        body = await _json(call.request)
        if body.get("chatId") not in call.channel.people:
            raise invalid_property("chatId")
        if body.get("loadingSeconds", 20) not in range(5, 61, 5):
            raise invalid_property("loadingSeconds")
        return 202, {}


def _refuse(fault: Fault) -> None:
    """The faults that are answers of LINE's, given before it acted."""
    match fault.kind:
        case "500_before":
            raise LineError(500, "Internal server error")
        case "429_rate":
            raise LineError(429, RATE_LIMIT)
        case "429_month":
            raise LineError(429, MONTHLY_LIMIT)
        case "401":
            raise LineError(401, INVALID_TOKEN)
        case "400":
            raise LineError(400, "The request body has 1 error(s)")
        case "403":
            raise LineError(403, NOT_AVAILABLE)


async def _json(request: web.Request) -> dict[str, Any]:
    """The request's JSON object. Raises LineError 400, 415; aiohttp's 413."""
    if request.content_type != "application/json":
        raise LineError(415, f"The content type, {request.content_type}, is not supported")
    raw = await request.read()
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise LineError(
            400,
            f"The request body could not be parsed as JSON (line: {error.lineno}, column: {error.colno})",
        ) from None
    if not isinstance(body, dict):
        raise LineError(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
    return body
