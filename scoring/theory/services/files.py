"""A file of results: read, given a meaning, looked at before anything is made of it."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.queries import is_same_person
from competition.codes.queries import list_works
from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.services import Actor, record
from outbox import VOID
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.marking.models import MarkEvent
from scoring.marking.queries import find_heads
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Aspect
from scoring.theory import queries, rules
from scoring.theory.models import CHECKED, DISCARDED, MarkColumn, MarkImport
from scoring.theory.rules import Checked, Fault, Table, Value
from scoring.theory.services.words import refuse
from workbooks import MOST_BYTES, WorkbookError, fold, read_workbook, text_of

Heads = Mapping[tuple[str, str], MarkEvent]


class TheoryError(DomainError):
    """The file cannot be brought in, taken or undone like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What becomes of one value of the file."""

    value: Value
    outcome: str  # new | changed | known
    before: str = ""  # what counts there now, where it is another value


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a file would do: every row, every fault, and who gets nothing."""

    rows: tuple[Row, ...]
    checked: Checked


def list_seat_aspects(session: Session, seat: JudgeSeat) -> list[Aspect]:
    """Return what a seat marks, in the scheme's order."""
    version = schemes.find_frozen(session, seat.event_id)
    if version is None:
        raise TheoryError(_("Freeze the scoring scheme of this event first."))
    panel = judges.list_seats(session, seat.event_id)
    return judges.list_aspects(schemes.load_scheme(version), seat, panel)


def receive_file(
    session: Session,
    *,
    seat: JudgeSeat,
    data: bytes,
    file_name: str,
    user: User,
    now: datetime,
) -> MarkImport:
    """Keep a file of results until a second person confirms it; the same is one.

    Raises:
        TheoryError: marking is not open, or the person judges at the event.
        TheoryFaultsError: it is no table, too large, or it names people.
    """
    event = seat.event
    if event.state != life.MARKING:
        raise TheoryError(_("Marking is not open at this event."))
    refuse_judges(session, event, user)
    sha256 = hashlib.sha256(data).hexdigest()
    known = queries.find_waiting(session, seat.id, sha256)
    if known is not None:
        return known
    aspects = list_seat_aspects(session, seat)
    table = _read(data, aspects)
    columns = queries.list_columns(session, organiser_of(event))
    remembered = {h: (c.meaning, c.name) for h, c in columns.items()}
    found = MarkImport(
        event=event,
        seat=seat,
        file_name=file_name[-120:],
        file_sha256=sha256,
        content=write_table(table),
        meanings=_write(rules.guess(table.headings, aspects, remembered)),
        received_at=now,
        received_by=user.uid,
        state=CHECKED,
    )
    session.add(found)
    session.flush()
    log(session, found, "theory.received", user.uid, now, {"rows": len(table.rows)})
    return found


def set_meanings(
    session: Session, *, found: MarkImport, meanings: Mapping[int, str]
) -> None:
    """Say what each column holds; nothing is made of it yet.

    Raises:
        TheoryError: the file is decided already.
    """
    hold(session, found)
    found.meanings = _write({n: m for n, m in meanings.items() if m})


def foresee(session: Session, found: MarkImport) -> Foreseen:
    """Return what taking the file would do now; nothing is stored."""
    aspects = list_seat_aspects(session, found.seat)
    works = {work.work_code for work in list_works(session, found.event_id)}
    checked = rules.check(read_table(found), read_meanings(found), aspects, works)
    heads = find_heads(session, found.seat_id, {v.entry for v in checked.values})
    return Foreseen(
        rows=tuple(_row(value, heads) for value in checked.values), checked=checked
    )


def discard(
    session: Session, *, found: MarkImport, actor: Actor, now: datetime
) -> None:
    """Give a file up; no mark was made of it."""
    hold(session, found)
    found.state, found.decided_at, found.decided_by = DISCARDED, now, actor.name
    keep_what_counts(found)
    log(session, found, "theory.discarded", actor.name, now, {})


def refuse_judges(session: Session, event: Event, user: User) -> None:
    """Refuse whoever judges the event.

    Raises:
        TheoryError: the person holds a seat, by this or another account.
    """
    panel = judges.list_seats(session, event.id)
    if any(is_same_person(session, seat.user.uid, user.uid) for seat in panel):
        raise TheoryError(_("Whoever judges an event does not bring its results in."))


