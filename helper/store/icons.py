"""Pictures for personas, and where LINE can fetch them."""

from base64 import b64decode, b64encode

from helper.store.database import Reader, Transaction


async def save_icon(transaction: Transaction, sha256: str, png: bytes, now: int) -> None:
    """Keep a picture; the same one is kept once."""
    await transaction.execute(
        "INSERT INTO icon (sha256, png, created_at) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING",
        sha256,
        b64encode(png).decode(),
        now,
    )


async def find_icon(reader: Reader, sha256: str) -> bytes | None:
    """A picture's PNG, or None."""
    row = await reader.fetch_one("SELECT png FROM icon WHERE sha256 = $1", sha256)
    return None if row is None else b64decode(row["png"])


async def has_icon(reader: Reader, sha256: str) -> bool:
    """Whether there is such a picture."""
    return await reader.fetch_one("SELECT 1 AS one FROM icon WHERE sha256 = $1", sha256) is not None


async def public_origin(reader: Reader) -> str | None:
    """`https://host` by which the whole internet reaches the webhook listener, also tomorrow; None without one."""
    row = await reader.fetch_one("SELECT origin FROM public_origin")
    return None if row is None else row["origin"]


async def set_public_origin(transaction: Transaction, origin: str | None, *, by_setting: bool) -> bool:
    """Note it, or that there is none; False where nothing changed. A tunnel does not overrule the setting."""
    row = await transaction.fetch_one("SELECT origin, by_setting FROM public_origin")
    set_before = row is not None and bool(row["by_setting"])
    if (not by_setting and set_before) or (by_setting and origin is None and not set_before):
        return False
    if (None if row is None else row["origin"]) == origin:
        return False
    await transaction.execute("DELETE FROM public_origin")
    if origin is not None:
        await transaction.execute(
            "INSERT INTO public_origin (one, origin, by_setting) VALUES (1, $1, $2)", origin, int(by_setting)
        )
    return True
