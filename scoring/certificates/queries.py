"""Finding certificates, designs and signers; whether a number is anybody's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from competition.events.models import Competition, Event
from competition.registration.models import Entry
from paging import paginate
from scoring.certificates.models import (
    AwardCertificate,
    CertificateDesign,
    CertificateSigner,
)
from scoring.certificates.rules.numbers import normal
from scoring.certificates.rules.standing import VALID, Held, standing
from scoring.results.models import Publication
from scoring.results.queries import read_plan
from scoring.results.rules.release import LIST, Sight, opens_at

# What the public check says of a number: fields for machines, or None.
Lookup = Callable[[Session, str], Mapping[str, Any] | None]
Page = Callable[[str], str]  # where a number of this kind is shown
_LOOKUPS: dict[str, tuple[Lookup, Page]] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """What the public check found under a number."""

    kind: str  # "award", or what another room registered
    fields: Mapping[str, Any]
    page: str = ""  # where it is shown, if not on the common page


def register_lookup(kind: str, lookup: Lookup, page: Page) -> None:
    """Let another room's certificates be checked under the same address.

    Call it from the room's `listen()`; registering a kind again replaces it.
    """
    _LOOKUPS[kind] = (lookup, page)


def check_number(session: Session, typed: str, now: datetime) -> Found | None:
    """Return what a number is; every kind is asked, whatever the number looks like.

    So an unknown number costs as much time as one that cannot be a number at all.
    """
    number = normal(typed)
    award = _check_award(session, number, now)
    others = [
        (kind, page, lookup(session, number))
        for kind, (lookup, page) in sorted(_LOOKUPS.items())
    ]
    if award is not None:
        return Found("award", award)
    return next(
        (Found(kind, fields, page(number)) for kind, page, fields in others if fields),
        None,
    )


def find_by_number(session: Session, typed: str) -> AwardCertificate | None:
    """Return the certificate with this number, whatever its state."""
    return session.scalar(
        select(AwardCertificate)
        .join(AwardCertificate.event)
        .options(
            contains_eager(AwardCertificate.event).joinedload(Event.competition),
        )
        .where(AwardCertificate.number == normal(typed))
    )


def _check_award(session: Session, number: str, now: datetime) -> dict[str, Any] | None:
    """Return what a number says; whose and which award once the list is public."""
    found = find_by_number(session, number)
    if found is None:
        return None
    state = state_of(session, found)
    plan = read_plan(session, found.event.uid)
    is_open = Sight(plan, frozenset(), now).sees(LIST)
    opens = None if is_open else opens_at(plan, frozenset(), LIST)
    return {
        "number": found.number,
        "name": found.holder if is_open else "",
        "award": found.award if is_open else "",
        "event": found.event.name,
        "competition": found.event.competition.name,
        "issuer": found.issuer,
        "issued_on": found.issued_on.isoformat(),
        "state": state,
        "reason": found.reason if is_open else "",
        "valid": state == VALID,
        "withheld": not is_open,
        "opens_at": opens.isoformat() if opens else None,
    }


def state_of(session: Session, certificate: AwardCertificate) -> str:
    """Return how a certificate stands now."""
    stands = session.scalar(
        select(func.count())
        .select_from(Publication)
        .where(
            Publication.event_id == certificate.event_id,
            Publication.withdrawn_at.is_(None),
        )
    )
    return standing(certificate.state, result_stands=bool(stands))


def find_certificate(
    session: Session, uid: str, *, event_id: int | None = None
) -> AwardCertificate | None:
    """Return a certificate by its uid, of this event where one is given."""
    statement = _with_event().where(AwardCertificate.uid == uid)
    if event_id is not None:
        statement = statement.where(AwardCertificate.event_id == event_id)
    return session.scalar(statement)


def list_valid(session: Session, event_id: int) -> list[AwardCertificate]:
    """Return an event's valid certificates, as they are printed: group, award, name."""
    return list(
        session.scalars(
            _with_event()
            .where(
                AwardCertificate.event_id == event_id, AwardCertificate.state == VALID
            )
            .order_by(AwardCertificate.group_name, AwardCertificate.id)
        )
    )


def list_held(session: Session, event_id: int) -> list[Held]:
    """Return the valid certificates with whose entries they are."""
    rows = session.execute(
        select(AwardCertificate.uid, Entry.uid, AwardCertificate.award)
        .join(Entry, Entry.id == AwardCertificate.entry_id)
        .where(AwardCertificate.event_id == event_id, AwardCertificate.state == VALID)
        .order_by(AwardCertificate.id)
    )
    return [Held(*row) for row in rows]


