"""Reading dossiers. Every list takes the caller's scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import EVERYWHERE, Scope
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import (
    FACT_MODELS,
    Achievement,
    CompetitionRecord,
    Craftsman,
    Evidence,
    Fact,
    FirmService,
    HonourAward,
    Membership,
    PoolStep,
    PostHeld,
    SkillCertificate,
    Studio,
)
from talentpool.dossiers.rules import Moment, enclosing_districts, timeline

KINDS: dict[str, type[Fact]] = dict(
    zip(
        (
            *("certificate", "honour", "competition", "achievement", "studio"),
            *("post", "service", "membership", "step", "evidence"),
        ),
        FACT_MODELS,
        strict=True,
    )
)


_DAYS = (
    *("issued_on", "awarded_on", "held_on", "achieved_on", "founded_on"),
    "served_on",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A craftsman with all facts; lists hold what is current, newest first."""

    craftsman: Craftsman
    certificates: Sequence[SkillCertificate]
    honours: Sequence[HonourAward]
    competitions: Sequence[CompetitionRecord]
    achievements: Sequence[Achievement]
    studios: Sequence[Studio]
    posts: Sequence[PostHeld]
    services: Sequence[FirmService]
    memberships: Sequence[Membership]
    steps: Sequence[PoolStep]
    evidence: dict[str, list[Evidence]]  # by uid of the fact it proves
    superseded: Sequence[tuple[str, Fact]]  # kind and what was corrected since
    timeline: Sequence[Moment]


def find_craftsman(session: Session, uid: str) -> Craftsman | None:
    """Return the craftsman with person, unit, place and occupation, or None.

    The uid of a dossier that was merged into another leads to that other one.
    """
    return _follow(session, session.scalar(_with_head().where(Craftsman.uid == uid)))


def find_by_person(session: Session, person_id: int) -> Craftsman | None:
    """Return the craftsman who is this person, or None."""
    found = _with_head().where(Craftsman.person_id == person_id)
    return _follow(session, session.scalar(found))


def find_by_certificate(session: Session, number: str) -> Craftsman | None:
    """Return the craftsman with this pool certificate, or None.

    A certificate stays good when its dossier is merged into another.
    """
    found = _with_head().where(Craftsman.certificate_number == number)
    return _follow(session, session.scalar(found))


def _follow(session: Session, found: Craftsman | None) -> Craftsman | None:
    while found is not None and found.merged_into_id is not None:
        found = session.scalar(_with_head().where(Craftsman.id == found.merged_into_id))
    return found


def find_fact(
    session: Session, craftsman: Craftsman, kind: str, uid: str
) -> Fact | None:
    """Return one current fact of a craftsman, or None."""
    model = KINDS.get(kind)
    if model is None:
        return None
    return session.scalar(
        select(model).where(
            model.uid == uid, model.craftsman_id == craftsman.id, model.is_current
        )
    )


def find_evidence(session: Session, uid: str) -> Evidence | None:
    """Return a piece of evidence with its file, or None."""
    return session.scalar(
        select(Evidence)
        .where(Evidence.uid == uid)
        .options(joinedload(Evidence.attachment), joinedload(Evidence.craftsman))
    )


def list_records_of_entry(session: Session, entry_uid: str) -> list[CompetitionRecord]:
    """Return the current records that rest on one competition entry, oldest first."""
    return list(
        session.scalars(
            select(CompetitionRecord)
            .where(
                CompetitionRecord.entry_uid == entry_uid, CompetitionRecord.is_current
            )
            .order_by(CompetitionRecord.id)
        )
    )


def list_open_memberships(session: Session, craftsman_id: int) -> list[Membership]:
    """Return the memberships that have not ended, oldest first."""
    found = select(Membership).where(
        Membership.craftsman_id == craftsman_id,
        Membership.is_current,
        Membership.valid_to.is_(None),
    )
    return list(session.scalars(found.order_by(Membership.id)))


def list_records_of_publication(
    session: Session, publication_uid: str
) -> list[CompetitionRecord]:
    """Return the current records that rest on one publication, oldest first."""
    return list(
        session.scalars(
            select(CompetitionRecord)
            .where(
                CompetitionRecord.publication_uid == publication_uid,
                CompetitionRecord.is_current,
            )
            .order_by(CompetitionRecord.id)
        )
    )


