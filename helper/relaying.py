"""Joining and leaving a relay: `ittsu relay connect` and `disconnect`, and what the API does for the same."""

import asyncio
import platform
import sys

from helper.fetching import PROOF_KEY, TOKEN, LinkTrouble, pair_with
from helper.flows import relays
from helper.flows.desk import Desk
from helper.model.refusal import Invalid, Refused
from helper.model.relay import LINK_TROUBLES
from helper.office import Office
from helper.secrets import SecretStore
from helper.settings import Unusable, relay_origin
from helper.words import Trouble, Words

ASK_CODE = "接続コード / Pairing code: "
CONNECTED = Words(
    "中継につなぎました: {url}\n  起動中のIttsu本体は、すぐに受信を始めます。",
    "Connected to the relay: {url}\n  A running helper begins to fetch at once.",
)
DISCONNECTED = Words(
    "中継から外しました。中継に残っているものは受信しません。",
    "Disconnected from the relay. What waits there is not fetched any more.",
)
NONE = Words("つないでいる中継はありません。", "No relay is connected.")


async def join(desk: Desk, secrets: SecretStore, url: str, code: str) -> str:
    """Pair with the relay at `url` and fetch from it from now on; its origin.

    Raises `Invalid` for what no relay's address can be, `Refused` with a code of `LINK_TROUBLES`,
    pairing_code_invalid or too_many_attempts.
    """
    try:
        origin = relay_origin(url)
    except Unusable as unusable:
        raise Invalid([("url", f"{unusable.words.ja} / {unusable.words.en}")]) from None
    try:
        keys = await pair_with(origin, code.strip()[:200], platform.node()[:200] or "ittsu")
    except LinkTrouble as trouble:
        raise Refused(trouble.code) from None
    await secrets.set(TOKEN, keys.token)
    await secrets.set(PROOF_KEY, keys.proof_key)
    await relays.attach(desk, origin, keys.token_id)
    return origin


async def leave(desk: Desk, secrets: SecretStore) -> bool:
    """Fetch from no relay any more; False if there was none."""
    had_one = await relays.detach(desk)
    await secrets.delete(TOKEN)
    await secrets.delete(PROOF_KEY)
    return had_one


async def connect_relay(office: Office, url: str, code: str | None) -> int:
    """`ittsu relay connect`. Raises Trouble; Refused for a wrong code."""
    try:
        relay_origin(url)
    except Unusable as unusable:
        raise Trouble(unusable.words, exit_code=2) from None
    if code is None:
        at_terminal = sys.stdin.isatty()
        code = await asyncio.to_thread(input, ASK_CODE) if at_terminal else sys.stdin.readline()
    try:
        origin = await join(office.desk, office.secrets, url, code)
    except Refused as refused:
        if refused.code not in LINK_TROUBLES:
            raise
        raise Trouble(LINK_TROUBLES[refused.code]) from None
    print(CONNECTED.filled(url=origin))
    return 0


async def disconnect_relay(office: Office) -> int:
    """`ittsu relay disconnect`."""
    had_one = await leave(office.desk, office.secrets)
    print(DISCONNECTED if had_one else NONE)
    return 0
