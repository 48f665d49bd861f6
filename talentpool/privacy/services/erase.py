"""Erasing a person: asked, confirmed by one officer, carried out by another.

What identifies is removed as the register says; what statistics count stays, and so
does the log: it names persons by identifiers, and the salt of its commitments goes.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

from accounts.sessions.models import SignIn
from accounts.users.models import User
from errors import DomainError
from extensions import Base
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from people.attachments.services import erase as erase_file
from people.consent.services import withdraw_consent
from people.persons.models import Person
from people.persons.queries import ID_CONTEXT
from people.vault.services import get_vault
from talentpool.admission.services.erasing import end_procedures, log_what_is_left
from talentpool.dossiers.models import FACT_MODELS, Craftsman, Fact
from talentpool.dossiers.rules import is_state_step
from talentpool.dossiers.services.craftsmen import Step, take_step
from talentpool.dossiers.services.facts import fact_digest
from talentpool.dossiers.services.moves import (
    announce,
    log_erased_facts,
    log_moved_head,
)
from talentpool.privacy import queries
from talentpool.privacy.models import Erasure
from talentpool.privacy.rules.erasing import OPEN_STATES, STARS
from talentpool.privacy.rules.register import load_register

Proof = dict[str, dict[str, int]]


class ErasureError(DomainError):
    """The wish is not where it can be decided; the message says why."""


def ask(
    session: Session, person: Person, *, reason: str, actor: Actor, now: datetime
) -> Erasure:
    """Keep a person's wish to be erased; one waits at a time."""
    if person.erased_at is not None:
        raise ErasureError(_("This person was erased already."))
    waiting = queries.find_open_erasure(session, person.id)
    if waiting is not None:
        return waiting
    wish = Erasure(
        person=person,
        state="asked",
        reason=reason,
        asked_at=now,
        asked_by=actor.name,
    )
    session.add(wish)
    session.flush()
    _log(session, wish, "erasure.asked", actor, now)
    return wish


def confirm(session: Session, wish: Erasure, *, actor: Actor, now: datetime) -> None:
    """Say, as the first of two, that the wish is the person's and may be kept.

    Raises:
        ErasureError: it is not waiting, or the person would decide for themselves.
    """
    _hold(session, wish, ("asked",))
    _refuse_self(session, wish, actor)
    wish.state, wish.confirmed_at, wish.confirmed_by = "confirmed", now, actor.name
    _log(session, wish, "erasure.confirmed", actor, now)


def decline(
    session: Session, wish: Erasure, *, answer: str, actor: Actor, now: datetime
) -> None:
    """Turn a wish down, naming the duty that stands against it."""
    _hold(session, wish, OPEN_STATES)
    wish.state, wish.answer = "declined", answer
    wish.done_at, wish.done_by = now, actor.name
    _log(session, wish, "erasure.declined", actor, now)


def carry_out(session: Session, wish: Erasure, *, actor: Actor, now: datetime) -> Proof:
    """Erase the person, as the second of two; return which columns of how many rows.

    Raises:
        ErasureError: nobody has confirmed it, or the same person would do both.
    """
    _hold(session, wish, ("confirmed",))
    _refuse_self(session, wish, actor)
    if wish.confirmed_by == actor.name:
        raise ErasureError(
            _("You confirmed this yourself. Somebody else has to carry it out.")
        )
    person = wish.person
    for purpose in ("pool", "publication", "competition"):
        withdraw_consent(session, person=person, purpose=purpose, now=now, actor=actor)
    records = queries.list_records(session, person)
    end_procedures(session, records, actor=actor, now=now)
    craftsmen = _leave_the_pool(session, person, actor, now)
    rows = queries.rows_of(session, person)
    _close_accounts(session, rows.get("user_account", []), now)
    session.execute(
        update(Person).where(Person.id.in_(rows["person"])).values(erased_at=now)
    )
    proof = _empty(session, rows)
    _log_dossiers(session, craftsmen, actor, now)
    log_what_is_left(session, records, actor=actor, now=now)
    wish.state, wish.done_at, wish.done_by = "done", now, actor.name
    wish.proof = json.dumps(proof, sort_keys=True)
    _log(session, wish, "erasure.done", actor, now, {"proof": proof})
    announce(session, *craftsmen)
    return proof


