"""Where a webhook may go: public addresses over https, checked as part of the connection."""

import pytest

from helper.model.relay import Failure
from helper.outside import is_allowed
from helper.relay.queues import Delivery, RelayedAccount
from helper.relay.targets import ToolCaller, checked_url
from helper.words import Trouble
from tests.relay.post import TOOL_HOST, open_tool, trusting

PRIVATE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "::1",
    "fd12::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2001:0:0:0:0:0:f5ff:fffe",
)
NEVER = (
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "100.100.100.200",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "ff02::1",
    "not an address",
    "",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_networks_need_the_administrators_leave(address: str) -> None:
    assert not is_allowed(address, private=False)
    assert is_allowed(address, private=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_places_are_never_right(address: str) -> None:
    assert not is_allowed(address, private=False)
    assert not is_allowed(address, private=True)


@pytest.mark.parametrize("address", ["203.0.113.9", "192.0.2.1", "198.18.0.1", "240.0.0.1", "2001:db8::1"])
def test_addresses_of_nobody_are_refused(address: str) -> None:
    assert not is_allowed(address, private=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_public_addresses_are_right(address: str) -> None:
    assert is_allowed(address, private=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://tool.example.jp/hook",
        "ftp://tool.example.jp/",
        "https:///hook",
        "https://user:pass@tool.example.jp/",
        "https://tool.example.jp/#part",
        "https://tool.example.jp:99999/",
        "https://tool.example.jp:0/",
        "https://tool.example.jp/a b",
        "https://ツール.jp/",
        "https://tool.example.jp/\nHost: x",
        "tool.example.jp",
        "",
    ],
)
def test_only_a_plain_https_url_can_be_a_tools(url: str) -> None:
    with pytest.raises(Trouble):
        checked_url(url)


def test_a_tools_url_stays_as_it_is() -> None:
    url = "https://tool.example.jp:8443/hook/%2e%2E/a?key=%E3%81%82&b"
    assert checked_url(f" {url} ") == url


def _account(url: str, *, private: bool = False) -> RelayedAccount:
    return RelayedAccount("1", url, private, 0)


DELIVERY = Delivery(1, "1", 0, "c2ln", "application/json", b"{}", 0, 0)


async def _attempt(url: str, *answers: list[str], private: bool = False) -> tuple[Failure | None, int]:
    """The outcome, and how often the name was asked for."""
    asked = iter(answers)
    count = 0

    async def lookup(host: str, port: int) -> list[str]:
        nonlocal count
        count += 1
        return next(asked)

    caller = ToolCaller("relay", lookup)
    try:
        return await caller.pass_on(_account(url, private=private), DELIVERY), count
    finally:
        await caller.close()


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::ffff:a00:1"], []])
async def test_a_name_that_leads_inside_is_refused(addresses: list[str]) -> None:
    """Also where only one of its addresses does: nobody knows which one would be tried."""
    assert await _attempt("https://tool.example.jp/", addresses) == (Failure("tool_address"), 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254"])
async def test_an_address_instead_of_a_name_is_checked_too(host: str) -> None:
    assert await _attempt(f"https://{host}/") == (Failure("tool_address"), 0)


@pytest.mark.parametrize("host", ["0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.1", "127.0.0.1."])
async def test_odd_spellings_of_an_address_are_refused(host: str) -> None:
    """aiohttp hands them to the system without asking our resolver, and the system reads them as addresses."""
    assert await _attempt(f"https://{host}/") == (Failure("tool_address"), 0)
    assert await _attempt(f"https://{host}/", private=True) == (Failure("tool_address"), 0)


async def test_the_address_that_was_checked_is_the_one_that_is_dialled() -> None:
    """A name that leads elsewhere a moment later is not asked again for the same connection."""
    import trustme

    authority = trustme.CA()
    async with open_tool(authority) as tool:
        asked: list[str] = []

        async def lookup(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"] if len(asked) == 1 else ["10.255.255.1"]

        caller = ToolCaller("relay", lookup, trusting(authority))
        try:
            assert await caller.pass_on(_account(tool.url, private=True), DELIVERY) is None
            assert asked == [TOOL_HOST]
        finally:
            await caller.close()
        assert len(tool.got) == 1


async def test_a_rebound_name_is_refused_at_its_next_connection() -> None:
    outcome, asked = await _attempt("https://tool.example.jp/", ["169.254.169.254"], private=True)
    assert (outcome, asked) == (Failure("tool_address"), 1)
