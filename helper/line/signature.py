"""Proof that a webhook comes from LINE."""

import binascii
import hmac


class BadSignature(Exception):
    """The signature is missing or wrong: nothing was stored."""


def sign(secret: str, body: bytes) -> str:
    """What LINE writes into ``x-line-signature``: Base64 of HMAC-SHA256 over the raw body.

    Source: LINE developers, "Verify webhook signature".
    """
    digest = hmac.digest(secret.encode(), body, "sha256")
    return binascii.b2a_base64(digest, newline=False).decode()


def verify(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether `signature` was made with `secret` over exactly these bytes; constant time.

    The body must be the bytes as received: parsing and writing them again changes them.
    """
    if not signature or not secret:
        return False
    # A header may hold any bytes; replaced ones can never equal Base64.
    return hmac.compare_digest(sign(secret, body).encode(), signature.encode("ascii", "replace"))
