"""The wheel is the whole product: installed into an environment of its own, far from this folder, it works."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from helper import __version__
from scripts.environment import StepFailed, venv_program
from scripts.release import build_wheel, check_wheel

FILES = {
    "manifest.json": b'{"short_name":"Ittsu","name":"%s"}',
    "background.js": b"// the background",
    "chunks/panel-1.js": b"// a chunk",
    "_locales/ja/messages.json": '{"name":"一通"}'.encode(),
}


def small_builds(folder: Path) -> list[Path]:
    """Both builds, as small as they can be: making the true ones needs a Node."""
    kinds: dict[str, dict[str, object]] = {"chrome-mv3": {}, "firefox-mv3": {"browser_specific_settings": {}}}
    for name, more in kinds.items():
        for path, content in FILES.items():
            target = folder / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        (folder / name / "manifest.json").write_text(json.dumps({"short_name": "Ittsu", **more}))
    return [folder / "chrome-mv3", folder / "firefox-mv3"]


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return small_builds(tmp_path_factory.mktemp("builds"))


@pytest.fixture(scope="module")
def wheel(builds: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("dist"), builds)


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and a place to work that is not this repository."""

    python: Path
    command: Path
    place: Path

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        ports = {f"ITTSU_{name}_PORT": "0" for name in ("API", "WEBHOOK", "SANDBOX")}
        return subprocess.Popen(
            [self.command, *arguments],
            cwd=self.place,
            env={
                **os.environ,
                **ports,
                "HOME": str(self.place),
                "USERPROFILE": str(self.place),
                "ITTSU_HOME": str(self.place / "data"),
                "ITTSU_KEYRING": "file",
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        with self.start(*arguments) as process:
            out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A fresh environment. The packages that the wheel names are lent by ours: nothing is fetched in a test."""
    place = tmp_path_factory.mktemp("別の 場所")
    environment = place / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    binaries = environment / ("Scripts" if os.name == "nt" else "bin")
    python = binaries / ("python.exe" if os.name == "nt" else "python")
    paths = {"base": str(environment), "platbase": str(environment)}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    # Lines of a .pth file that names a folder do not count there: our own editable installation stays unseen.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    subprocess.run(
        [
            *(venv_program("python"), "-m", "pip", "--python", python, "install", "--quiet", "--no-input"),
            *("--disable-pip-version-check", "--no-index", "--no-deps", wheel),
        ],
        check=True,
    )
    return Installed(python, binaries / ("ittsu.exe" if os.name == "nt" else "ittsu"), place)


def test_it_is_installed_and_nothing_of_this_folder_is_used(installed: Installed) -> None:
    assert installed.run("--version").stdout == f"ittsu {__version__}\n"
    found = subprocess.run(
        [installed.python, "-c", "import helper; print(helper.__file__)"],
        cwd=installed.place,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path(found.strip()).is_relative_to(installed.place)


def test_it_serves(installed: Installed) -> None:
    process = installed.start("serve")
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        words = [line.split()[0] for line in read_until(process.stdout, "ready")]
        assert words == ["api", "webhook", "sandbox", "ready"]
    finally:
        process.terminate()
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "「ittsu pair」" in told
    assert "start.py" not in told, "there is no such script in a wheel"


def read_until(lines: Iterator[str], last: str) -> Iterator[str]:
    for line in lines:
        yield line
        if line.strip() == last:
            return


def test_the_main_job_is_done_from_it(installed: Installed) -> None:
    ran = installed.run("demo", "--once")
    assert ran.returncode == 0, ran.stderr
    assert "無料の返信で1通" in ran.stdout


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize(
    ("options", "name", "steps"),
    [
        ([], "ittsu-extension", ["chrome://extensions", "「ittsu pair」"]),
        (
            ["--browser", "firefox"],
            "ittsu-extension-firefox",
            ["about:debugging", "Firefoxを閉じると外れます"],
        ),
    ],
)
def test_the_extension_is_put_where_a_person_sees_it(
    installed: Installed, builds: list[Path], options: list[str], name: str, steps: list[str]
) -> None:
    ran = installed.run("extension", *options)
    assert ran.returncode == 0, ran.stderr
    assert str(installed.place / name) in ran.stdout
    assert all(step in ran.stdout for step in steps)
    assert content(installed.place / name) == content(builds["firefox" in name])


def test_an_older_extension_is_renewed_and_keeps_what_is_not_ours(
    installed: Installed, builds: list[Path]
) -> None:
    folder = installed.place / "拡張 機能"
    small_builds(installed.place / "older")[0].rename(folder)
    (folder / "chunks" / "panel-0.js").write_text("// of an older version")
    (folder / "background.js").write_text("// of an older version")
    (folder / "覚え書き.txt").write_text("mine", "utf-8")
    ran = installed.run("extension", str(folder))
    assert ran.returncode == 0, ran.stderr
    assert "再読み込み" in ran.stdout
    assert content(folder) == {**content(builds[0]), "覚え書き.txt": b"mine"}


def test_a_folder_with_something_else_in_it_is_left_alone(installed: Installed) -> None:
    folder = installed.place / "photos"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"short_name": "another one"}')
    before = content(folder)
    ran = installed.run("extension", str(folder))
    assert ran.returncode == 2
    assert "別のもの" in ran.stderr
    assert content(folder) == before
    assert (
        installed.run("extension", "--browser", "firefox", str(installed.place / "environment")).returncode
        == 2
    )


def test_the_same_sources_give_the_same_bytes(wheel: Path, builds: list[Path], tmp_path: Path) -> None:
    again = tmp_path / "builds"
    for build in builds:
        shutil.copytree(build, again / build.name)
    for path in again.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    second = build_wheel(tmp_path, [again / "firefox-mv3", again / "chrome-mv3"])
    assert second.name == wheel.name
    assert second.read_bytes() == wheel.read_bytes()


def content_of(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_wheel_that_is_whole_is_fit(wheel: Path, builds: list[Path]) -> None:
    check_wheel(wheel, builds)


@pytest.mark.parametrize(
    ("name", "written", "complaint"),
    [
        ("tests/test_it.py", b"", "does not belong"),
        ("helper/notes.sqlite", b"", "does not belong"),
        ("helper/cli.py", b"import os\n", "digest of helper/cli.py"),
        ("helper/extension/chrome-mv3/background.js", b"// other", "digest"),
        ("ittsu-{version}.dist-info/RECORD", b"", "RECORD"),
    ],
)
def test_a_wheel_with_something_wrong_is_told(
    wheel: Path, builds: list[Path], tmp_path: Path, name: str, written: bytes, complaint: str
) -> None:
    files = {**content_of(wheel), name.format(version=__version__): written}
    spoilt = tmp_path / wheel.name
    with zipfile.ZipFile(spoilt, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    with pytest.raises(StepFailed) as told:
        check_wheel(spoilt, builds)
    assert complaint in told.value.english


def test_another_extension_and_a_folder_of_this_machine_are_told(tmp_path: Path, builds: list[Path]) -> None:
    others = small_builds(tmp_path / "others")
    (others[0] / "background.js").write_text(f"// {Path(__file__).resolve().parents[2]}/extension")
    wheel = build_wheel(tmp_path, others)
    with pytest.raises(StepFailed, match="extension is not the one"):
        check_wheel(wheel, builds)
    with pytest.raises(StepFailed, match="names a folder of this machine"):
        check_wheel(wheel, others)
