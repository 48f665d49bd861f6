"""Taking over what a file says otherwise of dossiers that are there; and back again."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from extensions import LOCAL
from ledger.log.services import Actor
from people.units.models import Unit
from people.vault.services import get_vault
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import KINDS, find_fact
from talentpool.dossiers.services.facts import add_fact, correct_fact, dispute_fact
from talentpool.imports.models import ImportBatch, ImportChange
from talentpool.imports.queries.batches import CHANGE_CONTEXT, open_change
from talentpool.imports.rules.ready import Change, write
from talentpool.life.services.heads import Why, edit_head

UnitOf = Callable[[Change], int | None]


def seal_change(change: Change) -> bytes:
    """Return a change as it is kept."""
    return get_vault().seal(write(change), CHANGE_CONTEXT)


def take_changes(
    session: Session,
    batch: ImportBatch,
    *,
    unit_of: UnitOf,
    actor: Actor,
    now: datetime,
) -> Iterator[bool]:
    """Change the dossiers as the file says; yield for each whether it was as seen.

    The head's old values stay in the log, a record that is said otherwise is corrected
    and stays in the history, a new one is added. No commit.
    """
    today = now.astimezone(LOCAL).date()
    for kept in session.scalars(
        select(ImportChange)
        .where(ImportChange.batch_id == batch.id)
        .order_by(ImportChange.row)
    ).all():
        craftsman = session.get_one(Craftsman, kept.craftsman_id)
        if craftsman.updated_at != kept.seen_at or craftsman.merged_into_id:
            yield False
            return
        change = open_change(kept)
        why = Why(on=today, reason=_("Import"), document=_file_of(batch))
        person: dict[str, Any] = dict(change.person)
        unit_id = unit_of(change)
        if unit_id is not None:
            person["unit"] = session.get_one(Unit, unit_id)
        edit_head(
            session,
            craftsman,
            head=change.head,
            person=person,
            why=why,
            actor=actor,
            now=now,
        )
        _add_facts(session, craftsman, change, batch, actor=actor, now=now)
        craftsman.updated_at = kept.taken_at = now
        kept.change_sealed = seal_change(change)
        yield True


def take_back(
    session: Session,
    batch: ImportBatch,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Put back what a batch changed; records it brought stay, disputed. No commit."""
    today: date = now.astimezone(LOCAL).date()
    taken = session.scalars(
        select(ImportChange)
        .where(ImportChange.batch_id == batch.id, ImportChange.taken_at.is_not(None))
        .order_by(ImportChange.row)
    ).all()
    for kept in taken:
        craftsman, change = (
            session.get_one(Craftsman, kept.craftsman_id),
            open_change(kept),
        )
        person: dict[str, Any] = dict(change.before_person)
        if change.unit_id is not None or change.new_unit is not None:
            unit = change.before_unit_id
            person["unit"] = session.get_one(Unit, unit) if unit else None
        why = Why(on=today, reason=reason, document=_file_of(batch))
        edit_head(
            session,
            craftsman,
            head=change.before_head,
            person=person,
            why=why,
            actor=actor,
            now=now,
        )
        for kind, uid in change.made:
            fact = find_fact(session, craftsman, kind, uid)
            if fact is not None:
                dispute_fact(session, fact, reason=reason, actor=actor, now=now)
        session.delete(kept)
    session.flush()
    return len(taken)


def _add_facts(
    session: Session,
    craftsman: Craftsman,
    change: Change,
    batch: ImportBatch,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    verified = batch.takes_as_verified
    for kind, given in change.facts.items():
        for values in given:
            columns = {"source": "import", **values}
            corrected = columns.pop("=", None)
            old = corrected and find_fact(session, craftsman, kind, corrected)
            if old:
                made = correct_fact(
                    session,
                    old,
                    values=columns,
                    reason=_file_of(batch),
                    actor=actor,
                    now=now,
                    verified=verified,
                )
            else:
                made = add_fact(
                    session,
                    KINDS[kind],
                    craftsman=craftsman,
                    values=columns,
                    actor=actor,
                    now=now,
                    verified=verified,
                )
            change.made.append((kind, made.uid))


def _file_of(batch: ImportBatch) -> str:
    return str(_("Import of the file %(name)s", name=batch.file_name))[:120]
