"""What a ticket's code says, byte by byte, before and after it is signed."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from errors import DomainError

TICKET_PREFIX: Final = "JC1"
_BODY = struct.Struct(">16s16sIIB")  # event, entry, from, until, length
_KEY_ID = struct.Struct(">4s")
_PLAIN = 1  # without the id of a key, as tickets once were
_KEYED = 2
_SIGNATURE_BYTES = 64
_LONGEST_TEXT = 600


class TicketFormatError(DomainError):
    """The text is not a ticket of ours, or cannot be made one."""


@dataclass(frozen=True, slots=True)
class TicketClaim:
    """What a ticket says; true once its signature has been checked."""

    event_uid: str
    entry_uid: str
    valid_from: datetime  # whole seconds
    valid_until: datetime
    number: str  # at most 255 bytes
    key_id: str = ""  # of the key it is signed with, 8 hex digits; "" before there were


def pack_ticket(claim: TicketClaim) -> bytes:
    """Return the bytes that are signed: a head of 46 bytes, then the number.

    Without the id of a key the head has 42 bytes, as it once had.

    Raises:
        TicketFormatError: the number is longer than the one length byte can say.
    """
    number = claim.number.encode()
    if len(number) > 255:
        raise TicketFormatError("A ticket's number has at most 255 bytes.")
    key = _KEY_ID.pack(bytes.fromhex(claim.key_id)) if claim.key_id else b""
    version = bytes([_KEYED if claim.key_id else _PLAIN])
    body = _BODY.pack(
        UUID(claim.event_uid).bytes,
        UUID(claim.entry_uid).bytes,
        int(claim.valid_from.timestamp()),
        int(claim.valid_until.timestamp()),
        len(number),
    )
    return version + key + body + number


def unpack_ticket(payload: bytes) -> TicketClaim:
    """Return what `pack_ticket` was given.

    Raises:
        TicketFormatError: another version, cut short, or followed by something.
    """
    key = ticket_key_id(payload)
    at = 1 + (_KEY_ID.size if key else 0)
    if len(payload) < at + _BODY.size:
        raise TicketFormatError("The ticket is cut short.")
    event, entry, start, end, length = _BODY.unpack_from(payload, at)
    number = payload[at + _BODY.size :]
    if len(number) != length:
        raise TicketFormatError("The ticket has another format.")
    try:
        text = number.decode()
    except UnicodeDecodeError as error:
        raise TicketFormatError("The ticket has another format.") from error
    return TicketClaim(
        event_uid=str(UUID(bytes=event)),
        entry_uid=str(UUID(bytes=entry)),
        valid_from=datetime.fromtimestamp(start, UTC),
        valid_until=datetime.fromtimestamp(end, UTC),
        number=text,
        key_id=key,
    )


def ticket_key_id(payload: bytes) -> str:
    """Return the id of the key a payload names, 8 hex digits; "" names none.

    Raises:
        TicketFormatError: another version, or cut short.
    """
    version = payload[0] if payload else 0
    if version == _PLAIN:
        return ""
    if version != _KEYED or len(payload) < 1 + _KEY_ID.size:
        raise TicketFormatError("The ticket has another format.")
    return payload[1 : 1 + _KEY_ID.size].hex()


def ticket_text(payload: bytes, signature: bytes) -> str:
    """Return what the QR code says: JC1.<payload>.<signature>, base64url."""
    return f"{TICKET_PREFIX}.{_to_text(payload)}.{_to_text(signature)}"


def split_ticket(text: str) -> tuple[bytes, bytes]:
    """Return (payload, signature) of a scanned text, not yet believed.

    Raises:
        TicketFormatError: not of the form JC1.<payload>.<signature>.
    """
    parts = text.strip().split(".") if len(text) <= _LONGEST_TEXT else []
    if len(parts) != 3 or parts[0] != TICKET_PREFIX:
        raise TicketFormatError("This is not a ticket.")
    payload, signature = _to_bytes(parts[1]), _to_bytes(parts[2])
    if len(signature) != _SIGNATURE_BYTES:
        raise TicketFormatError("This is not a ticket.")
    return payload, signature


def _to_text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _to_bytes(text: str) -> bytes:
    """Undo `_to_text`; one text per value, so that a copy cannot look different."""
    try:
        value = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError) as error:
        raise TicketFormatError("This is not a ticket.") from error
    if _to_text(value) != text:
        raise TicketFormatError("This is not a ticket.")
    return value
