"""`ittsu export`: friends, history or ledger as a CSV file."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from helper.commands import chosen_account
from helper.flows.takeout import Kind, takeout
from helper.keeping import EXISTS, NO_FOLDER
from helper.office import Office
from helper.store.backup import publish
from helper.words import Trouble, Words

WRITTEN = Words(
    "書き出しました: {path}\n  お客様の名前やメッセージが入っていることがあります。大切に保管してください。",
    "Written: {path}\n  Names and messages of customers may be in it: keep it safe.",
)


async def export(
    office: Office, kind: Kind, account_id: str | None, output: str | None, *, english: bool, overwrite: bool
) -> int:
    """Write an account's file, or its lines to stdout. Raises Trouble, Refused, OSError."""
    account_id, _ = await chosen_account(office, account_id)
    pieces = takeout(office.desk, account_id, kind, english=english)
    if output is None:
        async for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return 0
    with _file(output, overwrite=overwrite) as file:
        async for piece in pieces:
            file.write(piece)
    print(WRITTEN.filled(path=_place(output)))
    return 0


def _place(output: str) -> Path:
    return Path(output).expanduser().absolute()


@contextmanager
def _file(output: str, *, overwrite: bool) -> Iterator[BinaryIO]:
    """A file that only its owner can read, and that is there whole or not at all. Raises Trouble, OSError."""
    path = _place(output)
    if not path.parent.is_dir():
        raise Trouble(NO_FOLDER.filled(path=path.parent), exit_code=2)
    if path.is_dir() or (path.exists() and not overwrite):
        raise Trouble(EXISTS.filled(path=path))
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        publish(part, path, overwrite=overwrite)
    except FileExistsError:
        raise Trouble(EXISTS.filled(path=path)) from None
    finally:
        part.unlink(missing_ok=True)
