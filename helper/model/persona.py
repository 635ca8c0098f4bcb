"""A persona: LINE's `sender`, the name and icon on the bubble.

Source: LINE Messaging API reference, "Change icon and display name".
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from helper.model.text import has_unpaired_surrogate, utf16_units

NAME_UNITS = 20
"""UTF-16 units of a sender name, at most."""
ICON_URL_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Persona:
    """A name (a full persona alone: the account's own icon shows) and an optional icon's https address.

    `icon_id`: the SHA-256 of a picture of ours; `icon_url` is where it is reached now, None while it is nowhere.
    """

    id: str
    account_id: str
    name: str
    icon_url: str | None
    teammate_id: str | None
    icon_id: str | None = None

    def sender(self) -> dict[str, str]:
        """LINE's `sender` object."""
        return {"name": self.name} | ({"iconUrl": self.icon_url} if self.icon_url else {})


def icon_address(origin: str | None, icon_id: str) -> str | None:
    """Where LINE fetches a picture of ours: at the lasting public address, if there is one."""
    return None if origin is None else f"{origin}/icon/{icon_id}.png"


def persona_errors(name: str, icon_url: str | None) -> list[tuple[str, str]]:
    """What LINE would refuse, as (field, message) pairs; empty when all is well."""
    errors = []
    if not name.strip():
        errors.append(("name", "名前を入力してください / The name is empty"))
    elif has_unpaired_surrogate(name) or any(ord(character) < 32 for character in name):
        errors.append(("name", "使えない文字があります / The name has a character that cannot be sent"))
    elif utf16_units(name) > NAME_UNITS:
        errors.append(
            (
                "name",
                "20文字までです（絵文字は2文字と数えます） / At most 20 characters (an emoji counts as 2)",
            )
        )
    elif "line" in name.casefold():
        errors.append(("name", "「LINE」は名前に使えません / LINE does not allow “LINE” in the name"))
    if icon_url is not None:
        errors += [("icon_url", text) for text in _icon_errors(icon_url)]
    return errors


def _icon_errors(url: str) -> list[str]:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme != "https" or not host:
        return ["https:// で始まる画像のURLを入力してください / The icon needs an https:// address"]
    if len(url) > ICON_URL_LENGTH:
        return ["URLは2,000文字までです / The address may have 2,000 characters"]
    if not url.isascii() or any(character <= " " for character in url):
        return ["URLはパーセントエンコードしてください / The address must be percent-encoded"]
    return []


def sender_display(account_name: str, persona_name: str | None) -> str:
    """The line above the bubble, as LINE shows it: 花子 from 'さくら美容室'."""
    return f"{persona_name} from '{account_name}'" if persona_name else account_name
