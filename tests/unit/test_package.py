"""The archives for the stores: the same bytes twice, nothing that a store refuses."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from scripts.environment import StepFailed
from scripts.package import for_chrome, for_firefox, png_size, sources, write_archive

ICONS = Path(__file__).resolve().parents[2] / "extension" / "public" / "icon"


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build as small as the stores allow."""
    folder = tmp_path / "build"
    (folder / "icon").mkdir(parents=True)
    (folder / "icon" / "16.png").write_bytes((ICONS / "16.png").read_bytes())
    (folder / "manifest.json").write_text(
        json.dumps(
            {
                "version": "1.0.0",
                "key": "ours",
                "name": "__MSG_common_name__",
                "description": "__MSG_common_description__",
                "icons": {"16": "icon/16.png"},
            }
        ),
        "utf-8",
    )
    for language in ("ja", "en"):
        tell(folder, language, "最初の一通")
    return folder


def tell(build: Path, language: str, description: str) -> None:
    folder = build / "_locales" / language
    folder.mkdir(parents=True, exist_ok=True)
    messages = {"common_name": {"message": "Ittsu"}, "common_description": {"message": description}}
    (folder / "messages.json").write_text(json.dumps(messages, ensure_ascii=False), "utf-8")


def test_the_same_files_give_the_same_bytes(build: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    write_archive(first, for_firefox(build))
    for path in build.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o755)
    write_archive(second, dict(reversed(for_firefox(build).items())))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.testzip() is None
        assert "_locales/ja/messages.json" in archive.namelist()


def test_chromes_store_gives_its_own_id(build: Path) -> None:
    assert "key" not in json.loads(for_chrome(build)["manifest.json"])


def test_a_description_that_is_too_long_is_told(build: Path) -> None:
    tell(build, "ja", "長" * 133)
    with pytest.raises(StepFailed, match="description"):
        for_chrome(build)


def test_an_icon_of_another_size_is_told(build: Path) -> None:
    (build / "icon" / "16.png").write_bytes((ICONS / "32.png").read_bytes())
    with pytest.raises(StepFailed, match="icon/16"):
        for_firefox(build)


@pytest.mark.parametrize("size", [16, 32, 48, 128])
def test_every_icon_has_its_size(size: int) -> None:
    assert png_size((ICONS / f"{size}.png").read_bytes()) == (size, size)


def test_the_sources_are_all_that_a_reviewer_needs() -> None:
    names = set(sources())
    assert {"BUILDING.txt", "LICENSE", "package-lock.json", ".npmrc", "src/entrypoints/content.ts"} <= names
    assert not any(name.startswith(("node_modules/", ".output/", ".wxt/")) for name in names)
