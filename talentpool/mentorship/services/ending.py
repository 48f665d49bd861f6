"""How a pair goes on or ends: graduation, and another mentor for the apprentice."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.services import Actor
from talentpool.dossiers.models import Craftsman, Studio
from talentpool.dossiers.services.craftsmen import log_change
from talentpool.mentorship.models import Pair
from talentpool.mentorship.queries.plans import find_last_final
from talentpool.mentorship.rules.pairs import OFFICER
from talentpool.mentorship.services.pairs import (
    NewPair,
    Step,
    move_pair,
    record_pair,
)


class EndingError(DomainError):
    """A pair cannot end or go on like this."""


def graduate(
    session: Session, pair: Pair, *, on: date, actor: Actor, now: datetime
) -> None:
    """Let an apprentice graduate; both dossiers, and the mentor's studio, say so.

    Raises:
        EndingError: no final assessment was passed.
        PairStepError: the pair is not in training.
    """
    final = find_last_final(session, pair.id)
    if final is None or final.outcome != "passed":
        raise EndingError(_("Nobody graduates before the final assessment is passed."))
    studio = _studio_of(session, pair.mentor)
    body = {"assessment": final.uid, "band": final.band}
    if studio is not None:
        body["studio"] = studio.uid
    step = Step(to="graduated", on=on, body=body)
    move_pair(session, pair, step=step, who=OFFICER, actor=actor, now=now)
    told = {"pair": pair.uid, "document": pair.agreement_number or "", **body}
    posts = {"craftsman.apprentice_graduated": pair.mentor}
    if pair.apprentice_craftsman is not None:
        posts["craftsman.graduated"] = pair.apprentice_craftsman
    for action, craftsman in posts.items():
        log_change(session, craftsman, action, actor, now, told)


def change_mentor(
    session: Session,
    pair: Pair,
    mentor: Craftsman,
    *,
    on: date,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Pair:
    """End a pair and begin its successor with another mentor, as a draft.

    The old pair stays as it was, with its cause; the new one is linked to it and has an
    agreement of its own.

    Raises:
        EndingError: the same mentor, or nothing is left of the term.
        PairRefusedError: the new mentor breaches a limit; all of them are named.
    """
    if mentor.id == pair.mentor_id:
        raise EndingError(_("This is the mentor the apprentice has."))
    if not pair.starts_on <= on < pair.ends_on:
        raise EndingError(_("The day must lie within the term of the pair."))
    step = Step(
        to="terminated", cause="change_of_mentor", on=on, body={"reason": reason}
    )
    move_pair(session, pair, step=step, who=OFFICER, actor=actor, now=now)
    units = (mentor.person.unit_id, pair.apprentice.unit_id)
    return record_pair(
        session,
        mentor=mentor,
        apprentice=pair.apprentice,
        new=NewPair(
            starts_on=on,
            ends_on=max(pair.ends_on, _least_end(on)),
            relation="assigned" if units[0] == units[1] else "cross_firm",
            trade=pair.trade,
            apprentice_level=pair.apprentice_level or "",
            goals=pair.goals,
            successor_of=pair,
        ),
        actor=actor,
        now=now,
    )


def _least_end(on: date) -> date:
    """Return the day a year on: what is left of a term may be too short to teach in."""
    return on.replace(year=on.year + 1, day=min(on.day, 28))


def _studio_of(session: Session, mentor: Craftsman) -> Studio | None:
    return session.scalar(
        select(Studio)
        .where(
            Studio.craftsman_id == mentor.id,
            Studio.is_current,
            Studio.state == "verified",
        )
        .order_by(Studio.role, Studio.id)  # its leader before a member
        .limit(1)
    )
