"""A project and its awards in the dossiers of its people, and out of them again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from extensions import LOCAL
from ledger.log.services import Actor, record
from talentpool.dossiers.models import Achievement, Craftsman, HonourAward
from talentpool.dossiers.services.facts import (
    add_evidence,
    add_fact,
    correct_fact,
    dispute_fact,
)
from talentpool.growth.models.awards import AwardNomination
from talentpool.growth.models.innovations import Innovation, InnovationShare
from talentpool.growth.rules.awards import AWARDED, TAKEN_BACK
from talentpool.growth.rules.innovations import kind_in_dossier

F = TypeVar("F", Achievement, HonourAward)
_NAMES: dict[type, str] = {Achievement: "title", HonourAward: "name"}


def post(
    session: Session, innovation: Innovation, *, actor: Actor, now: datetime
) -> list[str]:
    """Write a project into every dossier; return the uids of the facts.

    What a dossier already says under the same title is not said twice: that record is
    linked to the project by a correction. The papers stand beside the lead's fact; the
    others' leads to the project.

    Source: rule G-04 in docs/rules/growth.md.
    """
    facts = []
    for share in innovation.shares:
        fact = _write(
            session,
            Achievement,
            share.craftsman,
            _values(innovation, share),
            actor=actor,
            now=now,
        )
        for paper in innovation.papers if share.position == 1 else ():
            add_evidence(
                session,
                fact,
                title=paper.title,
                attachment=paper.attachment,
                actor=actor,
                now=now,
            )
        facts.append(fact.uid)
    return facts


def take_back(
    session: Session,
    innovation: Innovation,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Flag the facts of a project, and its awards, in every dossier as disputed."""
    found = select(Achievement).where(
        Achievement.project_uid == innovation.uid, Achievement.is_current
    )
    for fact in session.scalars(found.order_by(Achievement.id)).all():
        dispute_fact(session, fact, reason=reason, actor=actor, now=now)
    awards = select(AwardNomination).where(
        AwardNomination.innovation_id == innovation.id,
        AwardNomination.state == AWARDED,
    )
    for nomination in session.scalars(awards.order_by(AwardNomination.id)).all():
        take_back_award(session, nomination, reason=reason, actor=actor, now=now)


def post_award(
    session: Session, nomination: AwardNomination, *, actor: Actor, now: datetime
) -> None:
    """Write an award into the dossier of everybody who took part, with the role.

    Source: rule G-24 in docs/rules/growth.md.
    """
    award_round, innovation = nomination.round, nomination.innovation
    for share in innovation.shares:
        values = {
            "name": f"{award_round.name} · {nomination.prize}",
            "level": award_round.level,
            "issuer": award_round.issuer,
            "awarded_on": now.astimezone(LOCAL).date(),
            "document": award_round.document,
            "project_uid": innovation.uid,
            "given_for": innovation.title,
            "role": share.role,
        }
        _write(
            session,
            HonourAward,
            share.craftsman,
            values,
            actor=actor,
            now=now,
        )


def take_back_award(
    session: Session,
    nomination: AwardNomination,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Mark an award as taken back; its honours stay, disputed."""
    award_round, innovation = nomination.round, nomination.innovation
    nomination.state, nomination.reason = TAKEN_BACK, reason
    found = select(HonourAward).where(
        HonourAward.project_uid == innovation.uid,
        HonourAward.level == award_round.level,
        HonourAward.is_current,
    )
    for fact in session.scalars(found.order_by(HonourAward.id)).all():
        dispute_fact(session, fact, reason=reason, actor=actor, now=now)
    record(
        session,
        actor=actor,
        action="award.taken_back",
        subject=f"award:{award_round.uid}",
        now=now,
        body={"innovation": innovation.uid, "reason": reason},
    )


def _write(
    session: Session,
    model: type[F],
    craftsman: Craftsman,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> F:
    """Add a fact, or link the one a dossier has under the same name by a correction."""
    name = _NAMES[model]
    known = session.scalar(
        select(model)
        .where(
            model.craftsman_id == craftsman.id,
            model.is_current,
            model.project_uid == "",
            getattr(model, name) == values[name],
        )
        .order_by(model.id)
        .limit(1)
    )
    if known is None:
        return add_fact(
            session,
            model,
            craftsman=craftsman,
            values=values,
            actor=actor,
            now=now,
            verified=True,
        )
    return correct_fact(
        session,
        known,
        values=values,
        reason="innovation project",
        actor=actor,
        now=now,
        verified=True,
    )


def _values(innovation: Innovation, share: InnovationShare) -> dict[str, object]:
    return {
        "kind": kind_in_dossier(innovation.kind),
        "title": innovation.title,
        "text": innovation.text,
        "number": innovation.number,
        "named_after_person": bool(share.method_name),
        "benefit_yuan": innovation.benefit_yuan,
        "role": share.method_name,
        "author_rank": share.position,
        "achieved_on": innovation.finished_on,
        "project_uid": innovation.uid,
    }
