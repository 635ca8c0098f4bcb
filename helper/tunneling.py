"""`ittsu tunnel`: start a tunnel, have LINE test it, and set the webhook URL only after a yes."""

import argparse
import asyncio
import sys

from helper.commands import NOT_RUNNING, chosen_account, leave_word
from helper.flows import receiving, tunnels
from helper.installed import START
from helper.model.receiving import webhook_path
from helper.model.receiving_words import TESTS, code_of_test, owner_words
from helper.model.tunnel import TROUBLES, Program, Tunnel, read_hostname
from helper.office import Office
from helper.presence import Presence
from helper.tunnel.programs import installed
from helper.words import Trouble, Words

WAIT_SECONDS = 90.0
"""How long a tunnel may take to carry."""

NOT_A_NAME = Words(
    "「{name}」は名前として使えません。salon.example.jp の形で指定してください（tailscaleでは指定できません）。",
    '"{name}" cannot be the name: write it like salon.example.jp (not with tailscale).',
)
STARTING = Words(
    "{program} を起動しています。アドレスが決まるまでお待ちください。",
    "Starting {program}. Its address is being waited for.",
)
CARRIES = Words("トンネルが通りました: {origin}", "The tunnel carries: {origin}")
NAME_CHANGES = Words(
    "このアドレスは、起動するたびに変わります。変わるとLINEから届かなくなるので、ためしに使うときだけにしてください。"
    "いつも使うには、tailscale か、--hostname でご自身の名前を指定します。",
    "This address changes at every start, and LINE's webhooks are lost then: for trying things out only."
    " To keep it, use tailscale, or a name of your own with --hostname.",
)
NO_ACCOUNT = Words(
    "アカウントがまだありません。つないだあとで、もう一度実行してください。",
    "No account is connected yet: run this again afterwards.",
)
TESTED = Words("LINEの接続テスト: {said}", "LINE's test: {said}")
ALREADY = Words("LINEのWebhook URLは、もうこのアドレスです。", "LINE's webhook URL is this address already.")
TOOL_THERE = Words(
    "いまのWebhook URLは、ほかのツールのもののようです:\n  {url}（{owner}）\n"
    "ここで変更すると、そのツールには何も届かなくなるため、変更しません。"
    "両方で使うには、中継を使います（docs/relay.ja.md）。ツールをやめた場合は「ittsu setup」の「受信」で変更できます。",
    "The present webhook URL seems to be another tool's:\n  {url} ({owner})\n"
    "Changing it would cut that tool off, so it is left as it is. To keep both, use the relay (docs/relay.md)."
    " Where the tool is not used any more, change it at `ittsu setup`, Receiving.",
)
QUESTION = Words(
    "LINEのWebhook URLを変更します。\n  いま: {present}（{owner}）\n  これから: {url}",
    "LINE's webhook URL will change.\n  now: {present} ({owner})\n  then: {url}",
)
ASK = "変更しますか？ / Change it? [y/N]: "
LEFT = Words("LINEの設定は変更していません。", "LINE's setting was not changed.")
DONE = Words(
    "変更しました。元に戻すには「ittsu account restore-webhook」を実行します。",
    "Changed. `ittsu account restore-webhook` brings a tool's former URL back.",
)
STOPPED = Words(
    "トンネルを止めました。LINEのWebhook URLが {origin} のままの場合、LINEからは何も届きません。",
    "The tunnel is stopped. Where LINE's webhook URL still leads to {origin}, nothing arrives.",
)
NONE = Words("トンネルはありません。", "There is no tunnel.")
STATUS = Words("{program}: {origin}", "{program}: {origin}")


async def run_tunnel_command(office: Office, action: str, given: argparse.Namespace) -> int:
    """`ittsu tunnel [start|stop|status]`. Raises Trouble, Refused."""
    match action:
        case "stop":
            former = await tunnels.stop(office.desk)
            print(NONE if former is None else STOPPED.filled(origin=former.origin or "-"))
            return 0
        case "status":
            return _status(await tunnels.wanted(office.desk))
        case _:
            tunnel = await _start(office, given.program, given.hostname)
            return await _offer(office, tunnel, given.account, sure=given.yes)


