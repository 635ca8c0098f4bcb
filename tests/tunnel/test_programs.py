"""How tunnels' programs are started, and what is read from what they say. The programs themselves were not tried."""

import pytest

from helper.model.tunnel import Tunnel, read_hostname
from helper.tunnel.programs import installed, start_of

QUICK_LOG = """2026-11-30T01:00:00Z INF Requesting new quick Tunnel on trycloudflare.com...
2026-11-30T01:00:04Z INF +----------------------------------------------+
2026-11-30T01:00:04Z INF |  https://brave-fox-runs.trycloudflare.com    |
2026-11-30T01:00:04Z INF +----------------------------------------------+
2026-11-30T01:00:05Z INF Registered tunnel connection connIndex=0 protocol=quic"""
FUNNEL_SAYS = """Available on the internet:

https://shop-pc.tail1234.ts.net/
|-- proxy http://127.0.0.1:8172

Press Ctrl+C to exit."""
NGROK_LOG = """{"lvl":"info","msg":"no configuration paths supplied","t":"2026-11-30T01:00:00Z"}
{"addr":"http://localhost:8172","lvl":"info","msg":"started tunnel","name":"command_line","url":"https://a1.ngrok-free.app"}
not json"""


def heard(tunnel: Tunnel, said: str) -> list[str]:
    read = start_of(tunnel, 8172).read
    return [told for line in said.splitlines() if (told := read(line)) is not None]


@pytest.mark.parametrize(
    ("program", "hostname", "said", "origin", "stable"),
    [
        ("cloudflared", None, QUICK_LOG, "https://brave-fox-runs.trycloudflare.com", False),
        ("cloudflared", "salon.example.jp", QUICK_LOG, "https://salon.example.jp", True),
        ("tailscale", None, FUNNEL_SAYS, "https://shop-pc.tail1234.ts.net", True),
        ("ngrok", None, NGROK_LOG, "https://a1.ngrok-free.app", False),
    ],
)
def test_an_address_is_read(program, hostname, said: str, origin: str, stable: bool) -> None:  # type: ignore[no-untyped-def]
    tunnel = Tunnel(program, hostname, None, 0)
    assert heard(tunnel, said) == [origin]
    assert tunnel.is_stable is stable


@pytest.mark.parametrize("program", ["cloudflared", "tailscale", "ngrok"])
def test_only_the_webhook_listener_is_exposed(program) -> None:  # type: ignore[no-untyped-def]
    for hostname in (None, "salon.example.jp"):
        arguments = start_of(Tunnel(program, hostname, None, 0), 8172).arguments
        assert any("8172" in argument for argument in arguments)
        assert not any("8171" in argument for argument in arguments)
        assert (
            heard(Tunnel(program, hostname, None, 0), "nothing of use\n{}\n[]\nhttps://evil.example/") == []
        )


def test_a_lasting_address_is_preferred() -> None:
    everything = {"cloudflared", "tailscale", "ngrok"}
    assert installed(lambda name: name if name in everything else None)[0] == "tailscale"
    assert installed(lambda name: name if name == "ngrok" else None) == ["ngrok"]
    assert installed(lambda _name: None) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" https://Salon.Example.JP/ ", "salon.example.jp"),
        ("salon.example.jp", "salon.example.jp"),
        ("--config=/etc/passwd", None),
        ("salon", None),
        ("salon.example.jp/path", None),
        ("salon example.jp", None),
        ("-x.example.jp", None),
        ("", None),
    ],
)
def test_a_name_of_ones_own(typed: str, meant: str | None) -> None:
    assert read_hostname(typed) == meant
