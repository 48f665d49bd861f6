"""A file of entries: taken in, entered, given up, undone."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.bulk import queries
from competition.bulk.models import EntryBatch, EntryTrace
from competition.bulk.rules.columns import guess, missing
from competition.bulk.rules.rows import Fault
from competition.bulk.services.check import Checked, Sheet, Vocabulary, check_rows
from competition.bulk.services.load import enter
from competition.events.models import Event
from competition.events.services import is_open
from competition.registration.models import Entry
from competition.registration.services.drafts import RegistrationClosedError
from errors import DomainError
from ledger.log.services import Actor, Note, record, record_all
from people.persons.services import bulk_unregister
from people.vault.services import get_vault
from workbooks import WorkbookError, read_workbook, text_of

MOST_ROWS = 5000
_CONTEXT = "entry_batch.content"
_ANSWERS = "entry.answers"
_LOOKED_AT = 5  # rows among which the headings are: forms carry a title above them

Titles = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a file (None: by command), and whose people they may bring."""

    user: User | None
    scopes: Sequence[Scope]


class BatchFileError(DomainError):
    """The file cannot be taken in; `keys` are the columns that lack, if that is why."""

    status = 422

    def __init__(self, message: str, line: int = 1, keys: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.line, self.keys = line, tuple(keys)


class BatchStepError(DomainError):
    """The batch cannot take that step from where it is."""


class LaterWorkError(DomainError):
    """Somebody has worked on entries of the batch; its page lists them."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This upload cannot be undone: some of its entries have been worked "
                "on since. The list names them."
            )
        )


def take_in(
    session: Session,
    *,
    event: Event,
    data: bytes,
    file_name: str,
    sender: Sender,
    words: Vocabulary,
    now: datetime,
) -> EntryBatch:
    """Read and check a file; nothing is entered before `load_batch`.

    Args:
        session: the caller's transaction.
        event: what is entered for.
        data: the workbook.
        file_name: as the sender named it.
        sender: who sends it.
        words: what our pages call columns and codes, in every language.
        now: the server's clock.

    Raises:
        RegistrationClosedError: registration is not open.
        BatchFileError: no workbook, no rows, too many, or a column lacks.
    """
    _refuse_closed(event, now)
    sheet = _read(data, words.titles)
    batch = EntryBatch(
        event=event,
        user=sender.user,
        file_name=file_name[-120:],
        file_sha256=hashlib.sha256(data).hexdigest(),
        state="checked",
        created_at=now,
    )
    checked = check_rows(
        session,
        event=event,
        sheet=sheet,
        scopes=sender.scopes,
        words=words,
        now=now,
    )
    if not checked.rows:
        raise BatchFileError(_("The file has no rows below its headings."))
    _note(batch, sheet, checked)
    session.add(batch)
    session.flush()
    return batch


def load_batch(
    session: Session,
    batch: EntryBatch,
    *,
    scopes: Sequence[Scope],
    words: Vocabulary,
    actor: Actor,
    now: datetime,
) -> None:
    """Enter the rows without a fault, as they are held against everything now.

    Raises:
        BatchStepError: it is not one that waits.
        RegistrationClosedError: registration has closed meanwhile.
    """
    event = _held(session, batch, "checked")
    _refuse_closed(event, now)
    sheet, _faults = read_content(batch)
    checked = check_rows(
        session, event=event, sheet=sheet, scopes=scopes, words=words, now=now
    )
    enter(session, batch, checked, actor=actor, now=now)
    wrong = checked.refused()
    _note(batch, sheet, checked, only=wrong)
    batch.state, batch.ended_at = "loaded", now
    _log(session, batch, "bulk_loaded", actor, now)


def discard(
    session: Session, batch: EntryBatch, *, actor: Actor, now: datetime
) -> None:
    """Give up a batch that has entered nothing; its rows are forgotten.

    Raises:
        BatchStepError: it is not one that waits.
    """
    _held(session, batch, "checked")
    batch.state, batch.ended_at, batch.content_sealed = "discarded", now, None
    _log(session, batch, "bulk_discarded", actor, now)


def undo(
    session: Session, batch: EntryBatch, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Take back what a batch entered and changed, as if it had never come.

    Units that were registered for it stay, as do persons that others know by now.

    Raises:
        BatchStepError: it is not loaded.
        LaterWorkError: somebody has worked on one of its entries.
    """
    event = _held(session, batch, "loaded")
    if queries.list_later(session, batch):
        raise LaterWorkError
    traces = queries.list_traces(session, batch.id)
    gone = [trace.entry for trace in traces if trace.made_entry]
    persons = [
        trace.entry.person_id
        for trace in traces
        if trace.made_person and trace.entry.person_id is not None
    ]
    notes = [
        Note(
            actor=actor,
            action="registration.bulk_removed",
            subject=f"entry:{entry.uid}",
            scope=f"event:{event.uid}",
            body={"batch": batch.uid},
        )
        for entry in gone
    ]
    for trace in traces:
        if not trace.made_entry:
            trace.entry.answers_sealed = trace.before_sealed
            trace.entry.state = trace.before_state
            trace.entry.saved_at = now
    session.flush()
    session.execute(delete(EntryTrace).where(EntryTrace.batch_id == batch.id))
    ids = [entry.id for entry in gone]
    session.expire_all()
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        session.execute(delete(Entry).where(Entry.id.in_(part)))
    _forget_persons(session, persons, actor, now)
    record_all(session, notes, now)
    batch.state, batch.ended_at, batch.content_sealed = "undone", now, None
    batch.reason = reason.strip()[:200]
    _log(session, batch, "bulk_undone", actor, now)


def read_content(batch: EntryBatch) -> tuple[Sheet, list[Fault]]:
    """Return the rows that are kept of a batch, and the faults, by row."""
    if batch.content_sealed is None:
        return Sheet(headings=[], mapped={}, first=1, rows=[]), []
    packed = get_vault().open_bytes(batch.content_sealed, _CONTEXT)
    kept = json.loads(zlib.decompress(packed))
    faults = [Fault(**fault) for fault in kept.pop("faults")]
    return Sheet(**kept), faults


def _note(
    batch: EntryBatch, sheet: Sheet, checked: Checked, only: set[int] | None = None
) -> None:
    """Keep the counts and the rows; of `only` these rows, the others as empty."""
    batch.rows, batch.known = checked.rows, checked.known
    batch.fresh, batch.changed = len(checked.fresh), len(checked.changed)
    batch.refused = len(checked.refused())
    rows = [
        row if only is None or number in only else []
        for number, row in enumerate(sheet.rows, sheet.first)
    ]
    kept = {
        "headings": sheet.headings,
        "mapped": sheet.mapped,
        "first": sheet.first,
        "rows": rows,
        "faults": [
            asdict(fault) for fault in sorted(checked.faults, key=lambda f: f.row)
        ],
    }
    if only is not None and not only:
        batch.content_sealed = None
        return
    text = json.dumps(kept, ensure_ascii=False, default=dict)
    batch.content_sealed = get_vault().seal_bytes(
        zlib.compress(text.encode()), _CONTEXT
    )


def _read(data: bytes, titles: Titles) -> Sheet:
    try:
        sheets = read_workbook(data)
    except WorkbookError as error:
        raise BatchFileError(_(error.template) % error.params) from error
    rows: list[list[Any]] = next(iter(sheets.values()), [])
    rows = [[_plain(cell) for cell in row] for row in rows]
    found = [guess(row, titles) for row in rows[:_LOOKED_AT]]
    if not found or not any(found):
        raise BatchFileError(
            _("The first sheet has no headings we know. Use the template.")
        )
    place = max(range(len(found)), key=lambda n: (len(found[n]), -n))
    mapped = found[place]
    if lacking := missing(mapped):
        raise BatchFileError(
            _("A column is missing. Use the template."), place + 1, lacking
        )
    below = rows[place + 1 :]
    if sum(1 for row in below if any(text_of(cell) for cell in row)) > MOST_ROWS:
        raise BatchFileError(
            _("The file has more than %(most)s rows: divide it.", most=MOST_ROWS)
        )
    return Sheet(
        headings=[text_of(cell)[:60] for cell in rows[place]],
        mapped=mapped,
        first=place + 2,
        rows=below,
    )


def _plain(cell: object) -> object:
    """Return a cell as it is kept: dates are wanted nowhere."""
    return cell if isinstance(cell, str | int | float | bool) else str(cell)


def _held(session: Session, batch: EntryBatch, state: str) -> Event:
    """Lock a batch and its event for a step.

    Raises:
        BatchStepError: it is no longer in `state`.
    """
    event = batch.event
    session.scalar(
        select(Event.id).where(Event.id == event.id).with_for_update(key_share=True)
    )
    now_in = session.scalar(
        select(EntryBatch.state).where(EntryBatch.id == batch.id).with_for_update()
    )
    if now_in != state:
        raise BatchStepError(
            _("The upload has moved on meanwhile. Reload the page to see its state.")
        )
    return event


def _refuse_closed(event: Event, now: datetime) -> None:
    if not is_open(event, now):
        raise RegistrationClosedError(
            _("Registration for this event is not open at present.")
        )


def _forget_persons(
    session: Session, ids: Sequence[int], actor: Actor, now: datetime
) -> None:
    """Remove persons nobody else has come to know; the others stay."""
    try:
        with session.begin_nested():
            bulk_unregister(session, ids, now=now, actor=actor)
    except IntegrityError:
        for number in ids:
            try:
                with session.begin_nested():
                    bulk_unregister(session, [number], now=now, actor=actor)
            except IntegrityError:
                continue


def _log(
    session: Session, batch: EntryBatch, verb: str, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        action=f"registration.{verb}",
        subject=f"entry_batch:{batch.uid}",
        scope=f"event:{batch.event.uid}",
        now=now,
        body={
            "file": batch.file_sha256,
            "rows": batch.rows,
            "fresh": batch.fresh,
            "changed": batch.changed,
            "known": batch.known,
            "refused": batch.refused,
            **({"reason": batch.reason} if batch.reason else {}),
        },
    )
