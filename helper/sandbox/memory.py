"""What practice mode remembers between two starts.

LINE does not forget its users when the helper restarts, so neither may its stand-in: the registry would
hold friends whom nobody knows any more, and a push whose answer was lost could not be told from a new one.
"""

import asyncio
import logging
import os
from contextlib import suppress
from dataclasses import asdict, fields
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from helper.sandbox.accounts import AcceptedKey, ReplyToken, SandboxAccount, Usage
from helper.sandbox.journal import Journal
from helper.sandbox.people import Person, Said
from helper.sandbox.platform import Platform

_log = logging.getLogger(__name__)

_VERSION = 1
_PAUSE_SECONDS = 0.25
# Of each: the newest. Practice is small; a load test is not worth remembering.
_TALK = 20
_KEPT = 1_000
_PLAIN = tuple(
    one.name
    for one in fields(SandboxAccount)
    if one.name not in ("usage", "people", "reply_tokens", "accepted_keys", "unread_tokens")
)
_SAID = tuple(one.name for one in fields(Said))


class Memory:
    """Keeps the platform in a file, readable by its owner only (it holds the practice secrets)."""

    def __init__(self, path: Path, platform: Platform, journal: Journal) -> None:
        self._path = path
        self._platform = platform
        self._journal = journal
        self._task: asyncio.Task[None] | None = None

    def recall(self) -> bool:
        """Bring back what the file has. False, and nothing changed, where there is none that can be read."""
        try:
            content = orjson.loads(self._path.read_bytes())
            if content["version"] != _VERSION:
                return False
            accounts = [_account(one) for one in content["accounts"]]
        except FileNotFoundError:
            return False
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            _log.warning("practice mode starts anew: %s cannot be read", self._path.name)
            return False
        for account in accounts:
            self._platform.accounts[account.channel_id] = account
        return bool(accounts)

    def start(self) -> None:
        """Write the file at a change, and under many changes at most four times a second."""
        self._task = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Write it a last time."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._write(self._content())

    async def _keep(self) -> None:
        watcher = self._journal.watch()
        try:
            while True:
                await watcher.wait()
                watcher.clear()
                await asyncio.to_thread(self._write, self._content())
                await asyncio.sleep(_PAUSE_SECONDS)
        finally:
            self._journal.unwatch(watcher)

    def _content(self) -> bytes:
        accounts = [_shown(account) for account in self._platform.accounts.values()]
        return orjson.dumps({"version": _VERSION, "accounts": accounts})

    def _write(self, content: bytes) -> None:
        draft = self._path.with_name(f"{self._path.name}.new")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            draft.replace(self._path)
        except OSError as error:
            _log.warning("practice mode cannot be remembered: %s", type(error).__name__)


def _shown(account: SandboxAccount) -> dict[str, Any]:
    return {
        **{name: getattr(account, name) for name in _PLAIN},
        "usage": account.usage.months,
        "people": [
            {
                **{one.name: getattr(person, one.name) for one in fields(Person) if one.name != "talk"},
                "talk": [
                    {name: getattr(said, name) for name in _SAID} for said in list(person.talk)[-_TALK:]
                ],
            }
            for person in _newest(account.people)
        ],
        "reply_tokens": {
            name: [token.person.user_id, token.event_at, token.received_at, token.used]
            for name, token in islice(reversed(account.reply_tokens.items()), _KEPT)
        },
        "accepted_keys": {
            name: asdict(key) for name, key in islice(reversed(account.accepted_keys.items()), _KEPT)
        },
    }


def _newest(people: dict[str, Person]) -> list[Person]:
    return list(islice(reversed(people.values()), _KEPT))[::-1]


def _account(content: dict[str, Any]) -> SandboxAccount:
    account = SandboxAccount(**{name: content[name] for name in _PLAIN if name in content})
    account.usage = Usage(content["usage"])
    for one in content["people"]:
        talk = [Said(**said) for said in one.pop("talk")]
        person = Person(**one)
        person.talk.extend(talk)
        account.people[person.user_id] = person
    for name, (user_id, event_at, received_at, used) in reversed(content["reply_tokens"].items()):
        if user_id in account.people:
            account.reply_tokens[name] = ReplyToken(account.people[user_id], event_at, received_at, used)
    for name, key in reversed(content["accepted_keys"].items()):
        account.accepted_keys[name] = AcceptedKey(**key)
    return account
