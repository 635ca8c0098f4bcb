"""What must be true of a history: at every moment of it, and when it has come to rest.

The judge is what LINE and the network know. Of our side he looks at what a person sees: statuses, counts,
who still waits for a first message.
"""

from collections import Counter, defaultdict

from helper.model.delivery import LATE, LEARNING, PUSH_TRIES
from helper.model.message import Message
from helper.model.quota import Counter as MonthsCounter
from helper.model.quota import month_of
from helper.store.database import Row
from helper.store.quota import current_counter, ledger_sums
from tests.properties.at_once import at_once
from tests.properties.network import Attempt
from tests.properties.small_shop import QUOTA, SmallShop

OVER = ("sent", "failed", "cancelled")


def judge(shop: SmallShop) -> None:
    """Everything that holds at every moment."""
    shop.tally["steps judged"] += 1
    messages = shop.messages()
    _nobody_is_greeted_twice(shop)
    _every_status_is_true(shop, messages)
    _every_attempt_keeps_the_rules(shop, messages)
    _the_count_is_right(shop)


def _attempts(shop: SmallShop) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in shop.network.attempts:
        found[attempt.text].append(attempt)
    return found


def _nobody_is_greeted_twice(shop: SmallShop) -> None:
    texts = Counter(one.text for one in shop.network.accepted)
    assert all(count == 1 for count in texts.values()), "one click, accepted twice"
    first = {click.text for click in shop.clicks if click.message.first_contact}
    greeted = Counter(one.to for one in shop.network.accepted if one.text in first)
    assert all(count == 1 for count in greeted.values()), "one friend, two first contacts"
    whom = {click.text: click.message.user_id for click in shop.clicks}
    assert all(one.to == whom[one.text] for one in shop.network.accepted), "somebody else got it"


def _every_status_is_true(shop: SmallShop, messages: list[Message]) -> None:
    accepted = {one.text: one for one in shop.network.accepted}
    attempts = _attempts(shop)
    late = bool(shop.clock.on_the_way)
    for click, message in zip(shop.clicks, messages, strict=True):
        truth, tried = accepted.get(click.text), attempts[click.text]
        match message.status:
            case "sent":
                assert truth is not None, "told as sent, but LINE has not got it"
                assert truth.route == message.route
            case "failed" | "cancelled":
                assert truth is None, f"told as {message.status}, but LINE has it"
            case "held":
                assert not tried
            case "uncertain":
                assert any(one.end == "unanswered" for one in tried), "a doubt where there is none"
        if any(one.end in ("accepted", "known already") for one in tried):
            # The answer came, and the next unit wrote it down.
            assert message.status == "sent"
        if message.error_code == "friend_wrote":
            assert not tried
        assert late or message.status != "failed" or all(one.end != "accepted" for one in tried)


def _every_attempt_keeps_the_rules(shop: SmallShop, messages: list[Message]) -> None:
    attempts = _attempts(shop)
    for click, message in zip(shop.clicks, messages, strict=True):
        tried = attempts[click.text]
        if not tried:
            continue
        assert tried[0].at <= message.hold_until + LATE, "sent late as a surprise"
        assert tried[0].at >= message.hold_until, "sent before its hold was over"
        doubt = False
        for one in tried:
            pushes = [earlier for earlier in tried if earlier.route == "push"]
            if one.route == "reply":
                assert message.reply_until is not None
                assert one.at <= message.reply_until, "a reply after its token's time"
            else:
                assert click.request.max_cost >= 1, "a push nobody has agreed to pay"
                assert one.at <= tried[0].at + (LEARNING if doubt else PUSH_TRIES)
                assert one.key == pushes[0].key == message.retry_key, "one message, two retry keys"
                replies = [earlier for earlier in tried if earlier.route == "reply" and earlier.at <= one.at]
                assert all(reply.end != "unanswered" for reply in replies), "a push after an unknown reply"
            doubt = doubt or one.end == "unanswered"


def _the_count_is_right(shop: SmallShop) -> None:
    for row in _sums(shop):
        assert (row["spent"], row["reserved"], row["elsewhere"]) == (
            row["row_spent"],
            row["row_reserved"],
            row["row_elsewhere"],
        ), "the ledger does not add up"
        assert row["spent"] + row["reserved"] <= QUOTA - shop.floor, "overspent"
        assert min(row["spent"], row["reserved"], row["elsewhere"]) >= 0
    counter = this_month(shop)
    assert counter.remaining is not None
    assert counter.remaining >= 0
    # Never more than is left as far as LINE has told us.
    figures = [one.figure for one in shop.told.get(shop.month, []) if one.trusted]
    if figures:
        used = counter.spent + counter.reserved + counter.elsewhere
        assert used >= figures[-1], f"LINE has told {figures[-1]}, and {used} are shown as used"
        assert counter.remaining <= max(0, QUOTA - shop.floor - figures[-1])


def this_month(shop: SmallShop) -> MonthsCounter:
    """The count as an operator sees it."""
    return at_once(shop.db.read(lambda reader: current_counter(reader, shop.account, shop.month)))


def _sums(shop: SmallShop) -> list[Row]:
    return at_once(shop.db.read(lambda reader: ledger_sums(reader, shop.account)))


def judge_at_rest(shop: SmallShop) -> None:
    """In the end nothing is under way, nothing is lost, and each push stands in its month."""
    messages = shop.messages()
    judge(shop)
    attempts = _attempts(shop)
    spent: Counter[str] = Counter()
    for click, message in zip(shop.clicks, messages, strict=True):
        assert message.status in OVER, "nothing is lost silently"
        if message.status == "sent" and message.route == "push":
            perhaps = (one for one in attempts[click.text] if one.end not in ("refused", "never left"))
            spent[month_of(next(perhaps).at)] += 1
    for row in _sums(shop):
        assert row["reserved"] == 0, "a reservation stays"
        assert row["spent"] == spent[row["month"]], f"{row['month']} has another month's push"
    assert sum(row["spent"] for row in _sums(shop)) == sum(spent.values())
    _others_are_not_overstated(shop, attempts)
    for person in shop.people:
        if not shop.is_known(person):
            continue
        first = [m for m in messages if m.user_id == person.user_id and m.first_contact]
        holds = any(message.status == "sent" for message in first) or person.user_id in shop.marked
        assert (shop.friend(person).friend.first_contact is not None) == holds


def _others_are_not_overstated(shop: SmallShop, attempts: dict[str, list[Attempt]]) -> None:
    """What we say others sent is not more than they did, and what LINE counts in another month than we do."""
    crossed: Counter[str] = Counter()
    for one in shop.network.accepted:
        if not one.counted:
            continue
        first = next(a for a in attempts[one.text] if a.end not in ("refused", "never left"))
        if month_of(one.at) != month_of(first.at):
            crossed[month_of(one.at)] += 1
    for row in _sums(shop):
        month = row["month"]
        told = [figure for figure in shop.told.get(month, []) if figure.trusted]
        if all(figure.of_month == month for figure in told):
            assert row["elsewhere"] <= shop.others[month] + crossed[month], "our own sends taken for others'"


def uncertain_may_stay(shop: SmallShop, message: Message, text: str) -> bool:
    """Whether nobody can know, although the network has long been well: a push learns its end by its key."""
    if message.route == "reply":
        return True
    tried = _attempts(shop)[text]
    doubt = next(number for number, one in enumerate(tried) if one.end == "unanswered")
    refused_after = any(one.end == "refused" for one in tried[doubt:])
    return refused_after or shop.clock.now() - tried[0].at > LEARNING
