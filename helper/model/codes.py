"""One-time codes, and proofs of who answers: what a helper and a relay have in common when somebody pairs.

Codes and tokens are stored as SHA-256 only. A code has 50 random bits, lives five minutes and works once;
a token has 256.
"""

import hashlib
import hmac
import secrets as randomness
import unicodedata
from collections import deque
from dataclasses import dataclass

from helper.model.clock import Clock

CODE_LIFE_MS = 5 * 60_000
FAILURES_ALLOWED = 5
FAILURE_WINDOW_MS = 60_000

# Crockford's base 32: no I, L, O or U, so that a code can be read aloud.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """What a person types elsewhere. `expires_at` in milliseconds UTC."""

    code: str
    expires_at: int


def new_code(now: int) -> PrintedCode:
    """A fresh code, in two halves."""
    symbols = "".join(randomness.choice(ALPHABET) for _ in range(CODE_LENGTH))
    half = CODE_LENGTH // 2
    return PrintedCode(f"{symbols[:half]}-{symbols[half:]}", now + CODE_LIFE_MS)


def read_code(typed: str) -> str:
    """A code as it was meant: full-width, lower case, spaces, dashes and misread letters are forgiven."""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_MISREAD)
    return "".join(character for character in plain if character in ALPHABET)


def digest(text: str) -> str:
    """What is stored of a code or token."""
    return hashlib.sha256(text.encode()).hexdigest()


def prove(key: str, nonce: str, address: str) -> str:
    """The answer to a client's challenge: hex HMAC-SHA256, keyed with the UTF-8 bytes of the proof key."""
    message = f"ittsu-hello-1\n{nonce}\n{address}"
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


class FailureLimit:
    """Counts failures in a sliding minute. Guessing codes must not become a matter of patience."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: deque[int] = deque()

    def seconds_to_wait(self) -> int:
        """0 while attempts are allowed, else seconds until the next one is."""
        now = self._clock.now()
        while self._failures and self._failures[0] <= now - FAILURE_WINDOW_MS:
            self._failures.popleft()
        if len(self._failures) < FAILURES_ALLOWED:
            return 0
        return -(-(self._failures[0] + FAILURE_WINDOW_MS - now) // 1000)

    def count(self) -> None:
        """Remember a failure."""
        self._failures.append(self._clock.now())

    def take_back(self) -> None:
        """The newest of them was none."""
        if self._failures:
            self._failures.pop()
