"""How an account's webhooks reach us: the ways there are, which of them suits, and whose a webhook URL is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Way = Literal["alone", "behind", "relay", "in_front", "none"]
"""`alone`: LINE → this computer. `behind`: LINE → the other tool → this computer. `relay`: LINE → a relay on an
always-on host → this computer, and the other tool. `in_front`: the relay runs on this computer. `none`: no webhook.
"""
WAYS: tuple[Way, ...] = ("alone", "relay", "behind", "in_front", "none")

Whose = Literal["none", "here", "relay", "old_tunnel", "lstep", "lme", "other"]
"""`none`: no URL is set. `here`, `relay`: ours. `old_tunnel`: was ours, nothing of ours is reached by it any more."""

LONGEST_URL = 500
"""LINE: reference, "Set webhook endpoint URL"."""

# Whose domain a host is; that these two take webhooks there, too, is what their dashboards' addresses suggest.
_TOOLS: tuple[tuple[str, Whose], ...] = (
    ("linestep.net", "lstep"),
    ("linestep.jp", "lstep"),
    ("lme.jp", "lme"),
)
# A name that changes at every start, or that was a tunnel's: with our path, one of ours.
_TUNNELS = (
    "trycloudflare.com",
    "ngrok.io",
    "ngrok.app",
    "ngrok.dev",
    "ngrok-free.app",
    "ngrok-free.dev",
    "ts.net",
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What only a person knows; None: not said, or not known. `tool`: another tool uses the account's webhooks.

    `always_on`: this computer never sleeps and is never switched off.
    """

    tool: bool | None = None
    always_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The way that suits, None where too little is known; `why` is a code of `WHY`."""

    way: Way | None
    why: str


@dataclass(frozen=True, slots=True)
class OwnOrigin:
    """A public origin (`https://host[:port]`) by which this helper is or was reached. `ended_at` (ms): no longer."""

    origin: str
    since: int
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a webhook URL is. `host` as a person reads it, None where no URL is set."""

    whose: Whose
    host: str | None

    @property
    def is_ours(self) -> bool:
        """Whether it leads, or once led, to Ittsu: nobody else loses anything when it is replaced."""
        return self.whose in ("here", "relay", "old_tunnel")

    @property
    def is_a_tools(self) -> bool:
        """Whether somebody else takes the webhooks there."""
        return self.whose in ("lstep", "lme", "other")


@dataclass(frozen=True, slots=True)
class Receiving:
    """What is stored of an account. Times in ms.

    `previous_way` is what was chosen before. `previous_url`: another's webhook URL that ours took the place of.
    `wanted_url`: what we last set at LINE, None where we set nothing. `pending_url`: about to be set; LINE may have it.
    """

    account_id: str
    way: Way | None = None
    previous_way: Way | None = None
    answers: Answers = Answers()
    previous_url: str | None = None
    wanted_url: str | None = None
    pending_url: str | None = None
    changed_at: int | None = None
    changed_by: str = ""


def recommend(answers: Answers) -> Recommendation:
    """The way that suits: never a sleeping computer between LINE and another tool."""
    match answers:
        case Answers(tool=True):
            return Recommendation("relay", "tool_goes_on")
        case Answers(tool=False, always_on=False):
            return Recommendation("relay", "computer_sleeps")
        case Answers(tool=False):
            return Recommendation("alone", "nothing_beside")
        case _:
            return Recommendation(None, "tool_unanswered")


def possible(way: Way, answers: Answers) -> str | None:
    """Why a way cannot be taken (a code of `REFUSALS`), None where it can."""
    match way:
        case "alone" if answers.tool:
            return "would_cut_off_tool"
        case "in_front" if answers.always_on is not True:
            return "not_always_on"
        case "behind" | "in_front" if answers.tool is False:
            return "no_tool"
        case _:
            return None


def caution(way: Way, answers: Answers, *, verified: bool) -> str | None:
    """What must be said of a way that can be taken (a code of `CAUTIONS`)."""
    match way:
        case "alone" if answers.always_on is not True:
            return "misses_while_asleep"
        case "behind":
            return "forwarding_unverified"
        case "in_front":
            return "one_computer_for_both"
        case "none":
            return "follower_list_only" if verified else "nothing_can_be_sent"
        case _:
            return None


def webhook_path(account_id: str) -> str:
    """Where the webhooks of an account arrive, at whatever origin."""
    return f"/webhook/{account_id}"


def origin_of(url: str) -> str | None:
    """`scheme://host[:port]` in lower case, without a scheme's own port; None for what is no http(s) URL."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.rstrip(".")
    usual = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{host}" + ("" if port in (None, usual) else f":{port}")


def has_our_path(url: str, account_id: str) -> bool:
    """Whether a URL leads to `/webhook/{account_id}`: such an address is ours, also where nothing answers any more."""
    try:
        return urlsplit(url.strip()).path.rstrip("/") == webhook_path(account_id)
    except ValueError:
        return False


def whose(
    url: str | None, account_id: str, own_origins: Iterable[OwnOrigin], relay_origin: str | None
) -> Owner:
    """Whose a webhook URL is, as far as the URL itself and what we know of our own addresses tell."""
    if not url:
        return Owner("none", None)
    origin = origin_of(url)
    if origin is None:
        return Owner("other", url[:100])
    host = origin.partition("://")[2]
    known = {own.origin: own for own in own_origins}
    if relay_origin is not None and origin == origin_of(relay_origin):
        return Owner("relay" if has_our_path(url, account_id) else "old_tunnel", host)
    own = known.get(origin)
    if own is not None:
        reached = own.ended_at is None and has_our_path(url, account_id)
        return Owner("here" if reached else "old_tunnel", host)
    name = _name(host)
    if has_our_path(url, account_id):
        return Owner("old_tunnel" if _is_under(name, _TUNNELS) else "here", host)
    for domain, tool in _TOOLS:
        if _is_under(name, (domain,)):
            return Owner(tool, host)
    return Owner("other", host)


def may_be_set(url: str) -> bool:
    """Whether LINE could take it: https, printable ASCII, at most 500 characters, nothing secret before the host.

    Plain http passes for this computer only; the real LINE refuses it, the practice one does not.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return False
    origin = origin_of(url)
    if origin is None or "@" in urlsplit(url).netloc or urlsplit(url).fragment:
        return False
    return origin.startswith("https://") or _name(origin.partition("://")[2]) in ("127.0.0.1", "localhost")


def _name(host: str) -> str:
    """A host without its port."""
    return host if host.startswith("[") else host.partition(":")[0]


def _is_under(name: str, domains: Iterable[str]) -> bool:
    return any(name == domain or name.endswith("." + domain) for domain in domains)
