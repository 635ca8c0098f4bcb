"""The first page and the phone: shells around what the practice controls give."""

from unicodedata import category

from aiohttp import web

from helper.installed import COMMAND
from helper.sandbox.pages import avatars
from helper.sandbox.pages.identity import chat_bot_id
from helper.sandbox.pages.reading import PracticeAccount, PracticeReading
from helper.sandbox.pages.serving import language, page, picture
from helper.sandbox.pages.templates import Markup, fill, join
from helper.sandbox.pages.words import words

# Control codes, surrogates and code points without a character: no picture, and no XML either.
_NO_CHARACTER = frozenset({"Cc", "Cs", "Cn"})
_ACCOUNT_ROW = (
    "<tr><td>{{name}}</td><td>{{basic_id}}</td><td>{{left}}</td>"
    '<td><a href="/demo/chat/{{bot}}">{{chat}}</a> <a href="/demo/list/line/show?account={{id}}">{{list}}</a></td></tr>'
)


class FrontPages:
    """``/``, ``/phone`` and the faces on it."""

    def __init__(self, reading: PracticeReading) -> None:
        self._reading = reading

    async def index(self, request: web.Request) -> web.Response:
        """What practice mode is and how to try it."""
        said = words("index", language(request))
        rows = join([self._row(account, said) for account in self._reading.accounts()])
        return page(request, "index.html", {**said, "account_rows": rows, "command": COMMAND})

    def _row(self, account: PracticeAccount, said: dict[str, str]) -> Markup:
        if account.limit is None:
            left = said["unlimited"]
        else:
            left = f"{account.remaining} / {account.limit}{said['messages_unit']}"
        return fill(
            _ACCOUNT_ROW,
            {
                "name": account.name,
                "basic_id": account.basic_id,
                "left": left,
                "id": account.id,
                "bot": chat_bot_id(account.id),
                "chat": said["chat_title"],
                "list": said["list_title"],
            },
        )

    async def phone(self, request: web.Request) -> web.Response:
        """A friend's phone; everything on it comes by the practice controls."""
        return page(request, "phone.html", words("phone", language(request)))

    async def face(self, request: web.Request) -> web.Response:
        """The drawn face of a person (by user_id), an account or a ``sender`` (``?name=``)."""
        seed = request.match_info["seed"]
        name = request.query.get("name", "") if seed == "sender" else self._name_of(seed)
        return picture(avatars.face(f"{seed}{name if seed == 'sender' else ''}", name))

    def _name_of(self, seed: str) -> str:
        for account in self._reading.accounts():
            if seed == account.id:
                return account.name
            for person in self._reading.people(account.id):
                if person.user_id == seed:
                    return person.name
        return ""

    async def emoji(self, request: web.Request) -> web.Response:
        """One emoji as a picture; the address holds its code points in hex, joined by dashes."""
        try:
            text = "".join(chr(int(point, 16)) for point in request.match_info["points"].split("-"))
        except (ValueError, OverflowError):
            raise web.HTTPNotFound from None
        if any(category(character) in _NO_CHARACTER for character in text):
            raise web.HTTPNotFound
        return picture(avatars.emoji(text))
