"""Declaring ties, and withdrawing what was declared by mistake."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.recusal.models import JudgeTie
from competition.recusal.rules import UNIT
from competition.recusal.signals import ties_changed
from errors import DomainError
from ledger.log.services import Actor, record
from people.persons.queries import ID_CONTEXT
from people.persons.rules import normalise_id_number
from people.units.models import Unit
from people.units.queries import find_by_name
from people.vault.services import get_vault


class TieError(DomainError):
    """A tie cannot be declared like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What a judge says of themselves."""

    kind: str
    unit: Unit | None = None
    name: str = ""
    id_number: str = ""


def declare(
    session: Session, *, user: User, tie: Tie, actor: Actor, now: datetime
) -> JudgeTie:
    """Keep a tie of a judge; the log says that there is one, not to whom.

    Raises:
        TieError: a unit, or a person's name or number, is missing.
    """
    if tie.kind == UNIT and tie.unit is None:
        raise TieError(_("Name the unit as it is registered here."))
    if tie.kind != UNIT and not (tie.name or tie.id_number):
        raise TieError(_("Give the person's name or ID number."))
    number = normalise_id_number(tie.id_number) if tie.id_number else ""
    row = JudgeTie(
        user_id=user.id,
        kind=tie.kind,
        unit=tie.unit,
        name=tie.name,
        id_number_hash=get_vault().lookup(number, ID_CONTEXT) if number else "",
        declared_at=now,
    )
    session.add(row)
    session.flush()
    _tell(session, row, user, "recusal.declared", actor, now)
    return row


def withdraw(
    session: Session, *, tie: JudgeTie, user: User, actor: Actor, now: datetime
) -> None:
    """Take back a tie that was declared by mistake; it stays on record."""
    if tie.withdrawn_at is None:
        tie.withdrawn_at = now
        session.flush()
        _tell(session, tie, user, "recusal.withdrawn", actor, now)


def _tell(
    session: Session,
    tie: JudgeTie,
    user: User,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"user:{user.uid}",
        now=now,
        body={"kind": tie.kind},
    )
    is_new = tie.withdrawn_at is None
    ties_changed.send(None, session=session, user_id=user.id, is_new=is_new, now=now)


def find_named_unit(session: Session, name: str) -> Unit | None:
    """Return the one unit of exactly this name, None where there is none or more."""
    return find_by_name(session, name)
