"""The programs that make tunnels: how each is started, and how its address is read from what it says.

Sources: `cloudflared tunnel --help` and its log of a quick tunnel; Tailscale, "tailscale funnel command" (client 1.52
or newer); ngrok, "ngrok http". None of them was tried here: they need accounts of the operator's.
"""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from helper.model.tunnel import PROGRAMS, Program, Tunnel

_QUICK = re.compile(r"https://[a-z0-9-]+\.trycloudflare\.com\b")
_REGISTERED = re.compile(r"\bRegistered tunnel connection\b|\bConnection [0-9a-f-]+ registered\b")
_TAILSCALE = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)*\.ts\.net\b")

Find = Callable[[str], str | None]
"""A program's name → its path, None where it is not installed."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a tunnel's program is started. `read` finds the origin in a line of what it says."""

    arguments: tuple[str, ...]
    read: Callable[[str], str | None]


def installed(find: Find = shutil.which) -> list[Program]:
    """The programs that are there, those with a lasting address first."""
    order: tuple[Program, ...] = ("tailscale", "cloudflared", "ngrok")
    assert set(order) == set(PROGRAMS)
    return [program for program in order if find(program) is not None]


def start_of(tunnel: Tunnel, port: int) -> Start:
    """How to start a tunnel to the webhook listener on this port of 127.0.0.1."""
    local = f"http://127.0.0.1:{port}"
    own = None if tunnel.hostname is None else f"https://{tunnel.hostname}"
    match tunnel.program:
        case "cloudflared" if own is not None:
            # The tunnel is named as its host: `cloudflared tunnel create NAME` and `route dns` come before.
            arguments = ("tunnel", "--no-autoupdate", "run", "--url", local, tunnel.hostname or "")
            return Start(arguments, lambda line: own if _REGISTERED.search(line) else None)
        case "cloudflared":
            return Start(("tunnel", "--no-autoupdate", "--url", local), lambda line: _found(_QUICK, line))
        case "tailscale":
            return Start(("funnel", "--yes", str(port)), lambda line: _found(_TAILSCALE, line))
        case "ngrok":
            named = () if own is None else ("--url", own)
            return Start(("http", str(port), "--log", "stdout", "--log-format", "json", *named), _ngrok)


def _found(pattern: re.Pattern[str], line: str) -> str | None:
    found = pattern.search(line)
    return None if found is None else found[0]


def _ngrok(line: str) -> str | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    url = said.get("url") if isinstance(said, dict) else None
    return url.rstrip("/") if isinstance(url, str) and url.startswith("https://") else None
