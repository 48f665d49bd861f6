"""Making craftsmen, changing their state, showing masked fields in clear."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.services import Actor, record
from people.persons.queries import open_id_number, open_phone
from people.persons.services import log_reveal
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import (
    CERTIFICATE_ALPHABET,
    CERTIFICATE_RANDOM,
    certificate_number,
    is_state_step,
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


def make_craftsman(
    session: Session,
    *,
    values: Mapping[str, Any],
    entered_on: date,
    actor: Actor,
    now: datetime,
) -> Craftsman:
    """Put a person into the pool with a fresh certificate number; log, no commit.

    Args:
        session: the caller's transaction.
        values: the columns of `Craftsman`; at least person, pool_class, level,
            occupation_edition, occupation_code, trade and district_code.
        entered_on: the local day of the admission.
        actor: who decided.
        now: the server's clock.
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
    return craftsman


def change_head(
    session: Session,
    craftsman: Craftsman,
    *,
    changes: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Change columns of the head and log which; no difference, no entry."""
    changed = sorted(f for f, v in changes.items() if getattr(craftsman, f) != v)
    if not changed:
        return
    before = {field: str(getattr(craftsman, field)) for field in changed}
    for field in changed:
        setattr(craftsman, field, changes[field])
    after = {field: str(changes[field]) for field in changed}
    body = {"before": before, "after": after}
    log_change(session, craftsman, "craftsman.updated", actor, now, body)


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
    """Move a craftsman to another pool state; the reason and the clause are logged.

    Raises:
        StateStepError: `rules.NEXT_STATE` knows no such step.
    """
    if not is_state_step(craftsman.state, to):
        raise StateStepError
    body = {"from": craftsman.state, "to": to, "reason": reason, "clause": clause}
    craftsman.state = to
    log_change(session, craftsman, "craftsman.state_changed", actor, now, body)


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
