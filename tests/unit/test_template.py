"""Templates and personas are checked as LINE would, and filled in politely."""

import pytest

from helper.model.persona import persona_errors, sender_display
from helper.model.refusal import Invalid, Refused
from helper.model.starter import STARTERS
from helper.model.template import Blanks, check_messages, check_template, render

BLANKS = Blanks("ゆい", "さくら美容室", "花子", "太郎")


def fields(error: Invalid) -> list[str]:
    return [field for field, _ in error.errors]


def test_placeholders_are_filled_in() -> None:
    text = "{display_name}さん、{account_name}の{persona_name}（{teammate_name}）です"
    assert BLANKS.fill(text) == "ゆいさん、さくら美容室の花子（太郎）です"


def test_a_friend_without_a_name_is_a_customer() -> None:
    nameless = Blanks(None, "さくら美容室", None, "太郎")
    assert nameless.fill("{display_name}さん、{persona_name}です") == "お客様、さくら美容室です"
    assert nameless.fill("{display_name}様、{display_name}") == "お客様、お客様"


def test_without_a_persona_the_account_signs_alone() -> None:
    text = "{account_name}の{persona_name}です"
    assert Blanks("ゆい", "さくら美容室", None, "太郎").fill(text) == "さくら美容室です"
    assert BLANKS.fill(text) == "さくら美容室の花子です"


def test_what_a_customer_is_called_is_never_taken_for_a_placeholder() -> None:
    assert Blanks("{account_name}", "店", None, "太郎").fill("{display_name}さん") == "{account_name}さん"


def test_an_unknown_placeholder_is_refused_in_a_template_only() -> None:
    message = {"type": "text", "text": "{shop_name}へようこそ"}
    with pytest.raises(Invalid) as caught:
        check_messages([message], template=True)
    assert fields(caught.value) == ["messages[0].text"]
    check_messages([message], template=False)


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"text": "x"}, "messages[0].type"),
        ({"type": "text", "text": " "}, "messages[0].text"),
        ({"type": "text", "text": "あ" * 5001}, "messages[0].text"),
        ({"type": "text", "text": "😀" * 2501}, "messages[0].text"),
        ({"type": "text", "text": "\ud800"}, "messages[0].text"),
        ({"type": "text", "text": "x", "sender": {"name": "花子"}}, "messages[0].sender"),
        ({"type": "text", "text": "x", "quickReply": {"items": []}}, "messages[0].quickReply.items"),
    ],
)
def test_what_line_would_refuse_is_refused_with_its_field(message: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_messages([message], template=False)
    assert fields(caught.value) == [field]


def test_the_longest_text_is_taken() -> None:
    check_messages([{"type": "text", "text": "😀" * 2500}], template=True)


def test_other_message_types_are_not_there_yet() -> None:
    with pytest.raises(Refused, match="message_type_unsupported"):
        check_messages([{"type": "image"}], template=True)


@pytest.mark.parametrize("count", [0, 6])
def test_one_to_five_messages(count: int) -> None:
    with pytest.raises(Invalid):
        check_messages([{"type": "text", "text": "x"}] * count, template=True)


def test_tap_replies_go_on_the_last_message_as_message_actions() -> None:
    rendered = render(
        [{"type": "text", "text": "一"}, {"type": "text", "text": "二"}], ["はい"], BLANKS, {"name": "花子"}
    )
    assert "quickReply" not in rendered[0]
    assert rendered[1]["quickReply"]["items"] == [
        {"type": "action", "action": {"type": "message", "label": "はい", "text": "はい"}}
    ]
    assert all(message["sender"] == {"name": "花子"} for message in rendered)


@pytest.mark.parametrize("taps", [["x"] * 14, ["あ" * 21], [""]])
def test_tap_replies_keep_lines_limits(taps: list[str]) -> None:
    with pytest.raises(Invalid):
        check_template("名前", [{"type": "text", "text": "x"}], taps)


def test_a_family_emoji_is_one_of_the_twenty() -> None:
    check_template("名前", [{"type": "text", "text": "x"}], ["👨‍👩‍👧" * 20])


def test_the_starters_are_good_templates() -> None:
    assert len(STARTERS) == 5
    for name, text, taps in STARTERS:
        check_template(name, [{"type": "text", "text": text}], taps)
        assert taps


@pytest.mark.parametrize("name", ["", "あ" * 21, "😀" * 11, "LINE公式", "Online店", "a\nb"])
def test_names_line_would_refuse(name: str) -> None:
    assert persona_errors(name, None)


@pytest.mark.parametrize("name", ["花子", "あ" * 20, "😀" * 10, "Hanako"])
def test_names_line_takes(name: str) -> None:
    assert persona_errors(name, None) == []


@pytest.mark.parametrize(
    "url", ["http://a.example/x.png", "https://", "https://a.example/絵.png", "ftp://x", "https://[x"]
)
def test_icons_line_would_refuse(url: str) -> None:
    assert [field for field, _ in persona_errors("花子", url)] == ["icon_url"]


def test_the_line_above_the_bubble() -> None:
    assert sender_display("さくら美容室", "花子") == "花子 from 'さくら美容室'"
    assert sender_display("さくら美容室", None) == "さくら美容室"
