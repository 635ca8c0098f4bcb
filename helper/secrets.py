"""Channel secrets, long-lived tokens and the instance's own key.

They live in the operating system's keyring; where there is none, in a file only its owner can read,
and we say so. `keyrings.alt` writes plain text without a word, so it is never used.

The name shadows the standard library's only inside this package; absolute imports keep both reachable.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import os
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from filelock import FileLock

from helper.words import Words

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

IN_A_FILE = Words(
    "このパソコンではOSのキーリングを使えないため、チャネルシークレットなどを次のファイルに保存します"
    "（読めるのはご自身だけです）: {path}",
    "No keyring of the operating system can be used here: secrets are kept in a file only you can read: {path}",
)
REFUSED_BACKENDS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
INSTANCE_KEY = "instance-key"


class SecretStore:
    """Named secrets of one instance, kept in memory once read. Safe with several processes at once."""

    def __init__(self, home: Path, instance_id: str, keyring: Literal["auto", "file"] = "auto") -> None:
        self._path = home / "secrets.json"
        self._lock_path = home / "secrets.lock"
        self._service = f"ittsu-{instance_id}"
        self._keyring_wanted = keyring == "auto"
        self._backend: KeyringBackend | None = None
        self._backend_known = False
        self._said = False
        self._kept: dict[str, str] = {}
        self._thread_lock = threading.Lock()

    async def get(self, name: str) -> str | None:
        """A secret, or None. What is not in memory is looked up again: another process may have added it."""
        if (known := self._kept.get(name)) is not None:
            return known
        return await asyncio.to_thread(self._read, name)

    async def set(self, name: str, value: str) -> None:
        """Store a secret durably."""
        await asyncio.to_thread(self._write, name, value)

    async def delete(self, name: str) -> None:
        """Forget a secret everywhere."""
        await asyncio.to_thread(self._remove, name)

    def forget(self, prefix: str = "") -> None:
        """Drop what is in memory, so that the next use reads again what another process may have changed."""
        for name in [name for name in self._kept if name.startswith(prefix)]:
            del self._kept[name]

    async def instance_key(self) -> bytes:
        """The key of this instance, made on first use. Proofs of pairing are derived from it."""
        return bytes.fromhex(await asyncio.to_thread(self._make_instance_key))

    @property
    def file(self) -> Path:
        """Where they are kept without a keyring."""
        return self._path

    def place(self) -> str:
        """Where secrets are kept, for `ittsu doctor`: the keyring's name or the file's path."""
        backend = self._usable_backend()
        return str(self._path) if backend is None else str(backend.name)

    async def is_locked(self) -> bool:
        """Whether there is a keyring that cannot be read just now, as one that nobody has unlocked."""
        return await asyncio.to_thread(self._cannot_be_read)

    # Below: in a worker thread, as keyrings block (and may ask the person to unlock them).

    def _cannot_be_read(self) -> bool:
        backend = self._usable_backend()
        if backend is None:
            return False
        from keyring.errors import KeyringError

        try:
            backend.get_password(self._service, INSTANCE_KEY)
        except KeyringError:
            return True
        return False

    def _make_instance_key(self) -> str:
        with self._process_lock():
            key = self._kept.get(INSTANCE_KEY) or self._read_unlocked(INSTANCE_KEY)
            if key is None:
                key = secrets.token_hex(32)
                self._write_unlocked(INSTANCE_KEY, key)
            self._kept[INSTANCE_KEY] = key
            return key

    def _process_lock(self) -> FileLock:
        self._lock_path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self._lock_path, mode=0o600)

    def _read(self, name: str) -> str | None:
        value = self._read_unlocked(name)
        if value is not None:
            self._kept[name] = value
        return value

    def _read_unlocked(self, name: str) -> str | None:
        backend = self._usable_backend()
        if backend is not None:
            from keyring.errors import KeyringError

            try:
                value = backend.get_password(self._service, name)
            except KeyringError as error:
                log.warning("the keyring %s cannot be read: %s", backend.name, type(error).__name__)
            else:
                if value is not None:
                    return str(value)
        kept = self._read_file().get(name)
        if kept is not None:
            self._say_file()
        return kept

    def _write(self, name: str, value: str) -> None:
        with self._process_lock():
            self._write_unlocked(name, value)
        self._kept[name] = value

    def _write_unlocked(self, name: str, value: str) -> None:
        backend = self._usable_backend()
        if backend is not None:
            from keyring.errors import KeyringError

            try:
                backend.set_password(self._service, name, value)
                if backend.get_password(self._service, name) == value:
                    return
                log.warning("the keyring %s did not keep what it was given", backend.name)
            except KeyringError as error:
                log.warning("the keyring %s cannot be written: %s", backend.name, type(error).__name__)
            self._backend = None
        self._say_file()
        self._write_file(self._read_file() | {name: value})

    def _remove(self, name: str) -> None:
        self._kept.pop(name, None)
        with self._process_lock():
            backend = self._usable_backend()
            if backend is not None:
                from keyring.errors import KeyringError, PasswordDeleteError

                try:
                    backend.delete_password(self._service, name)
                except PasswordDeleteError:
                    log.debug("the keyring held no %s", name)
                except KeyringError as error:
                    log.warning("the keyring %s cannot be written: %s", backend.name, type(error).__name__)
            kept = self._read_file()
            if kept.pop(name, None) is not None:
                self._write_file(kept)

    def _usable_backend(self) -> "KeyringBackend | None":
        with self._thread_lock:
            if not self._backend_known:
                self._backend = _find_backend() if self._keyring_wanted else None
                self._backend_known = True
            return self._backend

    def _say_file(self) -> None:
        """Once per process, unless the file was asked for."""
        if self._keyring_wanted and not self._said:
            self._said = True
            log.warning("%s", IN_A_FILE.filled(path=self._path))

    def _read_file(self) -> dict[str, str]:
        try:
            content: dict[str, str] = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        return content

    def _write_file(self, content: dict[str, str]) -> None:
        """Replace the file in one step, so that a crash leaves the old or the new one, never half."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._path)


def _find_backend() -> "KeyringBackend | None":
    """The keyring the person chose or the system's best one, if it is a real one."""
    import keyring

    chosen = keyring.get_keyring()
    candidates: list[KeyringBackend] = list(getattr(chosen, "backends", ())) or [chosen]
    for candidate in candidates:
        if not type(candidate).__module__.startswith(REFUSED_BACKENDS):
            return candidate
    return None


def secret_name(account_id: str) -> str:
    """The name under which an account's channel secret is kept."""
    return f"account:{account_id}:secret"


def token_name(account_id: str) -> str:
    """The name under which an account's long-lived channel token is kept, where one was given."""
    return f"account:{account_id}:token"


def proof_key(instance_key: bytes, token_id: str) -> str:
    """The key with which the helper proves itself to the holder of a token (hex).

    Derived, not stored: a stolen database can prove nothing.
    """
    return hmac.new(instance_key, f"proof:{token_id}".encode(), hashlib.sha256).hexdigest()
