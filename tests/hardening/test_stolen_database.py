"""A copy of the database in wrong hands: nothing that stands in it opens anything, not even guessed at by its parts."""

import hashlib
import hmac
import re
import sqlite3
from itertools import islice
from pathlib import Path

from tests.api.conftest import PRACTICE, Helper

NONCE = "stolen"


def _everything(home: Path, folder: Path) -> dict[str, list[str]]:
    """All texts in a copy, by table and column; taken as a thief would, log of the last changes and all."""
    for path in home.glob("ittsu.sqlite*"):
        if not path.name.endswith(".lock"):
            (folder / path.name).write_bytes(path.read_bytes())
    copy = sqlite3.connect(folder / "ittsu.sqlite")
    found: dict[str, list[str]] = {}
    tables = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        rows = copy.execute(f'SELECT * FROM "{table}"')
        for row in islice(rows, 10_000):
            for column, value in zip((each[0] for each in rows.description), row, strict=True):
                if isinstance(value, bytes):
                    value = value.decode("latin-1")
                if isinstance(value, str) and value:
                    found.setdefault(f"{table}.{column}", []).append(value)
    copy.close()
    return found


async def test_nothing_that_stands_in_it_opens_a_door(helper: Helper, tmp_path: Path) -> None:
    await helper.follow()
    admin = await helper.paired("admin")
    unused = (await helper.daemon.office.pairing.print_code("花子", "admin")).code
    folder = tmp_path / "stolen"
    folder.mkdir()
    found = _everything(helper.daemon.office.settings.home, folder)
    assert hashlib.sha256(admin["token"].encode()).hexdigest() in found["token.token_hash"]
    assert admin["token_id"] in found["token.id"]

    values = {value for column in found.values() for value in column if len(value) <= 200}
    values |= {part for value in values for part in re.split(r"[\s\"',:{}\[\]]+", value) if part}
    printable = sorted(value for value in values if value.isascii() and value.isprintable())
    assert len(printable) > 30
    for value in printable:
        headers = {"Authorization": f"Bearer {value}"}
        assert (await helper.call("GET", "/me", role=None, headers=headers)).status == 401, value
    # Nor can a thief pass for the helper: the key of proofs is derived from one that is not in there.
    query = f"/hello?nonce={NONCE}&token_id={admin['token_id']}"
    proof = (await helper.call("GET", query, role=None)).body["proof"]
    message = f"ittsu-hello-1\n{NONCE}\n{helper.host}".encode()
    assert hmac.new(admin["proof_key"].encode(), message, "sha256").hexdigest() == proof
    for value in printable:
        keys = [value.encode(), hashlib.sha256(value.encode()).digest()]
        keys += [bytes.fromhex(value)] if re.fullmatch(r"(?:[0-9a-f]{2})+", value) else []
        for key in keys:
            derived = hmac.new(key, admin["token_id"].encode(), "sha256").hexdigest()
            for guess in (key, derived.encode()):
                assert hmac.new(guess, message, "sha256").hexdigest() != proof
    # The code that nobody has used yet is a hash as well; no guess at it is lost on the way.
    assert unused.replace("-", "") not in values
    assert not [column for column, texts in found.items() if unused in " ".join(texts)]
    # LINE's secrets are elsewhere.
    secret = helper.sandbox.platform.account(PRACTICE).secret
    assert not [column for column, texts in found.items() if secret in " ".join(texts)]


async def test_its_bytes_hold_no_secret_either(helper: Helper) -> None:
    """Also where deleted rows were, in the log of changes, and reversed or in hex."""
    await helper.follow()
    pairing = await helper.paired("admin")
    gone = await helper.paired("花子", "operator")
    code = (await helper.daemon.office.pairing.print_code("次郎")).code
    await helper.call("DELETE", f"/teammates/{gone['teammate']['id']}")
    home = helper.daemon.office.settings.home
    stored = b"".join(path.read_bytes() for path in sorted(home.glob("ittsu.sqlite*")))
    assert len(stored) > 10_000
    secrets = [pairing["token"], gone["token"], pairing["proof_key"], gone["proof_key"], code]
    secrets += [code.replace("-", ""), helper.sandbox.platform.account(PRACTICE).secret]
    secrets.append((await helper.daemon.office.secrets.instance_key()).hex())
    for secret in secrets:
        plain = secret.encode()
        for written in (plain, plain[::-1], plain.hex().encode(), secret.encode("utf-16-le")):
            assert written not in stored
    assert (await helper.daemon.office.secrets.instance_key()) not in stored
