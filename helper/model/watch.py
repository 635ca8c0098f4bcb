"""Whether webhooks still come: where LINE sends them, how long it has been quiet, and when nobody was here."""

from dataclasses import dataclass, replace

from helper.model.receiving import Owner, Receiving
from helper.words import Words

DAY = 24 * 3_600_000
SHORTEST_SILENCE = DAY
"""ms below which no silence is told."""
TIMES_LONGER = 4
"""How many times the longest quiet time of late a silence is."""
LATELY = 28 * DAY
"""ms after which a quiet time no longer tells how busy an account is."""
WATCHED_ENOUGH = 7 * DAY
"""ms before which nobody knows what is usual."""
SHORTEST_ABSENCE = 120_000
"""ms: whoever was away for less has missed nothing worth telling."""

TROUBLES = {
    "webhook_elsewhere": Words(
        "LINEのWebhook URLが、Ittsu以外に変わっています。新しい友だちを受信できません。",
        "LINE's webhook URL now leads elsewhere: new friends are not received.",
    ),
    "webhook_unset": Words(
        "LINEのWebhook URLが設定されていません。新しい友だちを受信できません。",
        "No webhook URL is set at LINE: new friends are not received.",
    ),
    "webhook_off": Words(
        "「Webhookの利用」がオフです。LINE Developersコンソールの「Messaging API設定」でオンにしてください。",
        '"Use webhook" is off. Switch it on in the LINE Developers console, Messaging API settings.',
    ),
    "webhook_old_tunnel": Words(
        "LINEのWebhook URLが、Ittsuの以前のアドレスのままです。受信の設定で、いまのアドレスに変更してください。",
        "LINE's webhook URL is still a former address of Ittsu's. Change it to the present one, under Receiving.",
    ),
    "webhook_silent": Words(
        "いつもより長い時間、LINEから何も届いていません。受信の設定で、届くかどうかを確認してください。",
        "Nothing has come from LINE for unusually long. Test the webhook, under Receiving.",
    ),
}
"""What is wrong with an account's webhooks."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of an account's webhooks. Times in ms; `trouble` is one of `TROUBLES`."""

    account_id: str
    watched_since: int
    last_at: int | None = None
    longest_gap: int = 0
    longest_at: int | None = None
    trouble: str | None = None
    trouble_since: int | None = None

    def heard(self, at: int, *, was_away: bool) -> "Watched":
        """Webhooks came, the last one at `at`. A quiet time in which nobody was here tells nothing."""
        if self.last_at is not None and at <= self.last_at:
            return self
        gap = 0 if self.last_at is None or was_away else at - self.last_at
        stale = self.longest_at is None or at - self.longest_at > LATELY
        if gap > 0 and (stale or gap >= self.longest_gap):
            return replace(self, last_at=at, longest_gap=gap, longest_at=at)
        return replace(self, last_at=at)

    def is_silent(self, now: int) -> bool:
        """Whether nothing has come for longer than is usual for this account."""
        if self.last_at is None or self.longest_gap <= 0 or now - self.watched_since < WATCHED_ENOUGH:
            return False
        return now - self.last_at > max(SHORTEST_SILENCE, TIMES_LONGER * self.longest_gap)

    def told(self, trouble: str | None, now: int) -> "Watched":
        """With what is wrong now."""
        if trouble == self.trouble:
            return self
        return replace(self, trouble=trouble, trouble_since=None if trouble is None else now)


@dataclass(frozen=True, slots=True)
class Missed:
    """A time in which nothing could be received, in ms."""

    since: int
    until: int


def trouble_at_line(receiving: Receiving, owner: Owner, *, active: bool) -> str | None:
    """What is wrong at LINE for an account that is meant to be received; None where nothing is, or nothing is meant.

    Behind another tool LINE's URL is the tool's, as it should be.
    """
    if receiving.way not in ("alone", "relay", "in_front"):
        return None
    match owner.whose:
        case "none":
            return "webhook_unset"
        case "old_tunnel":
            return "webhook_old_tunnel"
        case "here" | "relay":
            return None if active else "webhook_off"
        case _:
            # Only where it once was ours: before that the set-up is simply not finished.
            return "webhook_elsewhere" if receiving.wanted_url is not None else None


def absence(seen_at: int | None, now: int) -> Missed | None:
    """The time in which nobody was here, if it was long enough to be told."""
    if seen_at is None or now - seen_at < SHORTEST_ABSENCE:
        return None
    return Missed(seen_at, now)
