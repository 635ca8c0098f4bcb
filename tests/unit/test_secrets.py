"""Where secrets are kept, and where they never are."""

import asyncio
import json
import logging
import stat
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringError, PasswordDeleteError

from helper.secrets import SecretStore, proof_key


class MemoryKeyring(KeyringBackend):
    """A keyring as an operating system has one."""

    priority = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringError("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringError("locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


@pytest.fixture
def system_keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyring:
    """The operating system's keyring for this test."""
    backend = MemoryKeyring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


async def test_a_keyring_keeps_secrets_out_of_files(tmp_path: Path, system_keyring: MemoryKeyring) -> None:
    store = SecretStore(tmp_path, "i")
    await store.set("account:1:secret", "geheim")
    assert await SecretStore(tmp_path, "i").get("account:1:secret") == "geheim"
    assert not (tmp_path / "secrets.json").exists()
    await store.delete("account:1:secret")
    assert system_keyring.kept == {}


async def test_instances_do_not_share_secrets(tmp_path: Path, system_keyring: MemoryKeyring) -> None:
    await SecretStore(tmp_path, "one").set("x", "1")
    assert await SecretStore(tmp_path, "two").get("x") is None


@pytest.mark.parametrize("backend", [FailKeyring, NullKeyring])
async def test_without_a_keyring_it_is_a_file_of_the_owner_and_we_say_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    backend: type[KeyringBackend],
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", backend)
    store = SecretStore(tmp_path, "i")
    with caplog.at_level(logging.WARNING):
        await store.set("account:1:secret", "geheim")
        await store.set("account:2:secret", "anders")
    file = tmp_path / "secrets.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == {"account:1:secret": "geheim", "account:2:secret": "anders"}
    [said] = [record.message for record in caplog.records]
    assert str(file) in said
    assert "geheim" not in said


async def test_a_backend_that_writes_plain_text_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PlainText(MemoryKeyring):
        pass

    PlainText.__module__ = "keyrings.alt.file"
    backend = PlainText()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    await SecretStore(tmp_path, "i").set("x", "1")
    assert backend.kept == {}


async def test_a_locked_keyring_falls_back_to_the_file(tmp_path: Path, system_keyring: MemoryKeyring) -> None:
    system_keyring.locked = True
    await SecretStore(tmp_path, "i").set("x", "1")
    assert await SecretStore(tmp_path, "i").get("x") == "1"


async def test_a_locked_keyring_is_told_apart_from_an_empty_one(
    tmp_path: Path, system_keyring: MemoryKeyring
) -> None:
    store = SecretStore(tmp_path, "i")
    assert not await store.is_locked()
    system_keyring.locked = True
    assert await store.is_locked()
    assert not await SecretStore(tmp_path, "i", "file").is_locked()


async def test_file_by_request(tmp_path: Path, system_keyring: MemoryKeyring) -> None:
    await SecretStore(tmp_path, "i", "file").set("x", "1")
    assert system_keyring.kept == {}


async def test_what_another_process_adds_is_seen_and_what_it_changes_after_forgetting(tmp_path: Path) -> None:
    daemon, command = SecretStore(tmp_path, "i", "file"), SecretStore(tmp_path, "i", "file")
    assert await daemon.get("x") is None
    await command.set("x", "1")
    assert await daemon.get("x") == "1"
    await command.set("x", "2")
    assert await daemon.get("x") == "1"
    daemon.forget("x")
    assert await daemon.get("x") == "2"


def test_processes_writing_at_once_lose_nothing(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from helper.secrets import SecretStore\n"
        "async def main():\n"
        "    store = SecretStore(Path(sys.argv[1]), 'i', 'file')\n"
        "    for number in range(10): await store.set(f'{sys.argv[2]}-{number}', 'x')\n"
        "asyncio.run(main())"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), name], cwd=Path(__file__).parents[2])
        for name in ("a", "b")
    ]
    assert [process.wait() for process in running] == [0, 0]
    assert len(json.loads((tmp_path / "secrets.json").read_text())) == 20


async def test_the_instance_key_is_made_once(tmp_path: Path) -> None:
    first, second = SecretStore(tmp_path, "i", "file"), SecretStore(tmp_path, "i", "file")
    keys = await asyncio.gather(first.instance_key(), second.instance_key())
    assert keys[0] == keys[1]
    assert len(keys[0]) == 32


def test_proof_keys_differ_by_token_and_instance() -> None:
    assert len({proof_key(b"a", "t1"), proof_key(b"a", "t2"), proof_key(b"b", "t1")}) == 3
