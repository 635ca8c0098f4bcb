"""The tunnel's program: started, read, started again, and ended with the daemon. A real child process plays it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from helper.flows import icons, receiving, tunnels
from helper.model.tunnel import Tunnel
from helper.tunnel import keeper as keeping
from helper.tunnel.keeper import TunnelKeeper
from tests.relay.post import until
from tests.rig import Shop, open_shop

QUICK = "https://brave-fox.trycloudflare.com"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as opened:
        yield opened


def program(folder: Path, *lines: str) -> str:
    """A program that notes its process id and arguments, then does what `lines` say."""
    path = folder / "cloudflared"
    body = [
        f"#!{sys.executable}",
        "import os, sys, time",
        f"open({str(folder / 'pids')!r}, 'a').write(f'{{os.getpid()}} {{sys.argv[1:]}}\\n')",
        *lines,
    ]
    path.write_text("\n".join(body), "utf-8")
    path.chmod(0o700)
    return str(path)


def pids(folder: Path) -> list[int]:
    noted = folder / "pids"
    lines = noted.read_text("utf-8").splitlines() if noted.exists() else []
    return [int(line.split(" ", 1)[0]) for line in lines]


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    # Who has ended and whose end nobody has asked for is still listed.
    return not stat.exists() or stat.read_text("ascii", "replace").rpartition(")")[2].split()[0] != "Z"


async def reached(_origin: str) -> bool:
    return True


@asynccontextmanager
async def kept(shop: Shop, home: Path, path: str | None, reach=reached) -> AsyncIterator[TunnelKeeper]:  # type: ignore[no-untyped-def]
    keeper = TunnelKeeper(shop.desk, lambda: 8172, home, lambda _name: path, reach)
    task = asyncio.create_task(keeper.run())
    try:
        yield keeper
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _tunnel(shop: Shop) -> Tunnel:
    tunnel = await tunnels.wanted(shop.desk)
    assert tunnel is not None
    return tunnel


async def test_it_is_started_read_and_ended(shop: Shop, tmp_path: Path) -> None:
    said = (f"print('INF | {QUICK} |', file=sys.stderr, flush=True)", "time.sleep(600)")
    await tunnels.want(shop.desk, "cloudflared", None)
    async with kept(shop, tmp_path, program(tmp_path, *said)) as keeper:

        async def carries() -> bool:
            return (await _tunnel(shop)).origin == QUICK

        await until(carries)
        (pid,) = pids(tmp_path)
        assert "http://127.0.0.1:8172" in (tmp_path / "pids").read_text("utf-8")
        assert await _origins(shop) == [QUICK]
        await tunnels.stop(shop.desk)
        keeper.changed()
        await until(lambda: not lives(pid))
    owner = await receiving.owner_of(shop.desk, shop.id, f"{QUICK}/webhook/{shop.id}")
    assert owner.whose == "old_tunnel"


async def _origins(shop: Shop) -> list[str]:
    """Those that lead here."""
    known = await shop.desk.db.read(receiving.own_origins)
    return [own.origin for own in known if own.ended_at is None]


async def test_it_ends_with_the_daemon_also_when_it_does_not_listen(shop: Shop, tmp_path: Path) -> None:
    deaf = ("import signal", "signal.signal(signal.SIGTERM, signal.SIG_IGN)", "time.sleep(600)")
    await tunnels.want(shop.desk, "cloudflared", None)
    async with kept(shop, tmp_path, program(tmp_path, *deaf)):
        await until(lambda: len(pids(tmp_path)) == 1)
    (pid,) = pids(tmp_path)
    await until(lambda: not lives(pid))


async def test_what_it_started_ends_with_it(shop: Shop, tmp_path: Path) -> None:
    child = (
        "import subprocess",
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])",
        f"open({str(tmp_path / 'pids')!r}, 'a').write(f'{{child.pid}} child\\n')",
        "time.sleep(600)",
    )
    await tunnels.want(shop.desk, "cloudflared", None)
    async with kept(shop, tmp_path, program(tmp_path, *child)):
        await until(lambda: len(pids(tmp_path)) == 2)
    for pid in pids(tmp_path):
        await until(lambda pid=pid: not lives(pid))  # type: ignore[misc]


async def test_one_that_ends_is_told_and_started_again_under_its_new_name(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FIRST_PAUSE", 0.05)
    said = ("print(f'https://name-{os.getpid()}.trycloudflare.com', flush=True)", "time.sleep(0.3)")
    await tunnels.want(shop.desk, "cloudflared", None)
    async with kept(shop, tmp_path, program(tmp_path, *said)):

        async def twice() -> bool:
            known = pids(tmp_path)
            tunnel = await _tunnel(shop)
            return len(known) >= 2 and tunnel.origin == f"https://name-{known[1]}.trycloudflare.com"

        await until(twice)
    first = pids(tmp_path)[0]
    former = await receiving.owner_of(
        shop.desk, shop.id, f"https://name-{first}.trycloudflare.com/webhook/{shop.id}"
    )
    assert former.whose == "old_tunnel"


async def test_a_program_that_is_not_there_is_told(shop: Shop, tmp_path: Path) -> None:
    await tunnels.want(shop.desk, "cloudflared", None)
    async with kept(shop, tmp_path, None):

        async def told() -> bool:
            return (await _tunnel(shop)).trouble == "tunnel_program_missing"

        await until(told)


async def test_an_address_that_leads_elsewhere_is_told(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "REACH_TRIES", 1)

    async def elsewhere(_origin: str) -> bool:
        return False

    said = (f"print('{QUICK}', flush=True)", "time.sleep(600)")
    await tunnels.want(shop.desk, "cloudflared", None)
    async with kept(shop, tmp_path, program(tmp_path, *said), elsewhere):

        async def told() -> bool:
            return (await _tunnel(shop)).trouble == "tunnel_elsewhere"

        await until(told)
    assert (await _tunnel(shop)).origin is None
    assert await shop.desk.db.read(receiving.own_origins) == ()


async def test_an_address_that_is_known_late_carries_then(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "REACH_TRIES", 1)
    monkeypatch.setattr(keeping, "AGAIN_SECONDS", 0.05)
    tried: list[str] = []

    async def late(origin: str) -> bool:
        tried.append(origin)
        return len(tried) > 3

    # What it says while its address is being tried is read all the same: a full pipe would stop it.
    chatter = "sys.stdout.write('x' * 100 + chr(10)); "
    said = (
        f"print('{QUICK}', flush=True)",
        f"for _ in range(3000): {chatter}",
        f"open({str(tmp_path / 'said')!r}, 'w').close()",
        "time.sleep(600)",
    )
    await tunnels.want(shop.desk, "cloudflared", None)
    async with kept(shop, tmp_path, program(tmp_path, *said), late):
        await until((tmp_path / "said").exists)

        async def carries() -> bool:
            tunnel = await _tunnel(shop)
            return tunnel.origin == QUICK and tunnel.trouble is None

        await until(carries)
    assert tried == [QUICK] * 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows passes no lock on to a program")
async def test_what_a_killed_daemon_left_is_ended_before_another_is_started(
    shop: Shop, tmp_path: Path
) -> None:
    left = program(tmp_path, "time.sleep(600)")
    # As a daemon that is killed at once leaves it: started with the lock, and nobody to end it.
    former = f"""
