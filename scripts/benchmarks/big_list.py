"""A friend list of 1,000 rows in Lステップ's form, and a registry that knows most of its people."""

from __future__ import annotations

import html
import json
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import quote

from scripts.benchmarks.fill import DASHBOARD, GIVEN, SURNAMES, member_id
from tests.browser.dashboard_pages import fixture, japan_minute
from tests.browser.shop import SALON, Shop
from tests.browser.waiting import until

ROWS = 1_000
# Of ten rows: four are linked, three are proposed, two share a name and a minute, one is nobody's.
_LINKED, _PROPOSED, _DOUBLES = 4, 3, 2
PAGE_ACCOUNT = "さくら美容室"
_EMPTY_BODY = '<tbody id="rows">'


@dataclass(frozen=True)
class Row:
    """One person of the list. `followed`: as the page writes it."""

    member_id: str
    name: str
    followed: str


def people_of(shop: Shop) -> list[Row]:
    """Let the registry know its share of the people, and link theirs; the rows of the list, in its order."""
    api = Api(shop)
    given_names = (*GIVEN, *(f"{each}美" for each in GIVEN))
    names = (f"{surname}{given}" for surname, given in product(SURNAMES, given_names))
    rows = []
    for number, (kind, name) in enumerate(_kinds(names)):
        row_id = member_id(number)
        if kind == "none":
            rows.append(Row(row_id, name, "2026/11/20 18:00"))
            continue
        # Far enough apart for a minute to tell people from each other, late enough for no free reply to run.
        person = shop.line.follow(name, seconds_ago=86_400 - 60 * (number // 2), account=SALON)
        rows.append(Row(row_id, name, japan_minute(person)))
        if kind == "linked":
            api.call("PUT", f"/accounts/{SALON}/links/{DASHBOARD}/{row_id}", {"user_id": person["user_id"]})
    _wait_for_names(api)
    api.call("PUT", f"/bindings/{DASHBOARD}/{quote(PAGE_ACCOUNT)}", {"account_id": SALON})
    return rows


def _wait_for_names(api: Api) -> None:
    """Until LINE has told all names: what comes in while a page is measured would be measured with it."""

    def all_named() -> bool:
        cursor: str | None = ""
        while cursor is not None:
            found = api.call(
                "GET", f"/accounts/{SALON}/friends?limit=200" + (cursor and f"&cursor={quote(cursor)}")
            )
            if any(friend["display_name"] is None for friend in found["items"]):
                return False
            cursor = found["next"]
        return True

    until(all_named, "all friends have their names", seconds=60)


def _kinds(names: Iterator[str]) -> Iterator[tuple[str, str]]:
    for number in range(ROWS):
        at = number % 10
        if at < _LINKED:
            yield "linked", next(names)
        elif at < _LINKED + _PROPOSED:
            yield "proposed", next(names)
        elif at < _LINKED + _PROPOSED + _DOUBLES:
            # Two neighbours of one name who came in the same minute.
            yield "double", f"けん{number // 10}"
        else:
            yield "none", next(names)


class Api:
    """The helper's API, for what is set up before anything is measured."""

    def __init__(self, shop: Shop) -> None:
        self._base = f"{shop.helper.api}/api/v1"
        self._headers = {"Content-Type": "application/json"}
        answer = self.call("POST", "/pairings", {"code": shop.new_code("計測"), "client": {"name": "bench"}})
        self._headers["Authorization"] = f"Bearer {answer['token']}"

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON. Raises urllib's errors."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, self._headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")


def list_page(rows: Sequence[Row]) -> str:
    """The page with these rows."""
    whole = fixture("lstep-list")
    head, _, rest = whole.partition("<tbody>")
    _, _, tail = rest.partition("</tbody>")
    return f"{head}{_EMPTY_BODY}{''.join(map(_row, rows))}</tbody>{tail}"


def picture(row: Row) -> str:
    """Ten pictures for all: loading a thousand would be most of what is measured."""
    return f"/face/v2/{row.member_id[-1]}/small"


def _row(row: Row) -> str:
    link = f'<a href="/line/detail/{row.member_id}">'
    return (
        f'<tr data-item-id="{row.member_id}"><td>{link}<img src="{picture(row)}" alt=""></a> '
        f"{link}{html.escape(row.name)}</a></td><td>{row.followed}</td>"
        '<td><span class="tag">来店済み</span> <span class="tag">予約</span></td></tr>'
    )
