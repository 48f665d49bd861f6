"""A verified project in the dossiers of its people, and out of what counts again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.services import Actor
from talentpool.dossiers.models import Achievement, Craftsman
from talentpool.dossiers.services.facts import (
    add_evidence,
    add_fact,
    correct_fact,
    dispute_fact,
)
from talentpool.growth.models.innovations import Innovation, InnovationShare
from talentpool.growth.rules.innovations import kind_in_dossier


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
        values = _values(innovation, share)
        known = _known(session, share.craftsman, innovation.title)
        if known is None:
            fact = add_fact(
                session,
                Achievement,
                craftsman=share.craftsman,
                values=values,
                actor=actor,
                now=now,
                verified=True,
            )
        else:
            fact = correct_fact(
                session,
                known,
                values=values,
                reason="innovation project",
                actor=actor,
                now=now,
                verified=True,
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
    """Flag the facts of a project in every dossier as disputed."""
    found = select(Achievement).where(
        Achievement.project_uid == innovation.uid, Achievement.is_current
    )
    for fact in session.scalars(found.order_by(Achievement.id)).all():
        dispute_fact(session, fact, reason=reason, actor=actor, now=now)


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


def _known(session: Session, craftsman: Craftsman, title: str) -> Achievement | None:
    return session.scalar(
        select(Achievement)
        .where(
            Achievement.craftsman_id == craftsman.id,
            Achievement.is_current,
            Achievement.project_uid == "",
            Achievement.title == title,
        )
        .order_by(Achievement.id)
        .limit(1)
    )
