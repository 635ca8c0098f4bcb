"""Faces drawn for practice people: a calm colour and the first character of the name, as SVG."""

from hashlib import sha256
from html import escape

# Mid-tones on which white reads at 4.5:1 or better, in light and dark.
_COLOURS = ("#2f6f8f", "#8a4b74", "#b0506a", "#9a5a2b", "#4a5fa8", "#2f7a63", "#8c4646", "#6a4f9a")

_ACCOUNT = "#067a3b"

_FACE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img">\
<rect width="96" height="96" fill="{colour}"/>\
<text x="48" y="50" fill="#ffffff" font-family="Hiragino Sans, Noto Sans CJK JP, sans-serif" \
font-size="{size}" font-weight="600" text-anchor="middle" \
dominant-baseline="central">{initial}</text></svg>"""

_EMOJI = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">\
<text x="16" y="17" font-size="26" text-anchor="middle" dominant-baseline="central">{text}</text></svg>"""


def face(seed: str, name: str) -> str:
    """The picture of somebody called `name`; the same `seed` always gives the same colour.

    A channel's id is digits: an account wears the product's green, people and senders the other colours.
    """
    colour = _ACCOUNT if seed.isdecimal() else _COLOURS[sha256(seed.encode()).digest()[0] % len(_COLOURS)]
    initial = next((character for character in name if character.isalnum()), "友")
    return _FACE.format(colour=colour, size=44, initial=escape(initial.upper()))


def emoji(text: str) -> str:
    """One emoji as a picture: the chat page shows names' emoji as images whose text is in ``alt``."""
    return _EMOJI.format(text=escape(text))
