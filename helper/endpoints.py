"""`ittsu account webhook` and `restore-webhook`: LINE's webhook URL, shown, tested and put back."""

import asyncio
import json
import sys

from helper.commands import chosen_account, leave_word
from helper.flows import receiving
from helper.flows.receiving import Look
from helper.model.receiving_words import TESTS, code_of_test, owner_words
from helper.model.refusal import Refused
from helper.model.watch import TROUBLES
from helper.office import Office
from helper.web.problems import phrase_of
from helper.words import Trouble, Words

WHICH = Words(
    "アカウントのチャネルIDを付けてください（ittsu account list で確認できます）。",
    "Name the account by its channel id (`ittsu account list` shows them).",
)
PRESENT = Words(
    "{name}: LINEの「Webhook URL」: {url}\n  {owner}", '{name}: LINE\'s "Webhook URL": {url}\n  {owner}'
)
UNSET = Words("（設定されていません）", "(not set)")
CAN_RESTORE = Words(
    "元のWebhook URL: {url}\n  戻すには: ittsu account restore-webhook {account}",
    "Former webhook URL: {url}\n  To put it back: ittsu account restore-webhook {account}",
)
QUESTION = Words(
    "LINEの「Webhook URL」を元に戻します。\n  今: {present}（{owner}）\n  元: {url}",
    'This puts LINE\'s former "Webhook URL" back.\n  now: {present} ({owner})\n  former: {url}',
)
ASK = "戻しますか？ / Put it back? [y/N]: "
NOT_ASKED = Words(
    "確認できないため、変更していません。--yes を付けてください。",
    "Nothing was changed: there is nobody to ask. Say --yes.",
)
NOT_DONE = Words("変更していません。", "Nothing was changed.")
DONE = Words("元のWebhook URLに戻しました: {url}", "The former webhook URL is back: {url}")
UNCONFIRMED = Words(
    "LINEに反映されるまで1分ほどかかることがあります。", "LINE may take a minute to apply it."
)


async def show_webhook(office: Office, account_id: str | None, *, as_json: bool) -> int:
    """`ittsu account webhook`: 1 where nothing can arrive."""
    chosen, name = await chosen_account(office, account_id, WHICH)
    look = await receiving.look(office.desk, chosen)
    _need_line(look)
    tested = None if look.endpoint is None else await receiving.try_url(office.desk, chosen)
    works = tested is not None and tested.success and look.active
    if as_json:
        print(json.dumps(_json(look, None if tested is None else tested.success)))
        return 0 if works else 1
    print(_present(look, name))
    if look.endpoint is not None and not look.active:
        print(TROUBLES["webhook_off"])
    if tested is not None:
        code = code_of_test(tested.reason, tested.status, success=tested.success)
        print(TESTS[code].filled(status=tested.status))
    if look.restorable_url is not None:
        print(CAN_RESTORE.filled(url=look.restorable_url, account=chosen))
    return 0 if works else 1


async def restore_webhook(office: Office, account_id: str | None, *, sure: bool) -> int:
    """`ittsu account restore-webhook`: show what is there and what was, ask, put it back. Raises Trouble, Refused."""
    chosen, _ = await chosen_account(office, account_id, WHICH)
    look = await receiving.look(office.desk, chosen)
    _need_line(look)
    assert look.owner is not None
    if look.restorable_url is None:
        raise Refused("nothing_to_restore")
    present, owner = None if look.endpoint is None else look.endpoint.url, owner_words(look.owner)
    print(
        Words(
            QUESTION.ja.format(present=present or UNSET.ja, owner=owner.ja, url=look.restorable_url),
            QUESTION.en.format(present=present or UNSET.en, owner=owner.en, url=look.restorable_url),
        )
    )
    if not sure:
        await _ask()
    changed = await receiving.restore(office.desk, chosen, present)
    await leave_word(office, chosen)
    print(DONE.filled(url=changed.url))
    if not changed.confirmed:
        print(UNCONFIRMED)
    return 0


async def _ask() -> None:
    if not sys.stdin.isatty():
        raise Trouble(NOT_ASKED, exit_code=2)
    said = await asyncio.to_thread(input, ASK)
    if said.strip().lower() not in ("y", "yes", "はい"):
        raise Trouble(NOT_DONE)


def _need_line(look: Look) -> None:
    if look.trouble is not None:
        raise Trouble(phrase_of(look.trouble).words)


def _present(look: Look, name: str) -> Words:
    assert look.owner is not None
    owner, url = owner_words(look.owner), None if look.endpoint is None else look.endpoint.url
    return Words(
        PRESENT.ja.format(name=name, url=url or UNSET.ja, owner=owner.ja),
        PRESENT.en.format(name=name, url=url or UNSET.en, owner=owner.en),
    )


def _json(look: Look, works: bool | None) -> dict[str, object]:
    return {
        "account_id": look.account.id,
        "url": None if look.endpoint is None else look.endpoint.url,
        "active": look.active,
        "whose": None if look.owner is None else look.owner.whose,
        "test": works,
        "way": look.receiving.way,
        "previous_url": look.restorable_url,
    }
