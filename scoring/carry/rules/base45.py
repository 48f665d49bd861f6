"""Base45 (RFC 9285): bytes in the 45 characters a QR code packs most tightly."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


class Base45Error(ValueError):
    """The text is not base45."""


def decode(text: str) -> bytes:
    """Return the bytes that `text` spells.

    Raises:
        Base45Error: another character, a length no bytes have, or a group that is no
            two bytes.
    """
    found = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        size = len(group) - 1
        try:
            value = sum(_VALUES[letter] * 45**n for n, letter in enumerate(group))
        except KeyError as error:
            raise Base45Error(text) from error
        if size < 1 or value >= 256**size:
            raise Base45Error(text)
        found += value.to_bytes(size, "big")
    return bytes(found)
