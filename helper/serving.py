"""`ittsu serve`: one line per listener and `ready` on stdout, everything else on stderr."""

import logging
import sys
from contextlib import AsyncExitStack

from helper.app import Daemon
from helper.installed import COMMAND
from helper.logs import set_up_logging
from helper.office import open_office
from helper.process import allow_files, stop_signal
from helper.settings import Settings
from helper.store.database import StoreTrouble
from helper.words import Trouble, Words

log = logging.getLogger(__name__)

FIRST_STEPS = Words(
    "\n練習モードで動いています（お客様には届きません）。\n"
    "  1. ブラウザーで {sandbox} を開くと、スマートフォンと管理画面を試せます。\n"
    "  2. 拡張機能を接続するには、別の画面で「{command} pair」を実行し、接続コードを入力します。\n"
    "  3. LINE公式アカウントをつなぐには「{command} setup」を実行します（本体の設定が開きます）。\n",
    "\nPractice mode: nothing reaches a customer.\n"
    "  1. Open {sandbox} in a browser: a phone and dashboards to try things on.\n"
    "  2. To connect the extension, run `{command} pair` in another window and enter its code.\n"
    "  3. To connect a LINE Official Account, run `{command} setup`: it opens the set-up pages.\n",
)
NEXT_STEPS = Words(
    "拡張機能を接続するには、別の画面で「{command} pair」を実行してください。",
    "To connect the extension, run `{command} pair` in another window.",
)


async def serve(settings: Settings) -> None:
    """Run the daemon until it is asked to stop. Raises Trouble, StoreTrouble."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    set_up_logging(settings.log, settings.log_file)
    try:
        await _serve(settings)
    except (Trouble, StoreTrouble) as trouble:
        if settings.log_file is not None:  # nobody may be reading stderr then
            log.error("%s", trouble)
        raise
    except Exception:
        if settings.log_file is not None:
            log.exception("the helper has ended")
        raise


async def _serve(settings: Settings) -> None:
    allow_files()
    stop = stop_signal()
    async with AsyncExitStack() as stack:
        office = await open_office(stack, settings)
        daemon = Daemon(office)
        stack.push_async_callback(daemon.close)
        await daemon.open()
        print(f"api {daemon.api.url}")
        print(f"webhook {daemon.webhook.url}")
        if daemon.practice.url is not None:
            print(f"sandbox {daemon.practice.url}")
        print("ready", flush=True)
        log.info("ready: api %s, webhook %s", daemon.api.url, daemon.webhook.url)
        daemon.work()
        hint = NEXT_STEPS if daemon.practice.url is None else FIRST_STEPS
        print(hint.filled(sandbox=daemon.practice.url, command=COMMAND), file=sys.stderr, flush=True)
        await stop.wait()
        log.info("stopping")
