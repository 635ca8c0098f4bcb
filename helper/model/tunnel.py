"""The tunnel to this helper's webhook listener: whose program makes it, and how it stands."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from helper.words import Words

Program = Literal["cloudflared", "tailscale", "ngrok"]
PROGRAMS: tuple[Program, ...] = get_args(Program)

TROUBLES = {
    "tunnel_program_missing": Words(
        "トンネルのプログラムが見つかりません。cloudflared、tailscale、ngrok のどれかを入れてください。",
        "The tunnel's program is not installed. Install cloudflared, tailscale or ngrok.",
    ),
    "tunnel_ended": Words(
        "トンネルのプログラムが終了しました。もう一度つなぎ直しています。",
        "The tunnel's program has ended. It is being started again.",
    ),
    "tunnel_silent": Words(
        "トンネルのアドレスがまだわかりません。プログラムへのログインや設定が済んでいるか確認してください。",
        "The tunnel has not told its address. Check that its program is logged in and set up.",
    ),
    "tunnel_elsewhere": Words(
        "トンネルのアドレスから、このIttsuに届きません。設定がほかのポートを指していないか確認してください。",
        "The tunnel's address does not lead to this helper. Check that its settings name the webhook port.",
    ),
}
"""Why the tunnel does not carry."""

_HOSTNAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Tunnel:
    """A tunnel that is wanted. `origin`: `https://host` once its program has told it. `since` in ms."""

    program: Program
    hostname: str | None
    origin: str | None
    since: int
    trouble: str | None = None

    @property
    def is_stable(self) -> bool:
        """Whether its address is the same after every start."""
        return self.program == "tailscale" or self.hostname is not None


def read_hostname(typed: str) -> str | None:
    """A host name as it was meant (`https://`, a slash and capitals are forgiven), None for what is none."""
    name = typed.strip().lower().removeprefix("https://").rstrip("/.")
    return name if _HOSTNAME.fullmatch(name) else None
