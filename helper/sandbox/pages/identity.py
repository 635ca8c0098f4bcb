"""Ids as other people's dashboards have them: stable, opaque, and never LINE's user_id.

Each is a digest of (purpose, account, person), so that the pages keep no table of their own and a page
gives no way back to a user_id.
"""

from hashlib import sha256


def _digest(purpose: str, *parts: str) -> str:
    return sha256("\n".join((purpose, *parts)).encode()).hexdigest()


def member_id(account_id: str, user_id: str) -> str:
    """The friend list's own id of a person: nine digits, the first one not 0."""
    return str(100_000_000 + int(_digest("member", account_id, user_id), 16) % 900_000_000)


def chat_id(account_id: str, user_id: str) -> str:
    """The chat page's own id of a talk: looks like a user_id (U and 32 hex digits) and is none."""
    return "U" + _digest("chat", account_id, user_id)[:32]


def chat_bot_id(account_id: str) -> str:
    """The chat page's own id of an account, not the webhook's ``destination`` either."""
    return "U" + _digest("chat-bot", account_id)[:32]


def face_token(account_id: str, user_id: str) -> str:
    """What a picture's address holds instead of the person."""
    return _digest("face", account_id, user_id)[:24]
