"""What the code on a certificate says, byte by byte, before and after it is signed.

It holds all that is printed, so that whoever has the public key checks a certificate
without a network. Rules C-02 and C-03 in docs/rules/certificates.md.
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from typing import Final

from errors import DomainError

PREFIX: Final = "JCA1"
PURPOSE: Final = "certificate"
_VERSION = 1
_HEAD = struct.Struct(">BI")  # version, days since 1970-01-01
_LENGTH = struct.Struct(">H")  # bytes of the text that follows
_TEXTS = ("number", "holder", "award", "event", "competition", "issuer")
_EPOCH = date(1970, 1, 1)
_SIGNATURE_BYTES = 64
_LONGEST = 4000
_MOST_DAYS = 200_000  # about the year 2517


class TokenError(DomainError):
    """The text is no certificate's code, or cannot be made one."""

    status = 422


@dataclass(frozen=True, slots=True)
class Claim:
    """What a certificate says; true once its signature has been checked."""

    number: str
    holder: str
    award: str
    event: str
    competition: str
    issuer: str
    issued_on: date


def pack(claim: Claim) -> bytes:
    """Return the bytes that are signed: a head of five bytes, then the six texts."""
    *texts, day = astuple(claim)
    out = bytearray(_HEAD.pack(_VERSION, (day - _EPOCH).days))
    for text in texts:
        encoded = text.encode()
        out += _LENGTH.pack(len(encoded)) + encoded
    return bytes(out)


def unpack(payload: bytes) -> Claim:
    """Return what `pack` was given.

    Raises:
        TokenError: another version, cut short, or followed by something.
    """
    try:
        version, days = _HEAD.unpack_from(payload)
        texts = dict(zip(_TEXTS, _texts(payload), strict=True))
        if version != _VERSION or days > _MOST_DAYS:
            raise TokenError("The code has another format.")
        return Claim(**texts, issued_on=_EPOCH + timedelta(days=days))
    except (struct.error, ValueError) as error:
        raise TokenError("The code has another format.") from error


def token_text(payload: bytes, signature: bytes) -> str:
    """Return JCA1.<payload>.<signature>, base64url."""
    return f"{PREFIX}.{_to_text(payload)}.{_to_text(signature)}"


def split_token(text: str) -> tuple[bytes, bytes]:
    """Return (payload, signature) of a scanned text, not yet believed.

    An address in front of the code, as the printed one has it, is left out.

    Raises:
        TokenError: not of the form JCA1.<payload>.<signature>.
    """
    code = text.strip().rpartition("#")[2]
    parts = code.split(".") if len(code) <= _LONGEST else []
    if len(parts) != 3 or parts[0] != PREFIX:
        raise TokenError("This is not a certificate's code.")
    payload, signature = _to_bytes(parts[1]), _to_bytes(parts[2])
    if len(signature) != _SIGNATURE_BYTES:
        raise TokenError("This is not a certificate's code.")
    return payload, signature


def _texts(payload: bytes) -> Iterator[str]:
    at = _HEAD.size
    while at < len(payload):
        (length,) = _LENGTH.unpack_from(payload, at)
        at += _LENGTH.size
        if at + length > len(payload):
            raise TokenError("The code is cut short.")
        yield payload[at : at + length].decode()
        at += length


def _to_text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _to_bytes(text: str) -> bytes:
    """Undo `_to_text`; one text per value, so that a copy cannot look different."""
    try:
        value = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError) as error:
        raise TokenError("This is not a certificate's code.") from error
    if _to_text(value) != text:
        raise TokenError("This is not a certificate's code.")
    return value