def _hold(session: Session, wish: Erasure, states: tuple[str, ...]) -> None:
    session.execute(
        select(Erasure.id).where(Erasure.id == wish.id).with_for_update(key_share=True)
    )
    session.refresh(wish, ["state", "confirmed_by"])
    if wish.state not in states:
        raise ErasureError(_("This wish was decided meanwhile."))


def _refuse_self(session: Session, wish: Erasure, actor: Actor) -> None:
    own = select(User.person_id).where(User.uid == actor.name)
    if session.scalar(own) in queries.list_records(session, wish.person):
        raise ErasureError(_("Nobody decides about their own data here."))


def _leave_the_pool(
    session: Session, person: Person, actor: Actor, now: datetime
) -> list[Craftsman]:
    numbers = queries.list_records(session, person)
    found = list(
        session.scalars(
            select(Craftsman)
            .where(Craftsman.person_id.in_(numbers))
            .order_by(Craftsman.id)
        )
    )
    for craftsman in found:
        if craftsman.merged_into_id is None and is_state_step(craftsman.state, "left"):
            step = Step(cause="own_request", reason="erasure")
            take_step(session, craftsman, to="left", step=step, actor=actor, now=now)
    return found


def _close_accounts(session: Session, ids: list[int], now: datetime) -> None:
    session.execute(update(User).where(User.id.in_(ids)).values(enabled=False))
    session.execute(
        update(SignIn)
        .where(SignIn.user_id.in_(ids), SignIn.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _empty(session: Session, rows: Mapping[str, list[int]]) -> Proof:
    """Take from every row what the register says; count rows by table and column."""
    session.flush()
    proof: Proof = {}
    for name, ids in rows.items():
        if name == "attachment":
            files = session.scalars(select(Attachment).where(Attachment.id.in_(ids)))
            for attachment in files:
                erase_file(session, attachment)
            proof[name] = {"file": len(ids)}
            continue
        table = Base.metadata.tables[name]
        for field in load_register().entries[name].fields:
            if field.erasing in {"keep", "derived", "file"}:
                continue
            _empty_column(session, table, table.c[field.column], ids, field.erasing)
            proof.setdefault(name, {})[field.column] = len(ids)
    session.flush()
    session.expire_all()
    return proof


def _empty_column(
    session: Session, table: Table, column: Column[Any], ids: list[int], mode: str
) -> None:
    """Empty a column: in one statement, where every row is left with the same."""
    if mode not in {"year", "random"}:
        rows = update(table).where(table.c.id.in_(ids))
        session.execute(rows.values({column: _LEFT[mode](column)}))
        return
    for number in ids:
        value = _left(session, table, column, number, mode)
        row = update(table).where(table.c.id == number)
        session.execute(row.values({column: value}))


def _left(
    session: Session, table: Table, column: Column[Any], number: int, mode: str
) -> object:
    if mode == "year":
        day = session.execute(select(column).where(table.c.id == number)).scalar_one()
        return date(day.year, 1, 1)
    return _LEFT[mode](column)


def _nothing(column: Column[Any]) -> object:
    if column.nullable:
        return None
    return b"" if column.type.python_type is bytes else ""


def _random(column: Column[Any]) -> object:
    if column.type.python_type is bytes:
        return secrets.token_bytes(16)
    return secrets.token_hex(16)


_LEFT: dict[str, Callable[[Column[Any]], object]] = {
    "empty": _nothing,
    "random": _random,
    "stars": lambda _column: STARS,
    "seal": lambda _column: get_vault().seal("", ID_CONTEXT),
}


def _log_dossiers(
    session: Session, craftsmen: list[Craftsman], actor: Actor, now: datetime
) -> None:
    for craftsman in craftsmen:
        facts: dict[str, str] = {}
        for model in FACT_MODELS:
            kind: type[Fact] = model
            rows = session.scalars(
                select(kind).where(kind.craftsman_id == craftsman.id)
            )
            facts |= {fact.uid: fact_digest(fact) for fact in rows}
        log_erased_facts(session, craftsman, facts, actor=actor, now=now)
        # Nothing of what was there: only what is left.
        head = {"post": craftsman.post}
        log_moved_head(session, craftsman, before={}, after=head, actor=actor, now=now)


def _log(
    session: Session,
    wish: Erasure,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, Any] | None = None,
) -> None:
    session.flush()
    record(
        session,
        actor=actor,
        action=action,
        subject=f"person:{wish.person.uid}",
        now=now,
        body={"erasure": wish.uid, **(body or {})},
    )
