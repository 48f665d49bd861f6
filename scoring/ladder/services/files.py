"""The file of qualifiers: written and signed here, opened and checked there."""

import hashlib
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events import rules as life
from competition.events.models import Event
from competition.registration.models import Entry
from errors import DomainError
from ledger.log.services import Actor, record
from ledger.signatures.services import is_genuine_by, public_key_hex, sign
from people.persons.queries import open_id_number, open_phone
from scoring.ladder import queries, rules
from scoring.ladder.rules import Content, FileFormError, Qualifier, Signed, Source
from scoring.results import queries as results
from scoring.results.queries import PublishedRow

_MAY_TAKE = (life.DRAFT, life.REGISTRATION)


class LadderError(DomainError):
    """Qualifiers cannot be written or taken like this."""

    status = 422


def list_qualified(session: Session, event: Event, top: int) -> list[PublishedRow]:
    """Return the published rows of those who go on.

    Raises:
        LadderError: the result is not published.
    """
    publication = results.find_current(session, event.id)
    if publication is None:
        raise LadderError(_("The result of this event is not published."))
    published = results.read_publication(session, publication)
    return rules.choose(published.rows, top)


def write_qualifiers(
    session: Session, *, event: Event, top: int, actor: Actor, now: datetime
) -> bytes:
    """Return the signed file of those who go on; that it was made is logged.

    Raises:
        LadderError: nothing is published, nobody is ranked, or too many are.
    """
    rows = list_qualified(session, event, top)
    if not rows:
        raise LadderError(_("Nobody is ranked: there is nobody to send on."))
    if len(rows) > rules.MOST_QUALIFIERS:
        raise LadderError(_("A file holds at most 500 persons: choose fewer places."))
    publication = results.find_current(session, event.id)
    assert publication is not None  # noqa: S101 - its rows were just read
    competition = event.competition
    entries = queries.list_entries(session, [row.entry_uid for row in rows])
    content = Content(
        Source(
            organiser=competition.organiser,
            competition=competition.name,
            tier=competition.tier,
            event=event.uid,
            event_name=event.name,
            publication=publication.uid,
            version=publication.version,
            digest=publication.digest,
            top=top,
        ),
        tuple(_qualifier(row, entries[row.entry_uid]) for row in rows),
    )
    message = rules.message_of(content)
    record(
        session,
        actor=actor,
        action="ladder.written",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"persons": len(rows), "top": top, "sha256": digest_of(message)},
    )
    signature = sign(message, rules.PURPOSE)
    return rules.write_file(content, public_key_hex(), signature)


def open_file(event: Event, data: bytes) -> Signed:
    """Return a file whose form and signature are right.

    Raises:
        LadderError: they are not, or the event takes none now.
    """
    if event.state not in _MAY_TAKE:
        raise LadderError(
            _("Qualifiers are taken while the event is prepared or open for entries.")
        )
    try:
        signed = rules.read_file(data)
    except FileFormError as error:
        texts = (_fault_text(code, place) for code, place in error.faults[:20])
        raise LadderError(" ".join(dict.fromkeys(texts))) from error
    if not is_genuine_by(
        signed.public_key, signed.message, signed.signature, rules.PURPOSE
    ):
        raise LadderError(
            _(
                "The signature does not fit: the file was changed after it was signed. "
                "Ask the sender for it again. Nothing was taken."
            )
        )
    return signed


def _fault_text(code: str, place: str) -> str:
    texts: dict[str, str] = {
        "too_large": _("The file is too large; it holds at most 500 persons."),
        "too_many": _("The file is too large; it holds at most 500 persons."),
        "not_json": _("This is no file of qualifiers: it cannot be read as JSON."),
        "format": _("This is no file of qualifiers (jiangcai-qualifiers/1)."),
        "missing": _("%(place)s is missing.", place=place),
        "kind": _("%(place)s is not of the right kind.", place=place),
        "signature": _("The file bears no signature."),
    }
    return texts[code]


def _qualifier(row: PublishedRow, entry: Entry) -> Qualifier:
    person, unit = entry.person, entry.unit
    assert person is not None  # noqa: S101 - a published row has one
    assert row.rank is not None  # noqa: S101 - who is not ranked was not chosen
    return Qualifier(
        name=person.name,
        id_number=open_id_number(person),
        phone=open_phone(person),
        unit_name=unit.name if unit else "",
        unit_code=unit.credit_code if unit else "",
        unit_district=unit.district_code if unit else "",
        group_code=row.group_code,
        group_name=row.group_name,
        trade_years=str(entry.trade_years) if entry.trade_years is not None else "",
        level=entry.level_code or "",
        certificate_number=entry.certificate_number,
        rank=row.rank,
        total=row.total,
        components=dict(row.components),
    )


def digest_of(message: bytes) -> str:
    """Return what a file is known by: SHA-256 of what is signed, hex."""
    return hashlib.sha256(message).hexdigest()