import asyncio, os
from pathlib import Path
from helper.tunnel.leash import Leash
async def main():
    leash = Leash(Path({str(tmp_path)!r}))
    child = await asyncio.create_subprocess_exec({left!r}, pass_fds=await leash.take(), start_new_session=True)
    leash.note(child.pid)
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", former)
    await killed.wait()
    await until(lambda: len(pids(tmp_path)) == 1)
    (orphan,) = pids(tmp_path)
    assert lives(orphan)
    await tunnels.want(shop.desk, "cloudflared", None)
    async with kept(shop, tmp_path, left):
        await until(lambda: len(pids(tmp_path)) == 2)
        assert not lives(orphan)
        assert lives(pids(tmp_path)[1])


async def test_a_lasting_name_is_the_public_address_again_when_the_setting_goes(shop: Shop) -> None:
    await tunnels.want(shop.desk, "cloudflared", "salon.example.jp")
    await tunnels.note(shop.desk, "https://salon.example.jp", None)
    await icons.set_origin(shop.desk, "https://other.example.jp")
    await icons.set_origin(shop.desk, None)
    await tunnels.note(shop.desk, "https://salon.example.jp", None)
    assert await icons.public_origin(shop.desk) == "https://salon.example.jp"


async def test_what_it_says_is_in_no_log(
    shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said = ("print('token=very-secret', flush=True)", f"print('{QUICK}', flush=True)")
    await tunnels.want(shop.desk, "cloudflared", None)
    with caplog.at_level("DEBUG"):
        async with kept(shop, tmp_path, program(tmp_path, *said)):

            async def ended() -> bool:
                return (await _tunnel(shop)).trouble == "tunnel_ended"

            await until(ended)
    assert "very-secret" not in caplog.text
