"""Makes the documents' pictures from the running product: `python3 scripts/pictures.py [folder]`.

Needs what the browser tests need (`python3 scripts/test.py` sets it up). Without a folder: docs/pictures.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import ROOT, StepFailed, set_up_python, venv_program
from scripts.extension import set_up_extension

PICTURES = ROOT / "docs" / "pictures"
# Whichever font the machine prefers, pictures show that of a Japanese desktop (Linux).
FONTS = {"FONTCONFIG_FILE": str(ROOT / "scripts" / "pictures.fonts.conf")}


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
    """Take the pictures into `folder`; only those of the documents."""
    from playwright.sync_api import sync_playwright

    from tests.browser.chromium import Chromium
    from tests.browser.pictures import FOR_DOCS, take_pictures, take_setup_pictures
    from tests.browser.shop import open_practice, open_real

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ittsu-pictures-") as place:
        taken = Path(place) / "taken"
        taken.mkdir()
        with sync_playwright() as playwright:
            chromium = Chromium(playwright, Path(place))
            for kind, open_shop, take in (
                ("practice", open_practice, take_pictures),
                ("real", open_real, take_setup_pictures),
            ):
                (folder_of_shop := Path(place) / kind).mkdir()
                with open_shop(chromium, folder_of_shop, hold_seconds=8) as shop:
                    take(shop, taken)
        for name, source in FOR_DOCS.items():
            (folder / f"{name}.png").write_bytes((taken / f"{source}.png").read_bytes())
            print(folder / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
