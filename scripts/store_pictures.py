"""Makes the stores' pictures from the running product: `python3 scripts/store_pictures.py [folder]`.

Needs what the browser tests need (`python3 scripts/test.py` sets it up). Without a folder: dist/store, with a folder
for each language in it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import ROOT, StepFailed, set_up_python, venv_program
from scripts.extension import set_up_extension
from scripts.package import LANGUAGES, png_size
from scripts.pictures import FONTS

PICTURES = ROOT / "dist" / "store"


def main(arguments: list[str]) -> int:
    """Set up, then take the pictures in the project's own environment."""
    if arguments[:1] == ["--in-environment"]:
        make(Path(arguments[1]))
        return 0
    if any(argument.startswith("-") for argument in arguments):
        print(__doc__)
        return 0 if arguments[0] in ("-h", "--help") else 2
    folder = Path(arguments[0]).absolute() if arguments else PICTURES
    try:
        set_up_python(dev=True)
        set_up_extension()
    except StepFailed as failure:
        failure.tell()
        return 1
    command: list[str | Path] = [venv_program("python"), Path(__file__), "--in-environment", folder]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **FONTS}, check=False).returncode


def make(folder: Path) -> None:
    """Take the pictures into `folder/ja` and `folder/en`. Raises ValueError for one that the stores would refuse."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import Chromium
    from tests.browser.shop import open_practice
    from tests.browser.store_pictures import NAMES, SIZE, take_store_pictures

    with tempfile.TemporaryDirectory(prefix="ittsu-store-") as place, sync_playwright() as playwright:
        chromium = Chromium(playwright, Path(place))
        for language in LANGUAGES:
            home, pictures = Path(place) / language, folder / language
            home.mkdir()
            pictures.mkdir(parents=True, exist_ok=True)
            with open_practice(chromium, home, language, hold_seconds=8) as shop:
                take_store_pictures(shop, pictures)
            for name in NAMES:
                picture = pictures / f"{name}.png"
                if png_size(picture.read_bytes()) != SIZE:
                    raise ValueError(f"{picture} is not {SIZE[0]} × {SIZE[1]}")
                print(picture)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
