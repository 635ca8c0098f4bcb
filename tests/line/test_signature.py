"""The proof that a webhook comes from LINE."""

from helper.line.signature import sign, verify

# The example of LINE's own documentation ("Verify webhook signature").
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_lines_own_example() -> None:
    assert sign(SECRET, BODY) == SIGNATURE
    assert verify(SECRET, BODY, SIGNATURE)


def test_the_very_bytes_count() -> None:
    assert not verify(SECRET, BODY + b" ", SIGNATURE)
    assert not verify(SECRET, BODY.replace(b":", b": "), SIGNATURE)


def test_another_channel_is_no_proof() -> None:
    assert not verify(SECRET[::-1], BODY, SIGNATURE)


def test_a_missing_or_strange_signature_is_no_proof_and_no_error() -> None:
    for signature in (None, "", "=", SIGNATURE[:-1], SIGNATURE.lower(), "署名", "\udcff", SIGNATURE + "\n"):
        assert not verify(SECRET, BODY, signature)


def test_an_empty_secret_proves_nothing() -> None:
    assert not verify("", BODY, sign("", BODY))
