"""Merging two records of one person, and taking the merge back exactly.

A merge deletes nothing: the merged record stays and leads to the kept one, its rows get
a new owner, and every changed cell is kept, sealed, so that a split puts back what was.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from errors import DomainError
from extensions import Base
from ledger.log.rules import digest
from ledger.log.services import Actor, record
from people.persons.models import Person
from people.vault.services import get_vault
from talentpool.dossiers.models import FACT_MODELS, Craftsman
from talentpool.dossiers.services.moves import (
    announce,
    log_moved_facts,
    log_moved_head,
)
from talentpool.identity import queries
from talentpool.identity.models import Likeness, Merge
from talentpool.identity.rules.cells import Cell, read_cells, write_cells
from talentpool.identity.services.judge import judge
from talentpool.identity.services.plan import Plan, make_plan
from talentpool.identity.signals import rows_moved

CONTEXT = "identity_merge.cells"
_FACTS = {model.__tablename__: model for model in FACT_MODELS}

# A room that knows why two records cannot be one person says so: it turns (session,
# kept, merged) into a sentence, or "". Registered by name.
vetoes: dict[str, Callable[[Session, Person, Person], str]] = {}


class MergeRefusedError(DomainError):
    """The two records cannot be merged; the message says why."""


class SplitRefusedError(DomainError):
    """The merge cannot be undone; the message says why."""


def find_objections(session: Session, kept: Person, merged: Person) -> list[str]:
    """Return every reason against merging two records."""
    found = [veto(session, kept, merged) for veto in vetoes.values()]
    if kept.id == merged.id:
        found.append(_("Both are the same record."))
    if kept.merged_into_id is not None or merged.merged_into_id is not None:
        found.append(_("One of the records was merged meanwhile."))
    return [objection for objection in found if objection]


def merge(
    session: Session,
    likeness: Likeness,
    *,
    kept: Person,
    taken: frozenset[str],
    reason: str,
    actor: Actor,
    now: datetime,
) -> Merge:
    """Lead one of two records over to the other; the caller commits.

    Args:
        session: the caller's transaction.
        likeness: the pair.
        kept: which of the two counts from then on.
        taken: fields whose value comes from the other one.
        reason: why they are the same person.
        actor: who decided.
        now: the server's clock.

    Raises:
        MergeRefusedError: a room objects, or one of them was merged meanwhile.
    """
    other = likeness.second if kept.id == likeness.first_id else likeness.first
    _lock(session, Person, kept.id, other.id)
    if objections := find_objections(session, kept, other):
        raise MergeRefusedError("\n".join(objections))
    judge(session, likeness, verdict="same", reason=reason, actor=actor, now=now)
    plan = make_plan(session, kept=kept, merged=other, taken=taken)
    _write(session, [(c, c.after) for c in plan.cells])
    made = Merge(
        likeness=likeness,
        kept_id=kept.id,
        merged_id=other.id,
        reason=reason,
        moved=sum(map(len, plan.moved_rows().values())),
        cells_sealed=get_vault().seal(write_cells(plan.cells), CONTEXT),
        merged_at=now,
        merged_by=actor.name,
    )
    likeness.state = "merged"
    session.add(made)
    session.flush()
    _log(session, made, "identity.merged", plan.cells, actor, now)
    _tell(session, plan.cells, plan, actor, now)
    return made


def find_changed_since(session: Session, made: Merge) -> list[Cell]:
    """Return the cells of a merge that were changed again and would stay."""
    return [
        cell for cell in cells_of(made) if _current(session, cell) != (True, cell.after)
    ]


def split(
    session: Session, made: Merge, *, reason: str, actor: Actor, now: datetime
) -> list[Cell]:
    """Undo a merge; return the cells that were changed since and stay.

    What was recorded after the merge stays with the kept record, but a correction of a
    fact goes where the fact goes.

    Raises:
        SplitRefusedError: undone already, erased, or a later merge rests on it.
    """
    _lock(session, Merge, made.id)
    if made.undone_at is not None:
        raise SplitRefusedError(_("This merge was undone already."))
    if made.cells_sealed is None:
        raise SplitRefusedError(
            _("One of the two was erased: there is nothing left to put back.")
        )
    if queries.find_later_merge(session, made) is not None:
        raise SplitRefusedError(
            _("Another record was merged into this one since. Undo that merge first.")
        )
    cells = cells_of(made)
    stay = find_changed_since(session, made)
    back = [cell for cell in cells if cell not in stay]
    followers = list(_followers(session, back))
    undone = [Cell(c.table, c.row, c.column, c.after, c.before) for c in back[::-1]]
    _write(session, [(c, c.after) for c in [*followers, *undone]])
    made.undone_at, made.undone_by, made.undo_reason = now, actor.name, reason
    likeness = made.likeness
    likeness.state = "open"
    judge(session, likeness, verdict="different", reason=reason, actor=actor, now=now)
    changed = [*followers, *undone]
    _log(session, made, "identity.split", changed, actor, now)
    plan = Plan(made.kept, made.merged, *_craftsmen_of(session, made))
    _tell(session, changed, plan, actor, now)
    return stay


def _lock(session: Session, model: type[Person | Merge], *ids: int) -> None:
    """Hold rows, so that two officers do not decide at once; read them anew."""
    session.flush()
    held = select(model.id).where(model.id.in_(ids)).order_by(model.id)
    session.execute(held.with_for_update(key_share=True))
    session.expire_all()


def cells_of(made: Merge) -> list[Cell]:
    if made.cells_sealed is None:
        return []
    return read_cells(get_vault().open(made.cells_sealed, CONTEXT))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _current(session: Session, cell: Cell) -> tuple[bool, object]:
    table = _table(cell.table)
    row = session.execute(
        select(table.c[cell.column]).where(table.c.id == cell.row)
    ).one_or_none()
    return (False, None) if row is None else (True, row[0])


def _write(session: Session, values: Iterable[tuple[Cell, object]]) -> None:
    session.flush()
    for cell, value in values:
        table = _table(cell.table)
        session.execute(
            update(table).where(table.c.id == cell.row).values({cell.column: value})
        )
    session.expire_all()


def _followers(session: Session, back: Iterable[Cell]) -> Iterable[Cell]:
    """Yield the moves of facts that correct or prove facts which go back."""
    owners: dict[str, tuple[int, int]] = {}  # fact uid → kept, merged craftsman
    for cell in back:
        if cell.column == "craftsman_id" and cell.table in _FACTS:
            yield from _corrections(session, cell, owners)
    evidence = _table("evidence")
    for uid, (kept, merged) in owners.items():
        found = select(evidence.c.id).where(
            evidence.c.fact_uid == uid, evidence.c.craftsman_id == kept
        )
        moved = {c.row for c in back if c.table == "evidence"}
        for number in session.scalars(found.order_by(evidence.c.id)):
            if number not in moved:
                yield Cell("evidence", number, "craftsman_id", kept, merged)


def _corrections(
    session: Session, cell: Cell, owners: dict[str, tuple[int, int]]
) -> Iterable[Cell]:
    table, number = _table(cell.table), cell.row
    own = session.scalar(select(table.c.uid).where(table.c.id == number))
    owners[str(own)] = (cell.after, cell.before)
    while True:
        row = session.execute(
            select(table.c.id, table.c.uid, table.c.craftsman_id).where(
                table.c.supersedes_id == number
            )
        ).one_or_none()
        if row is None or row.craftsman_id != cell.after:
            return
        owners[row.uid] = (cell.after, cell.before)
        if cell.table != "evidence" or row.id != cell.row:
            yield Cell(cell.table, row.id, "craftsman_id", cell.after, cell.before)
        number = row.id


def _craftsmen_of(
    session: Session, made: Merge
) -> tuple[Craftsman | None, Craftsman | None]:
    def of(person_id: int) -> Craftsman | None:
        return session.scalar(select(Craftsman).where(Craftsman.person_id == person_id))

    return of(made.kept_id), of(made.merged_id)


def _log(
    session: Session,
    made: Merge,
    action: str,
    cells: Iterable[Cell],
    actor: Actor,
    now: datetime,
) -> None:
    """Log a merge or split with which cells it changed, not what stands in them."""
    changed = [[c.table, c.row, c.column] for c in cells]
    record(
        session,
        actor=actor,
        action=action,
        subject=f"person:{made.kept.uid}",
        now=now,
        body={
            "merge": made.uid,
            "merged": made.merged.uid,
            "cells": len(changed),
            "digest": digest({"cells": changed}),
        },
    )


def _tell(
    session: Session, cells: list[Cell], plan: Plan, actor: Actor, now: datetime
) -> None:
    """Tell dossiers, and the rooms above, which of their rows changed their owner."""
    craftsmen = [c for c in (plan.kept_craftsman, plan.merged_craftsman) if c]
    by_id = {c.id: c for c in craftsmen}
    for name, model in _FACTS.items():
        moved = [c for c in cells if c.table == name and c.column == "craftsman_id"]
        if moved:
            source, to = by_id[moved[0].before], by_id[moved[0].after]
            found = select(model.uid).where(model.id.in_([c.row for c in moved]))
            uids = session.scalars(found)
            log_moved_facts(session, uids, source=source, to=to, actor=actor, now=now)
    for craftsman in craftsmen:
        head = [
            c
            for c in cells
            if (c.table, c.row) == ("craftsman", craftsman.id)
            and c.column not in {"merged_into_id", "person_id"}
        ]
        log_moved_head(
            session,
            craftsman,
            before={c.column: c.before for c in head},
            after={c.column: c.after for c in head},
            actor=actor,
            now=now,
        )
    rows: dict[str, list[int]] = {}
    for cell in cells:
        rows.setdefault(cell.table, []).append(cell.row)
    rows_moved.send(None, session=session, rows=rows, actor=actor, now=now)
    announce(session, *craftsmen)
