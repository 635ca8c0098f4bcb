"""One LINE Official Account with its Messaging API channel."""

from dataclasses import dataclass

COLOURS = ("#2E7D6B", "#7A4FBF", "#B8562F", "#2F6FB8", "#A83B6B", "#6B7A2E", "#8A6A1F", "#3F5F7A")
"""Colours that mark accounts, given in turn; none is a state's colour."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is stored of an account. `id` is the channel id (digits). `sandbox`: practice mode only."""

    id: str
    name: str
    basic_id: str
    premium_id: str | None
    bot_user_id: str
    picture_url: str | None
    verified: bool
    chat_mode: str
    sandbox: bool
    colour: str
    floor: int
    other_tool_replies: bool
    default_template_id: str | None
    default_persona_id: str | None

    @property
    def chat_on(self) -> bool:
        """Whether LINE's own chat is switched on."""
        return self.chat_mode == "chat"

    def is_called(self, page_id: str) -> bool:
        """Whether a Basic or premium id seen on a page (with or without @, any case) is this account's."""
        wanted = page_id.lstrip("@").casefold()
        return any(own and own.lstrip("@").casefold() == wanted for own in (self.basic_id, self.premium_id))
