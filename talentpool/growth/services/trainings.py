"""Recording trainings, their people and their end; nobody commits here."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.services import record
from people.persons.models import Person
from people.persons.queries import find_by_id_number, list_names
from people.units.models import Unit
from talentpool.growth.models.trainings import Attendance, Training
from talentpool.growth.queries.trainings import find_part
from talentpool.growth.rules import trainings as rules
from talentpool.growth.rules.trainings import Attendee, RowFault
from talentpool.growth.services.by import By
from talentpool.identity.services.entry import register_and_look
from workbooks import WorkbookError, read_workbook, text_of

MOST_BYTES = 5 * 2**20


class TrainingError(DomainError):
    """This cannot be done with the training as it stands."""

    status = 422


class TrainingStateError(DomainError):
    """The training has moved on meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("The training has moved on meanwhile. Open it again."))


class ListFaultsError(DomainError):
    """A list has faults: all of them."""

    status = 422

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__(_("Nothing was taken from the list."))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingValues:
    """What is recorded of a training, without its people."""

    kind: str
    title: str
    trade: str
    first_on: date
    last_on: date
    minutes: int
    organiser: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One person's hours, result and mark."""

    minutes: int
    result: str = ""
    mark: str = ""


def begin(
    session: Session,
    values: TrainingValues,
    *,
    unit: Unit | None,
    district_code: str,
    by: By,
) -> Training:
    """Record a training; people are added to it, and then it is closed as held."""
    made = Training(
        **_columns(values),
        unit=unit,
        district_code=district_code,
        state="open",
        recorded_by=by.actor.name,
        recorded_at=by.now,
    )
    session.add(made)
    _log(session, made, "training.recorded", by, {"kind": made.kind})
    return made


def change(
    session: Session, training: Training, values: TrainingValues, *, by: By
) -> None:
    """Change what is recorded of a training that is open."""
    _hold(session, training, ("open",))
    new = _columns(values)
    changed = sorted(name for name, v in new.items() if getattr(training, name) != v)
    if not changed:
        return
    for name in changed:
        setattr(training, name, new[name])
    _log(session, training, "training.changed", by, {"fields": changed})


def put_person(
    session: Session, training: Training, person: Person, given: Given, *, by: By
) -> bool:
    """Put a person on the list, or change their line; tell whether they are new.

    Raises:
        TrainingStateError: the training is closed.
    """
    _hold(session, training, ("open",))
    added = _put(session, training, person, given, by)
    body = {"person": person.uid, "minutes": given.minutes, "result": given.result}
    action = "training.person_added" if added else "training.person_changed"
    _log(session, training, action, by, body)
    return added


def put_list(
    session: Session,
    training: Training,
    data: bytes,
    *,
    results: Mapping[str, str],
    by: By,
) -> tuple[int, int]:
    """Put everybody of a list on a training; return how many are new and how many not.

    Who is not registered is. All of the list is taken, or nothing.

    Args:
        session: the caller's transaction.
        training: still open.
        data: an .xlsx workbook or a CSV.
        results: codes by the words that may stand for them.
        by: who sends it.

    Raises:
        ListFaultsError: rows are wrong; names every fault.
        TrainingError: no list, or too large.
        TrainingStateError: the training is closed.
    """
    _hold(session, training, ("open",))
    rows = read_table(data)
    attendees, faults = rules.read_rows(
        rows, minutes=training.minutes, results=results, today=by.today
    )
    faults = faults + _other_names(session, attendees)
    if faults:
        raise ListFaultsError(sorted(faults, key=lambda fault: fault.row))
    if not attendees:
        raise TrainingError(_("The list names nobody."))
    new = sum(_put_row(session, training, attendee, by) for attendee in attendees)
    body = {"new": new, "changed": len(attendees) - new}
    _log(session, training, "training.list_taken", by, body)
    return new, len(attendees) - new


def remove_person(session: Session, attendance: Attendance, *, by: By) -> None:
    """Take a person off a training that is open."""
    training = attendance.training
    _hold(session, training, ("open",))
    body = {"person": attendance.person.uid}
    session.delete(attendance)
    _log(session, training, "training.person_removed", by, body)