def search_certificates(
    session: Session, event_id: int, *, text: str, state: str, page: int
) -> Pagination:
    """Return a page of an event's register, newest first."""
    statement = _with_event().where(AwardCertificate.event_id == event_id)
    if state:
        statement = statement.where(AwardCertificate.state == state)
    for word in text.split():
        statement = statement.where(
            or_(
                AwardCertificate.holder.icontains(word, autoescape=True),
                AwardCertificate.unit_name.icontains(word, autoescape=True),
                AwardCertificate.number.icontains(word, autoescape=True),
                AwardCertificate.award.icontains(word, autoescape=True),
            )
        )
    return paginate(session, statement.order_by(AwardCertificate.id.desc()), page)


def list_register(session: Session, event_id: int) -> list[AwardCertificate]:
    """Return an event's whole register, in the order of the issue."""
    return list(
        session.scalars(
            _with_event()
            .where(AwardCertificate.event_id == event_id)
            .order_by(AwardCertificate.id)
        )
    )


def list_of_person(session: Session, person_id: int) -> list[AwardCertificate]:
    """Return a person's valid certificates, newest first."""
    return list(
        session.scalars(
            _with_event()
            .join(Entry, Entry.id == AwardCertificate.entry_id)
            .where(Entry.person_id == person_id, AwardCertificate.state == VALID)
            .order_by(AwardCertificate.id.desc())
        )
    )


def list_not_valid(session: Session) -> list[tuple[str, str, datetime | None]]:
    """Return number, state and moment of what does not hold now, by number."""
    standing_events = select(Publication.event_id).where(
        Publication.withdrawn_at.is_(None)
    )
    rows = session.execute(
        select(
            AwardCertificate.number, AwardCertificate.state, AwardCertificate.ended_at
        )
        .where(
            or_(
                AwardCertificate.state != VALID,
                AwardCertificate.event_id.not_in(standing_events),
            )
        )
        .order_by(AwardCertificate.number)
    )
    return [
        (number, standing(state, result_stands=False), ended)
        for number, state, ended in rows
    ]


def list_entry_ids(session: Session, event_id: int) -> dict[str, int]:
    """Return the ids of an event's entries by uid."""
    rows = session.execute(
        select(Entry.uid, Entry.id).where(Entry.event_id == event_id)
    )
    return {uid: number for uid, number in rows}  # noqa: C416 - rows, not pairs


def find_design(session: Session, competition_id: int) -> CertificateDesign | None:
    """Return the design of a competition's certificates, or None for the house's."""
    return session.scalar(
        select(CertificateDesign)
        .options(joinedload(CertificateDesign.seal))
        .where(CertificateDesign.competition_id == competition_id)
    )


def list_signers(
    session: Session, competition_id: int, *, states: tuple[str, ...] = ()
) -> list[CertificateSigner]:
    """Return a competition's signers in the order they were asked."""
    statement = (
        select(CertificateSigner)
        .options(
            joinedload(CertificateSigner.user), joinedload(CertificateSigner.image)
        )
        .where(CertificateSigner.competition_id == competition_id)
        .order_by(CertificateSigner.id)
    )
    if states:
        statement = statement.where(CertificateSigner.state.in_(states))
    return list(session.scalars(statement))


def list_asked_of(session: Session, user_id: int) -> list[CertificateSigner]:
    """Return what competitions have asked a user for, newest first."""
    return list(
        session.scalars(
            select(CertificateSigner)
            .options(joinedload(CertificateSigner.competition))
            .where(CertificateSigner.user_id == user_id)
            .order_by(CertificateSigner.id.desc())
        )
    )


def find_signer(
    session: Session, uid: str, *, user_id: int | None = None
) -> CertificateSigner | None:
    """Return a signer by uid; only one's own where a user is given."""
    statement = select(CertificateSigner).where(CertificateSigner.uid == uid)
    if user_id is not None:
        statement = statement.where(CertificateSigner.user_id == user_id)
    return session.scalar(statement)


def find_competition_of(session: Session, uid: str) -> Competition | None:
    """Return a competition by uid."""
    return session.scalar(select(Competition).where(Competition.uid == uid))


def _with_event() -> Select[AwardCertificate]:
    return (
        select(AwardCertificate)
        .join(AwardCertificate.event)
        .join(Event.competition)
        .options(
            contains_eager(AwardCertificate.event).contains_eager(Event.competition),
            joinedload(AwardCertificate.entry),
        )
    )
