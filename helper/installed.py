"""How this Ittsu came to the computer: installed from its wheel, or run from a clone. People are told accordingly."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_IN_THE_WHEEL = _PACKAGE / "extension"

FROM_WHEEL = _IN_THE_WHEEL.is_dir()
"""A wheel carries the built extension inside the package; a clone builds it beside the package."""
BUILDS = _IN_THE_WHEEL if FROM_WHEEL else _PACKAGE.parent / "extension" / ".output"
"""The folder that holds `chrome-mv3` and `firefox-mv3`; in a clone only once they are built."""
COMMAND = "ittsu" if FROM_WHEEL else "python3 scripts/start.py"
"""What a person types before `pair`, `account add` and so on."""
START = "ittsu serve" if FROM_WHEEL else COMMAND
"""What a person types to start the helper."""
