"""`ittsu account webhook` and `restore-webhook`: shown before it is asked, asked before it is done."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from helper.flows.receiving import set_endpoint
from helper.office import open_office
from helper.sandbox.app import Sandbox
from helper.settings import load_settings
from tests.cli.test_commands import Ran, _ittsu

ACCOUNT = "1234567890"
TOOL = "https://tool.example.jp/hook"


@dataclass
class Desk:
    """A home with one account, and LINE on the other side."""

    sandbox: Sandbox
    base: str

    async def ittsu(self, *arguments: str) -> Ran:
        return await asyncio.to_thread(_ittsu, *arguments, ITTSU_LINE_API_BASE=self.base)

    def set_at_line(self, url: str | None) -> None:
        self.sandbox.platform.account(ACCOUNT).webhook_url = url

    @property
    def at_line(self) -> str | None:
        return self.sandbox.platform.account(ACCOUNT).webhook_url


@pytest.fixture
async def desk(line: tuple[Sandbox, str]) -> Desk:
    sandbox, base = line
    added = await asyncio.to_thread(
        _ittsu,
        *("account", "add", "--channel-id", ACCOUNT),
        stdin="s" * 32 + "\n",
        ITTSU_LINE_API_BASE=base,
    )
    assert added.code == 0, added.err
    return Desk(sandbox, base)


async def test_it_shows_what_is_set_whose_it_is_and_what_lines_test_says(desk: Desk) -> None:
    unset = await desk.ittsu("account", "webhook")
    assert (unset.code, "設定されていません" in unset.out) == (1, True)
    desk.set_at_line(f"{desk.base}/webhook/{ACCOUNT}")
    desk.sandbox.platform.account(ACCOUNT).webhook_active = False
    told = await desk.ittsu("account", "webhook")
    assert told.code == 1
    assert f"{desk.base}/webhook/{ACCOUNT}" in told.out
    assert "Ittsu（このパソコン）" in told.out
    assert "「Webhookの利用」がオフです" in told.out
    assert "（404）" in told.out
    as_json = (await desk.ittsu("account", "webhook", ACCOUNT, "--json")).json
    assert (as_json["whose"], as_json["active"], as_json["test"]) == ("here", False, False)


async def test_the_tools_url_is_put_back_after_a_yes_only(desk: Desk) -> None:
    nothing = await desk.ittsu("account", "restore-webhook", "--yes")
    assert (nothing.code, "戻せるWebhook URLはありません" in nothing.err) == (1, True)
    await _took_the_tools_place(desk)
    asked = await desk.ittsu("account", "restore-webhook")
    assert (asked.code, "--yes" in asked.err) == (2, True)
    assert TOOL in asked.out
    assert desk.at_line == _ours()
    done = await desk.ittsu("account", "restore-webhook", "--yes")
    assert done.code == 0, done.err
    assert f"元のWebhook URLに戻しました: {TOOL}" in done.out
    assert desk.at_line == TOOL


def _ours() -> str:
    return f"https://shop.example.jp/webhook/{ACCOUNT}"


async def _took_the_tools_place(desk: Desk) -> None:
    """As the pages do it: a helper beside the command sets our URL where the tool's was."""
    desk.set_at_line(TOOL)
    async with AsyncExitStack() as stack:
        office = await open_office(stack, load_settings({"line_api_base": desk.base}))
        await set_endpoint(office.desk, ACCOUNT, _ours(), TOOL)


async def test_an_account_that_is_not_there_is_said(desk: Desk) -> None:
    nobody = await desk.ittsu("account", "webhook", "999")
    assert (nobody.code, "ittsu account list" in nobody.err) == (2, True)
