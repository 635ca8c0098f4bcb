"""Fills a helper's database with a big registry by plain SQL, as the helper itself would have written it."""

from __future__ import annotations

import random
import sqlite3
import time
from array import array
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from helper.model.text import grams, name_key

SURNAMES = (
    *("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"),
    *("吉田", "山田", "佐々木", "山口", "松本", "井上", "木村", "林", "斎藤", "清水"),
)
GIVEN = (
    *("花子", "太郎", "陽菜", "結衣", "さくら", "葵", "凛", "美咲", "千尋", "ゆい", "翔太", "健太"),
    *("大輔", "直樹", "拓也", "美穂", "由美子", "恵", "明日香", "涼", "蓮", "湊", "樹", "悠真", "陽翔"),
)
NICKNAMES = (
    *("ゆい🌸", "みか", "mika☆", "Ken", "まりりん", "はな♡", "りょーちゃん", "YUKI"),
    *("たけし", "こうじ", "sakura", "ねこ", "🐈", "なお", "ぴよ"),
)
RARE_NAME = "鷲尾麟太郎"
COMMON_CHARACTER = "田"
DASHBOARD = "lstep"
# One friend in so many is linked to a row of a dashboard.
LINKED_EVERY = 5
_YEARS_MS = 2 * 365 * 86_400_000
_CHANCES = (("talking", 0.70), ("contacted", 0.90), ("blocked", 0.97), ("new", 1.0))
_INSERT = """
    INSERT INTO friend (account_id, user_id, source, first_seen_at, display_name, name_key, picture_url,
        profile_asked_at, followed_at, follows, last_event_at, blocked_at, last_received_at, contact_at,
        contact_route)
    VALUES (?, ?, 'webhook', ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)
"""


def user_id(number: int) -> str:
    """The user_id of the nth friend, from 0: scattered, as LINE's are."""
    return f"U{(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) & ((1 << 128) - 1):032x}"


def member_id(number: int) -> str:
    """The dashboard's own number of the nth friend."""
    return f"{100_000_000 + number}"


def names(friends: int) -> Iterator[str]:
    """Display names as people write them; the rare one three times."""
    chance = random.Random(20261121)
    rare = {friends // 4, friends // 2, friends * 3 // 4}
    for number in range(friends):
        if number in rare:
            yield RARE_NAME
        elif chance.random() < 0.35:
            yield f"{chance.choice(NICKNAMES)}{chance.randrange(1000)}"
        else:
            yield f"{chance.choice(SURNAMES)}{chance.choice(('', ' ', '　'))}{chance.choice(GIVEN)}"


def fill(database: Path, account_id: str, friends: int) -> None:
    """Add `friends` friends with names, stages, search index and links. The helper must not be running."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        for pragma in ("foreign_keys = OFF", "synchronous = OFF", "cache_size = -512000"):
            connection.execute(f"PRAGMA {pragma}")
        # Indexes made once at the end take a fraction of the time.
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('friend', 'friend_gram', 'link') AND sql NOT LIKE 'CREATE UNIQUE%'"
        ).fetchall()
        connection.execute("BEGIN")
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        _friends(connection, account_id, friends)
        _grams(connection, account_id)
        connection.executemany(
            "INSERT INTO link (account_id, dashboard, member_id, user_id, at) VALUES (?, ?, ?, ?, 0)",
            (
                (account_id, DASHBOARD, member_id(number), user_id(number))
                for number in range(0, friends, LINKED_EVERY)
            ),
        )
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _friends(connection: sqlite3.Connection, account_id: str, friends: int) -> None:
    chance = random.Random(8171)
    end = time.time_ns() // 1_000_000
    step = _YEARS_MS / friends

    def rows() -> Iterator[tuple[object, ...]]:
        for number, name in enumerate(names(friends)):
            followed = round(end - _YEARS_MS + number * step)
            draw = chance.random()
            stage = next(stage for stage, below in _CHANCES if draw < below)
            contacted = followed + 30_000 if stage != "new" else None
            yield (
                *(account_id, user_id(number), followed, name, name_key(name)),
                *(f"https://profile.line-scdn.net/{number:x}", followed, followed, followed),
                followed + 3_600_000 if stage == "blocked" else None,
                followed + 60_000 if stage == "talking" else None,
                contacted,
                None if contacted is None else "push",
            )

    connection.executemany(_INSERT, rows())


def _grams(connection: sqlite3.Connection, account_id: str) -> None:
    """The search index, written in its own order."""
    holders: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
    follows: dict[int, int] = {}
    for number, key, listed_at in connection.execute(
        "SELECT number, name_key, listed_at FROM friend WHERE account_id = ? ORDER BY listed_at, number",
        (account_id,),
    ):
        follows[number] = listed_at
        for gram in grams(key):
            holders[gram].append(number)
    connection.executemany(
        "INSERT INTO friend_gram (account_id, gram, listed_at, friend_number) VALUES (?, ?, ?, ?)",
        (
            (account_id, gram, follows[number], number)
            for gram in sorted(holders, key=str.encode)
            for number in holders[gram]
        ),
    )
