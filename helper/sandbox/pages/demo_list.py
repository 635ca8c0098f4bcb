"""A dashboard shaped like a tool's friend list: every friend, its own member ids, the account by name only.

No user_id ever stands in these pages: the real ones don't show it either, and what must be proven here is
that Ittsu finds the friend without it.
"""

from aiohttp import web

from helper.model.clock import Clock
from helper.sandbox.pages import avatars
from helper.sandbox.pages.identity import face_token, member_id
from helper.sandbox.pages.japan import NONE, japan_minute
from helper.sandbox.pages.reading import PracticeAccount, PracticePerson, PracticeReading
from helper.sandbox.pages.serving import language, page, picture
from helper.sandbox.pages.templates import Markup, fill, join, template
from helper.sandbox.pages.words import words

ROWS_PER_PAGE = 20
_NEW_FOR = 24 * 60 * 60 * 1000  # ms a friend wears the tag 新規
_SHOW = "/demo/list/line/show"


class DemoList:
    """``/demo/list/…``: server-rendered pages; the script only swaps rows."""

    def __init__(self, reading: PracticeReading, clock: Clock) -> None:
        self._reading = reading
        self._clock = clock

    async def first(self, request: web.Request) -> web.Response:
        """To the list."""
        raise web.HTTPFound(_SHOW)

    async def show(self, request: web.Request) -> web.Response:
        """A page of friends, newest follow first; ``?account=`` chooses among several practice accounts."""
        account = self._chosen(request.query.get("account"))
        if account is None:
            return page(request, "missing.html", words("missing", language(request)), status=404)
        friends = self._friends(account)
        last = max(1, -(-len(friends) // ROWS_PER_PAGE))
        text = request.query.get("page", "1")
        number = min(int(text), last) if text.isdecimal() and int(text) > 0 else 1
        start = (number - 1) * ROWS_PER_PAGE
        fields = {
            "head": self._head(account),
            "count": f"{len(friends)}人",
            "rows": join([self._row(person) for person in friends[start : start + ROWS_PER_PAGE]]),
            "none_hidden": Markup("" if not friends else " hidden"),
            "pages": self._pages(account, number, last),
        }
        return page(request, "list.html", fields)

    async def detail(self, request: web.Request) -> web.Response:
        """One friend, by member id; the accounts need not be named, member ids are unique."""
        for account in self._reading.accounts():
            for person in self._friends(account):
                if member_id(account.id, person.user_id) == request.match_info["member"]:
                    return page(request, "list-detail.html", self._details(account, person))
        return page(request, "missing.html", words("missing", language(request)), status=404)

    async def face(self, request: web.Request) -> web.Response:
        """A friend's picture by its token."""
        for account in self._reading.accounts():
            for person in self._reading.people(account.id):
                if face_token(account.id, person.user_id) == request.match_info["token"]:
                    return picture(avatars.face(person.user_id, person.name))
        raise web.HTTPNotFound

    def _chosen(self, account_id: str | None) -> PracticeAccount | None:
        accounts = self._reading.accounts()
        if account_id is None:
            return accounts[0] if accounts else None
        return next((account for account in accounts if account.id == account_id), None)

    def _friends(self, account: PracticeAccount) -> list[PracticePerson]:
        """Who follows, has blocked or has written, newest follow first, ties by member id."""
        friends = [
            person
            for person in self._reading.people(account.id)
            if person.following or person.blocked or self._has_written(person)
        ]
        return sorted(
            friends,
            key=lambda person: (person.followed_at or 0, member_id(account.id, person.user_id)),
            reverse=True,
        )

    def _has_written(self, person: PracticePerson) -> bool:
        return any(not message.own for message in self._reading.talk(person.account_id, person.user_id))

    def _head(self, account: PracticeAccount) -> Markup:
        return fill(template("list-head.html"), {"account_name": account.name})

    def _row(self, person: PracticePerson) -> Markup:
        talk = self._reading.talk(person.account_id, person.user_id)
        waits = bool(talk) and not talk[-1].own
        is_new = person.followed_at is not None and self._clock.now() - person.followed_at < _NEW_FOR
        return fill(
            template("list-row.html"),
            {
                "member_id": member_id(person.account_id, person.user_id),
                "picture": self._picture(person),
                "name": person.name,
                "followed_at": japan_minute(person.followed_at),
                "tags": Markup('<span class="tag">新規</span>') if is_new else NONE,
                "mark": "未対応" if waits else NONE,
            },
        )

    def _picture(self, person: PracticePerson) -> str:
        return f"/demo/list/face/v2/{face_token(person.account_id, person.user_id)}/s.svg"

    def _details(self, account: PracticeAccount, person: PracticePerson) -> dict[str, str]:
        return {
            "head": self._head(account),
            "list_address": self._address(account, 1),
            "picture": self._picture(person),
            "name": person.name,
            "system_name": person.name,
            "real_name": NONE,
            "followed_at": japan_minute(person.followed_at),
            "blocked": "ブロックされています" if person.blocked else NONE,
        }

    def _pages(self, account: PracticeAccount, number: int, last: int) -> Markup:
        entry = '<li><a href="{{address}}"{{current}}>{{number}}</a></li>'
        return join(
            [
                fill(
                    entry,
                    {
                        "address": self._address(account, each),
                        "current": Markup(' aria-current="page"' if each == number else ""),
                        "number": str(each),
                    },
                )
                for each in range(1, last + 1)
            ]
        )

    def _address(self, account: PracticeAccount, number: int) -> str:
        address = f"{_SHOW}?page={number}"
        first = self._chosen(None)
        return address if first is not None and first.id == account.id else f"{address}&account={account.id}"
