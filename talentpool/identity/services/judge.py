"""Saying of two records whether they are one person; each word is kept."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.services import Actor, record
from talentpool.identity.models import Judgement, Likeness


class AlreadyMergedError(DomainError):
    """The pair was merged meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("The two were merged meanwhile. Undo the merge first."))


def judge(
    session: Session,
    likeness: Likeness,
    *,
    verdict: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Judgement:
    """Keep what somebody says of a pair, with the reason; the caller commits.

    Raises:
        AlreadyMergedError: it was merged.
    """
    if likeness.state == "merged":
        raise AlreadyMergedError
    made = Judgement(
        likeness=likeness,
        verdict=verdict,
        reason=reason,
        score=likeness.score,
        fingerprint=likeness.fingerprint,
        given_at=now,
        given_by=actor.name,
    )
    likeness.state = verdict
    session.add(made)
    session.flush()
    record(
        session,
        actor=actor,
        action="identity.judged",
        subject=f"likeness:{likeness.uid}",
        now=now,
        body={
            "persons": [likeness.first.uid, likeness.second.uid],
            "verdict": verdict,
            "score": likeness.score,
        },
    )
    return made
