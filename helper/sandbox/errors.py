"""LINE's error answers, as the platform raises them."""


class LineError(Exception):
    """An error answer: `status`, and LINE's body ``{"message", "details"?}``.

    `headers` and `body` add what a particular answer carries besides (a retry key's accepted request).
    """

    def __init__(
        self,
        status: int,
        message: str,
        details: list[dict[str, str]] | None = None,
        *,
        headers: dict[str, str] | None = None,
        body: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.body: dict[str, object] = {"message": message}
        if details:  # "If the array is empty, this property will not be included"
            self.body["details"] = details
        if body:
            self.body.update(body)


class TokenError(Exception):
    """An error of the token endpoints, which have a shape of their own."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


def invalid_property(name: str) -> LineError:
    """LINE names the property, and no position for what it found out later."""
    return LineError(400, f"The property, '{name}', in the request body is invalid (line: -, column: -)")


INVALID_TOKEN = (
    "Authentication failed due to the following reason: invalid token. "
    "Confirm that the access token in the authorization header is valid."
)
MISSING_TOKEN = (
    "Authentication failed due to the following reason: missing 'Authorization' header. "
    "Confirm that the access token in the authorization header is valid."
)
RATE_LIMIT = "The API rate limit has been exceeded. Try again later."
MONTHLY_LIMIT = "You have reached your monthly limit."
NOT_AVAILABLE = "Access to this API is not available for your account"
INVALID_REPLY_TOKEN = "Invalid reply token"
RETRY_KEY_ACCEPTED = "The retry key is already accepted"
SEND_FAILED = "Failed to send messages"
NOT_FOUND = "Not found"
