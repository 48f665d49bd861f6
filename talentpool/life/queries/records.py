"""Reading what the rules of consistency look at, for many dossiers at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from people.codes.models import SkillLevel
from people.persons.models import Person
from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Craftsman,
    FirmService,
    HonourAward,
    Membership,
    PostHeld,
    SkillCertificate,
    Studio,
)
from talentpool.life.rules.consistency import (
    CertificateRecord,
    DatedRecord,
    PairRecord,
    Records,
    SpanRecord,
)
from talentpool.mentorship.models import Pair
from talentpool.mentorship.rules.pairs import LIVE_STATES

Rows = dict[int, list[Any]]
_PAIR_STATES = (*LIVE_STATES, "graduated")

_DATED: tuple[tuple[str, Any, Any], ...] = (
    ("honour", HonourAward, HonourAward.awarded_on),
    ("competition", CompetitionRecord, CompetitionRecord.held_on),
    ("achievement", Achievement, Achievement.achieved_on),
    ("studio", Studio, Studio.founded_on),
    ("service", FirmService, FirmService.served_on),
)
_SPANS: tuple[tuple[str, Any], ...] = (("post", PostHeld), ("membership", Membership))


def list_ids_after(session: Session, last: int, limit: int) -> Sequence[int]:
    """Return the next craftsmen by id, in any state."""
    found = select(Craftsman.id).where(
        Craftsman.id > last, Craftsman.merged_into_id.is_(None)
    )
    return session.scalars(found.order_by(Craftsman.id).limit(limit)).all()


def load_records(
    session: Session, ids: Sequence[int], today: date
) -> dict[int, Records]:
    """Return what is current about these craftsmen, in a fixed number of statements."""
    certificates = _certificates(session, ids)
    dated, spans = _dated(session, ids), _spans(session, ids)
    pairs = _pairs(session, ids)
    shared = _shared(session, ids)
    heads = session.execute(
        select(
            Craftsman.id,
            Person.birth_date,
            Craftsman.state,
            Craftsman.entered_on,
            Craftsman.term_ends_on,
            Craftsman.trade_since,
            Craftsman.employment,
        )
        .join(Person, Person.id == Craftsman.person_id)
        .where(Craftsman.id.in_(ids))
    )
    return {
        head.id: Records(
            today=today,
            born_on=head.birth_date,
            state=head.state,
            entered_on=head.entered_on,
            term_ends_on=head.term_ends_on,
            trade_since=head.trade_since,
            employment=head.employment,
            certificates=tuple(certificates[head.id]),
            dated=tuple(dated[head.id]),
            spans=tuple(spans[head.id]),
            pairs=tuple(pairs[head.id]),
            shared_numbers=shared,
        )
        for head in heads
    }


def _certificates(session: Session, ids: Sequence[int]) -> Rows:
    found: Rows = defaultdict(list)
    rows = session.execute(
        select(
            SkillCertificate.craftsman_id,
            SkillCertificate.uid,
            SkillCertificate.trade,
            SkillLevel.rank,
            SkillCertificate.issued_on,
            SkillCertificate.number,
            SkillCertificate.valid_to,
        )
        .join(SkillLevel, SkillLevel.code == SkillCertificate.level_code)
        .where(SkillCertificate.craftsman_id.in_(ids), SkillCertificate.is_current)
        .order_by(SkillCertificate.id)
    )
    for craftsman_id, uid, trade, rank, issued_on, number, valid_to in rows:
        found[craftsman_id].append(
            CertificateRecord(
                uid=uid,
                trade=trade,
                rank=rank,
                issued_on=issued_on,
                number=number,
                valid_to=valid_to,
            )
        )
    return found


def _dated(session: Session, ids: Sequence[int]) -> Rows:
    found: Rows = defaultdict(list)
    for kind, model, column in _DATED:
        rows = session.execute(
            select(model.craftsman_id, model.uid, column)
            .where(model.craftsman_id.in_(ids), model.is_current, column.is_not(None))
            .order_by(model.id)
        )
        for craftsman_id, uid, on in rows:
            found[craftsman_id].append(DatedRecord(uid=uid, kind=kind, on=on))
    return found


def _spans(session: Session, ids: Sequence[int]) -> Rows:
    found: Rows = defaultdict(list)
    for kind, model in _SPANS:
        rows = session.execute(
            select(model.craftsman_id, model.uid, model.valid_from, model.valid_to)
            .where(model.craftsman_id.in_(ids), model.is_current)
            .order_by(model.id)
        )
        for craftsman_id, uid, begins_on, ends_on in rows:
            found[craftsman_id].append(
                SpanRecord(uid=uid, kind=kind, begins_on=begins_on, ends_on=ends_on)
            )
    return found


def _pairs(session: Session, ids: Sequence[int]) -> Rows:
    found: Rows = defaultdict(list)
    rows = session.execute(
        select(
            Pair.mentor_id,
            Pair.uid,
            Person.birth_date,
            Pair.starts_on,
            Pair.closed_on,
            SkillLevel.rank,
        )
        .join(Person, Person.id == Pair.apprentice_person_id)
        .outerjoin(SkillLevel, SkillLevel.code == Pair.apprentice_level)
        .where(Pair.mentor_id.in_(ids), Pair.state.in_(_PAIR_STATES))
        .order_by(Pair.id)
    )
    for mentor_id, uid, born_on, starts_on, closed_on, rank in rows:
        found[mentor_id].append(
            PairRecord(
                uid=uid,
                apprentice_born_on=born_on,
                starts_on=starts_on,
                ends_on=closed_on,
                apprentice_rank=rank,
            )
        )
    return found


def _shared(session: Session, ids: Sequence[int]) -> dict[str, int]:
    """Count the dossiers that hold each certificate number of these craftsmen."""
    mine = (
        select(SkillCertificate.number)
        .where(
            SkillCertificate.craftsman_id.in_(ids),
            SkillCertificate.is_current,
            SkillCertificate.number != "",
        )
        .distinct()
    )
    holders = func.count(SkillCertificate.craftsman_id.distinct())
    rows = session.execute(
        select(SkillCertificate.number, holders)
        .where(SkillCertificate.number.in_(mine), SkillCertificate.is_current)
        .group_by(SkillCertificate.number)
        .having(holders > 1)
    )
    return {number: count for number, count in rows}  # noqa: C416 - rows, not pairs
