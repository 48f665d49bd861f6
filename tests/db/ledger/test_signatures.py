"""Signatures of the installation."""

import pytest

from ledger.signatures.services import is_genuine, is_genuine_by, public_key_hex, sign


def test_a_signature_is_for_one_purpose(session):
    made = sign(b"message", "ticket")

    assert is_genuine(b"message", made, "ticket")
    assert not is_genuine(b"message", made, "result")
    assert not is_genuine(b"massage", made, "ticket")


def test_others_check_it_with_the_public_key(session):
    made = sign(b"message", "ticket")

    assert is_genuine_by(public_key_hex(), b"message", made, "ticket")
    assert not is_genuine_by("11" * 32, b"message", made, "ticket")


@pytest.mark.parametrize("key", ["", "zz", "11" * 31])
def test_what_is_no_key_proves_nothing(session, key):
    assert not is_genuine_by(key, b"message", b"\x00" * 64, "ticket")
