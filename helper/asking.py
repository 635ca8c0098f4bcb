"""Channel id and secret, as commands ask for them. A secret never comes from the command line: others could read it."""

import asyncio
import getpass
import os
import sys

from helper.words import Trouble, Words

NO_ID = Words("チャネルIDを指定してください（--channel-id）。", "The channel id is missing (--channel-id).")
BAD_ID = Words(
    "チャネルIDは数字です（LINE Developersの「チャネル基本設定」にあります）。",
    'A channel id is digits (LINE Developers console, "Basic settings").',
)
NO_SECRET = Words(
    "チャネルシークレットがありません。ITTSU_CHANNEL_SECRET、標準入力（--secret-stdin）、または入力画面で指定してください。",
    "The channel secret is missing: give it as ITTSU_CHANNEL_SECRET, on stdin (--secret-stdin) or at the prompt.",
)
ASK_ID = "チャネルID / Channel ID: "
ASK_SECRET = "チャネルシークレット / Channel secret: "


async def ask_channel_id(given: str | None, *, stdin: bool) -> str:
    """The channel id, from the prompt where it was not given; `stdin`: that is for the secret. Raises Trouble."""
    if given is None:
        if not sys.stdin.isatty() or stdin:
            raise Trouble(NO_ID, exit_code=2)
        given = await asyncio.to_thread(input, ASK_ID)
    channel_id = given.strip()
    if not (channel_id.isascii() and channel_id.isdecimal() and len(channel_id) <= 20):
        raise Trouble(BAD_ID, exit_code=2)
    return channel_id


async def ask_secret(*, stdin: bool) -> str:
    """The channel secret: from ITTSU_CHANNEL_SECRET, the prompt or stdin. Raises Trouble."""
    secret = "" if stdin else os.environ.get("ITTSU_CHANNEL_SECRET", "")
    if not secret and sys.stdin.isatty() and not stdin:
        secret = await asyncio.to_thread(getpass.getpass, ASK_SECRET)
    elif not secret:
        secret = await asyncio.to_thread(sys.stdin.readline)
    secret = secret.strip()
    if not secret:
        raise Trouble(NO_SECRET, exit_code=2)
    return secret
