"""The sandbox's controls: what the phone page, the demo and the tests do, as JSON below /sandbox/api.

=======  ==================================  ==============================================================
GET      /state                              {"now", "accounts": [account], "people": [person, newest first]}
POST     /accounts                           {"name", "basic_id"?, "channel_id"?} → account with its secret
POST     /people                             {"account_id"?, "name"?, "picture"?} → person
POST     /people/{user_id}/follow            {"seconds_ago"?} → person and delivery
POST     /people/{user_id}/block, unblock    → person and delivery
POST     /people/{user_id}/messages          {"text", "seconds_ago"?} → person and delivery
POST     /people/{user_id}/tap               {"label"}: a quick reply of the newest message
POST     /people/{user_id}/postback          {"data"}
GET      /people/{user_id}/timeline          {"messages": [said, oldest first], "quick_replies": [label]}
POST     /follow                             {"account_id"?, "name"?, "seconds_ago"?}: somebody new follows
GET      /log                                [request to LINE's API, newest last]
POST     /faults                             {"path", "kind", "times"?, "seconds"?}; DELETE ends them all
POST     /settings                           {"account_id"?, any of the account's settings} → account
POST     /line-message                       {"account_id"?, "count"?}: another tool sent so many
POST     /redeliver                          {"account_id"?}: deliver again what failed → {"arrived"}
GET      /stream                             server-sent events "changed"
=======  ==================================  ==============================================================

"person and delivery" is the person with {"delivered", "webhook_status"}: the webhook has been answered
(or given up) by then. Times are RFC 3339.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import orjson
from aiohttp import web

from helper.model.clock import to_rfc3339
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.faults import KINDS, PATHS, Kind
from helper.sandbox.occurrences import Occurrence
from helper.sandbox.people import Person, Said
from helper.sandbox.webhooks import may_be_webhook

if TYPE_CHECKING:
    from helper.sandbox.app import Sandbox

ROOT = "/sandbox/api"
_LONGEST_NAME = 100
_COALESCE_SECONDS = 0.05
_BEAT_SECONDS = 15.0
_SWITCHES = ("chat", "verified", "standby", "redelivery", "webhook_active")
_SECONDS = ("consumption_lag_seconds", "reply_token_seconds", "webhook_cache_seconds")


class BadControl(Exception):
    """A control that cannot be done: `status` and words for whoever wrote the call."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Controls:
    """The handlers."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._platform = sandbox.platform
        self._stopping = asyncio.Event()
        self._streams: set[asyncio.Event] = set()

    def add_routes(self, app: web.Application) -> None:
        """All controls."""
        app.on_shutdown.append(self._stop)
        person = "/people/{user_id}"
        for method, path, handler in (
            ("GET", "/state", self._state),
            ("POST", "/accounts", self._add_account),
            ("POST", "/people", self._add_person),
            ("POST", f"{person}/follow", self._follow),
            ("POST", f"{person}/block", self._block),
            ("POST", f"{person}/unblock", self._follow),
            ("POST", f"{person}/messages", self._write),
            ("POST", f"{person}/tap", self._tap),
            ("POST", f"{person}/postback", self._postback),
            ("GET", f"{person}/timeline", self._timeline),
            ("POST", "/follow", self._new_friend),
            ("GET", "/log", self._log),
            ("POST", "/faults", self._add_fault),
            ("DELETE", "/faults", self._end_faults),
            ("POST", "/settings", self._settings),
            ("POST", "/line-message", self._line_message),
            ("POST", "/redeliver", self._redeliver),
            ("GET", "/stream", self._stream),
        ):
            app.router.add_route(method, ROOT + path, _answered(handler))

    async def _stop(self, _app: web.Application) -> None:
        self._stopping.set()
        for stream in self._streams:
            stream.set()

    # ---- what there is -------------------------------------------------------------------------

    async def _state(self, _request: web.Request) -> web.Response:
        accounts = self._platform.accounts.values()
        people = [person for account in accounts for person in account.people.values()]
        people.sort(key=lambda person: person.followed_at or person.created_at, reverse=True)
        return _json_response(
            {
                "now": to_rfc3339(self._platform.clock.now()),
                "accounts": [self._account_shown(account) for account in accounts],
                "people": [_person_shown(person) for person in people],
            }
        )

    def _account_shown(self, account: SandboxAccount) -> dict[str, Any]:
        now = self._platform.clock.now()
        return {
            "id": account.channel_id,
            "name": account.name,
            "basic_id": account.basic_id,
            "premium_id": account.premium_id,
            "bot_user_id": account.bot_user_id,
            "picture": account.picture,
            "quota": account.quota,
            "usage": account.usage.counted(now),
            "consumption": self._platform.consumption(account)["totalUsage"],
            "chat": account.chat,
            "verified": account.verified,
            "standby": account.standby,
            "redelivery": account.redelivery,
            "webhook_active": account.webhook_active,
            "webhook_url": self._sandbox.webhooks.endpoint(account),
            "consumption_lag_seconds": account.consumption_lag_seconds,
            "reply_token_seconds": account.reply_token_seconds,
        }

    async def _timeline(self, request: web.Request) -> web.Response:
        account, person = self._person(request, {})
        return _json_response(
            {
                "person": _person_shown(person),
                "messages": [_said_shown(said, account) for said in person.talk],
                "quick_replies": [action["label"] for action in person.quick_replies],
            }
        )

    async def _log(self, _request: web.Request) -> web.Response:
        return _json_response([entry.shown() for entry in self._sandbox.journal.entries])

    # ---- what people do ------------------------------------------------------------------------

    async def _add_person(self, request: web.Request) -> web.Response:
        body = await _body(request)
        person = self._platform.add_person(
            self._account(body), _text(body, "name", _LONGEST_NAME), _text(body, "picture", 2000)
        )
        self._sandbox.draw(person)
        self._sandbox.journal.changed()
        return _json_response(_person_shown(person))

    async def _new_friend(self, request: web.Request) -> web.Response:
        body = await _body(request)
        account = self._account(body)
        person = self._platform.add_person(account, _text(body, "name", _LONGEST_NAME))
        self._sandbox.draw(person)
        return await self._done(person, self._platform.follow(account, person, _seconds_ago(body)))

    async def _follow(self, request: web.Request) -> web.Response:
        body = await _body(request)
        account, person = self._person(request, body)
        return await self._done(person, self._platform.follow(account, person, _seconds_ago(body)))

    async def _block(self, request: web.Request) -> web.Response:
        account, person = self._person(request, await _body(request))
        return await self._done(person, self._platform.block(account, person))

    async def _write(self, request: web.Request) -> web.Response:
        body = await _body(request)
        account, person = self._person(request, body)
        text = _text(body, "text", 5000)
        if text is None:
            raise BadControl(400, "text is missing")
        return await self._done(person, self._platform.write(account, person, text, _seconds_ago(body)))

    async def _tap(self, request: web.Request) -> web.Response:
        body = await _body(request)
        account, person = self._person(request, body)
        try:
            occurrence = self._platform.tap(account, person, _text(body, "label", 100) or "")
        except KeyError:
            raise BadControl(409, "no such quick reply is shown") from None
        return await self._done(person, occurrence)

    async def _postback(self, request: web.Request) -> web.Response:
        body = await _body(request)
        account, person = self._person(request, body)
        data = _text(body, "data", 300)
        if data is None:
            raise BadControl(400, "data is missing")
        return await self._done(person, self._platform.postback(account, person, data))

    async def _done(self, person: Person, occurrence: Occurrence | None) -> web.Response:
        self._sandbox.journal.changed()
        shown = _person_shown(person)
        if occurrence is not None:
            delivery = await self._sandbox.webhooks.deliver(occurrence)
            shown |= {"delivered": delivery.ok, "webhook_status": delivery.status}
        return _json_response(shown)

    # ---- what LINE does ------------------------------------------------------------------------

    async def _add_account(self, request: web.Request) -> web.Response:
        body = await _body(request)
        number = 2_000_000_001 + len(self._platform.accounts)
        channel_id = _text(body, "channel_id", 20) or str(number)
        if channel_id in self._platform.accounts:
            raise BadControl(409, "this channel id is taken")
        account = self._platform.add_account(
            channel_id,
            _text(body, "name", _LONGEST_NAME) or f"練習アカウント{len(self._platform.accounts) + 1}",
            _text(body, "basic_id", 20) or f"@{number:x}",
        )
        self._sandbox.journal.changed()
        return _json_response({**self._account_shown(account), "secret": account.secret})

    async def _settings(self, request: web.Request) -> web.Response:
        body = await _body(request)
        account = self._account(body)
        for name in _SWITCHES:
            if name in body:
                if not isinstance(body[name], bool):
                    raise BadControl(400, f"{name} is true or false")
                setattr(account, name, body[name])
        for name in _SECONDS:
            if name in body:
                setattr(account, name, _number(body, name, 0))
        if "quota" in body:
            account.quota = None if body["quota"] is None else int(_number(body, "quota", 0))
        if "webhook_url" in body:
            url = body["webhook_url"]
            if not isinstance(url, str) or not may_be_webhook(url):
                raise BadControl(400, "webhook_url is an https URL")
            account.webhook_url = url
        if "usage" in body:
            account.usage.set(self._platform.clock.now(), int(_number(body, "usage", 0)))
        if "requests_per_second" in body:
            account.requests_per_second = int(_number(body, "requests_per_second", 1))
        if body.get("end_tokens") is True:
            self._platform.end_tokens(account)
        shown = self._account_shown(account)
        if body.get("long_lived_token") is True:
            shown["long_lived_token"] = self._platform.issue_long_lived_token(account)
        self._sandbox.journal.changed()
        return _json_response(shown)

    async def _line_message(self, request: web.Request) -> web.Response:
        body = await _body(request)
        account = self._account(body)
        self._platform.somebody_else_sent(account, int(_number(body, "count", 0)) if "count" in body else 1)
        self._sandbox.journal.changed()
        return _json_response(self._account_shown(account))

    async def _redeliver(self, request: web.Request) -> web.Response:
        account = self._account(await _body(request))
        return _json_response({"arrived": await self._sandbox.webhooks.redeliver(account)})

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await _body(request)
        path, kind = body.get("path"), body.get("kind")
        if not isinstance(path, str) or not (path in PATHS or path.startswith("/")):
            raise BadControl(400, f"path is one of {', '.join(PATHS)} or a path of LINE's API")
        if kind not in KINDS:
            raise BadControl(400, f"kind is one of {', '.join(KINDS)}")
        self._sandbox.faults.add(
            path,
            cast(Kind, kind),
            int(_number(body, "times", 1)) if "times" in body else 1,
            _number(body, "seconds", 0) if "seconds" in body else 30.0,
        )
        return web.Response(status=204)

    async def _end_faults(self, _request: web.Request) -> web.Response:
        self._sandbox.faults.clear()
        return web.Response(status=204)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        watcher = self._sandbox.journal.watch()
        self._streams.add(watcher)
        try:
            await response.write(b": open\n\n")
            while not self._stopping.is_set():
                try:
                    async with asyncio.timeout(_BEAT_SECONDS):
                        await watcher.wait()
                except TimeoutError:
                    await response.write(b": beat\n\n")
                    continue
                if self._stopping.is_set():
                    break
                await asyncio.sleep(_COALESCE_SECONDS)
                watcher.clear()
                await response.write(b"event: changed\ndata: {}\n\n")
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._streams.discard(watcher)
            self._sandbox.journal.unwatch(watcher)
        return response

    # ---- whom a control means ------------------------------------------------------------------

    def _account(self, body: dict[str, Any]) -> SandboxAccount:
        account_id = body.get("account_id")
        try:
            return self._platform.account(account_id if account_id is None else str(account_id))
        except (KeyError, StopIteration):
            raise BadControl(404, "no such account") from None

    def _person(self, request: web.Request, body: dict[str, Any]) -> tuple[SandboxAccount, Person]:
        user_id = request.match_info["user_id"]
        for account in self._platform.accounts.values():
            person = account.people.get(user_id)
            if person is not None:
                wanted = body.get("account_id") or request.query.get("account_id") or account.channel_id
                if wanted != account.channel_id:
                    break
                return account, person
        raise BadControl(404, "no such person")


def _answered(handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except BadControl as error:
            return _json_response({"message": str(error)}, error.status)
        except ValueError as error:  # something a person cannot do now
            return _json_response({"message": str(error)}, 409)

    return answer


def _json_response(content: object, status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(content),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


async def _body(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    if not raw:
        return {}
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise BadControl(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise BadControl(400, "the body is not a JSON object")
    return body


def _text(body: dict[str, Any], name: str, longest: int) -> str | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > longest:
        raise BadControl(400, f"{name} is a text of at most {longest} characters")
    return value


def _number(body: dict[str, Any], name: str, least: float) -> float:
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
        raise BadControl(400, f"{name} is a number of at least {least:g}")
    return value


def _seconds_ago(body: dict[str, Any]) -> float:
    return _number(body, "seconds_ago", 0) if body.get("seconds_ago") is not None else 0


def _person_shown(person: Person) -> dict[str, Any]:
    return {
        "user_id": person.user_id,
        "account_id": person.account_id,
        "name": person.name,
        "picture": person.picture,
        "following": person.following,
        "blocked": person.blocked,
        "followed_at": None if person.followed_at is None else to_rfc3339(person.followed_at),
        "wrote_at": None if person.wrote_at is None else to_rfc3339(person.wrote_at),
    }


def _said_shown(said: Said, account: SandboxAccount) -> dict[str, Any]:
    """A line of the talk as the phone shows it: 「花子 from 'さくら美容室'」 above a persona's bubble."""
    shown: dict[str, Any] = {
        "id": said.id,
        "at": to_rfc3339(said.at),
        "kind": said.kind,
        "type": said.type,
        "from": said.by,
    }
    if said.kind == "event":
        return shown
    sender = said.content.get("sender") or {}
    name = sender.get("name")
    return {
        **shown,
        "text": said.content.get("text") or said.content.get("altText"),
        "content": said.content,
        "route": said.route,
        "sender_name": name,
        "sender_icon": sender.get("iconUrl"),
        "sender_display": f"{name} from '{account.name}'" if name else account.name,
    }
