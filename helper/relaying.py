"""`ittsu relay connect` and `disconnect`, beside the helper."""

import asyncio
import platform
import sys

from helper.fetching import PROOF_KEY, TOKEN, LinkTrouble, pair_with
from helper.flows import relays
from helper.model.relay import LINK_TROUBLES
from helper.office import Office
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


async def connect_relay(office: Office, url: str, code: str | None) -> int:
    """`ittsu relay connect`. Raises Trouble; Refused for a wrong code."""
    try:
        origin = relay_origin(url)
    except Unusable as unusable:
        raise Trouble(unusable.words, exit_code=2) from None
    if code is None:
        at_terminal = sys.stdin.isatty()
        code = await asyncio.to_thread(input, ASK_CODE) if at_terminal else sys.stdin.readline()
    try:
        keys = await pair_with(origin, code.strip()[:200], platform.node()[:200] or "ittsu")
    except LinkTrouble as trouble:
        raise Trouble(LINK_TROUBLES[trouble.code]) from None
    await office.secrets.set(TOKEN, keys.token)
    await office.secrets.set(PROOF_KEY, keys.proof_key)
    await relays.attach(office.desk, origin, keys.token_id)
    print(CONNECTED.filled(url=origin))
    return 0


async def disconnect_relay(office: Office) -> int:
    """`ittsu relay disconnect`."""
    had_one = await relays.detach(office.desk)
    await office.secrets.delete(TOKEN)
    await office.secrets.delete(PROOF_KEY)
    print(DISCONNECTED if had_one else NONE)
    return 0
