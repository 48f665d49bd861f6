"""Making entries of the next tier from a file, shown row by row before it is taken.

The way is the same for an event of this installation and for a file from another one.
Taking one twice changes nothing.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event, EventGroup
from competition.registration.models import Entry
from competition.registration.rules.entries import DRAFT, Answers
from competition.registration.services.drafts import seal_answers
from ledger.log.services import Actor, record
from ledger.signatures.services import public_key_hex
from people.codes.queries import list_levels
from people.persons.queries import find_by_id_number, list_names
from people.persons.rules import IdFault, check_id_number, mask_id, normalise_name
from people.persons.services import id_message, register_person
from people.units.services import register_unit
from scoring.ladder import queries
from scoring.ladder.models import QualifierFile, QualifierRow, TrustedSender
from scoring.ladder.rules import Qualifier, Signed, Source
from scoring.ladder.services.files import LadderError, digest_of, open_file

NEW, ENTERED, TAKEN, REFUSED = "new", "entered", "taken", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlan:
    """What would become of one row."""

    number: int
    name: str
    id_masked: str
    unit_name: str
    group: str
    rank: int
    total: str
    becomes: str  # NEW | ENTERED | TAKEN | REFUSED
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file that may be taken, with what would come of it."""

    source: Source
    digest: str
    public_key: str
    is_own: bool  # signed by this installation
    is_known: bool  # own, or a sender somebody has confirmed
    rows: tuple[RowPlan, ...]

    def count(self, becomes: str) -> int:
        return sum(row.becomes == becomes for row in self.rows)


def read_offer(session: Session, *, event: Event, data: bytes, today: date) -> Offer:
    """Return what a file says and what would become of each row; nothing is changed.

    Raises:
        LadderError: no such file, tampered with, or the event takes none now.
    """
    signed = open_file(event, data)
    own = public_key_hex()
    return Offer(
        source=signed.content.source,
        digest=digest_of(signed.message),
        public_key=signed.public_key,
        is_own=signed.public_key == own,
        is_known=signed.public_key == own
        or queries.find_sender(session, signed.public_key) is not None,
        rows=tuple(
            _plan(session, event, signed, number, found, today)
            for number, found in enumerate(signed.content.qualifiers, 1)
        ),
    )


def take_qualifiers(
    session: Session,
    *,
    event: Event,
    data: bytes,
    trusts: bool,
    actor: Actor,
    now: datetime,
) -> tuple[QualifierFile, int]:
    """Make draft entries of those who can be entered; return how many are new.

    Whoever completes the draft agrees to the notice and adds the papers. Rows that
    cannot be taken stay out; taking the file again later takes only those.

    Args:
        session: the transaction.
        event: of the next tier.
        data: the file.
        trusts: the user has compared the sender's key with its owner.
        actor: who.
        now: when.

    Raises:
        LadderError: see `read_offer`; the sender is not known and not confirmed.
    """
    signed = open_file(event, data)
    offer = read_offer(session, event=event, data=data, today=now.date())
    if not offer.is_known:
        if not trusts:
            raise LadderError(
                _(
                    "This installation has never sent anything here. Compare its key "
                    "with the sender by telephone, then tick that you have."
                )
            )
        _trust(session, offer, actor, now)
    file = _file(session, event, offer, actor, now)
    numbers = {row.number for row in file.rows}
    made = 0
    for plan in offer.rows:
        if plan.becomes == REFUSED or plan.number in numbers:
            continue
        found = signed.content.qualifiers[plan.number - 1]
        entry, is_new = _enter(session, event, signed.content.source, found, actor, now)
        made += is_new
        file.rows.append(
            QualifierRow(
                number=plan.number,
                entry=entry,
                rank=found.rank,
                total=found.total,
                components=json.dumps(dict(found.components)),
            )
        )
    session.flush()
    record(
        session,
        actor=actor,
        action="ladder.taken",
        subject=f"qualifiers:{file.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "sha256": offer.digest,
            "key": offer.public_key,
            "source": offer.source.event,
            "publication": offer.source.publication,
            "new": made,
            "rows": len(file.rows),
            "refused": offer.count(REFUSED),
        },
    )
    return file, made


