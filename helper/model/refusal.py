"""A refusal: the answer "no" with a stable code that programs and phrases hang on."""


class Refused(Exception):
    """The request cannot be done; nothing was changed.

    `code` is one of the contract's snake_case codes; `extra` carries what helps the caller go on
    (the earlier first contact, the colleague's claim, the date of the reset).
    """

    def __init__(self, code: str, **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


class Invalid(Refused):
    """A field's value breaks a rule; `errors` holds (field, message) pairs, fields as JSON paths."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("invalid", errors=[{"field": field, "message": text} for field, text in errors])
        self.errors = errors
