"""Packs the built extension for the stores: `python3 scripts/package.py [folder]` (without one: dist/).

Three files: for Chrome's and Edge's stores, for Firefox's, and the sources that Firefox's reviewers ask for. The same
sources give the same bytes. What the stores ask for beside them is told in docs/store.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - older Pythons start this file, then read this
    sys.stderr.write("Python 3.11 以上が必要です。 / Python 3.11 or newer is needed.\n")
    raise SystemExit(1)

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import ROOT, StepFailed, set_up_python
from scripts.extension import BUILDS, EXTENSION, extension_sources, set_up_extension

# What the stores allow, in characters (Chrome's limits; Firefox's are wider).
LONGEST_NAME = 75
LONGEST_DESCRIPTION = 132
LANGUAGES = ("ja", "en")
# Zip files know no earlier moment; a true one would differ each time.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16

HOW_TO_BUILD = """\
How to build the extension from this archive (Node.js 22.12 or newer; Linux, macOS or Windows):

    npm ci --ignore-scripts
    npm run prepare:types
    npm run build:firefox

The result is in .output/firefox-mv3. Nothing in src is generated or minified but src/helper/api.d.ts, which
`npm run generate` makes from openapi.json.
"""


def main(arguments: list[str]) -> int:
    """Build and pack; 0 when the three files are there."""
    if any(argument.startswith("-") for argument in arguments) or len(arguments) > 1:
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    folder = Path(arguments[0]) if arguments else ROOT / "dist"
    try:
        set_up_python()
        set_up_extension()
        for path in pack_all(folder):
            print(path)
    except StepFailed as failure:
        failure.tell()
        return 1
    return 0


def pack_all(folder: Path) -> list[Path]:
    """Write the three files; what is there already is replaced. Raises StepFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    chrome, firefox = BUILDS
    version = read_manifest(chrome)["version"]
    packed = {
        folder / f"ittsu-{version}-chrome-edge.zip": for_chrome(chrome),
        folder / f"ittsu-{version}-firefox.zip": for_firefox(firefox),
        folder / f"ittsu-{version}-firefox-sources.zip": sources(),
    }
    for path, files in packed.items():
        write_archive(path, files)
    return list(packed)


def for_chrome(build: Path) -> dict[str, bytes]:
    """The files for Chrome's and Edge's stores, which give the extension an id themselves. Raises StepFailed."""
    check(build)
    manifest = read_manifest(build)
    manifest.pop("key", None)
    written = json.dumps(manifest, ensure_ascii=False, separators=(",", ":")).encode()
    return {**_files(build), "manifest.json": written}


def for_firefox(build: Path) -> dict[str, bytes]:
    """The files for Firefox's store. Raises StepFailed."""
    check(build)
    return _files(build)


def sources() -> dict[str, bytes]:
    """Everything the extension is built from, and how."""
    found = {path.relative_to(EXTENSION).as_posix(): path.read_bytes() for path in extension_sources()}
    return {**found, "LICENSE": (ROOT / "LICENSE").read_bytes(), "BUILDING.txt": HOW_TO_BUILD.encode()}


def check(build: Path) -> None:
    """See that the stores would take it: names, descriptions and icons. Raises StepFailed."""
    manifest = read_manifest(build)
    for language in LANGUAGES:
        messages = json.loads((build / "_locales" / language / "messages.json").read_text("utf-8"))
        for field, longest in (("name", LONGEST_NAME), ("description", LONGEST_DESCRIPTION)):
            text = messages[manifest[field].removeprefix("__MSG_").removesuffix("__")]["message"]
            if not 0 < len(text) <= longest:
                raise _unfit(f"{field} ({language}): {len(text)} > {longest}")
    for size, place in manifest["icons"].items():
        if png_size((build / place).read_bytes()) != (int(size), int(size)):
            raise _unfit(f"{place} is not {size} × {size}")


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG; (0, 0) when it is none."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        return 0, 0
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def write_archive(path: Path, files: Mapping[str, bytes]) -> None:
    """A zip file whose bytes depend on the names and contents alone."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = _PLAIN_FILE
            archive.writestr(entry, files[name])


def read_manifest(build: Path) -> dict[str, Any]:
    """The manifest of a build."""
    manifest: dict[str, Any] = json.loads((build / "manifest.json").read_text("utf-8"))
    return manifest


def _files(build: Path) -> dict[str, bytes]:
    return {path.relative_to(build).as_posix(): path.read_bytes() for path in _every_file(build)}


def _every_file(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _unfit(what: str) -> StepFailed:
    return StepFailed(f"ストアに出せません：{what}", f"The stores would not take it: {what}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
