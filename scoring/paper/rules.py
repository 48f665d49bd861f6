"""What the QR code of a paper mark sheet says: which sheet it is, and nothing else.

    JC-SHEET1.<base64url>      16 bytes of the event's uid, the first 16 bytes of the
                               scheme's digest, then seat LF work code in UTF-8

It names no person and opens nothing: it is not a ticket and carries no signature.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from uuid import UUID

PREFIX = "JC-SHEET1."
_SIZE = 16  # bytes of the event and of the digest


class SheetTextError(ValueError):
    """The text is not that of a mark sheet's QR code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetName:
    """One sheet: one seat's marks of one work, by one scheme."""

    event_uid: str
    seat: str
    work: str
    digest: str  # first 32 hex digits of the scheme's SHA-256


def write_sheet_text(name: SheetName) -> str:
    """Return what the QR code of a sheet says."""
    head = UUID(name.event_uid).bytes + bytes.fromhex(name.digest)[:_SIZE]
    body = head + f"{name.seat}\n{name.work}".encode()
    return PREFIX + urlsafe_b64encode(body).decode().rstrip("=")


def read_sheet_text(text: str) -> SheetName:
    """Return which sheet a scanned text names.

    Raises:
        SheetTextError: it is not of a mark sheet.
    """
    packed = text.strip()
    if not packed.startswith(PREFIX):
        raise SheetTextError(text)
    packed = packed.removeprefix(PREFIX)
    try:
        body = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        seat, work = body[2 * _SIZE :].decode().split("\n")
    except (Base64Error, ValueError) as error:
        raise SheetTextError(text) from error
    return SheetName(
        event_uid=str(UUID(bytes=body[:_SIZE])),
        seat=seat,
        work=work,
        digest=body[_SIZE : 2 * _SIZE].hex(),
    )
