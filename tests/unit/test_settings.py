"""What may be set from outside, and what is refused in words."""

from pathlib import Path
from typing import Any

import pytest

from helper.settings import load_settings
from helper.words import Trouble


def test_without_anything_set_the_contracts_values_hold(tmp_path: Path) -> None:
    settings = load_settings()
    assert (settings.api_host, settings.api_port) == ("127.0.0.1", 8171)
    assert (settings.webhook_host, settings.webhook_port, settings.sandbox_port) == ("127.0.0.1", 8172, 8173)
    assert settings.line_api_base == "https://api.line.me"
    assert (settings.hold_ms, settings.reply_safe_ms) == (5_000, 50_000)
    assert settings.retention_days == 400
    assert (settings.sandbox, settings.keyring, settings.log) == ("auto", "file", "text")
    assert settings.database_path == settings.home / "ittsu.sqlite"


def test_variables_are_read_and_flags_win(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ITTSU_API_PORT", "9001")
    monkeypatch.setenv("ITTSU_HOLD_SECONDS", "2.5")
    monkeypatch.setenv("ITTSU_API_NAMES", "ittsu.local, Shop:9001")
    settings = load_settings({"api_port": "9002", "home": str(tmp_path), "log": None})
    assert (settings.api_port, settings.hold_ms, settings.home) == (9002, 2_500, tmp_path)
    assert settings.api_names == ("ittsu.local", "shop:9001")


@pytest.mark.parametrize(
    ("flags", "ja", "en"),
    [
        ({"api_host": "0.0.0.0"}, "このパソコン自身", "this computer itself"),
        ({"api_host": "192.168.1.5"}, "このパソコン自身", "this computer itself"),
        ({"api_host": "example.com"}, "このパソコン自身", "this computer itself"),
        ({"line_api_base": "http://api.line.me"}, "https", "https"),
        ({"line_api_base": "ftp://127.0.0.1"}, "https", "https"),
        ({"line_api_base": "nonsense"}, "https", "https"),
        ({"retention_days": "0"}, "30以上", "30 days or more"),
        ({"retention_days": "29"}, "30以上", "30 days or more"),
        ({"database_url": "postgresql://u:secret@db/x"}, "まだ対応していません", "not built yet"),
        ({"database_url": "mysql://u:secret@db/x"}, "sqlite:///", "sqlite:///"),
        ({"api_port": "70000"}, "ITTSU_API_PORT", "ITTSU_API_PORT"),
        ({"sandbox": "maybe"}, "ITTSU_SANDBOX", "ITTSU_SANDBOX"),
        ({"hold_seconds": "-1"}, "ITTSU_HOLD_SECONDS", "ITTSU_HOLD_SECONDS"),
    ],
)
def test_what_cannot_be_used_is_refused_in_both_languages(flags: dict[str, Any], ja: str, en: str) -> None:
    with pytest.raises(Trouble) as trouble:
        load_settings(flags)
    assert ja in trouble.value.words.ja
    assert en in trouble.value.words.en
    assert "secret" not in str(trouble.value)
    assert trouble.value.exit_code != 0


@pytest.mark.parametrize("base", ["https://line.example/", "http://127.0.0.1:8173", "http://localhost:1"])
def test_lines_address_may_be_https_or_a_stand_in_here(base: str) -> None:
    assert load_settings({"line_api_base": base}).line_api_base == base.rstrip("/")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "[::1]", "localhost"])
def test_every_name_of_this_computer_may_listen(host: str) -> None:
    assert load_settings({"api_host": host}).api_host == host.strip("[]")


def test_a_database_elsewhere_on_this_computer(tmp_path: Path) -> None:
    assert load_settings({"database_url": f"sqlite:///{tmp_path}/x.db"}).database_path == tmp_path / "x.db"
