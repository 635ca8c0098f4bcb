"""What the practice pages read, taken from the stand-in for LINE's platform."""

from collections.abc import Callable

from helper.sandbox.accounts import SandboxAccount
from helper.sandbox.pages.reading import PracticeAccount, PracticeMessage, PracticePerson
from helper.sandbox.people import Person, Said
from helper.sandbox.platform import Platform

OperatorWrites = Callable[[SandboxAccount, Person, str], None]


class PlatformReading:
    """`PracticeReading` over a `Platform`; `operator_writes` is the stand-in's own way to do it."""

    def __init__(self, platform: Platform, operator_writes: OperatorWrites) -> None:
        self._platform = platform
        self._operator_writes = operator_writes

    def accounts(self) -> list[PracticeAccount]:
        """All practice accounts, the seeded one first."""
        return [self._account(account) for account in self._platform.accounts.values()]

    def people(self, account_id: str) -> list[PracticePerson]:
        """Everybody with a phone, towards this account; also people who are not friends."""
        return [
            PracticePerson(
                account_id=account_id,
                user_id=person.user_id,
                name=person.name,
                following=person.following,
                blocked=person.blocked,
                followed_at=person.followed_at,
            )
            for person in self._platform.account(account_id).people.values()
        ]

    def talk(self, account_id: str, user_id: str) -> list[PracticeMessage]:
        """The talk's bubbles, oldest first."""
        person = self._platform.account(account_id).people[user_id]
        return [_message(said) for said in person.talk if said.kind == "message"]

    def operator_writes(self, account_id: str, user_id: str, text: str) -> None:
        """The operator types in the account's own chat: free, and no webhook tells of it."""
        account = self._platform.account(account_id)
        self._operator_writes(account, account.people[user_id], text)

    def _account(self, account: SandboxAccount) -> PracticeAccount:
        used = account.usage.counted(self._platform.clock.now())
        return PracticeAccount(
            id=account.channel_id,
            name=account.name,
            basic_id=account.basic_id,
            limit=account.quota,
            remaining=None if account.quota is None else max(0, account.quota - used),
        )


def _message(said: Said) -> PracticeMessage:
    text = said.content.get("text")
    sender = said.content.get("sender") or {}
    return PracticeMessage(
        at=said.at,
        own=said.by == "account",
        text=text if isinstance(text, str) else None,
        sender=sender.get("name"),
    )
