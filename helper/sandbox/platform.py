"""LINE's platform as far as a Messaging API channel sees it: state and rules, no network.

Every rule is one that LINE documents (the project's notes on the Messaging API name the sections); where
LINE says less, this stand-in is the stricter one. Time comes from the injected clock only.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from helper.model.clock import Clock
from helper.sandbox.accounts import AcceptedKey, FollowerPlace, ReplyToken, SandboxAccount
from helper.sandbox.errors import (
    INVALID_REPLY_TOKEN,
    INVALID_TOKEN,
    MONTHLY_LIMIT,
    NOT_AVAILABLE,
    NOT_FOUND,
    RETRY_KEY_ACCEPTED,
    SEND_FAILED,
    LineError,
    TokenError,
    invalid_property,
)
from helper.sandbox.occurrences import Occurrence, Occurrences
from helper.sandbox.people import NAMES, Person, Route, Said
from helper.sandbox.rates import Rates
from helper.sandbox.validation import check_messages

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

TOKEN_SECONDS = 15 * 60
_RETRY_KEY = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_RECIPIENT = re.compile(r"[UCR][0-9a-f]{32}")
_REPLY_TOKEN_END = 20 * MINUTE
_STRANGER = 7 * DAY
_FIRST_MESSAGE_ID = 461_230_966_842_064_897
_IDS_PER_MILLISECOND = 1_000
# Used-up tokens and keys are swept once there are so many.
_SWEEP = 20_000


@dataclass(frozen=True, slots=True)
class Sent:
    """An accepted send. `to` is the user; `delivered` is False where LINE takes a message to nobody."""

    body: dict[str, Any]
    to: str
    delivered: bool


class Platform:
    """Channels, people and what passes between them."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.accounts: dict[str, SandboxAccount] = {}
        self.rates = Rates()
        self._tokens: OrderedDict[str, tuple[SandboxAccount, int | None]] = OrderedDict()
        # Later starts begin higher, so that no id comes twice in one history.
        self._message_ids: Iterator[int] = count(_FIRST_MESSAGE_ID + clock.now() * _IDS_PER_MILLISECOND)
        self._people = count()
        self._occurrences = Occurrences(clock)

    # ---- channels ------------------------------------------------------------------------------

    def add_account(
        self, channel_id: str, name: str, basic_id: str, secret: str | None = None, **settings: Any
    ) -> SandboxAccount:
        """A new account with its channel; `settings` are SandboxAccount's."""
        account = SandboxAccount(
            channel_id=channel_id,
            secret=secret or secrets.token_hex(16),
            name=name,
            basic_id=basic_id,
            bot_user_id="U" + secrets.token_hex(16),
            **settings,
        )
        self.accounts[channel_id] = account
        return account

    def account(self, channel_id: str | None = None) -> SandboxAccount:
        """The account, or the first one for None. Raises KeyError."""
        if channel_id is None:
            return next(iter(self.accounts.values()))
        return self.accounts[channel_id]

    def issue_token(self, form: dict[str, str]) -> dict[str, Any]:
        """``POST /oauth2/v3/token``: a stateless token that ends after 15 minutes."""
        if form.get("grant_type") != "client_credentials":
            raise TokenError(400, "unsupported_grant_type", "unsupported grant_type")
        account = self.accounts.get(form.get("client_id", ""))
        if account is None:
            raise TokenError(400, "invalid_request", "invalid client_id")
        if not secrets.compare_digest(account.secret, form.get("client_secret", "")):
            raise TokenError(400, "invalid_client", "invalid client_secret")
        token = secrets.token_urlsafe(96)
        now = self.clock.now()
        self._tokens[token] = (account, now + TOKEN_SECONDS * SECOND)
        self._sweep_tokens(now)
        return {"token_type": "Bearer", "access_token": token, "expires_in": TOKEN_SECONDS - 1}

    def issue_long_lived_token(self, account: SandboxAccount) -> str:
        """The console's button: a token without end; a new one kills the old."""
        for token, (owner, end) in list(self._tokens.items()):
            if owner is account and end is None:
                del self._tokens[token]
        token = secrets.token_urlsafe(128)
        self._tokens[token] = (account, None)
        return token

    def end_tokens(self, account: SandboxAccount) -> None:
        """Every token of the account's is dead, as after a computer's long sleep."""
        for token, (owner, _) in list(self._tokens.items()):
            if owner is account:
                del self._tokens[token]

    def authenticate(self, token: str) -> SandboxAccount:
        """The channel behind a bearer token. Raises LineError 401."""
        found = self._tokens.get(token)
        if found is None:
            raise LineError(401, INVALID_TOKEN)
        account, end = found
        if end is not None and self.clock.now() >= end:
            del self._tokens[token]
            raise LineError(401, INVALID_TOKEN)
        return account

    # ---- sending -------------------------------------------------------------------------------

    def push(
        self, account: SandboxAccount, body: dict[str, Any], retry_key: str | None, request_id: str
    ) -> Sent:
        """``POST /v2/bot/message/push``. Raises LineError."""
        now = self.clock.now()
        self._check_retry_key(account, retry_key, now)
        to = body.get("to")
        check_messages(body.get("messages"))
        if not isinstance(to, str) or not _RECIPIENT.fullmatch(to):
            raise invalid_property("to")
        person = account.people.get(to)
        if person is None:
            raise LineError(400, SEND_FAILED)
        delivered = self._reachable(person, now)
        if delivered:
            if account.quota is not None and account.usage.counted(now) + 1 > account.quota:
                raise LineError(429, MONTHLY_LIMIT)
            account.usage.count(now, 1)
        sent = self._deliver(person if delivered else None, body["messages"], "push", now)
        if retry_key is not None:
            account.accepted_keys[retry_key.lower()] = AcceptedKey(now, request_id, sent)
        return Sent({"sentMessages": sent}, to, delivered)

    def reply(self, account: SandboxAccount, body: dict[str, Any], retry_key: str | None) -> Sent:
        """``POST /v2/bot/message/reply``: once per token, within its minute, not counted."""
        if retry_key is not None:
            raise LineError(400, "The retry key is not supported by this API")
        now = self.clock.now()
        check_messages(body.get("messages"))
        name = body.get("replyToken")
        if not isinstance(name, str) or not name:
            raise invalid_property("replyToken")
        token = account.reply_tokens.get(name)
        if (
            token is None
            or token.used
            or now - token.received_at > account.reply_token_seconds * SECOND
            or now - token.event_at > _REPLY_TOKEN_END
        ):
            raise LineError(400, INVALID_REPLY_TOKEN)
        token.used = True
        delivered = self._reachable(token.person, now)
        sent = self._deliver(token.person if delivered else None, body["messages"], "reply", now)
        return Sent({"sentMessages": sent}, token.person.user_id, delivered)

    def operator_writes(self, account: SandboxAccount, person: Person, text: str) -> None:
        """The operator types in LINE's own chat: free, not counted, and no webhook tells of it.

        Which talks LINE's chat has is for the page that plays it.
        """
        self._deliver(
            None if person.blocked else person, [{"type": "text", "text": text}], "chat", self.clock.now()
        )

    def somebody_else_sent(self, account: SandboxAccount, messages: int) -> None:
        """OA Manager or another tool sent so many counted messages."""
        account.usage.count(self.clock.now(), messages)

    def _check_retry_key(self, account: SandboxAccount, retry_key: str | None, now: int) -> None:
        if retry_key is None:
            return
        if not _RETRY_KEY.fullmatch(retry_key):
            raise LineError(400, "The retry key is invalid")
        keys = account.accepted_keys
        while keys and next(iter(keys.values())).at <= now - DAY:
            keys.popitem(last=False)
        accepted = keys.get(retry_key.lower())
        if accepted is not None:
            raise LineError(
                409,
                RETRY_KEY_ACCEPTED,
                headers={"x-line-accepted-request-id": accepted.request_id},
                body={"sentMessages": accepted.sent},
            )

    def _reachable(self, person: Person, now: int) -> bool:
        """Friends, and for 7 days people who wrote without being friends. Others get nothing, with 200."""
        if person.blocked:
            return False
        return person.following or (person.wrote_at is not None and now - person.wrote_at <= _STRANGER)

    def _deliver(
        self, person: Person | None, messages: list[dict[str, Any]], route: Route, now: int
    ) -> list[dict[str, str]]:
        sent = []
        for message in messages:
            message_id = str(next(self._message_ids))
            sent.append({"id": message_id, "quoteToken": secrets.token_urlsafe(24)})
            if person is not None:
                person.talk.append(
                    Said(message_id, now, "message", "account", message["type"], message, route)
                )
        return sent

    # ---- questions -----------------------------------------------------------------------------

    def bot_info(self, account: SandboxAccount) -> dict[str, Any]:
        """``GET /v2/bot/info``."""
        info: dict[str, Any] = {
            "userId": account.bot_user_id,
            "basicId": account.basic_id,
            "displayName": account.name,
            "chatMode": "chat" if account.chat else "bot",
            "markAsReadMode": "manual" if account.chat else "auto",
        }
        if account.premium_id:
            info["premiumId"] = account.premium_id
        if account.picture:
            info["pictureUrl"] = account.picture
        return info

    def profile(self, account: SandboxAccount, user_id: str) -> dict[str, Any]:
        """``GET /v2/bot/profile/{userId}``: friends, and people who wrote. Raises LineError 404."""
        person = account.people.get(user_id)
        if person is None or person.blocked or not (person.following or person.wrote_at is not None):
            raise LineError(404, NOT_FOUND)
        profile = {"displayName": person.name, "userId": user_id, "language": person.language}
        if person.picture:
            profile["pictureUrl"] = person.picture
        return profile

    def follower_ids(self, account: SandboxAccount, limit: int, start: str | None) -> dict[str, Any]:
        """``GET /v2/bot/followers/ids``. Raises LineError 403 unless the account is verified."""
        if not (account.verified or account.premium_id):
            raise LineError(403, NOT_AVAILABLE)
        followers = [
            person.user_id for person in account.people.values() if person.following and not person.blocked
        ]
        now = self.clock.now()
        place = FollowerPlace(0, now) if start is None else account.follower_places.get(start)
        if place is None or now - place.told_at >= DAY:
            raise LineError(400, "The request has 1 error(s)", [{"message": "invalid", "property": "start"}])
        # LINE may give fewer than asked for, with more to come.
        end = place.begin + min(limit, account.followers_per_page)
        page: dict[str, Any] = {"userIds": followers[place.begin : end]}
        if end < len(followers):
            page["next"] = secrets.token_urlsafe(12)
            account.follower_places[page["next"]] = FollowerPlace(end, now)
        return page

    def quota(self, account: SandboxAccount) -> dict[str, Any]:
        """``GET /v2/bot/message/quota``."""
        if account.quota is None:
            return {"type": "none"}
        return {"type": "limited", "value": account.quota}

    def consumption(self, account: SandboxAccount) -> dict[str, Any]:
        """``GET /v2/bot/message/quota/consumption``: approximate, it runs behind."""
        lag = round(account.consumption_lag_seconds * SECOND)
        return {"totalUsage": account.usage.told(self.clock.now(), lag)}

    # ---- people --------------------------------------------------------------------------------

    def add_person(
        self, account: SandboxAccount, name: str | None = None, picture: str | None = None
    ) -> Person:
        """Somebody with LINE on the phone, not a friend yet. Without a name, one of the sample names."""
        number = next(self._people)
        person = Person(
            user_id="U" + secrets.token_hex(16),
            account_id=account.channel_id,
            name=name or NAMES[number % len(NAMES)],
            picture=picture,
            created_at=self.clock.now(),
        )
        account.people[person.user_id] = person
        return person

    def follow(self, account: SandboxAccount, person: Person, seconds_ago: float = 0) -> Occurrence:
        """Adds the account as a friend; for somebody who blocked it this is the unblock."""
        at = self.clock.now() - round(seconds_ago * SECOND)
        unblocked, person.blocked = person.blocked, False
        person.following = True
        person.followed_at = at
        self._note(person, at, "unblocked" if unblocked else "followed")
        return self._occurrences.of(
            account, person, "follow", at, {"follow": {"isUnblocked": unblocked}}, replyable=True
        )

    def block(self, account: SandboxAccount, person: Person) -> Occurrence:
        """Blocks the account: LINE's unfollow event, without a reply token."""
        now = self.clock.now()
        person.following = False
        person.blocked = True
        self._note(person, now, "unfollowed")
        return self._occurrences.of(account, person, "unfollow", now, {}, replyable=False)

    def write(self, account: SandboxAccount, person: Person, text: str, seconds_ago: float = 0) -> Occurrence:
        """Writes a text. Raises ValueError for somebody who blocked the account."""
        return self._say(account, person, {"type": "text", "text": text}, seconds_ago)

    def send_sticker(self, account: SandboxAccount, person: Person) -> Occurrence:
        """Sends a sticker: a message without text."""
        return self._say(
            account,
            person,
            {
                "type": "sticker",
                "packageId": "446",
                "stickerId": "1988",
                "stickerResourceType": "STATIC",
                "keywords": ["Hello"],
            },
        )

    def postback(
        self, account: SandboxAccount, person: Person, data: str, display_text: str | None = None
    ) -> Occurrence:
        """Taps something that answers with data. `display_text` shows in the talk, without an event."""
        self._must_reach(person)
        now = self.clock.now()
        if display_text:
            person.talk.append(
                Said(
                    str(next(self._message_ids)),
                    now,
                    "message",
                    "person",
                    "text",
                    {"type": "text", "text": display_text},
                )
            )
        return self._occurrences.of(
            account, person, "postback", now, {"postback": {"data": data}}, replyable=True
        )

    def tap(self, account: SandboxAccount, person: Person, label: str) -> Occurrence | None:
        """Taps a quick reply of the newest message; None for one that only opens something.

        Raises KeyError where no such quick reply is shown.
        """
        self._must_reach(person)
        for action in person.quick_replies:
            if action.get("label") != label:
                continue
            match action["type"]:
                case "message":
                    return self.write(account, person, action["text"])
                case "postback":
                    return self.postback(account, person, action["data"], action.get("displayText"))
            return None
        raise KeyError(label)

    def mark_redelivered(self, account: SandboxAccount, reply_token: str | None) -> None:
        """A redelivered webhook's token has its minute again, but never past 20 minutes after the event."""
        if reply_token is not None and reply_token in account.reply_tokens:
            account.reply_tokens[reply_token].received_at = self.clock.now()

    def _say(
        self, account: SandboxAccount, person: Person, content: dict[str, Any], seconds_ago: float = 0
    ) -> Occurrence:
        self._must_reach(person)
        at = self.clock.now() - round(seconds_ago * SECOND)
        message_id = str(next(self._message_ids))
        person.wrote_at = at
        person.talk.append(Said(message_id, at, "message", "person", content["type"], content))
        message = {"id": message_id, **content, "quoteToken": secrets.token_urlsafe(24)}
        if account.chat:
            message["markAsReadToken"] = secrets.token_urlsafe(24)
            account.unread_tokens[message["markAsReadToken"]] = person.user_id
        return self._occurrences.of(account, person, "message", at, {"message": message}, replyable=True)

    def _must_reach(self, person: Person) -> None:
        if person.blocked:
            raise ValueError("somebody who blocked the account cannot write to it")

    def _note(self, person: Person, at: int, what: str) -> None:
        person.talk.append(Said(str(next(self._message_ids)), at, "event", "person", what))

    def _sweep_tokens(self, now: int) -> None:
        if len(self._tokens) < _SWEEP:
            return
        for token, (_, end) in list(self._tokens.items()):
            if end is not None and end <= now:
                del self._tokens[token]


__all__ = ["Platform", "ReplyToken", "Sent"]