def load_dossier(session: Session, craftsman: Craftsman) -> Dossier:
    """Return the whole dossier, in one statement per kind of fact."""
    facts = list_facts(session, craftsman)
    current = {kind: [f for f in rows if f.is_current] for kind, rows in facts.items()}
    evidence: dict[str, list[Evidence]] = {}
    for piece in current["evidence"]:
        assert isinstance(piece, Evidence)  # noqa: S101 - tells the type checker
        evidence.setdefault(piece.fact_uid, []).append(piece)
    return Dossier(
        craftsman=craftsman,
        certificates=_sorted(current["certificate"]),
        honours=_sorted(current["honour"]),
        competitions=_sorted(current["competition"]),
        achievements=_sorted(current["achievement"]),
        studios=_sorted(current["studio"]),
        posts=_sorted(current["post"]),
        services=_sorted(current["service"]),
        memberships=_sorted(current["membership"]),
        steps=_sorted(current["step"]),
        evidence=evidence,
        superseded=[
            (kind, f) for kind, rows in facts.items() for f in rows if not f.is_current
        ],
        timeline=timeline(
            [
                Moment(day_of(fact), kind, fact)
                for kind, rows in current.items()
                if kind != "evidence"
                for fact in rows
            ]
            # A dossier from before memberships were kept says only when it began.
            + (
                []
                if current["membership"]
                else [Moment(craftsman.entered_on, "entered", craftsman)]
            )
        ),
    )


def list_facts(session: Session, craftsman: Craftsman) -> dict[str, list[Fact]]:
    """Return every version of every fact by kind, in the order they were recorded."""
    return {kind: _facts(session, craftsman, model) for kind, model in KINDS.items()}


def day_of(fact: Fact) -> date:
    """Return the day a fact is about; where none is known, the day it was recorded."""
    for name in _DAYS:
        if (value := getattr(fact, name, None)) is not None:
            return value  # type: ignore[no-any-return]
    return fact.valid_from or fact.recorded_at.date()


def places_of(craftsman: Craftsman) -> list[Scope]:
    """Return every scope a dossier lies in: its places and its unit."""
    places = [
        Scope("district", code) for code in enclosing_districts(craftsman.district_code)
    ]
    if craftsman.person.unit is not None:
        places.append(Scope("unit", craftsman.person.unit.uid))
    return places


def within_scopes(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """Return the condition on `Craftsman` that it lies in one of `scopes`.

    For a list: `select(Craftsman).where(within_scopes(allowed_scopes("pool.view")))`.
    A dossier that was merged into another is in no list.
    """
    return Craftsman.merged_into_id.is_(None) & _within(list(scopes))


def _within(scopes: list[Scope]) -> ColumnElement[bool]:
    if EVERYWHERE in scopes:
        return true()
    parts: list[ColumnElement[bool]] = [
        within(Craftsman.district_code, scope.key)
        for scope in scopes
        if scope.kind == "district"
    ]
    units = [scope.key for scope in scopes if scope.kind == "unit"]
    if units:
        in_units = (
            select(Person.id)
            .join(Unit, Unit.id == Person.unit_id)
            .where(Unit.uid.in_(units))
        )
        parts.append(Craftsman.person_id.in_(in_units))
    return or_(*parts) if parts else false()


def _with_head() -> Select[Craftsman]:
    person = joinedload(Craftsman.person)
    return select(Craftsman).options(
        person.joinedload(Person.unit).joinedload(Unit.district),
        joinedload(Craftsman.district),
        joinedload(Craftsman.occupation),
        joinedload(Craftsman.profile_version),
    )


def _facts(session: Session, craftsman: Craftsman, model: type[Fact]) -> list[Fact]:
    found = select(model).where(model.craftsman_id == craftsman.id).order_by(model.id)
    if model is SkillCertificate:
        found = found.options(joinedload(SkillCertificate.skill_level))
    if model is Evidence:
        found = found.options(joinedload(Evidence.attachment))
    return list(session.scalars(found))


def _sorted(facts: Iterable[Fact]) -> list[Any]:
    return sorted(facts, key=lambda f: (day_of(f), f.id), reverse=True)
