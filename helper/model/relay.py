"""What a relay tells of itself: how much waits for whom, and why the other tool has not got it."""

from dataclasses import dataclass

from helper.words import Words

FAILURES = {
    "tool_unreachable": Words("ほかのツールにつながりません。", "The other tool cannot be reached."),
    "tool_timeout": Words(
        "ほかのツールから時間内に返事がありません。", "The other tool does not answer in time."
    ),
    "tool_status": Words(
        "ほかのツールがエラー（{status}）を返しました。", "The other tool answers with an error ({status})."
    ),
    "tool_redirects": Words(
        "ほかのツールが別のURLを案内しました。正しいURLを登録し直してください。",
        "The other tool points to another URL. Enter the right one.",
    ),
    "tool_certificate": Words(
        "ほかのツールの証明書を確認できません。", "The other tool's certificate cannot be verified."
    ),
    "tool_address": Words(
        "ほかのツールのURLが社内・自宅などのネットワークを指しているため、転送しませんでした。",
        "The other tool's name leads into a private network, so nothing was sent there.",
    ),
    "tool_is_ittsu": Words(
        "転送先がIttsu自身です。ほかのツールのURLを登録し直してください。",
        "The tool's URL is Ittsu itself. Enter the other tool's own URL.",
    ),
}
"""Why an attempt to pass a webhook on failed."""

LINK_TROUBLES = {
    "relay_unreachable": Words("中継につながりません。", "The relay cannot be reached."),
    "relay_certificate": Words(
        "中継の証明書を確認できません。", "The relay's certificate cannot be verified."
    ),
    "relay_unproven": Words(
        "この中継は、接続した中継ではありません。アドレスを確認してください。",
        "What answers there is not the relay that was paired. Check its address.",
    ),
    "relay_refused": Words(
        "中継がこの接続を受け付けません。「ittsu relay connect」で接続し直してください。",
        "The relay does not know this helper any more: run `ittsu relay connect` again.",
    ),
    "relay_store": Words(
        "パソコンのデータベースに書き込めないため、受信を待っています。",
        "This computer's database cannot be written, so what waits stays at the relay.",
    ),
}
"""Why the helper is not connected to its relay."""

SECRET_DIFFERS = Words(
    "中継とIttsu本体のチャネルシークレットが違います。"
    "「ittsu relay add」または「ittsu account add」で登録し直してください。",
    "Relay and helper hold different channel secrets. Enter it again with `ittsu relay add` or `ittsu account add`.",
)


KEPT = Words(
    "ほかのツールに届かなかったWebhookが{number}件あります（中継のサーバーで「ittsu relay retry」）。",
    "The other tool has not taken {number} webhooks (`ittsu relay retry` on the relay's host).",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last attempt failed. `status` is the tool's HTTP status where it answered one."""

    code: str
    status: int | None = None

    @property
    def words(self) -> Words:
        """For a person."""
        return FAILURES.get(self.code, FAILURES["tool_unreachable"]).filled(status=self.status)


@dataclass(frozen=True, slots=True)
class Queues:
    """One account at the relay; times in ms by the relay's clock.

    `tool` is the other tool's host, None where there is none. `kept`: given up after hours, kept until somebody has
    them sent again or their days are over. `dropped`: kept too long for one of both, and gone.
    """

    account_id: str
    tool: str | None
    waiting_helper: int
    waiting_tool: int
    kept: int
    oldest_helper_at: int | None = None
    oldest_tool_at: int | None = None
    failure: Failure | None = None
    failed_at: int | None = None
    dropped: int = 0
    dropped_at: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The helper's side: its relay, and since when it has been connected or not. `trouble` is one of LINK_TROUBLES."""

    url: str
    token_id: str
    connected: bool
    since: int
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class AccountAtRelay:
    """What the helper knows of an account at its relay. `secret_differs`: what waits there cannot be verified here."""

    link: Link
    queues: Queues | None
    secret_differs: bool = False

    @property
    def trouble(self) -> tuple[str, Words] | None:
        """What an operator should know, by a stable code: the relay does not reach us, or the tool lacks something."""
        if self.link.trouble is not None:
            return self.link.trouble, LINK_TROUBLES.get(self.link.trouble, LINK_TROUBLES["relay_unreachable"])
        if self.secret_differs:
            return "relay_secret_differs", SECRET_DIFFERS
        if self.queues is not None and self.queues.kept:
            return "relay_kept", KEPT.filled(number=self.queues.kept)
        return None