def hold(session: Session, found: MarkImport, *, state: str = CHECKED) -> None:
    """Keep others from deciding the same file meanwhile.

    Raises:
        TheoryError: it is not in this state any more.
    """
    session.get_one(
        MarkImport,
        found.id,
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    if found.state != state:
        raise TheoryError(_("This file is decided already."))


def organiser_of(event: Event) -> str:
    """Return whose columns are remembered: the organiser, as names are compared."""
    return fold(event.competition.organiser)[:200]


def remember(session: Session, found: MarkImport) -> None:
    """Keep what the columns of a file meant, for the organiser's next one."""
    organiser = organiser_of(found.event)
    columns = queries.list_columns(session, organiser)
    names = {a.code: a.name for a in list_seat_aspects(session, found.seat)}
    headings = read_table(found).headings
    for number, meaning in read_meanings(found).items():
        heading = fold(headings[number])
        if not heading:
            continue
        column = columns.get(heading)
        if column is None:
            column = MarkColumn(organiser=organiser, heading=heading)
            columns[heading] = column
            session.add(column)
        column.meaning, column.name = meaning, names.get(meaning, "")[:200]


def keep_what_counts(found: MarkImport) -> None:
    """Drop the columns that mean nothing: they are no business of ours."""
    table, meanings = read_table(found), read_meanings(found)
    kept = sorted(meanings)
    found.content = write_table(
        Table(
            tuple(table.headings[n] for n in kept),
            tuple(
                (row, tuple(cells[n] if n < len(cells) else "" for n in kept))
                for row, cells in table.rows
            ),
        )
    )
    found.meanings = _write({at: meanings[n] for at, n in enumerate(kept)})


def read_table(found: MarkImport) -> Table:
    """Return the rows of a kept file."""
    content = json.loads(found.content)
    rows = tuple((number, tuple(cells)) for number, cells in content["rows"])
    return Table(tuple(content["headings"]), rows)


def write_table(table: Table) -> str:
    """Return a table as it is kept."""
    body = {"headings": table.headings, "rows": table.rows}
    return json.dumps(body, ensure_ascii=False)


def read_meanings(found: MarkImport) -> dict[int, str]:
    """Return what the columns of a kept file mean."""
    return {int(n): m for n, m in json.loads(found.meanings).items()}


def log(
    session: Session,
    found: MarkImport,
    action: str,
    by: str,
    now: datetime,
    body: Mapping[str, object],
) -> None:
    """Write what became of a file into the event's log."""
    record(
        session,
        actor=Actor("human", by),
        action=action,
        subject=f"theory:{found.uid}",
        scope=f"event:{found.event.uid}",
        now=now,
        body={"seat": found.seat.seat, "file": found.file_sha256, **body},
    )


def _row(value: Value, heads: Heads) -> Row:
    head = heads.get((value.entry, value.aspect))
    if head is None or head.kind == VOID:
        return Row(value=value, outcome=rules.NEW)
    if head.exact == value.exact:
        return Row(value=value, outcome=rules.KNOWN)
    return Row(value=value, outcome=rules.CHANGED, before=head.value)


def _write(meanings: Mapping[int, str]) -> str:
    return json.dumps({str(n): m for n, m in sorted(meanings.items())})


def _read(data: bytes, aspects: list[Aspect]) -> Table:
    if len(data) > MOST_BYTES:
        params = {"most": str(MOST_BYTES >> 20)}
        raise refuse([Fault(code="too_large", params=params)])
    table = rules.find_table(_rows(data), aspects)
    faults = []
    if not table.rows:
        faults.append(Fault(code="empty"))
    if len(table.rows) > rules.MOST_ROWS:
        params = {"most": str(rules.MOST_ROWS)}
        faults.append(Fault(code="many_rows", params=params))
    if len(table.headings) > rules.MOST_COLUMNS:
        params = {"most": str(rules.MOST_COLUMNS)}
        faults.append(Fault(code="many_columns", params=params))
    faults += rules.find_personal(table)
    if faults:
        raise refuse(faults)
    return table


def _rows(data: bytes) -> list[list[str]]:
    """Return the cells of the first sheet, or of a CSV, as text."""
    try:
        if data[:2] == b"PK":
            cells = next(iter(read_workbook(data).values()), [])
            return [[_text(cell) for cell in row] for row in cells]
        text = _decode(data)
        return [[_text(c) for c in row] for row in csv.reader(io.StringIO(text))]
    except (WorkbookError, UnicodeDecodeError, csv.Error):
        raise refuse([Fault(code="unreadable")]) from None


def _decode(data: bytes) -> str:
    """Read UTF-8, or what Chinese spreadsheets write instead."""
    if b"\0" in data[:4096]:
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _text(cell: object) -> str:
    """Return a cell as a spreadsheet shows it: a number with 15 digits at most."""
    if isinstance(cell, float) and not cell.is_integer():
        return f"{cell:.15g}"
    return "".join(c for c in text_of(cell) if c.isprintable())
