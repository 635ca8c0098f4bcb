"""The templates every new account begins with: good first messages that invite a one-tap answer."""

STARTERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "はじめまして",
        "{display_name}さん、友だち追加ありがとうございます。{account_name}の{persona_name}です。\n"
        "ご予約やご質問は、このトークでいつでもどうぞ。\n"
        "よろしければ、下のボタンから一つお選びください。",
        ("予約したい", "質問がある", "またあとで"),
    ),
    (
        "ご来店ありがとう",
        "{display_name}さん、本日はご来店ありがとうございました。{account_name}の{persona_name}です。\n"
        "気になる点がありましたら、このトークで何でもお聞かせください。",
        ("大丈夫です", "聞きたいことがある", "次回の予約をしたい"),
    ),
    (
        "ご予約のご案内",
        "{display_name}さん、友だち追加ありがとうございます。{account_name}です。\n"
        "ご予約は、ご希望の日時をこのトークに送っていただくだけで承ります。\n"
        "ご都合のよい時間帯はありますか。",
        ("平日の日中", "平日の夜", "土日祝", "まだ決めていない"),
    ),
    (
        "お問い合わせへのお礼",
        "{display_name}さん、お問い合わせありがとうございます。{account_name}の{persona_name}が担当いたします。\n"
        "ご相談の内容に近いものをお選びください。",
        ("料金について", "空き状況について", "場所・行き方", "その他"),
    ),
    (
        "ご本人の確認",
        "友だち追加ありがとうございます。{account_name}の{persona_name}です。\n"
        "ご案内をスムーズにするため、お名前（フルネーム）をこのトークに送っていただけますか。\n"
        "はじめての方かどうかも、下のボタンからお知らせください。",
        ("はじめてです", "以前に利用しました"),
    ),
)
"""(name, text, one-tap answers), in the order shown; the first is the one chosen at first use."""
