"""The connection to the relay, and what waits there, as it was last told."""

from collections.abc import AsyncIterator, Iterator

from helper.checks.check import Check
from helper.flows import accounts, relays
from helper.model.account import Account
from helper.model.clock import to_rfc3339
from helper.model.relay import LINK_TROUBLES, SECRET_DIFFERS, AccountAtRelay
from helper.office import Office
from helper.presence import Presence
from helper.words import Words

CHECK_RELAY = Words(
    "中継のサーバーと回線を確認してください。中継のサーバーで: ittsu relay status",
    "Check the relay's host and the connection. On its host: ittsu relay status",
)
RETRY = Words("中継のサーバーで: ittsu relay retry", "On the relay's host: ittsu relay retry")


async def examine(office: Office) -> AsyncIterator[Check]:
    """Nothing where there is no relay."""
    link = await relays.link(office.desk)
    if link is None:
        return
    running = Presence(office.settings.home, office.settings.database_path).find() is not None
    since = to_rfc3339(link.since)
    if running and link.connected:
        words = Words(
            f"中継につながっています（{since} から）: {link.url}", f"the relay is connected: {link.url}"
        )
        yield Check("relay", "good", words)
    elif running:
        why = LINK_TROUBLES.get(link.trouble or "", LINK_TROUBLES["relay_unreachable"])
        yield Check("relay", "bad", Words(f"{why.ja}（{since} から、{link.url}）", why.en), CHECK_RELAY)
    else:
        words = Words(
            f"中継: {link.url}（Ittsu本体の起動中だけ受信します）",
            f"the relay {link.url} is fetched from while the helper runs",
        )
        yield Check("relay", "info", words)
    real = [account for account in await accounts.list_all(office.desk) if not account.sandbox]
    at_relay = await relays.at_relay(office.desk, [account.id for account in real])
    for account in real:
        for check in _queues(account, at_relay[account.id]):
            yield check


def _queues(account: Account, at_relay: AccountAtRelay) -> Iterator[Check]:
    queues, name = at_relay.queues, account.name
    if queues is None:
        yield Check(
            "relay_account",
            "warning",
            Words(
                f"{name}: 中継に登録されていません", f"{name}: the relay does not stand before this account"
            ),
            Words("中継のサーバーで: ittsu relay add", "On the relay's host: ittsu relay add"),
            account.id,
        )
        return
    if at_relay.secret_differs:
        words = Words(f"{name}: {SECRET_DIFFERS.ja}", f"{name}: {SECRET_DIFFERS.en}")
        yield Check("relay_secret", "bad", words, SECRET_DIFFERS, account.id)
    tool = f"、{queues.tool} へ {queues.waiting_tool}件" if queues.tool else ""
    yield Check(
        "relay_queue",
        "info",
        Words(
            f"{name}: 中継で待っているもの: Ittsu本体へ {queues.waiting_helper}件{tool}",
            f"{name}: webhooks that wait at the relay: {queues.waiting_helper} for the helper"
            + (f", {queues.waiting_tool} for the other tool" if queues.tool else ""),
        ),
        None,
        account.id,
    )
    if queues.failure is not None:
        words = queues.failure.words
        said = Words(f"{name}: {words.ja}（{queues.tool}）", f"{name}: {words.en}")
        yield Check("relay_tool", "bad", said, CHECK_RELAY, account.id)
    if queues.kept:
        yield Check(
            "relay_kept",
            "bad",
            Words(
                f"{name}: ほかのツールに届かなかったWebhookが{queues.kept}件あります",
                f"{name}: the other tool has not taken {queues.kept} webhooks",
            ),
            RETRY,
            account.id,
        )
    if queues.dropped:
        yield Check(
            "relay_dropped",
            "bad",
            Words(
                f"{name}: 期限が過ぎて中継から消えたWebhookが{queues.dropped}件あります",
                f"{name}: {queues.dropped} webhooks were kept too long at the relay, and are gone",
            ),
            Words(
                "その間の友だち追加は、LINEの画面で確認してください",
                "Look on LINE's own screens for who came in that time",
            ),
            account.id,
        )
