"""Makes a release: `python3 scripts/release.py [folder]` (without one: dist/).

A wheel with the extension inside (`pipx install` it: the `ittsu` command), and the three files for the browsers'
stores. What was made is looked into before it counts. The same sources on the same tools give the same bytes.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons start this file, then read this
    sys.stderr.write("Python 3.11 以上が必要です。 / Python 3.11 or newer is needed.\n")
    raise SystemExit(1)

import base64
import csv
import hashlib
import io
import os
import re
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import ROOT, StepFailed, run_step, set_up_python, venv_program
from scripts.extension import BUILDS, set_up_extension
from scripts.package import pack_all

_STAGED = ("pyproject.toml", "LICENSE")
_KINDS = {".py", ".sql", ".html", ".css", ".js", ".svg", ".json"}
"""What the package is made of; in the extension's builds pictures, too."""
# The moment that hatchling gives every file: the archive must not know when it was made.
_MOMENT = "1580601600"


def main(arguments: list[str]) -> int:
    """Build, look into what was built, and name the files; 0 when all is well."""
    if any(argument.startswith("-") for argument in arguments) or len(arguments) > 1:
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    folder = Path(arguments[0]).absolute() if arguments else ROOT / "dist"
    try:
        set_up_python()
        set_up_extension()
        wheel = build_wheel(folder, BUILDS)
        check_wheel(wheel, BUILDS)
        for path in (wheel, *pack_all(folder)):
            print(path)
    except StepFailed as failure:
        failure.tell()
        return 1
    return 0


def build_wheel(folder: Path, builds: Sequence[Path]) -> Path:
    """Build the wheel, the extension's builds inside; one of the same name is replaced. Raises StepFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = StepFailed("wheelを作れませんでした。", "The wheel could not be built.")
    with tempfile.TemporaryDirectory(prefix="ittsu-release-") as made:
        stage = Path(made) / "stage"
        _stage(stage, builds)
        run_step(
            [venv_program("python"), "-m", "hatchling", "build", "-t", "wheel", "-d", Path(made) / "out"],
            failed,
            directory=stage,
            environment={**os.environ, "SOURCE_DATE_EPOCH": _MOMENT},
        )
        [built] = (Path(made) / "out").glob("*.whl")
        target = folder / built.name
        shutil.copyfile(built, target)
    return target


def _stage(stage: Path, builds: Sequence[Path]) -> None:
    """Exactly what goes in, in a folder of its own: nothing that lies about in this one can come along."""
    shutil.copytree(ROOT / "helper", stage / "helper", ignore=shutil.ignore_patterns("__pycache__"))
    for name in _STAGED:
        shutil.copyfile(ROOT / name, stage / name)
    for build in builds:
        shutil.copytree(build, stage / "helper" / "extension" / build.name)


def check_wheel(wheel: Path, builds: Sequence[Path]) -> None:
    """See that the wheel is whole, holds what it should and nothing else. Raises StepFailed."""
    with zipfile.ZipFile(wheel) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for trouble in (
        *_stray(files),
        *_record(files),
        *_metadata(files),
        *_extension(files, builds),
        *_places(files),
    ):
        raise StepFailed(f"リリースに出せません：{trouble}", f"Not fit for a release: {trouble}")


def _stray(files: Mapping[str, bytes]) -> Iterator[str]:
    for name in files:
        place = Path(name)
        if place.parts[:2] == ("helper", "extension") or place.parts[0].endswith(".dist-info"):
            continue
        if place.parts[0] != "helper" or place.suffix not in _KINDS:
            yield f"{name} does not belong there"
    for needed in ("helper/__main__.py", "helper/store/migrations/0001_first.sql"):
        if needed not in files:
            yield f"{needed} is missing"


def _record(files: Mapping[str, bytes]) -> Iterator[str]:
    name = _info(files, "RECORD")
    rows = {row[0]: row[1] for row in csv.reader(io.StringIO(files[name].decode()))}
    if set(rows) != set(files):
        yield f"RECORD and files differ: {sorted(set(rows) ^ set(files))}"
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        if path != name and rows.get(path) != f"sha256={digest}":
            yield f"RECORD has another digest of {path}"


def _metadata(files: Mapping[str, bytes]) -> Iterator[str]:
    told: Message = BytesParser().parsebytes(files[_info(files, "METADATA")])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    version = re.search(r'^__version__ = "(.+)"', files["helper/__init__.py"].decode(), re.MULTILINE)
    wanted = {
        "Name": project["name"],
        "Version": version[1] if version else None,
        "Summary": project["description"],
        "License-Expression": project["license"],
        "Requires-Python": project["requires-python"],
    }
    for field, value in wanted.items():
        if told[field] != value:
            yield f"{field} is {told[field]!r}, not {value!r}"
    needed = [entry for entry in told.get_all("Requires-Dist", []) if "extra ==" not in entry]
    if sorted(map(_plain, needed)) != sorted(map(_plain, project["dependencies"])):
        yield f"the dependencies are {needed}"
    if "ittsu = helper.cli:main" not in files[_info(files, "entry_points.txt")].decode():
        yield "there is no ittsu command"
    if "Root-Is-Purelib: true" not in files[_info(files, "WHEEL")].decode():
        yield "it is not for every platform"
    _info(files, "licenses/LICENSE")


def _plain(requirement: str) -> tuple[str, ...]:
    """A requirement's name and bounds, in whatever order they stand."""
    return tuple(sorted(re.split(r"(?=[<>=])|,", requirement.replace(" ", ""))))


def _extension(files: Mapping[str, bytes], builds: Sequence[Path]) -> Iterator[str]:
    wanted = {
        f"helper/extension/{build.name}/{path.relative_to(build).as_posix()}": path.read_bytes()
        for build in builds
        for path in build.rglob("*")
        if path.is_file()
    }
    found = {name: content for name, content in files.items() if name.startswith("helper/extension/")}
    if found != wanted:
        yield "the extension is not the one that was built"


def _places(files: Mapping[str, bytes]) -> Iterator[str]:
    """Folders of the machine that the release was made on tell whose it was."""
    for name, content in files.items():
        for place in {ROOT, Path.home()} - {Path("/")}:
            if str(place).encode() + os.sep.encode() in content:
                yield f"{name} names a folder of this machine"


def _info(files: Mapping[str, bytes], name: str) -> str:
    found = next((path for path in files if path.endswith(f".dist-info/{name}")), None)
    if found is None:
        raise StepFailed(f"リリースに出せません：{name}", f"Not fit for a release: {name} is missing")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
