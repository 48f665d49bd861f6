"""What is recorded about a person, gathered for the standard to judge.

Documents are named by short codes that a page turns into words and links:
"registration:<uid>" an accepted entry, "publication:<uid>" a published result,
"dossier:<uid>" a fact of the dossier; anything else is a document's own name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from competition.registration.models import Entry
from people.codes.models import SkillLevel
from talentpool.admission.models.applications import Application, Claim
from talentpool.admission.models.proposals import Proposal, Statement
from talentpool.admission.rules.applications import ADMITTED
from talentpool.admission.rules.claims import VERIFIED, read_claim
from talentpool.admission.rules.proposals import read_statement
from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Craftsman,
    SkillCertificate,
    Studio,
)
from talentpool.dossiers.rules import full_years
from talentpool.standard.rules.evaluate import PersonFacts, Place

_KNOWN = {item.name for item in fields(PersonFacts)}

# What a dossier has no column for: proven at the admission, it counts from then on. Of
# the counts the dossier's own records go before it.
PROVEN_FLAGS = ("law_abiding", "unmatched_skill")
PROVEN = (
    *PROVEN_FLAGS,
    *("named_methods", "innovations", "graduated_apprentices", "leads_studio"),
)

# Rooms above add what they know about a craftsman: fields of PersonFacts by name.
fact_sources: dict[str, Callable[[Session, int], Mapping[str, Any]]] = {}


@dataclass
class _Found:
    """Values and documents found so far; a later source goes before an earlier."""

    values: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)

    def note(self, name: str, value: object, document: str) -> None:
        if value is None or value == "":
            return
        self.values[name] = value
        self.documents[name] = document


def gather_facts(
    session: Session,
    *,
    craftsman: Craftsman | None,
    entry: Entry | None,
    place: Place | None,
    statements: Sequence[Statement],
    on: date,
) -> PersonFacts:
    """Return what is recorded: the entry, then the dossier, then what was stated."""
    found = _Found()
    if entry is not None:
        _from_entry(session, found, entry)
    if place is not None:
        found.places.append(place)
    if craftsman is not None:
        _from_dossier(session, found, craftsman, on)
        for source in fact_sources.values():
            for name, value in source(session, craftsman.id).items():
                found.note(name, value, f"dossier:{craftsman.uid}")
        _from_admission(session, found, craftsman.id)
    _from_statements(found, statements, on)
    known = {name: value for name, value in found.values.items() if name in _KNOWN}
    return PersonFacts(
        **known, competitions=tuple(found.places), documents=found.documents
    )


def list_statements(session: Session, entry_id: int) -> list[Statement]:
    """Return what was stated about an entry's person, oldest first.

    Statements on a proposal that was replaced, after its publication was withdrawn,
    count for the one that took its place.
    """
    return list(
        session.scalars(
            select(Statement)
            .join(Proposal, Proposal.id == Statement.proposal_id)
            .where(Proposal.entry_id == entry_id)
            .order_by(Statement.id)
        )
    )


def select_stated(fields: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Return the statement for what officers stated of who is in the pool now.

    Rows: craftsman id, field, value as text, document; the latest statement last.
    """
    return (
        select(
            Proposal.craftsman_id, Statement.field, Statement.value, Statement.document
        )
        .join(Statement, Statement.proposal_id == Proposal.id)
        .where(Statement.field.in_(fields), Proposal.craftsman_id.is_not(None))
        .order_by(Statement.id)
    )


def select_claimed(fields: Sequence[str]) -> Select[*tuple[Any, ...]]:
    """Return the statement for the verified claims of admitted applications.

    Rows as of `select_stated`.
    """
    return (
        select(Application.craftsman_id, Claim.field, Claim.value, Claim.document)
        .join(Claim, Claim.application_id == Application.id)
        .where(
            Application.state == ADMITTED,
            Application.craftsman_id.is_not(None),
            Claim.is_current,
            Claim.state == VERIFIED,
            Claim.field.in_(fields),
        )
        .order_by(Claim.id)
    )


