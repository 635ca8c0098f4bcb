"""Whether webhooks still come: where LINE sends them, how long it has been quiet, and when nobody was here."""

from collections.abc import Sequence
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
TOLD = DAY
"""ms for which a time in which nothing was received is told."""
MOST_TOLD = 3

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
    """What is known of an account's webhooks. Times in ms; `trouble` is one of `TROUBLES`.

    `longest_gap`: the longest time lately in which we listened and nothing came, seen at `longest_at`; `away`: for
    how long nobody was here since `last_at`.
    """

    account_id: str
    watched_since: int
    last_at: int | None = None
    longest_gap: int = 0
    longest_at: int | None = None
    trouble: str | None = None
    trouble_since: int | None = None
    away: int = 0

    def heard(self, at: int) -> "Watched":
        """Webhooks came, the last one at `at`."""
        if self.last_at is not None and at <= self.last_at:
            return self
        gap = self._quiet(at)
        after = replace(self, last_at=at, away=0)
        if gap > 0 and (gap >= self.longest_gap or self.longest_at is None or at - self.longest_at > LATELY):
            return replace(after, longest_gap=gap, longest_at=at)
        return after

    def without(self, absence: "Missed") -> "Watched":
        """Nobody was here for that time: what did not come in it tells nothing."""
        return replace(self, away=self.away + absence.until - absence.since)

    def is_silent(self, now: int) -> bool:
        """Whether nothing has come for longer than is usual for this account."""
        if self.longest_gap <= 0 or now - self.watched_since < WATCHED_ENOUGH:
            return False
        return self._quiet(now) > max(SHORTEST_SILENCE, TIMES_LONGER * self.longest_gap)

    def _quiet(self, at: int) -> int:
        """How long we have listened since the last webhook."""
        return 0 if self.last_at is None else at - self.last_at - self.away

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


def told(missed: Sequence[Missed], now: int) -> tuple[Missed, ...]:
    """Those worth telling: of the last day the longest ones, in order. A computer may have dozed all night."""
    recent = [one for one in missed if now - one.until <= TOLD]
    longest = sorted(recent, key=lambda one: one.since - one.until)[:MOST_TOLD]
    return tuple(sorted(longest, key=lambda one: one.since))


def absence(seen_at: int | None, now: int) -> Missed | None:
    """The time in which nobody was here, if it was long enough to be told."""
    if seen_at is None or now - seen_at < SHORTEST_ABSENCE:
        return None
    return Missed(seen_at, now)
