"""Admission tickets (准考证): made, revoked, read, drawn as QR code and as PDF.

Words used here:
    text: what the QR code says, JC1.<payload>.<signature>; it can be checked without a
        network by whoever has our public key.
    number: eight random characters to type where nothing can be scanned.
"""

import secrets
from datetime import datetime, timedelta

import qrcode
from flask_babel import gettext as _
from markupsafe import Markup
from qrcode.image.svg import SvgPathImage
from sqlalchemy.orm import Session

from competition.registration.models import Entry, Ticket
from competition.registration.rules.tickets import (
    TicketClaim,
    TicketFormatError,
    pack_ticket,
    split_ticket,
    ticket_key_id,
    ticket_text,
    unpack_ticket,
)
from errors import DomainError
from ledger.log.services import Actor, record
from ledger.signatures.services import (
    is_genuine_by,
    key_id,
    list_public_keys,
    public_key_hex,
    sign,
)

PURPOSE = "ticket"
# Without 0 O 1 I L U: nothing that is misread or misheard.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALID_AFTER_START = timedelta(days=2)


class TicketRefusedError(DomainError):
    """The text is no ticket of ours, or not one that holds now."""

    status = 422


def issue_ticket(
    session: Session, *, entry: Entry, actor: Actor, now: datetime
) -> Ticket:
    """Give an accepted entry its ticket; one that was revoked is replaced."""
    number = _new_number()
    claim = TicketClaim(
        event_uid=entry.event.uid,
        entry_uid=entry.uid,
        valid_from=now,
        valid_until=max(now, entry.event.starts_at) + _VALID_AFTER_START,
        number=number,
        key_id=key_id(public_key_hex()),
    )
    payload = pack_ticket(claim)
    ticket = entry.ticket or Ticket(entry=entry)
    ticket.number = number
    ticket.text = ticket_text(payload, sign(payload, PURPOSE))
    ticket.valid_from, ticket.valid_until = claim.valid_from, claim.valid_until
    ticket.issued_at, ticket.revoked_at = now, None
    session.add(ticket)
    _log(session, ticket, "issued", actor, now)
    return ticket


def revoke_ticket(
    session: Session, *, entry: Entry, actor: Actor, now: datetime
) -> None:
    """End the ticket of an entry that no longer stands, if there is one."""
    if entry.ticket is not None and entry.ticket.revoked_at is None:
        entry.ticket.revoked_at = now
        _log(session, entry.ticket, "revoked", actor, now)


def find_claim(text: str) -> TicketClaim | None:
    """Return what a scanned text says, None when it is no ticket of ours.

    Says nothing about time, event or revocation: the desk looks at the entry.
    """
    try:
        return _genuine_claim(text)
    except TicketFormatError:
        return None


def open_ticket(text: str, *, event_uid: str, now: datetime) -> TicketClaim:
    """Return what a ticket says when it holds for this event now; needs no database.

    Raises:
        TicketRefusedError: not ours, of another event, or outside its time.
    """
    try:
        claim = _genuine_claim(text)
    except TicketFormatError as error:
        raise TicketRefusedError(_("This is not a ticket of ours.")) from error
    if claim.event_uid != event_uid:
        raise TicketRefusedError(_("This ticket is for another event."))
    if not claim.valid_from <= now + timedelta(seconds=1):
        raise TicketRefusedError(_("This ticket does not hold yet."))
    if claim.valid_until < now:
        raise TicketRefusedError(_("This ticket has expired."))
    return claim


def qr_svg(text: str) -> Markup:
    """Return a QR code as an SVG element, with the quiet zone scanners need."""
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M,
        border=4,
        image_factory=SvgPathImage,
    )
    code.add_data(text)
    code.make(fit=True)
    # Made of the modules of a code, never of what somebody typed.
    return Markup(code.make_image().to_string(encoding="unicode"))  # noqa: S704


def _genuine_claim(text: str) -> TicketClaim:
    payload, signature = split_ticket(text)
    if not _is_ours(payload, signature):
        raise TicketFormatError("The signature is not ours.")
    return unpack_ticket(payload)


def _is_ours(payload: bytes, signature: bytes) -> bool:
    """Tell whether the key a ticket names signed it; one that names none, any key."""
    named, keys = ticket_key_id(payload), list_public_keys()
    tried = [key for name, key in keys.items() if named in ("", name)]
    return any(is_genuine_by(key, payload, signature, PURPOSE) for key in tried)


def _new_number() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _log(
    session: Session, ticket: Ticket, verb: str, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        action=f"ticket.{verb}",
        subject=f"entry:{ticket.entry.uid}",
        scope=f"event:{ticket.entry.event.uid}",
        now=now,
        body={"valid_until": ticket.valid_until},
    )
