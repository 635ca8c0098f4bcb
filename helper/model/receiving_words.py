"""What a person reads about the ways of receiving, whose a URL is, and what LINE's test call told."""

from helper.model.receiving import Owner, Way
from helper.words import Words

NAMES: dict[Way, Words] = {
    "alone": Words("このパソコンで直接受け取る", "Straight to this computer"),
    "relay": Words("中継を使う", "By way of a relay"),
    "behind": Words("ほかのツールから転送してもらう", "Passed on by the other tool"),
    "in_front": Words(
        "このパソコンで受け取り、ほかのツールへ渡す", "This computer first, the other tool behind it"
    ),
    "none": Words("Webhookを使わない", "Without a webhook"),
}

WHY = {
    "tool_goes_on": Words(
        "ほかのツールをそのまま使えます。常に動いているサーバーの中継が両方に届けるため、このパソコンが止まっていても"
        "ツールには影響しません。",
        "The other tool goes on as it is: a relay on an always-on host serves both, this computer on or off.",
    ),
    "computer_sleeps": Words(
        "このパソコンが止まっている間の友だち追加も中継が預かり、起動したときに届けます。",
        "Friends who are added while this computer is off are kept by the relay until it is on again.",
    ),
    "nothing_beside": Words(
        "ほかのツールがないので、LINEから直接受け取るのがいちばん簡単です。",
        "There is no other tool, so receiving straight from LINE is simplest.",
    ),
    "tool_unanswered": Words(
        "ほかのツールがつながっているかどうかで、合う方法が変わります。上の質問に答えてください。",
        "Which way suits depends on whether another tool is connected. Please answer the question above.",
    ),
}
"""Why a way is recommended, or none is yet."""

REFUSALS = {
    "not_always_on": Words(
        "常に動いているパソコンでだけ選べます。スリープするパソコンがLINEとほかのツールの間に入ると、止まっている間の"
        "Webhookがツールに届かなくなります。",
        "Only for a computer that is always on. One that sleeps between LINE and the other tool loses the webhooks"
        " that come meanwhile, for that tool too.",
    ),
    "would_cut_off_tool": Words(
        "ほかのツールがつながっているため選べません。LINEの「Webhook URL」は1つだけなので、"
        "ツールに何も届かなくなります。",
        'Not while another tool is connected: LINE has only one "Webhook URL", and the tool would get nothing.',
    ),
    "no_tool": Words(
        "ほかのツールがつながっている場合の方法です。", "This is for accounts with another tool connected."
    ),
}
"""Why a way cannot be taken."""

CAUTIONS = {
    "misses_while_asleep": Words(
        "パソコンがスリープしている間や電源が切れている間の友だち追加は届きません。",
        "Friends who are added while the computer sleeps or is off do not arrive.",
    ),
    "forwarding_unverified": Words(
        "ご契約のツールとプランが転送に対応しているかは、Ittsuでは確認できていません。届くのが遅れることや、"
        "無料の返信がツールに先に使われることがあります。",
        "Whether your tool and plan can forward has not been verified by us. What arrives may be late, and the tool may"
        " have used up the free reply.",
    ),
    "one_computer_for_both": Words(
        "このパソコンやインターネット回線が止まると、ほかのツールにも届かなくなります（止まっている間の分をLINEが"
        "送り直すとは限りません）。",
        "If this computer or its connection stops, the other tool gets nothing either, and LINE may not deliver again.",
    ),
    "follower_list_only": Words(
        "友だちは一覧の取り込みで登録されます。追加された瞬間は分からず、無料の返信も使えません。",
        "Friends come by importing LINE's list: not at the moment they are added, and without the free reply.",
    ),
    "nothing_can_be_sent": Words(
        "未認証のアカウントでは、Webhookがないと友だちが分からないため、何も送信できません。"
        "CSVや管理画面からは紐付けの準備だけができます。",
        "An unverified account learns of friends by webhook only: nothing can be sent without one."
        " CSV files and dashboards only prepare links.",
    ),
}
"""What must be said of a way that can be taken."""

OWNERS = {
    "none": Words("設定されていません", "not set"),
    "here": Words("Ittsu（このパソコン）", "Ittsu (this computer)"),
    "relay": Words("Ittsuの中継", "Ittsu's relay"),
    "old_tunnel": Words(
        "Ittsuの以前のアドレス（いまは届きません）", "a former address of Ittsu's (nothing arrives)"
    ),
    "lstep": Words("Lステップ", "Lステップ (L Step)"),
    "lme": Words("エルメ（L Message）", "エルメ (L Message)"),
    "other": Words("ほかのツール", "another tool"),
}
"""Whose a webhook URL is."""

TESTS = {
    "ok": Words("LINEからの接続テストに成功しました。", "LINE's test call arrived."),
    "could_not_connect": Words(
        "LINEからこのURLにつながりませんでした。トンネルや中継が動いているか、アドレスと証明書が正しいかを"
        "確認してください。",
        "LINE could not connect to this URL. Check that the tunnel or relay is running, its address and certificate.",
    ),
    "request_timeout": Words(
        "LINEからの接続に、時間内（約2秒）に返事がありませんでした。Ittsu本体が起動しているか確認してください。",
        "LINE got no answer in time (about two seconds). Check that the Ittsu helper is running.",
    ),
    "status_401": Words(
        "URLには届きましたが、チャネルシークレットが違います（401）。アカウントをつなぎ直してください。",
        "It arrived, but the channel secret differs (401). Connect the account again.",
    ),
    "status_404": Words(
        "URLには届きましたが、このアカウントは登録されていません（404）。URLの最後のチャネルIDと、つないだアカウントを"
        "確認してください。",
        "It arrived, but this account is unknown there (404). Check the channel id at the end of the URL.",
    ),
    "status_5xx": Words(
        "URLには届きましたが、相手側が動いていません（{status}）。トンネルの先のIttsu本体が起動しているか"
        "確認してください。",
        "It arrived, but what is behind that address is not running ({status}). Check that the Ittsu helper runs.",
    ),
    "status_redirect": Words(
        "このURLは別のURLを案内しています（{status}）。LINEは転送先をたどりません。正しいURLを確認してください。",
        "This URL points to another one ({status}), and LINE does not follow. Check the URL.",
    ),
    "status_other": Words(
        "このURLはLINEの接続を受け付けませんでした（{status}）。URLを確認してください。",
        "This URL did not take LINE's call ({status}). Check the URL.",
    ),
    "unclassified": Words(
        "LINEからの接続テストに失敗しました。理由はLINEから示されていません。URLを確認して、もう一度お試しください。",
        "LINE's test call failed, and LINE does not say why. Check the URL and try again.",
    ),
}
"""What LINE's test call told."""


def owner_words(owner: Owner) -> Words:
    """Whose a URL is, with its host where that tells more."""
    words = OWNERS[owner.whose]
    if owner.host is None or owner.whose == "here":
        return words
    return Words(f"{words.ja}（{owner.host}）", f"{words.en} ({owner.host})")


def code_of_test(reason: str, status: int | None, *, success: bool) -> str:
    """Which of `TESTS` LINE's answer means."""
    if success:
        return "ok"
    match reason:
        case "COULD_NOT_CONNECT":
            return "could_not_connect"
        case "REQUEST_TIMEOUT":
            return "request_timeout"
        case "ERROR_STATUS_CODE" if status is not None:
            return _status_code(status)
        case _:
            return "unclassified"


def _status_code(status: int) -> str:
    if status in (401, 404):
        return f"status_{status}"
    if status >= 500:
        return "status_5xx"
    return "status_redirect" if 300 <= status < 400 else "status_other"
