"""LINE's side of a test: what friends do, what their phones show, and which requests LINE saw."""

import json
import urllib.parse
import urllib.request
from typing import Any

PRACTICE_ACCOUNT = "2000000001"
SENDING_PATHS = ("/v2/bot/message/reply", "/v2/bot/message/push")


class LineSide:
    """The stand-in's controls at `address`."""

    def __init__(self, address: str) -> None:
        self.address = address

    def follow(self, name: str, *, seconds_ago: float = 0, account: str = PRACTICE_ACCOUNT) -> dict[str, Any]:
        """Somebody new follows; returned once the webhook is answered. `seconds_ago`: it comes late."""
        person = self.befriend(name, seconds_ago=seconds_ago, account=account)
        assert person["delivered"], person
        return person

    def befriend(
        self, name: str, *, seconds_ago: float = 0, account: str = PRACTICE_ACCOUNT
    ) -> dict[str, Any]:
        """Somebody new follows, whether the webhook arrives or not."""
        person: dict[str, Any] = self._ask(
            "POST", "follow", {"name": name, "seconds_ago": seconds_ago, "account_id": account}
        )
        return person

    def write(self, person: dict[str, Any], text: str) -> None:
        """A friend writes."""
        self._ask("POST", f"people/{person['user_id']}/messages", {"text": text})

    def add_account(self, channel_id: str, name: str, basic_id: str) -> dict[str, Any]:
        """A further account at LINE, with its channel secret."""
        account: dict[str, Any] = self._ask(
            "POST", "accounts", {"channel_id": channel_id, "name": name, "basic_id": basic_id}
        )
        return account

    def settings(self, account: str = PRACTICE_ACCOUNT, **changed: object) -> dict[str, Any]:
        """Change an account at LINE; the account as it is then."""
        shown: dict[str, Any] = self._ask("POST", "settings", {"account_id": account, **changed})
        return shown

    def counted(self, account: str = PRACTICE_ACCOUNT) -> int:
        """How many messages LINE counts this month."""
        return int(self.settings(account)["usage"])

    def sends(self, person: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Every request to send (to `person`) that reached LINE, oldest first, whatever became of it."""
        sends = [entry for entry in self._ask("GET", "log") if entry["path"] in SENDING_PATHS]
        return [entry for entry in sends if person is None or entry["to"] == person["user_id"]]

    def received(self, person: dict[str, Any]) -> list[dict[str, Any]]:
        """The account's messages on a friend's phone, oldest first."""
        shown = self._ask("GET", f"people/{person['user_id']}/timeline")["messages"]
        return [said for said in shown if said["from"] == "account" and said["kind"] == "message"]

    def offered_answers(self, person: dict[str, Any]) -> list[str]:
        """The one-tap answers on a friend's phone."""
        answers: list[str] = self._ask("GET", f"people/{person['user_id']}/timeline")["quick_replies"]
        return answers

    def people(self) -> list[dict[str, Any]]:
        """Everybody, newest follow first."""
        people: list[dict[str, Any]] = self._ask("GET", "state")["people"]
        return people

    def fault(self, path: str, kind: str, times: int = 1) -> None:
        """What goes wrong with the next requests."""
        self._ask("POST", "faults", {"path": path, "kind": kind, "times": times})

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.address}/sandbox/api/{urllib.parse.quote(path)}", data, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            said = answer.read()
            return json.loads(said) if said else None