def close(session: Session, training: Training, *, by: By) -> None:
    """Say that a training was held; from now on it counts.

    Raises:
        TrainingError: it is not over, or nobody took part.
        TrainingStateError: it was closed meanwhile.

    Source: rule G-13 in docs/rules/growth.md.
    """
    _hold(session, training, ("open",))
    if training.last_on > by.today:
        raise TrainingError(_("The training is not over yet."))
    found = select(func.count()).where(Attendance.training_id == training.id)
    number = session.scalar(found) or 0
    if not number:
        raise TrainingError(_("Add who took part first."))
    training.state, training.reason = "held", ""
    _log(session, training, "training.held", by, {"people": number})


def reopen(session: Session, training: Training, *, reason: str, by: By) -> None:
    """Open a held training again, with the reason; it does not count meanwhile."""
    _hold(session, training, ("held",))
    training.state, training.reason = "open", reason
    _log(session, training, "training.reopened", by, {"reason": reason})


def cancel(session: Session, training: Training, *, reason: str, by: By) -> None:
    """Say that a training was not held, with the reason."""
    _hold(session, training, ("open",))
    training.state, training.reason = "cancelled", reason
    _log(session, training, "training.cancelled", by, {"reason": reason})


def read_table(data: bytes) -> list[list[str]]:
    """Return the cells of the first sheet of a workbook, or of a CSV, as texts.

    Raises:
        TrainingError: neither, too large, or too many rows.
    """
    if len(data) > MOST_BYTES:
        raise TrainingError(_("The file is larger than 5 MB."))
    try:
        if data[:2] == b"PK":
            sheet = next(iter(read_workbook(data).values()), [])
            rows = [[text_of(cell) for cell in row] for row in sheet]
        else:
            rows = list(csv.reader(io.StringIO(_decoded(data))))
    except (WorkbookError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(
            _("The file cannot be read. Send an .xlsx workbook or a CSV.")
        ) from error
    if len(rows) > rules.MOST_ROWS + 1:
        raise TrainingError(_("A list has at most %(m)s rows.", m=rules.MOST_ROWS))
    return rows


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")  # what Chinese spreadsheets write


def _other_names(session: Session, attendees: Sequence[Attendee]) -> list[RowFault]:
    faults = []
    for attendee in attendees:
        known = find_by_id_number(session, attendee.id_number)
        if known is not None and attendee.name not in list_names(session, known):
            faults.append(RowFault(attendee.row, "id_number", "other_name"))
    return faults


def _put_row(session: Session, training: Training, attendee: Attendee, by: By) -> bool:
    person = register_and_look(
        session,
        name=attendee.name,
        id_number=attendee.id_number,
        phone=attendee.phone,
        unit=training.unit,
        now=by.now,
        actor=by.actor,
    )
    given = Given(minutes=attendee.minutes, result=attendee.result, mark=attendee.mark)
    return _put(session, training, person, given, by)


def _put(
    session: Session, training: Training, person: Person, given: Given, by: By
) -> bool:
    there = find_part(session, training.id, person.id)
    if there is not None:
        there.minutes, there.result = given.minutes, given.result
        there.mark = given.mark
        return False
    session.add(
        Attendance(
            training=training,
            person=person,
            minutes=given.minutes,
            result=given.result,
            mark=given.mark,
            added_by=by.actor.name,
            added_at=by.now,
        )
    )
    return True


def _hold(session: Session, training: Training, states: Collection[str]) -> None:
    session.flush()
    session.refresh(training, ["state"], with_for_update=True)
    if training.state not in states:
        raise TrainingStateError


def _columns(values: TrainingValues) -> dict[str, object]:
    return {name: getattr(values, name) for name in TrainingValues.__slots__}


def _log(
    session: Session,
    training: Training,
    action: str,
    by: By,
    body: Mapping[str, object],
) -> None:
    session.flush()
    record(
        session,
        actor=by.actor,
        action=action,
        subject=f"training:{training.uid}",
        now=by.now,
        body={**body, "state": training.state},
    )
