"""What `ittsu account add` and `check` tell: what will be possible, what LINE says, and what no API shows."""

from helper.flows import quota as quota_flow
from helper.flows import receiving
from helper.installed import COMMAND
from helper.model.account import Account
from helper.model.receiving_words import owner_words
from helper.model.watch import TROUBLES
from helper.office import Office
from helper.words import Words

OUTLOOK = Words(
    "できること:\n"
    "  ・これから追加された友だちに、最初の一通を送れます。\n"
    "    ほかのツールが返信していなければ、追加から1分以内は無料です。\n"
    "  ・認証済アカウントは、これまでの友だちも取り込めます。未認証の場合は、LINEが友だちの一覧を渡しません。\n"
    "  ・Lステップなどのツールがある場合や、パソコンがスリープする場合は、\n"
    "    いつも動いているサーバーの「中継」で受信します。\n"
    "Ittsuは、シークレットやトークンを再発行しません。Webhook URLも、ここでは変更しません。\n"
    "チャネルIDとチャネルシークレットは、LINE Official Account Managerの「設定」→「Messaging API」にあります。",
    "What will be possible:\n"
    "  - Sending the first message to who adds the account from now on; free within a minute of the follow, unless"
    " another tool answers follows.\n"
    "  - A verified account can bring in its friends from before. LINE lists them for verified accounts only.\n"
    "  - With a tool such as Lステップ beside it, or a computer that sleeps, webhooks come by a relay on an always-on"
    " server.\n"
    "Ittsu never reissues a secret or a token, and does not change the webhook URL here.\n"
    "Channel id and secret are in LINE Official Account Manager, Settings, Messaging API.",
)
FACTS = Words(
    "{name}（{basic_id}）\n"
    "  認証: {verified}\n  チャット: {chat}\n  今月の残り: {quota}\n"
    "  Webhook URL: {url}（{owner}）\n  Webhookの利用: {use}",
    "{name} ({basic_id})\n"
    "  verified: {verified}\n  Chat: {chat}\n  left this month: {quota}\n"
    "  webhook URL: {url} ({owner})\n  use webhook: {use}",
)
CHECKLIST = Words(
    "LINEの画面で確認すること（Ittsuからは見えません）:\n"
    "  □「Webhookの再送」オン … つながらなかったあいだの友だち追加が、あとから届くことがあります\n"
    "  □「応答メッセージ」… お客様のワンタップ返信に自動で返ることがあります。内容を確認します\n"
    "  □「あいさつメッセージ」… 最初の一通と両方が届きます。文面が重ならないようにします\n"
    "  □「応答時間」… チャットがオンのとき、自動応答の出方が変わります",
    "What to check on LINE's own screens (Ittsu cannot see it):\n"
    "  [ ] Webhook redelivery: on, what could not be delivered may arrive later\n"
    "  [ ] Auto-response messages: may meet a one-tap answer; check the text\n"
    "  [ ] Greeting message: arrives as well as the first message; let them not say the same\n"
    "  [ ] Response hours: with Chat on, automatic answers differ by the hour",
)
NEXT = Words(
    "次にすること:\n"
    "  1. 受信の設定: {command} setup\n"
    "  2. ブラウザーの拡張機能: {command} extension で読み込み、{command} pair の接続コードを設定画面に入れます",
    "Next:\n"
    "  1. how webhooks are received: {command} setup\n"
    "  2. the browser's extension: load it as {command} extension says,"
    " enter the code of {command} pair in its options",
)
YES = Words("認証済", "yes")
NO = Words("未認証（友だちの一覧は読めません）", "no (its friends cannot be listed)")
ON = Words("オン", "on")
OFF = Words("オフ", "off")
CHAT_OFF = Words(
    "オフ（お客様の返信に、LINEチャットで返せません。「応答設定」でオンにできます）",
    "off (answers cannot be continued in LINE chat; switch it on in Response settings)",
)
NO_URL = Words("URLを設定するとわかります", "told once a URL is set")
UNKNOWN = Words("LINEに確認できません", "LINE cannot be asked")


async def tell(office: Office, account: Account) -> None:
    """Print what LINE says of a connected account."""
    counter = await quota_flow.read(office.desk, account.id)
    look = await receiving.look(office.desk, account.id)
    url = "-" if look.endpoint is None else look.endpoint.url
    owner = UNKNOWN if look.owner is None else owner_words(look.owner)
    verified, chat = YES if account.verified else NO, ON if account.chat_on else CHAT_OFF
    use = _use_of(look)
    left = "∞" if counter.remaining is None else f"{counter.remaining}/{counter.allowance}"
    facts = {"name": account.name, "basic_id": account.basic_id, "quota": left, "url": url}
    print(
        Words(
            FACTS.ja.format(**facts, verified=verified.ja, chat=chat.ja, owner=owner.ja, use=use.ja),
            FACTS.en.format(**facts, verified=verified.en, chat=chat.en, owner=owner.en, use=use.en),
        )
    )
    if use is OFF:
        print(TROUBLES["webhook_off"])


def _use_of(look: receiving.Look) -> Words:
    """How 「Webhookの利用」 stands: LINE tells it together with a URL only."""
    if look.owner is None:
        return UNKNOWN
    if look.endpoint is None:
        return NO_URL
    return ON if look.active else OFF


def tell_what_is_left() -> None:
    """Print what only LINE's own screens show, and what comes next."""
    print(CHECKLIST)
    print(NEXT.filled(command=COMMAND))
