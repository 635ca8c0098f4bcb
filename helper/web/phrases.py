"""The words of every refusal and error: code → status, title, sentences."""

from dataclasses import dataclass

from helper.installed import COMMAND
from helper.model.receiving_words import REFUSALS
from helper.model.relay import LINK_TROUBLES
from helper.model.tunnel import TROUBLES
from helper.words import Words


@dataclass(frozen=True, slots=True)
class Phrase:
    """How a code is told."""

    status: int
    title: str
    words: Words


def _phrase(status: int, title: str, ja: str, en: str) -> Phrase:
    return Phrase(status, title, Words(ja, en))


PHRASES: dict[str, Phrase] = {
    # The request itself
    "bad_request": _phrase(
        400, "Bad request", "リクエストを読み取れませんでした。", "The request could not be read."
    ),
    "not_json": _phrase(400, "Not JSON", "本文がJSONではありません。", "The body is not JSON."),
    "idempotency_key_missing": _phrase(
        400,
        "Idempotency-Key missing",
        "送信にはIdempotency-Keyヘッダーが必要です。",
        "A send needs the Idempotency-Key header.",
    ),
    "invalid": _phrase(
        422, "Invalid", "入力内容を確認してください。", "Something in the request is not valid."
    ),
    "unauthenticated": _phrase(
        401,
        "Not authenticated",
        "接続が確認できません。接続コードで接続し直してください。",
        "The token is missing or no longer valid. Pair again with a pairing code.",
    ),
    "forbidden": _phrase(
        403,
        "Not allowed for this role",
        "この操作を行う権限がありません。管理者に相談してください。",
        "Your role does not allow this. Ask an admin.",
    ),
    "host_refused": _phrase(
        403,
        "Host refused",
        "このアドレスからは接続できません。http://127.0.0.1 のアドレスを使ってください。",
        "This address is not one of the helper's own. Use its http://127.0.0.1 address.",
    ),
    "origin_refused": _phrase(
        403,
        "Origin refused",
        "このページや拡張機能からは接続できません。拡張機能の設定から接続し直してください。",
        "This page or extension may not use the helper. Pair again in the extension's options.",
    ),
    "site_refused": _phrase(
        403,
        "Cross-site request refused",
        "ほかのサイトからの要求は受け付けません。",
        "Requests from other sites are refused.",
    ),
    "pairing_code_invalid": _phrase(
        403,
        "Pairing code invalid",
        f"接続コードが違うか、期限が切れています。新しい接続コードを発行してください（{COMMAND} pair）。",
        f"The pairing code is wrong, used or expired. Print a new one with `{COMMAND} pair`.",
    ),
    "too_many_attempts": _phrase(
        429,
        "Too many attempts",
        "接続コードの間違いが続きました。1分ほど待ってから、もう一度お試しください。",
        "Too many wrong pairing codes. Wait a minute, then try again.",
    ),
    "not_found": _phrase(404, "Not found", "見つかりません。", "There is nothing at this address."),
    "method_not_allowed": _phrase(
        405, "Method not allowed", "この操作はできません。", "This address does not take that method."
    ),
    "relayed_already": _phrase(
        508,
        "Relayed already",
        "これはIttsuの中継から転送されたWebhookです。転送先には、Ittsu以外のツールのURLを指定してください。",
        "A relay of Ittsu's passed this webhook on. The tool's URL must be another program's.",
    ),
    "too_large": _phrase(413, "Too large", "データが大きすぎます。", "The body is too large."),
    "unsupported_media_type": _phrase(
        415, "Unsupported media type", "この形式には対応していません。", "This media type is not supported."
    ),
    "too_busy": _phrase(
        503,
        "Too busy",
        "ただいま混み合っています。少し待ってから、もう一度お試しください。",
        "More is waiting than can be stored soon. Try again in a moment.",
    ),
    # The database's file
    "storage_full": _phrase(
        503,
        "Disk full",
        "ディスクがいっぱいで保存できません。Ittsuを動かしているパソコンの空きを増やしてください。何も送信していません。",
        "The disk is full and nothing can be stored. Free space on the helper's computer. Nothing was sent.",
    ),
    "storage_read_only": _phrase(
        503,
        "Database read-only",
        "データベースが読み取り専用のため保存できません。Ittsuを動かしているパソコンで「ittsu doctor」を"
        "実行してください。何も送信していません。",
        "The database is read-only. Run `ittsu doctor` on the helper's computer. Nothing was sent.",
    ),
    "storage_corrupt": _phrase(
        503,
        "Database damaged",
        "データベースが壊れています。Ittsu本体を止めて、バックアップから戻してください"
        "（ittsu restore）。何も送信していません。",
        "The database is damaged. Stop the helper and restore a backup (`ittsu restore`). Nothing was sent.",
    ),
    "storage_busy": _phrase(
        503,
        "Database held",
        "データベースをほかのプログラムが使用中です。少し待ってから、もう一度お試しください。何も送信していません。",
        "Another program holds the database. Try again in a moment. Nothing was sent.",
    ),
    "storage_failed": _phrase(
        503,
        "Database trouble",
        "データベースを読み書きできません。Ittsuを動かしているパソコンで「ittsu doctor」を"
        "実行してください。何も送信していません。",
        "The database cannot be used. Run `ittsu doctor` on the helper's computer. Nothing was sent.",
    ),
    "internal": _phrase(
        500,
        "Internal error",
        "Ittsuの内部で問題が起きました。記録（ログ）を確認してください。",
        "Something went wrong inside the helper. Its log says more.",
    ),
    "timeout": _phrase(
        408, "Timed out", "時間内に受信できませんでした。", "The request took too long to arrive."
    ),
    "not_built_yet": _phrase(501, "Not there yet", "この機能はまだありません。", "This is not there yet."),
    # Things that are not there
    "account_unknown": _phrase(
        404, "Account unknown", "このアカウントはつながっていません。", "This account is not connected."
    ),
    "friend_unknown": _phrase(
        404,
        "Friend unknown",
        "この友だちはまだLINEから届いていません。送信していません。",
        "LINE has not told us of this friend. Nothing was sent.",
    ),
    "message_unknown": _phrase(
        404, "Message unknown", "このメッセージはありません。", "There is no such message."
    ),
    "template_unknown": _phrase(
        404, "Template unknown", "このテンプレートはありません。", "There is no such template."
    ),
    "persona_unknown": _phrase(
        404, "Persona unknown", "この送信者はありません。", "There is no such persona."
    ),
    "teammate_unknown": _phrase(
        404, "Teammate unknown", "このメンバーはいません。", "There is no such teammate."
    ),
    "link_unknown": _phrase(404, "Link unknown", "この紐付けはありません。", "There is no such link."),
    "binding_unknown": _phrase(
        404, "Binding unknown", "このアカウントの紐付けはありません。", "There is no such binding."
    ),
    "claim_unknown": _phrase(404, "No claim", "操作中の人はいません。", "Nobody holds this friend."),
    # A send's refusals
    "account_mismatch": _phrase(
        409,
        "Account mismatch",
        "この画面のアカウントと、Ittsuが選んでいるアカウントが違います。まだ送信していません。",
        "The page's account is not the account of this send. Nothing has been sent.",
    ),
    "account_standby": _phrase(
        409,
        "Account in standby",
        "このアカウントは、いまLINEのモジュール（拡張機能）が応対しています。送信していません。",
        "A LINE module owns this account just now. Nothing was sent.",
    ),
    "friend_blocked": _phrase(
        409,
        "Friend blocked the account",
        "この友だちにはブロックされています。送信していません。",
        "This friend has blocked the account. Nothing was sent.",
    ),
    "already_contacted": _phrase(
        409,
        "Already contacted",
        "最初の一通はもう送信されています。送信していません。",
        "The first message was sent already. Nothing was sent.",
    ),
    "claimed": _phrase(
        409,
        "Claimed",
        "ほかのメンバーが操作中です。送信していません。",
        "A colleague is on it. Nothing was sent.",
    ),
    "free_route_gone": _phrase(
        409,
        "Free route gone",
        "無料で送れる時間が過ぎました。送信していません。1通使う場合は、もう一度押してください。",
        "The free route is gone. Nothing was sent. Click again to use 1 message.",
    ),
    "quota_exhausted": _phrase(
        409,
        "Quota exhausted",
        "今月の通数を使い切りました。追加から1分以内の友だちと、メッセージをくれた方には無料で送れます。",
        "This month's messages are used up."
        " Still free: friends added within a minute, and people who wrote to you.",
    ),
    "quota_unknown": _phrase(
        409,
        "Quota unknown",
        "バックアップから復元したあと、残りの通数をまだLINEに確認できていません。送信していません。少し待ってから、もう一度お試しください。",
        "After a restore LINE has not been asked yet how many messages are left. Nothing was sent: try again soon.",
    ),
    "idempotency_key_reused": _phrase(
        409,
        "Idempotency-Key reused",
        "同じIdempotency-Keyが別の内容で使われています。送信していません。",
        "This Idempotency-Key was used for another body. Nothing was sent.",
    ),
    "link_taken": _phrase(
        409,
        "Link taken",
        "この友だちは、この管理画面の別の人ともう紐付いています。",
        "This friend is linked to another person of that dashboard already.",
    ),
    "not_held": _phrase(
        409, "Not held any more", "もう取り消せません。", "Too late to undo: it is on its way or settled."
    ),
    "message_in_flight": _phrase(
        409,
        "A message is on its way",
        "この友だちへのメッセージを送信しているところです。消去していません。少し待ってから、もう一度お試しください。",
        "A message to this friend is on its way just now. Nothing was erased. Try again in a moment.",
    ),
    "other_tool_replies": _phrase(
        409,
        "Another tool replies",
        "ほかのツールが友だち追加に返信する設定のため、自動のあいさつは使えません。",
        "Another tool answers follows of this account, so the greeting cannot be switched on.",
    ),
    "used_by_greeting": _phrase(
        409,
        "Used by the greeting",
        "自動のあいさつで使っています。先に自動のあいさつを止めるか、別のものを選んでください。",
        "The automatic greeting uses it. Stop the greeting, or choose another one there, first.",
    ),
    "not_uncertain": _phrase(
        409,
        "Not uncertain",
        "このメッセージの結果はもう分かっています。",
        "The outcome of this message is known already.",
    ),
    "message_type_unsupported": _phrase(
        422,
        "Message type unsupported",
        "この種類のメッセージにはまだ対応していません。いまはテキストだけ送れます。",
        "This message type is not supported yet. For now, text only.",
    ),
    # A file of a dashboard's people
    "export_unreadable": _phrase(
        422,
        "Export unreadable",
        "このファイルは読み取れません。管理画面から書き出したCSVファイルを、そのまま選んでください。何も保存していません。",
        "This file cannot be read. Choose the CSV file as the dashboard exported it. Nothing was stored.",
    ),
    "export_columns_missing": _phrase(
        422,
        "Export without member ids",
        "このファイルには、友だちのID（登録IDなど）の列が見つかりません。IDの列を含めて、もう一度書き出してください。"
        "何も保存していません。",
        "No column of the people's ids was found in this file. Export it again with the column of ids."
        " Nothing was stored.",
    ),
    "export_too_long": _phrase(
        422,
        "Export too long",
        "このファイルは人数が多すぎます（20万行まで）。管理画面で絞り込み、分けて書き出してください。何も保存していません。",
        "This file has too many rows (200,000 at most). Export it in parts. Nothing was stored.",
    ),
    "import_column_missing": _phrase(
        422,
        "Column missing",
        "その名前の列が見つかりません。LINEのユーザーID（Uで始まる33文字）の列を選んでください。",
        "There is no column of that name. Choose the one with LINE user ids (U and 32 letters and digits).",
    ),
    "import_nothing": _phrase(
        409,
        "Nothing to import",
        "新しく取り込むLINEのユーザーIDがありません。何も変更していません。",
        "The file has no LINE user id that is not known already. Nothing was changed.",
    ),
    # Pictures
    "picture_unreadable": _phrase(
        422,
        "Picture unreadable",
        "この画像を読み取れません。PNG、JPEG、WebPの画像を選んでください。",
        "This picture cannot be read: choose a PNG, JPEG or WebP.",
    ),
    "picture_too_large": _phrase(
        422,
        "Picture too large",
        "画像が大きすぎます。小さくして選び直してください。",
        "The picture is too large.",
    ),
    "picture_too_small": _phrase(
        422,
        "Picture too small",
        "画像が小さすぎます。縦横32ピクセル以上の画像を選んでください。",
        "The picture is too small: it needs 32 pixels each way.",
    ),
    "icon_address": _phrase(
        422,
        "Icon address refused",
        "このアドレスは使えません。インターネット上の https:// のアドレスを指定してください。",
        "This address is refused: it must be https, on the public internet.",
    ),
    "icon_unreachable": _phrase(
        422,
        "Icon unreachable",
        "このアドレスを開けませんでした。アドレスと回線を確認してください。",
        "The address cannot be reached. Check it, and the connection.",
    ),
    "icon_certificate": _phrase(
        422,
        "Icon certificate",
        "このアドレスの証明書を確認できません。",
        "The address's certificate cannot be verified.",
    ),
    "icon_redirects": _phrase(
        422,
        "Icon redirects",
        "別のアドレスに移動します。移動先の画像のアドレスを、直接指定してください。",
        "The address points to another one: name the picture's own address.",
    ),
    "icon_missing": _phrase(
        422, "Icon missing", "このアドレスに画像がありません。", "There is no picture at this address."
    ),
    "icon_not_png": _phrase(
        422,
        "Icon not PNG",
        "PNGの画像ではありません。LINEはPNGだけを受け付けます。",
        "It is no PNG; LINE takes nothing else.",
    ),
    "icon_not_square": _phrase(
        422,
        "Icon not square",
        "正方形の画像ではありません。縦横が同じ画像にしてください。",
        "The picture is not square.",
    ),
    "icon_too_heavy": _phrase(
        422, "Icon too heavy", "1 MBを超えています。小さい画像にしてください。", "The picture is over 1 MB."
    ),
    # Accounts and LINE
    "line_unavailable": _phrase(
        502,
        "LINE cannot be reached",
        "LINEにつながりません。インターネット接続を確認してください。",
        "LINE cannot be reached. Check the internet connection.",
    ),
    "line_refused": _phrase(
        502,
        "LINE refused",
        "LINEが要求を受け付けませんでした。時間をおいて、もう一度お試しください。",
        "LINE did not accept the request. Try again later.",
    ),
    "not_verified": _phrase(
        409,
        "Account not verified",
        "LINEは、認証済アカウントとプレミアムアカウントにだけ友だちの一覧を渡します。"
        "未認証のアカウントでは、これまでの友だちを取り込めません。",
        "LINE lists the friends of verified and premium accounts only: an unverified account's cannot be imported.",
    ),
    "channel_id_unknown": _phrase(
        422,
        "Channel id unknown to LINE",
        "LINEがこのチャネルIDを知りません。LINE Official Account Managerの「設定」→「Messaging API」にある"
        "「Channel ID」（数字）を確認してください。",
        "LINE does not know this channel id. Check the number at Channel ID in LINE Official Account Manager,"
        " Settings, Messaging API.",
    ),
    "channel_secret_wrong": _phrase(
        422,
        "Channel secret wrong",
        "チャネルシークレットが、このチャネルIDのものではありません。同じ画面の「Channel secret」を、"
        "もう一度コピーしてください。「再発行」は押さないでください。",
        "The channel secret is not this channel's. Copy Channel secret again, from the same page as the id."
        " Do not reissue it.",
    ),
    "access_token_refused": _phrase(
        422,
        "Channel access token refused",
        "LINEがこのチャネルアクセストークンを受け付けません。空欄のままで接続できます。"
        "ほかのツールが使っているトークンは、再発行しないでください。",
        "LINE refuses this channel access token. Leave it empty: it is not needed. Never reissue one that another"
        " tool uses.",
    ),
    "token_of_another_channel": _phrase(
        422,
        "Token of another channel",
        "このチャネルアクセストークンは、別のチャネルのものです。空欄のままで接続できます。",
        "This channel access token belongs to another channel. Leave it empty: it is not needed.",
    ),
    "not_a_messaging_channel": _phrase(
        422,
        "Not a Messaging API channel",
        "このチャネルでは、Messaging APIを使えません。LINEログインなど、別の種類のチャネルのIDかもしれません。"
        "LINE Official Account Managerの「設定」→「Messaging API」にある値を使ってください。",
        "This channel has no Messaging API. It may be one of another kind, such as LINE Login. Use the values at"
        " LINE Official Account Manager, Settings, Messaging API.",
    ),
    "account_rejected": _phrase(
        422,
        "LINE refused",
        "LINEに確認できませんでした。チャネルIDとチャネルシークレットを確認してください。",
        "LINE refused these credentials. Check the channel id and the channel secret.",
    ),
    # Receiving
    "tunnel_program_missing": Phrase(409, "Tunnel program missing", TROUBLES["tunnel_program_missing"]),
    "webhook_changed": _phrase(
        409,
        "The webhook URL has changed",
        "LINEの「Webhook URL」が、表示していたものから変わっています。何も変更していません。"
        "今のURLを確認してください。",
        'LINE\'s "Webhook URL" is not the one that was shown any more. Nothing was changed: look at the present one.',
    ),
    "nothing_to_restore": _phrase(
        409,
        "Nothing to restore",
        "戻せるWebhook URLはありません。",
        "There is no former webhook URL to put back.",
    ),
    "webhook_unset": _phrase(
        409,
        "No webhook URL",
        "LINEに「Webhook URL」が設定されていません。",
        'No "Webhook URL" is set at LINE.',
    ),
    "webhook_tests_used_up": _phrase(
        429,
        "Too many webhook tests",
        "LINEの接続テストは1時間に60回までです。しばらく待ってから、もう一度お試しください。",
        "LINE allows 60 webhook tests an hour. Wait a while, then try again.",
    ),
    "not_always_on": Phrase(409, "Computer not always on", REFUSALS["not_always_on"]),
    "would_cut_off_tool": Phrase(409, "It would cut off the other tool", REFUSALS["would_cut_off_tool"]),
    "no_tool": Phrase(409, "No other tool", REFUSALS["no_tool"]),
    "relay_unreachable": Phrase(502, "Relay unreachable", LINK_TROUBLES["relay_unreachable"]),
    "relay_certificate": Phrase(502, "Relay's certificate", LINK_TROUBLES["relay_certificate"]),
    "relay_unproven": Phrase(502, "Not the relay", LINK_TROUBLES["relay_unproven"]),
    "relay_refused": Phrase(502, "Refused by the relay", LINK_TROUBLES["relay_refused"]),
    "signature_invalid": _phrase(
        401,
        "Signature invalid",
        "署名が正しくありません。チャネルシークレットを確認してください。",
        "The signature does not match. Check the channel secret.",
    ),
    "not_a_webhook": _phrase(
        400, "Not a webhook", "Webhookの本文ではありません。", "The body is not a webhook."
    ),
}
