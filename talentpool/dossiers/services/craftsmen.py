"""Making craftsmen, changing their state, showing masked fields in clear."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, record
from people.persons.models import Person
from people.persons.queries import open_id_number, open_phone
from people.reveals.services import log_reveal
from talentpool.dossiers.models import Craftsman, PoolStep
from talentpool.dossiers.rules import (
    CERTIFICATE_ALPHABET,
    CERTIFICATE_RANDOM,
    GONE_STATES,
    LEVELS,
    certificate_number,
    is_state_step,
)
from talentpool.dossiers.services.facts import add_fact
from talentpool.dossiers.services.memberships import (
    Tier,
    close_memberships,
    open_membership,
)
from talentpool.dossiers.signals import craftsman_changed

REVEALABLE = {"id_number": open_id_number, "phone": open_phone}


class StateStepError(DomainError):
    """This state cannot follow the present one."""

    def __init__(self) -> None:
        super().__init__(_("This state cannot follow the present one."))


def draw_number(year: int) -> str:
    """Return a certificate number drawn by chance; it may be taken."""
    drawn = (secrets.choice(CERTIFICATE_ALPHABET) for _i in range(CERTIFICATE_RANDOM))
    return certificate_number(year, "".join(drawn))


def _free_number(session: Session, year: int) -> str:
    while True:
        number = draw_number(year)
        taken = select(Craftsman.id).where(Craftsman.certificate_number == number)
        if session.scalar(taken) is None:
            return number


def hold(session: Session, craftsman: Craftsman) -> None:
    """Hold a dossier's row and read its state anew, before it is looked at."""
    session.flush()
    session.refresh(craftsman, ["state"], with_for_update=True)


def hold_person(session: Session, person_id: int) -> None:
    """Hold a person's row, so that nobody makes a second dossier of them meanwhile."""
    row = select(Person.id).where(Person.id == person_id)
    session.execute(row.with_for_update(key_share=True))


def make_craftsman(
    session: Session,
    *,
    values: Mapping[str, Any],
    entered_on: date,
    actor: Actor,
    now: datetime,
    decision: str = "",
) -> Craftsman:
    """Put a person into the pool with a fresh certificate number; log, no commit.

    The membership of the tier begins with it.

    Args:
        session: the caller's transaction.
        values: the columns of `Craftsman`; at least person, pool_class, level,
            occupation_edition, occupation_code, trade and district_code.
        entered_on: the local day of the admission.
        actor: who decided.
        now: the server's clock.
        decision: the number of the decision, of the minute.
    """
    craftsman = Craftsman(
        **values,
        entered_on=entered_on,
        certificate_number=_free_number(session, entered_on.year),
        created_at=now,
        updated_at=now,
    )
    session.add(craftsman)
    session.flush()
    body = {
        "person": craftsman.person.uid,
        "level": craftsman.level,
        "class": craftsman.pool_class,
        "certificate": craftsman.certificate_number,
    }
    log_change(session, craftsman, "craftsman.entered", actor, now, body)
    tier = Tier(craftsman.level, craftsman.pool_class, decision)
    open_membership(session, craftsman, tier, on=entered_on, actor=actor, now=now)
    return craftsman


def change_head(
    session: Session,
    craftsman: Craftsman,
    *,
    changes: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    why: Mapping[str, str] | None = None,
) -> list[str]:
    """Change columns of the head, log which and say so; no difference, no entry.

    Args:
        session: the caller's transaction.
        craftsman: whose head.
        changes: the new values, by column.
        actor: who changes them.
        now: the server's clock.
        why: what the log says besides: "reason", "document", "on" (the day it holds
            from).
    """
    if not changes:
        return []
    # Anew, with the row held: what the log calls "before" is what stood there.
    session.refresh(craftsman, list(changes), with_for_update=True)
    changed = sorted(f for f, v in changes.items() if getattr(craftsman, f) != v)
    if not changed:
        return []
    before = {field: str(getattr(craftsman, field)) for field in changed}
    for field in changed:
        setattr(craftsman, field, changes[field])
    after = {field: str(changes[field]) for field in changed}
    body = {**(why or {}), "before": before, "after": after}
    log_change(session, craftsman, "craftsman.updated", actor, now, body)
    return changed


def raise_level(
    session: Session,
    craftsman: Craftsman,
    *,
    level: str,
    decision: str,
    on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a craftsman into a further tier; the head shows the highest of them."""
    tier = Tier(level, craftsman.pool_class, decision)
    open_membership(session, craftsman, tier, on=on, actor=actor, now=now)
    if LEVELS.index(level) < LEVELS.index(craftsman.level):
        why = {"document": decision}
        change_head(
            session, craftsman, changes={"level": level}, actor=actor, now=now, why=why
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Why, when and by whom a craftsman moves to another state of the pool."""

    cause: str = ""  # of the standard's exits, or of a review
    clause: str = ""
    reason: str
    document: str = ""
    decided_by: str = ""
    on: date | None = None  # the day it holds from; today unless given


def change_state(
    session: Session,
    craftsman: Craftsman,
    *,
    to: str,
    reason: str,
    clause: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Move a craftsman to another pool state today; see `take_step`."""
    step = Step(reason=reason, clause=clause)
    take_step(session, craftsman, to=to, step=step, actor=actor, now=now)


def take_step(
    session: Session,
    craftsman: Craftsman,
    *,
    to: str,
    step: Step,
    actor: Actor,
    now: datetime,
) -> PoolStep:
    """Move a craftsman to another pool state, as a dated fact and in the log.

    Whoever leaves for good is no member of any tier from that day on.

    Raises:
        StateStepError: `rules.NEXT_STATE` knows no such step.
    """
    session.refresh(craftsman, ["state"], with_for_update=True)
    if not is_state_step(craftsman.state, to):
        raise StateStepError
    on = step.on or now.astimezone(LOCAL).date()
    body = {"from": craftsman.state, "to": to, "on": on.isoformat()}
    body |= {f: getattr(step, f) for f in ("reason", "clause", "cause", "document")}
    craftsman.state = to
    log_change(session, craftsman, "craftsman.state_changed", actor, now, body)
    values = {
        "to_state": to,
        "cause": step.cause,
        "clause": step.clause,
        "document": step.document,
        "decided_by": step.decided_by,
        "ground": step.reason,
        "valid_from": on,
    }
    fact = add_fact(
        session,
        PoolStep,
        craftsman=craftsman,
        values=values,
        actor=actor,
        now=now,
        verified=True,
    )
    if to in GONE_STATES:
        cause = step.cause or to
        close_memberships(session, craftsman, cause=cause, on=on, actor=actor, now=now)
    return fact


def reveal(
    session: Session,
    craftsman: Craftsman,
    *,
    field: str,
    purpose: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Return a masked field in clear and log who saw it and what for.

    Raises:
        KeyError: no such field; the form offers only those of `REVEALABLE`.
    """
    value = REVEALABLE[field](craftsman.person)
    log_reveal(
        session,
        person=craftsman.person,
        fields=field,
        purpose=purpose,
        now=now,
        actor=actor,
    )
    return value


def log_change(
    session: Session,
    craftsman: Craftsman,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, Any],
) -> None:
    """Log a change of a craftsman and announce it to the rooms above."""
    craftsman.updated_at = now
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"craftsman:{craftsman.uid}",
        now=now,
        body=body,
    )
    craftsman_changed.send(None, session=session, craftsman_id=craftsman.id)
