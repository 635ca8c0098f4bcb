"""Logging to stderr or a file, as text or JSON. Ids may be logged; texts, names and secrets never are.

What an unexpected error says of itself may hold anything (a validator quotes the value, an HTTP client the body),
so of errors only their kinds and places are written, unless their words come from the system alone.
"""

import json
import logging
import sqlite3
import sys
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Literal

from helper.model.clock import to_rfc3339

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SPEAKS_OF_THE_SYSTEM = (OSError, sqlite3.Error, ImportError, RecursionError, MemoryError)

ErrorInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)  # logging's exc_info


class _Discreet(logging.Formatter):
    """Says where and how something went wrong, not with what."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        # Another handler may have left its own telling of the error there.
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802 - logging's own name
        """The places in our code and the kinds of errors, causes first, without the errors' own words."""
        error = ei[1]
        return "" if error is None else "\n".join(_story(error, set()))


class JsonLines(_Discreet):
    """One JSON object per line, with whatever ids were given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        line: dict[str, object] = {
            "at": to_rfc3339(round(record.created * 1000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": record.getMessage(),
        }
        line.update({name: value for name, value in vars(record).items() if name not in _OWN})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


LOG_BYTES = 5_000_000
LOGS_KEPT = 3
"""A log file that has grown so long gets a number, and so many of those are kept."""


def set_up_logging(style: Literal["text", "json"], file: Path | None = None) -> None:
    """Log to stderr, or to a file, from now on. Raises OSError where the file cannot be opened."""
    handler = logging.StreamHandler(sys.stderr) if file is None else _into(file)
    if style == "json":
        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(_Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_may_be_told)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # aiohttp tells of every broken request at ERROR with a trace; what matters of it is ours to log.
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


def _into(file: Path) -> RotatingFileHandler:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8")


def _may_be_told(record: logging.LogRecord) -> bool:
    """What libraries say to those who look for a fault holds everything that they handle: it is never written."""
    if record.levelno < logging.INFO and record.name.partition(".")[0] != "helper":
        return False
    # asyncio tells of a lost error with the task's whole representation, the error's words in it.
    if record.name == "asyncio":
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


def _story(error: BaseException, told: set[int]) -> list[str]:
    told.add(id(error))
    lines: list[str] = []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in told:
        lines += [*_story(before, told), "then:"]
    lines += [f"  {place.filename}:{place.lineno} {place.name}" for place in _places(error)]
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    lines.append(f"{kind}: {error}" if isinstance(error, _SPEAKS_OF_THE_SYSTEM) else kind)
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            lines += ["with:", *_story(part, told)]
    return lines


def _places(error: BaseException) -> traceback.StackSummary:
    # Without the source lines: they say nothing that the places don't.
    return traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), lookup_lines=False, capture_locals=False
    )