def _from_admission(session: Session, found: _Found, craftsman_id: int) -> None:
    """Note what was proven when the person was admitted, by a proposal or a batch."""
    own = dict(found.values)
    stated = select_stated(PROVEN_FLAGS).where(Proposal.craftsman_id == craftsman_id)
    for _id, name, text, document in session.execute(stated):
        found.note(name, read_statement(name, text), document)
    claimed = select_claimed(PROVEN).where(Application.craftsman_id == craftsman_id)
    for _id, name, text, document in session.execute(claimed):
        if name in PROVEN_FLAGS or name not in own:
            found.note(name, read_claim(name, text), document)


def _from_entry(session: Session, found: _Found, entry: Entry) -> None:
    document = f"registration:{entry.uid}"
    if entry.group is not None and entry.group.code == "student":
        found.note("employment", "student", document)
    elif entry.unit_id is not None:
        # The committee accepted the proof of employment with the entry.
        found.note("employment", "in_service", document)
    found.note("years_in_trade", entry.trade_years, document)
    if entry.level_code is not None:
        level = session.get(SkillLevel, entry.level_code)
        found.note("certificate_rank", level and level.rank, document)


def _from_dossier(
    session: Session, found: _Found, craftsman: Craftsman, on: date
) -> None:
    document = f"dossier:{craftsman.uid}"
    for name in ("employment", "post_kind", "front_line", "union_member"):
        found.note(name, getattr(craftsman, name), document)
    if craftsman.trade_since is not None:
        years = full_years(craftsman.trade_since, on)
        found.note("years_in_trade", years, document)
    for achievement in _verified(session, Achievement, craftsman.id):
        _count_achievement(found, achievement)
    ranks = session.execute(
        select(SkillLevel.rank, SkillCertificate.uid)
        .join(SkillCertificate, SkillCertificate.level_code == SkillLevel.code)
        .where(*_is_verified(SkillCertificate, craftsman.id))
        .order_by(SkillLevel.rank.desc(), SkillCertificate.id)
    ).first()
    if ranks is not None:
        found.note("certificate_rank", ranks[0], f"dossier:{ranks[1]}")
    for record in _verified(session, CompetitionRecord, craftsman.id):
        if record.place is not None and record.of_count is not None:
            found.places.append(_place(record))
    for studio in _verified(session, Studio, craftsman.id):
        if studio.role == "leader":
            found.note("leads_studio", value=True, document=f"dossier:{studio.uid}")


def _count_achievement(found: _Found, achievement: Achievement) -> None:
    name = ""
    if achievement.kind == "method" and achievement.named_after_person:
        name = "named_methods"
    elif achievement.kind == "patent" or achievement.benefit_yuan:
        name = "innovations"
    if name:
        count = found.values.get(name, 0) + 1
        found.note(name, count, f"dossier:{achievement.uid}")


def _place(record: CompetitionRecord) -> Place:
    document = f"dossier:{record.uid}"
    if record.publication_uid:
        document = f"publication:{record.publication_uid}"
    return Place(
        tier=record.tier,
        place=record.place or 0,
        of=record.of_count or 0,
        document=document,
    )


def _from_statements(found: _Found, statements: Iterable[Statement], on: date) -> None:
    for statement in statements:
        value = read_statement(statement.field, statement.value)
        if isinstance(value, date):
            years = full_years(value, on)
            found.note("years_in_trade", years, statement.document)
        else:
            found.note(statement.field, value, statement.document)


def _is_verified(model: type[Any], craftsman_id: int) -> tuple[Any, ...]:
    return (
        model.craftsman_id == craftsman_id,
        model.is_current,
        model.state == "verified",
    )


def _verified(session: Session, model: type[Any], craftsman_id: int) -> list[Any]:
    found = select(model).where(*_is_verified(model, craftsman_id))
    return list(session.scalars(found.order_by(model.id)))
