"""Practice people: LINE users as one account's provider knows them, and what their phones hold."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

# Display names as they are met on LINE: full and given names, kana, emoji, families, a shared name.
NAMES = (
    "ゆい🌸",
    "佐藤 花子",
    "たろう",
    "Emma",
    "田中美咲",
    "けんた⚾️",
    "鈴木 一郎",
    "M.Kobayashi",
    "あやか♡",
    "中村 翔太",
    "みゆ",
    "渡辺さくら",
    "高橋 健",
    "Yuki☃️",
    "りょうママ👶",
    "佐藤 花子",
    "伊藤 由美子",
    "Sota",
    "まゆみ🍀",
    "加藤 大輔",
    "chihiro",
    "山本 恵",
    "はるか🐶",
    "吉田",
)

Kind = Literal["message", "event"]
# `chat`: typed by hand in LINE's own chat
Route = Literal["reply", "push", "chat"]
# A phone shows the last messages; a load test must not keep them all.
_TALK_LENGTH = 500


@dataclass(slots=True)
class Said:
    """One line of a talk. `content` is a LINE message object; for an event `type` says what happened."""

    id: str
    at: int
    kind: Kind
    by: Literal["account", "person"]
    type: str
    content: dict[str, Any] = field(default_factory=dict)
    route: Route | None = None


@dataclass(slots=True)
class Person:
    """A LINE user towards one account (user ids are per provider). Times are milliseconds."""

    user_id: str
    account_id: str
    name: str
    picture: str | None
    created_at: int
    language: str = "ja"
    following: bool = False
    blocked: bool = False
    followed_at: int | None = None
    wrote_at: int | None = None
    talk: deque[Said] = field(default_factory=lambda: deque(maxlen=_TALK_LENGTH))

    @property
    def newest_message(self) -> Said | None:
        """The newest message of the talk, whoever wrote it."""
        return next((said for said in reversed(self.talk) if said.kind == "message"), None)

    @property
    def quick_replies(self) -> list[dict[str, Any]]:
        """The actions offered now: those of the newest message, gone once there is a newer one."""
        newest = self.newest_message
        if newest is None or newest.by != "account":
            return []
        quick_reply = newest.content.get("quickReply")
        return [item["action"] for item in quick_reply["items"]] if quick_reply else []
