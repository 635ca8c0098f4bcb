"""The pages of practice mode: the guide, a friend's phone, and two dashboards to practise on."""

from typing import TYPE_CHECKING

from aiohttp import web

from helper.model.clock import Clock
from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.pages.demo_chat import DemoChat
from helper.sandbox.pages.demo_list import DemoList
from helper.sandbox.pages.index import FrontPages
from helper.sandbox.pages.platform_reading import PlatformReading
from helper.sandbox.pages.reading import PracticeReading
from helper.sandbox.pages.serving import asset
from helper.sandbox.people import Person

if TYPE_CHECKING:
    from helper.sandbox.app import Sandbox


def add_pages(app: web.Application, sandbox: "Sandbox") -> None:
    """Serve all pages on the sandbox's application."""

    def operator_writes(account: SandboxAccount, person: Person, text: str) -> None:
        sandbox.platform.operator_writes(account, person, text)
        sandbox.journal.changed()

    add_reading_pages(app, PlatformReading(sandbox.platform, operator_writes), sandbox.clock)


def add_reading_pages(app: web.Application, reading: PracticeReading, clock: Clock) -> None:
    """Serve all pages from what `reading` knows."""
    front, chat, friends = FrontPages(reading), DemoChat(reading), DemoList(reading, clock)
    bot = "/demo/chat/{bot:U[0-9a-f]{32}}"
    talk = bot + "/talks/{chat:U[0-9a-f]{32}}"
    app.add_routes(
        [
            web.get("/", front.index),
            web.get("/phone", front.phone),
            web.get("/faces/{seed:[A-Za-z0-9-]+}.svg", front.face),
            web.get("/assets/{name}", asset),
            web.get("/demo/emoji/{points:[0-9a-f-]{1,80}}.svg", front.emoji),
            web.get("/demo/chat", chat.first),
            web.get(bot, chat.show),
            web.get(bot + "/chat/{chat:[UCR][0-9a-f]{32}}", chat.show),
            web.get(bot + "/face.svg", chat.face),
            web.get(bot + "/talks", chat.talks),
            web.get(talk, chat.talk),
            web.get(talk + "/face.svg", chat.face),
            web.post(talk + "/messages", chat.write),
            web.get("/demo/list", friends.first),
            web.get("/demo/list/line/show", friends.show),
            web.get("/demo/list/line/detail/{member:[0-9]{9}}", friends.detail),
            web.get("/demo/list/face/v2/{token:[0-9a-f]{24}}/s.svg", friends.face),
        ]
    )
