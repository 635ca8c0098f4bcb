"""A small disk of the test's own that really gets full or read-only: a tmpfs in a mount namespace (Linux)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest

ROOT = Path(__file__).resolve().parents[2]
_READY = "ready\n"


class SmallDisk:
    """A disk at `place`, seen only by what is run with `prefix`."""

    def __init__(self, place: Path, holder: int) -> None:
        self.place = place
        self.prefix = (
            *("nsenter", "--target", str(holder), "--user", "--mount", "--preserve-credentials"),
            f"--wd={ROOT}",
        )

    def run(self, script: str) -> str:
        """A shell script on it, with the place as `$1`."""
        done = subprocess.run(
            [*self.prefix, "sh", "-c", script, "sh", str(self.place)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout + done.stderr

    def fill(self) -> None:
        """Leave not one byte free."""
        self.run('cat /dev/zero > "$1/filling"')
        said = self.run('echo more | cat > "$1/more"')
        assert "No space left" in said, said

    def make_room(self) -> None:
        """Take the filling away."""
        self.run('rm -f "$1/filling" "$1/more"')

    def make_read_only(self) -> None:
        """Nothing may be open for writing."""
        said = self.run('mount -o remount,ro "$1"')
        assert said == "", said


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A disk of this size; skips the test where this system has no such thing for us."""
    place.mkdir()
    script = f'mount -t tmpfs -o size={megabytes}m tmpfs "$1" && echo ready && exec sleep 600'
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(place)]
    try:
        holder = subprocess.Popen(command, stdout=PIPE, stderr=DEVNULL, text=True)
    except FileNotFoundError:
        pytest.skip("no unshare on this system: a disk of the test's own cannot be made")
    assert holder.stdout is not None
    try:
        if holder.stdout.readline() != _READY:
            pytest.skip("this system lets nobody make a mount namespace")
        yield SmallDisk(place, holder.pid)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
