"""The options page: a sender made there stands on the customer's bubble."""

import pytest

from tests.browser.conftest import OpenShop
from tests.browser.harness import SEND_FREE

pytestmark = pytest.mark.browser


def test_a_sender_and_a_text_of_ones_own_reach_the_customer(practice: OpenShop) -> None:
    shop = practice(hold_seconds=1)
    shop.pair_and_close()
    shop.add_persona("花子")
    dock = shop.open_demo_chat()
    dock.wait_for_state("ready")
    dock.wait_for_text("さくら美容室")
    person = shop.line.follow("ゆい")
    entry = dock.friend("ゆい").wait()
    dock.choose("送信者", "花子")
    dock.wait_for_text("花子 from 'さくら美容室'")
    entry.press(SEND_FREE)
    entry.wait_for_text("送信しました（無料）")
    (message,) = shop.line.received(person)
    assert message["sender_display"] == "花子 from 'さくら美容室'"
    assert "ゆいさん" in message["text"]
    assert "さくら美容室の花子" in message["text"]
