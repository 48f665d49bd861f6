"""Encrypting and finding personal fields."""

import pytest
from cryptography.exceptions import InvalidTag

from people.vault.services import Vault


@pytest.fixture
def vault():
    return Vault(field_key=b"f" * 32, lookup_key=b"l" * 32)


@pytest.mark.parametrize("value", ["", "330602199003071234", "㐀𠮷·", "x" * 5000])
def test_opens_what_it_sealed(vault, value):
    assert vault.open(vault.seal(value, "a"), "a") == value


def test_equal_values_look_different(vault):
    assert vault.seal("same", "a") != vault.seal("same", "a")


def flipped(sealed, place):
    return sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]


@pytest.mark.parametrize("place", [0, 11, 12, -1])
def test_an_altered_bit_is_noticed(vault, place):
    sealed = vault.seal("330602199003071234", "a")

    with pytest.raises(InvalidTag):
        vault.open(flipped(sealed, place % len(sealed)), "a")


def test_a_value_moved_to_another_column_does_not_open(vault):
    with pytest.raises(InvalidTag):
        vault.open(vault.seal("secret", "person.phone"), "person.id_number")


def test_another_key_does_not_open(vault):
    other = Vault(field_key=b"g" * 32, lookup_key=b"l" * 32)

    with pytest.raises(InvalidTag):
        other.open(vault.seal("secret", "a"), "a")


def test_the_look_up_needs_its_key_and_its_column(vault):
    other = Vault(field_key=b"f" * 32, lookup_key=b"m" * 32)

    assert vault.lookup("x", "a") == vault.lookup("x", "a")
    assert vault.lookup("x", "a") != vault.lookup("x", "b")
    assert vault.lookup("x", "a") != other.lookup("x", "a")
