"""The extension's types are made from `extension/openapi.json`; that file must say what the helper says."""

import json
from pathlib import Path
from typing import Any

from helper.web.api import openapi

KEPT = Path(__file__).resolve().parents[2] / "extension" / "openapi.json"


def test_the_extension_knows_the_present_objects_of_the_api() -> None:
    """Else: `ittsu openapi > extension/openapi.json`, then `npm run generate` in extension/."""
    document: Any = openapi()
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    assert kept["components"]["schemas"] == document["components"]["schemas"]