def _plan(
    session: Session,
    event: Event,
    signed: Signed,
    number: int,
    found: Qualifier,
    today: date,
) -> RowPlan:
    becomes, reason = NEW, ""
    group = _group_for(event, found)
    fault = check_id_number(found.id_number, today=today)
    person = find_by_id_number(session, found.id_number)
    if isinstance(fault, IdFault):
        becomes, reason = REFUSED, id_message(fault)
    elif person and normalise_name(found.name) not in list_names(session, person):
        becomes = REFUSED
        reason = _("This ID number is registered here under another name.")
    elif group is None:
        becomes = REFUSED
        reason = _("This event has no group called %(name)s.", name=found.group_name)
    elif person and (entry := queries.find_entry(session, event.id, person.id)):
        taken = queries.find_file(session, event.id, digest_of(signed.message))
        is_taken = taken and any(row.entry_id == entry.id for row in taken.rows)
        becomes = TAKEN if is_taken else ENTERED
    return RowPlan(
        number=number,
        name=found.name,
        id_masked=mask_id(found.id_number),
        unit_name=found.unit_name,
        group=group.name if group else found.group_name,
        rank=found.rank,
        total=found.total,
        becomes=becomes,
        reason=reason,
    )


def _group_for(event: Event, found: Qualifier) -> EventGroup | None:
    """Return the group of that name, else of that code, else the only one."""
    for group in event.groups:
        if group.name == found.group_name:
            return group
    for group in event.groups:
        if group.code == found.group_code:
            return group
    return event.groups[0] if len(event.groups) == 1 else None


def _trust(session: Session, offer: Offer, actor: Actor, now: datetime) -> None:
    session.add(
        TrustedSender(
            public_key=offer.public_key,
            name=offer.source.organiser,
            trusted_at=now,
            trusted_by=actor.name,
        )
    )
    record(
        session,
        actor=actor,
        action="ladder.sender_trusted",
        subject=f"key:{offer.public_key}",
        now=now,
        body={"key": offer.public_key, "name": offer.source.organiser},
    )


def _file(
    session: Session, event: Event, offer: Offer, actor: Actor, now: datetime
) -> QualifierFile:
    known = queries.find_file(session, event.id, offer.digest)
    if known is not None:
        return known
    file = QualifierFile(
        event=event,
        digest=offer.digest,
        source=json.dumps(asdict(offer.source), ensure_ascii=False, sort_keys=True),
        public_key=offer.public_key,
        taken_at=now,
        taken_by=actor.name,
    )
    session.add(file)
    return file


def _enter(
    session: Session,
    event: Event,
    source: Source,
    found: Qualifier,
    actor: Actor,
    now: datetime,
) -> tuple[Entry, bool]:
    unit = None
    if found.unit_code:
        unit = register_unit(
            session,
            name=found.unit_name,
            credit_code=found.unit_code,
            district_code=found.unit_district,
            now=now,
            actor=actor,
        )
    person = register_person(
        session,
        name=found.name,
        id_number=found.id_number,
        phone=found.phone,
        unit=unit,
        now=now,
        actor=actor,
    )
    known = queries.find_entry(session, event.id, person.id)
    if known is not None:
        return known, False
    group = _group_for(event, found)
    assert group is not None  # noqa: S101 - the row would have been refused
    levels = {level.code for level in list_levels(session)}
    user_id = queries.find_user_of(session, event, source.event, person.id)
    entry = Entry(
        event=event,
        person=person,
        user_id=user_id,
        unit=unit,
        group=group,
        state=DRAFT,
        reason=_reason(source, found),
        answers_sealed=seal_answers(
            Answers(
                name=person.name,
                id_number=found.id_number,
                phone=found.phone,
                unit_uid=unit.uid if unit else "",
                group=group.uid,
                trade_years=found.trade_years,
                level=found.level if found.level in levels else "",
                certificate_number=found.certificate_number[:40],
            )
        ),
        started_at=now,
        saved_at=now,
    )
    session.add(entry)
    session.flush()
    record(
        session,
        actor=actor,
        action="registration.started",
        subject=f"entry:{entry.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"qualified": source.event, "rank": found.rank},
    )
    return entry, True


def _reason(source: Source, found: Qualifier) -> str:
    text: str = _(
        "Qualified: place %(rank)s in %(event)s, %(competition)s",
        rank=found.rank,
        event=source.event_name,
        competition=source.competition,
    )
    return text[:400]