def _status(tunnel: Tunnel | None) -> int:
    if tunnel is None:
        print(NONE)
        return 1
    print(STATUS.filled(program=tunnel.program, origin=tunnel.origin or "-"))
    if tunnel.trouble is not None:
        print(TROUBLES[tunnel.trouble])
    return 0 if tunnel.origin is not None and tunnel.trouble is None else 1


async def _start(office: Office, program: Program | None, typed: str | None) -> Tunnel:
    """Have the daemon start it; the tunnel once it carries."""
    if Presence(office.settings.home, office.settings.database_path).find() is None:
        raise Trouble(NOT_RUNNING.filled(command=START))
    hostname = None if typed is None else read_hostname(typed)
    if typed is not None and (hostname is None or program == "tailscale"):
        raise Trouble(NOT_A_NAME.filled(name=typed), exit_code=2)
    found = [one for one in installed() if hostname is None or one != "tailscale"]
    if not found or (program is not None and program not in found):
        raise Trouble(TROUBLES["tunnel_program_missing"])
    chosen = program or found[0]
    known = await tunnels.wanted(office.desk)
    if known is None or (known.program, known.hostname) != (chosen, hostname):
        await tunnels.want(office.desk, chosen, hostname)
    print(STARTING.filled(program=chosen), file=sys.stderr)
    tunnel = await _until_it_carries(office)
    print(CARRIES.filled(origin=tunnel.origin))
    if not tunnel.is_stable:
        print(NAME_CHANGES)
    return tunnel


async def _until_it_carries(office: Office) -> Tunnel:
    trouble = "tunnel_silent"
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                tunnel = await tunnels.wanted(office.desk)
                if tunnel is not None and tunnel.origin is not None and tunnel.trouble is None:
                    return tunnel
                trouble = (tunnel.trouble if tunnel is not None else None) or trouble
                await asyncio.sleep(0.3)
    except TimeoutError:
        raise Trouble(TROUBLES[trouble]) from None


async def _offer(office: Office, tunnel: Tunnel, account_id: str | None, *, sure: bool) -> int:
    """Test the address with LINE, and set it after a yes."""
    from helper.flows import accounts

    known = [account for account in await accounts.list_all(office.desk) if not account.sandbox]
    if account_id is None and not known:
        print(NO_ACCOUNT)
        return 0
    chosen, _ = await chosen_account(office, account_id)
    url = f"{tunnel.origin}{webhook_path(chosen)}"
    look = await receiving.look(office.desk, chosen)
    if look.owner is None:
        raise Trouble(Words("LINEに確認できません。", "LINE cannot be asked."))
    present = None if look.endpoint is None else look.endpoint.url
    tested = await receiving.try_url(office.desk, chosen, url)
    code = code_of_test(tested.reason, tested.status, success=tested.success)
    said = TESTS[code].filled(status=tested.status)
    print(Words(TESTED.ja.format(said=said.ja), TESTED.en.format(said=said.en)))
    if not tested.success:
        return 1
    if present == url:
        print(ALREADY)
        return 0
    owner = owner_words(look.owner)
    if look.owner.is_a_tools:
        raise Trouble(
            Words(
                TOOL_THERE.ja.format(url=present, owner=owner.ja),
                TOOL_THERE.en.format(url=present, owner=owner.en),
            )
        )
    print(
        Words(
            QUESTION.ja.format(present=present or "-", owner=owner.ja, url=url),
            QUESTION.en.format(present=present or "-", owner=owner.en, url=url),
        )
    )
    if not (
        sure or (sys.stdin.isatty() and (await asyncio.to_thread(input, ASK)).strip().lower() in ("y", "yes"))
    ):
        print(LEFT)
        return 1
    await receiving.set_endpoint(office.desk, chosen, url, present)
    await leave_word(office, chosen)
    print(DONE)
    return 0
