"""Faults on demand: what goes wrong with the next requests, before or after LINE acted on them."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "500_before",
    "500_after",
    "hang_before",
    "hang_after",
    "drop_before",
    "drop_after",
    "garbled_after",
    "429_rate",
    "429_month",
    "401",
    "400",
    "403",
    "duplicate",
]
KINDS: tuple[str, ...] = get_args(Kind)

# Short names of what a fault can hit. Anything else must be a path of LINE's API.
PATHS = {
    "push": "/v2/bot/message/push",
    "reply": "/v2/bot/message/reply",
    "multicast": "/v2/bot/message/multicast",
    "profile": "/v2/bot/profile/",
    "quota": "/v2/bot/message/quota",
    "consumption": "/v2/bot/message/quota/consumption",
    "followers": "/v2/bot/followers/ids",
    "info": "/v2/bot/info",
    "token": "/oauth2/v3/token",
    "webhook": "webhook",
}


@dataclass(slots=True)
class Fault:
    """`kind` happens to the next `times` requests to `path`; a hanging one hangs for `seconds`."""

    path: str
    kind: Kind
    times: int
    seconds: float

    def hits(self, path: str) -> bool:
        """Whether a request to `path` (or, by its prefix, below it) is meant."""
        return path == self.path or (self.path.endswith("/") and path.startswith(self.path))


class Faults:
    """The faults still to come, first come first served."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, target: str, kind: Kind, times: int = 1, seconds: float = 30.0) -> None:
        """`target` is a short name or a path of LINE's API; for webhooks, ``webhook``."""
        self._faults.append(Fault(PATHS.get(target, target), kind, times, seconds))

    def clear(self) -> None:
        """From now on everything works."""
        self._faults.clear()

    def take(self, path: str) -> Fault | None:
        """The fault that hits this request, used up by one."""
        if not self._faults:
            return None
        for fault in self._faults:
            if fault.hits(path):
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None
