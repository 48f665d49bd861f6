"""Making entries of the rows that were found right, in a few statements.

An entry that comes in bulk is a draft without an account: papers follow, and whoever
completes it (unit, committee or the contestant) submits it with every rule's verdict.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from competition.bulk.models import EntryBatch, EntryTrace
from competition.bulk.services.check import Checked, Ready
from competition.registration.models import Entry
from competition.registration.rules.entries import DRAFT
from competition.registration.services.drafts import seal_answers
from ledger.log.services import Actor, Note, record_all
from people.persons.rules import NewPerson
from people.persons.services import bulk_register
from people.units.models import Unit
from people.units.services import register_unit


def enter(
    session: Session,
    batch: EntryBatch,
    checked: Checked,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Make and change the drafts of the checked rows; log each, no commit."""
    fresh = _with_units(session, checked.fresh, actor, now)
    changed = _with_units(session, checked.changed, actor, now)
    made = [row for row in fresh if row.person is None]
    ids = bulk_register(
        session,
        [
            NewPerson(
                facts=row.identity,
                name=row.answers.name,
                phone=row.answers.phone,
                unit_id=row.unit.id if row.unit else None,
            )
            for row in made
        ],
        now=now,
        actor=actor,
    )
    new = {row.row: person for row, person in zip(made, ids, strict=True)}
    entries = [_entry(batch, row, new, now) for row in fresh]
    before: dict[int, tuple[bytes | None, str]] = {}
    for row in changed:
        assert row.entry is not None  # noqa: S101 - that is what makes it a change
        before[row.row] = (row.entry.answers_sealed, row.entry.state)
        row.entry.state, row.entry.reason = DRAFT, ""
        row.entry.answers_sealed = seal_answers(row.answers)
        row.entry.unit, row.entry.saved_at = row.unit, now
        entries.append(row.entry)
    session.add_all(entries)
    session.flush()
    rows = [*fresh, *changed]
    session.add_all(
        EntryTrace(
            batch_id=batch.id,
            entry_id=entry.id,
            row=row.row,
            made_entry=row.entry is None,
            made_person=row.row in new,
            before_sealed=before[row.row][0] if row.entry else None,
            before_state=before[row.row][1] if row.entry else "",
            saved_at=now,
        )
        for row, entry in zip(rows, entries, strict=True)
    )
    record_all(
        session,
        [
            Note(
                actor=actor,
                action="registration.changed" if row.entry else "registration.started",
                subject=f"entry:{entry.uid}",
                scope=f"event:{batch.event.uid}",
                body={"batch": batch.uid},
            )
            for row, entry in zip(rows, entries, strict=True)
        ],
        now,
    )


def _entry(batch: EntryBatch, row: Ready, new: dict[int, int], now: datetime) -> Entry:
    person_id = row.person.id if row.person else new[row.row]
    return Entry(
        event_id=batch.event_id,
        person_id=person_id,
        unit=row.unit,
        state=DRAFT,
        answers_sealed=seal_answers(row.answers),
        started_at=now,
        saved_at=now,
    )


def _with_units(
    session: Session, rows: Sequence[Ready], actor: Actor, now: datetime
) -> list[Ready]:
    """Return the rows with their units, those registered that nobody knew."""
    made: dict[str, Unit] = {}
    found = []
    for row in rows:
        code = row.answers.unit_code
        if row.unit is None and code not in made:
            made[code] = register_unit(
                session,
                name=row.answers.unit_name,
                credit_code=code,
                district_code=row.answers.unit_district,
                now=now,
                actor=actor,
            )
        unit = row.unit or made[code]
        answers = replace(
            row.answers, unit_uid=unit.uid, unit_name="", unit_code="", unit_district=""
        )
        found.append(replace(row, unit=unit, answers=answers))
    return found
