"""Set-up of the Python side: the project's own `.venv` with pinned packages, and what all steps share.

Standard library only: this runs before anything is installed. Every step is skipped when the stamp it left
still matches what it was made from, so a second run costs milliseconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RUN_REQUIREMENTS = ROOT / "requirements.txt"
DEV_REQUIREMENTS = ROOT / "requirements-dev.txt"

_BINARIES = VENV / ("Scripts" if os.name == "nt" else "bin")
_SUFFIX = ".exe" if os.name == "nt" else ""
_STAMP = VENV / "ittsu-setup.json"
_LOCK = ROOT / ".ittsu" / "setup.lock"
_OUTPUT_LINES_SHOWN = 15
# Settings of the caller's shell that would make pip install somewhere else than into `.venv`.
_NOT_FOR_PIP = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_TARGET",
    "PIP_USER",
)
_NETWORK_TROUBLE = (
    "Could not find a version that satisfies",
    "Connection refused",
    "ConnectionError",
    "ENOTFOUND",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "EAI_AGAIN",
    "getaddrinfo",
    "Name or service not known",
    "Network is unreachable",
    "NewConnectionError",
    "ProxyError",
    "Temporary failure in name resolution",
    "timed out",
)


def say(japanese: str, english: str) -> None:
    """One plain line in both languages, on stderr: stdout belongs to the command that follows."""
    print(f"{japanese} / {english}", file=sys.stderr, flush=True)


@dataclass(eq=False)
class StepFailed(Exception):
    """A step of the set-up failed: what, and what to do, in both languages, with the tool's output."""

    japanese: str
    english: str
    output: str = ""

    def tell(self) -> None:
        """Write it for a person, with the last lines that the failed tool printed."""
        lines = [
            line
            for line in self.output.splitlines()
            if line.strip() and "is ignored: it is neither" not in line
        ]
        for line in lines[-_OUTPUT_LINES_SHOWN:]:
            print(f"    {line}", file=sys.stderr)
        if any(sign in self.output for sign in _NETWORK_TROUBLE):
            say(
                "インターネットの接続（プロキシの設定など）を確認して、もう一度実行してください。",
                "The network may be down or need a proxy. Check it and run the same command again.",
            )
        print(f"{self.japanese}\n{self.english}", file=sys.stderr, flush=True)


def run_step(
    command: Sequence[str | Path],
    failed: StepFailed,
    *,
    directory: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a tool quietly; raises `failed` with the tool's output when it is missing or exits non-zero."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=directory,
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        failed.output = str(error)
        raise failed from error
    if done.returncode != 0:
        failed.output = done.stdout
        raise failed


def digest(paths: Iterable[Path], *further: str) -> str:
    """A content hash of the files, their names and `further`; a missing file counts as its absence."""
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.relative_to(ROOT).as_posix().encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"missing")
    for text in further:
        whole.update(b"\0" + text.encode())
    return whole.hexdigest()


def read_stamp(path: Path) -> dict[str, str]:
    """The stamps in a file; nothing when it is missing or damaged, which only means the steps run again."""
    try:
        stamps = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in stamps.items()} if isinstance(stamps, dict) else {}


def write_stamp(path: Path, **stamps: str) -> None:
    """Add stamps to a file, so that a reader sees either the old file or the new one."""
    whole = json.dumps(read_stamp(path) | stamps, indent=2, sort_keys=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(whole + "\n", "utf-8")
    beside.replace(path)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let one set-up at a time work in this folder; a second one waits and then finds everything done."""
    _LOCK.parent.mkdir(exist_ok=True)
    with _LOCK.open("a+b") as lock:
        waiting = False
        while not _try_lock(lock.fileno()):
            if not waiting:
                say("別の準備が終わるのを待っています", "Waiting for another set-up to finish")
                waiting = True
            time.sleep(0.2)
        try:
            yield
        finally:
            _unlock(lock.fileno())


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def venv_program(name: str) -> Path:
    """Where `.venv` has (or will have) a program, such as `python`, `ittsu` or `ruff`."""
    return _BINARIES / f"{name}{_SUFFIX}"


def ittsu_command() -> Path:
    """The installed `ittsu` command."""
    return venv_program("ittsu")


def set_up_python(*, dev: bool = False) -> None:
    """Make `.venv` hold the pinned packages (with `dev`: the tests' too) and the `ittsu` command.

    Raises StepFailed.
    """
    wanted = {
        "place": str(ROOT),
        "run": digest([RUN_REQUIREMENTS]),
        "project": digest([ROOT / "pyproject.toml"]),
    }
    if dev:
        wanted["dev"] = digest([DEV_REQUIREMENTS])
    if _python_is_ready(wanted):
        return
    with only_one():
        if _python_is_ready(wanted):
            return
        _make_venv()
        stamps = read_stamp(_STAMP)
        if stamps.get("run") != wanted["run"]:
            say("Pythonの部品を入れています（初回は1分ほど）", "Installing Python packages (about a minute)")
            install_pinned(RUN_REQUIREMENTS)
        if dev and stamps.get("dev") != wanted["dev"]:
            say("テストの道具を入れています", "Installing the test tools")
            install_pinned(DEV_REQUIREMENTS)
        if stamps.get("project") != wanted["project"] or not ittsu_command().exists():
            _install_project()
        write_stamp(_STAMP, **wanted)


def _python_is_ready(wanted: Mapping[str, str]) -> bool:
    stamps = read_stamp(_STAMP)
    return all(stamps.get(name) == value for name, value in wanted.items()) and ittsu_command().exists()


def _make_venv() -> None:
    """Create `.venv`, or make it anew where it is damaged or was made for another folder."""
    moved = read_stamp(_STAMP).get("place", str(ROOT)) != str(ROOT)
    if not moved and _venv_works():
        return
    say("Pythonの環境（.venv）を作っています", "Creating the Python environment (.venv)")
    # From within another virtual environment, the interpreter behind it: ours must outlive that one.
    interpreter = getattr(sys, "_base_executable", None) or sys.executable
    run_step(
        [interpreter, "-m", "venv", "--clear", VENV],
        StepFailed(
            "Pythonの環境（.venv）を作れませんでした。"
            "Debian・Ubuntuでは「sudo apt install python3-venv」のあと、もう一度実行してください。",
            "Could not create the Python environment (.venv). "
            "On Debian and Ubuntu: run 'sudo apt install python3-venv', then this again.",
        ),
        environment=_pip_environment(),
    )


def _venv_works() -> bool:
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    try:
        done = subprocess.run([venv_program("python"), "-c", check], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _pip_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _NOT_FOR_PIP}


def install_pinned(requirements: Path) -> None:
    """Install a requirements file into `.venv`; every file's hash is checked. Raises StepFailed."""
    run_step(
        [
            *(venv_program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-input", "--require-hashes", "-r", requirements),
        ],
        StepFailed(
            f"Pythonの部品（{requirements.name}）を入れられませんでした。",
            f"Could not install the packages of {requirements.name}.",
        ),
        environment=_pip_environment(),
    )


def _install_project() -> None:
    # The build back end is among the pinned packages: nothing is fetched here.
    run_step(
        [
            *(venv_program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-input", "--no-index", "--no-deps", "--no-build-isolation", "--editable", ROOT),
        ],
        StepFailed(
            "ittsuコマンドを用意できませんでした。フォルダー「.venv」を消して、もう一度実行してください。",
            "Could not install the ittsu command. Delete the folder .venv and run this again.",
        ),
        environment=_pip_environment(),
    )
