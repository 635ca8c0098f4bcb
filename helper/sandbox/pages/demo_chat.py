"""A dashboard shaped like LINE's own chat: only people who have written, ids that are not user_ids."""

from aiohttp import web

from helper.sandbox.pages import avatars
from helper.sandbox.pages.identity import chat_bot_id, chat_id
from helper.sandbox.pages.japan import japan_minute
from helper.sandbox.pages.reading import PracticeAccount, PracticeMessage, PracticePerson, PracticeReading
from helper.sandbox.pages.serving import data, language, page, picture
from helper.sandbox.pages.words import words

_LONGEST_TEXT = 5000
_KIND_ONLY = {"ja": "［メッセージ］", "en": "[message]"}


class DemoChat:
    """``/demo/chat/…``: one document for the browser, JSON for its script."""

    def __init__(self, reading: PracticeReading) -> None:
        self._reading = reading

    async def first(self, request: web.Request) -> web.Response:
        """To the chat of the first account."""
        accounts = self._reading.accounts()
        if not accounts:
            return page(request, "missing.html", words("missing", language(request)), status=404)
        raise web.HTTPFound(f"/demo/chat/{chat_bot_id(accounts[0].id)}")

    async def show(self, request: web.Request) -> web.Response:
        """The document; the script shows the list and the talk named by the address."""
        account = self._account(request)
        if account is None:
            return page(request, "missing.html", words("missing", language(request)), status=404)
        return page(
            request,
            "chat.html",
            {
                **words("chat", language(request)),
                "bot": chat_bot_id(account.id),
                "account_name": account.name,
                "basic_id": account.basic_id,
                "account_face": f"/demo/chat/{chat_bot_id(account.id)}/face.svg",
            },
        )

    async def talks(self, request: web.Request) -> web.Response:
        """Everybody who has written, latest message first."""
        account = self._required(request)
        kind_only = _KIND_ONLY[language(request)]
        talks: list[dict[str, object]] = []
        for person, messages in self._written(account):
            latest = messages[-1]
            talks.append(
                {
                    "id": chat_id(account.id, person.user_id),
                    "name": person.name,
                    "face": self._face_address(account, person),
                    "last_text": latest.text if latest.text is not None else kind_only,
                    "last_at": latest.at,
                    "waiting": not latest.own,
                }
            )
        return data({"talks": talks})

    async def talk(self, request: web.Request) -> web.Response:
        """One talk with its bubbles, oldest first."""
        account = self._required(request)
        person, messages = self._talk(account, request)
        kind_only = _KIND_ONLY[language(request)]
        return data(
            {
                "id": chat_id(account.id, person.user_id),
                "name": person.name,
                "face": self._face_address(account, person),
                "followed_at": japan_minute(person.followed_at),
                "messages": [
                    {
                        "at": message.at,
                        "own": message.own,
                        "sender": message.sender,
                        "text": message.text if message.text is not None else kind_only,
                    }
                    for message in messages
                ],
            }
        )

    async def write(self, request: web.Request) -> web.Response:
        """The operator sends a message from the chat: free, and no webhook tells of it."""
        if request.headers.get("Origin") not in (None, f"http://{request.host}"):
            raise web.HTTPForbidden(text="the practice chat takes no requests from other pages")
        account = self._required(request)
        person, _ = self._talk(account, request)
        try:
            body = await request.json()
        except ValueError:
            return data({"code": "invalid"}, status=400)
        text = body.get("text") if isinstance(body, dict) else None
        if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_TEXT:
            return data({"code": "invalid"}, status=422)
        self._reading.operator_writes(account.id, person.user_id, text)
        return data({}, status=201)

    async def face(self, request: web.Request) -> web.Response:
        """The account's drawn face, or a person's by their chat id."""
        account = self._required(request)
        if "chat" not in request.match_info:
            return picture(avatars.face(account.id, account.name))
        person, _ = self._talk(account, request)
        return picture(avatars.face(person.user_id, person.name))

    def _account(self, request: web.Request) -> PracticeAccount | None:
        bot = request.match_info["bot"]
        return next((each for each in self._reading.accounts() if chat_bot_id(each.id) == bot), None)

    def _required(self, request: web.Request) -> PracticeAccount:
        account = self._account(request)
        if account is None:
            raise web.HTTPNotFound
        return account

    def _written(self, account: PracticeAccount) -> list[tuple[PracticePerson, list[PracticeMessage]]]:
        talks: list[tuple[PracticePerson, list[PracticeMessage]]] = []
        for person in self._reading.people(account.id):
            messages = self._reading.talk(account.id, person.user_id)
            if any(not message.own for message in messages):
                talks.append((person, messages))
        return sorted(talks, key=lambda talk: talk[1][-1].at, reverse=True)

    def _talk(
        self, account: PracticeAccount, request: web.Request
    ) -> tuple[PracticePerson, list[PracticeMessage]]:
        wanted = request.match_info["chat"]
        for person, messages in self._written(account):
            if chat_id(account.id, person.user_id) == wanted:
                return person, messages
        raise web.HTTPNotFound

    def _face_address(self, account: PracticeAccount, person: PracticePerson) -> str:
        return f"/demo/chat/{chat_bot_id(account.id)}/talks/{chat_id(account.id, person.user_id)}/face.svg"
