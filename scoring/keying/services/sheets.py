"""Keying paper sheets in: opened, read by two, settled by a third where they differ."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.queries import is_same_person
from competition.codes.queries import list_works
from competition.events import rules as life
from competition.events.models import Event
from errors import DomainError
from ledger.log.rules import digest
from ledger.log.services import Actor, record
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.keying import queries
from scoring.keying.models import KeyingPass, KeyingSheet
from scoring.keying.rules import (
    NUMBER,
    Cell,
    Difference,
    Reading,
    compare,
    find_faults,
    merge,
    tidy,
)
from scoring.keying.services.marks import make_marks
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Aspect

WAITS, AGREED, DIFFERS = "waits", "agreed", "differs"


class KeyingError(DomainError):
    """The sheet cannot be opened, keyed or settled like this."""


def list_sheet_aspects(session: Session, seat: JudgeSeat) -> list[Aspect]:
    """Return what a seat marks, in the scheme's order."""
    version = schemes.find_frozen(session, seat.event_id)
    if version is None:
        raise KeyingError(_("Freeze the scoring scheme of this event first."))
    panel = judges.list_seats(session, seat.event_id)
    return judges.list_aspects(schemes.load_scheme(version), seat, panel)


def open_sheets(
    session: Session,
    *,
    event: Event,
    seats: Collection[str],
    works: Collection[str],
    lost: str = "",
    actor: Actor,
    now: datetime,
) -> list[KeyingSheet]:
    """Open paper sheets for keying: of these seats and works, all where none is named.

    Args:
        session: the transaction.
        event: where.
        seats: codes of seats.
        works: work codes.
        lost: where a tablet is lost: which one, and how; kept with every mark.
        actor: who opens them.
        now: when.

    Raises:
        KeyingError: marking is not open, or there is nothing more to open.
    """
    if event.state != life.MARKING:
        raise KeyingError(_("Marking is not open at this event."))
    there = {
        (sheet.seat_id, sheet.entry)
        for sheet in queries.list_sheets(session, event.id)
        if sheet.closed_at is None
    }
    codes = [work.work_code for work in list_works(session, event.id)]
    made = [
        KeyingSheet(
            event_id=event.id,
            seat_id=seat.id,
            entry=code,
            lost=" ".join(lost.split())[:200],
            opened_at=now,
            opened_by=actor.name,
        )
        for seat in judges.list_seats(session, event.id)
        if seat.covers and (not seats or seat.seat in seats)
        for code in codes
        if (not works or code in works) and (seat.id, code) not in there
    ]
    if not made:
        raise KeyingError(_("These sheets are open for keying already."))
    session.add_all(made)
    session.flush()
    record(
        session,
        actor=actor,
        action="keying.opened",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={"sheets": [[s.uid, s.seat.seat, s.entry] for s in made], "lost": lost},
    )
    return made


def save_pass(
    session: Session,
    *,
    sheet: KeyingSheet,
    reading: Reading,
    user: User,
    now: datetime,
) -> KeyingPass:
    """Keep what a person has keyed so far; nothing is checked but who they are.

    Raises:
        KeyingError: two others have keyed the sheet, or the person judges here.
    """
    _hold(session, sheet)
    own = _own_pass(session, sheet, user)
    if own is None:
        taken = {found.turn for found in queries.list_passes(session, sheet.id)}
        turn = min({1, 2} - taken)
        own = KeyingPass(sheet_id=sheet.id, turn=turn, keyed_by=user.uid, saved_at=now)
        session.add(own)
    own.number = reading.number.strip()[:32]
    own.cells = json.dumps(
        {
            code: list(_pair(tidy(cell.value, cell.comment)))
            for code, cell in reading.cells.items()
        },
        ensure_ascii=False,
    )
    own.saved_at = now
    session.flush()
    return own


def finish_pass(
    session: Session, *, sheet: KeyingSheet, user: User, actor: Actor, now: datetime
) -> str:
    """Say that one has keyed the whole sheet; where two agree, its marks are made.

    Returns:
        WAITS for the other person, AGREED, or DIFFERS: a third person settles it.

    Raises:
        KeyingError: a value the scheme does not take, no number of the sheet, or the
            judge has signed meanwhile.
    """
    _hold(session, sheet)
    own = _own_pass(session, sheet, user)
    if own is None:
        raise KeyingError(_("Key the sheet in first."))
    aspects = list_sheet_aspects(session, sheet.seat)
    reading = read_pass(own)
    _check(session, sheet, aspects, reading)
    own.done_at = now
    session.flush()
    body = {"turn": own.turn, "digest": _reading_digest(reading)}
    _log(session, sheet, "keying.keyed", actor, now, body)
    passes = queries.list_passes(session, sheet.id)
    if len(passes) < 2 or not all(found.done_at for found in passes):
        return WAITS
    if compare(aspects, *map(read_pass, passes)):
        return DIFFERS
    _close(session, sheet, read_pass(passes[0]), actor, now)
    return AGREED


def list_differences(session: Session, sheet: KeyingSheet) -> list[Difference]:
    """Return what a third person has to settle; [] while there is nothing."""
    passes = queries.list_passes(session, sheet.id)
    if len(passes) < 2 or not all(found.done_at for found in passes):
        return []
    aspects = list_sheet_aspects(session, sheet.seat)
    return compare(aspects, *map(read_pass, passes))


def settle(
    session: Session,
    *,
    sheet: KeyingSheet,
    choices: Mapping[str, Cell],
    user: User,
    actor: Actor,
    now: datetime,
) -> None:
    """Settle where two passes differ, with the paper at hand; the marks are made.

    Raises:
        KeyingError: nothing differs, a difference is left open, a value the scheme does
            not take, or the person has keyed the sheet.
    """
    _hold(session, sheet)
    passes = queries.list_passes(session, sheet.id)
    _check_person(session, sheet, user)
    if any(is_same_person(session, found.keyed_by, user.uid) for found in passes):
        raise KeyingError(_("You have keyed this sheet: a third person settles it."))
    differences = list_differences(session, sheet)
    if not differences:
        raise KeyingError(_("There is nothing to settle on this sheet."))
    missing = [one.what for one in differences if one.what not in choices]
    if missing:
        raise KeyingError(_("Settle every difference: %(what)s.", what=_all(missing)))
    tidied = {what: tidy(c.value, c.comment) for what, c in choices.items()}
    reading = merge(read_pass(passes[0]), differences, tidied)
    _check(session, sheet, list_sheet_aspects(session, sheet.seat), reading)
    _log(
        session,
        sheet,
        "keying.settled",
        actor,
        now,
        {
            "differences": [
                [one.what, _pair(one.first), _pair(one.second), _pair(tidied[one.what])]
                for one in differences
            ]
        },
    )
    sheet.settled_by = user.uid
    _close(session, sheet, reading, actor, now)


def read_pass(found: KeyingPass) -> Reading:
    """Return what a person has keyed."""
    cells = {code: Cell(*pair) for code, pair in json.loads(found.cells).items()}
    return Reading(number=found.number, cells=cells)


def _check(
    session: Session, sheet: KeyingSheet, aspects: list[Aspect], reading: Reading
) -> None:
    faults = find_faults(aspects, reading)
    if NUMBER in faults:
        raise KeyingError(
            _("Key the number on the paper: letters, digits and . _ / - only.")
        )
    if faults:
        raise KeyingError(
            _("These values cannot be: %(aspects)s.", aspects=_all(sorted(faults)))
        )
    used = queries.find_number(session, sheet.event_id, reading.number)
    if used is not None and (used.seat_id, used.entry) != (sheet.seat_id, sheet.entry):
        raise KeyingError(
            _(
                "Number %(number)s is on the sheet of %(seat)s for %(work)s already. "
                "Look at the paper again.",
                number=reading.number,
                seat=used.seat.seat,
                work=used.entry,
            )
        )


def _close(
    session: Session,
    sheet: KeyingSheet,
    reading: Reading,
    actor: Actor,
    now: datetime,
) -> None:
    aspects = list_sheet_aspects(session, sheet.seat)
    answers = make_marks(
        session, sheet=sheet, aspects=aspects, reading=reading, actor=actor, now=now
    )
    if any(answer["status"] != "stored" for answer in answers):
        raise KeyingError(
            _(
                "The sheet is signed or locked: the chief judge gives it back first. "
                "Nothing was taken."
            )
        )
    sheet.number, sheet.closed_at = reading.number, now
    session.flush()
    body = {"number": reading.number, "marks": [answer["id"] for answer in answers]}
    _log(session, sheet, "keying.taken", actor, now, body)


def _own_pass(session: Session, sheet: KeyingSheet, user: User) -> KeyingPass | None:
    """Return a person's own pass; refuse where it is another's turn or all is done."""
    _check_person(session, sheet, user)
    passes = queries.list_passes(session, sheet.id)
    own = next((found for found in passes if found.keyed_by == user.uid), None)
    if own is not None and own.done_at is not None:
        raise KeyingError(_("You have finished this sheet; another person keys it."))
    if own is None:
        if any(is_same_person(session, found.keyed_by, user.uid) for found in passes):
            raise KeyingError(_("You have keyed this sheet with another account."))
        if len(passes) == 2:
            raise KeyingError(_("Two others have keyed this sheet."))
    return own


def _check_person(session: Session, sheet: KeyingSheet, user: User) -> None:
    panel = judges.list_seats(session, sheet.event_id)
    if any(is_same_person(session, seat.user.uid, user.uid) for seat in panel):
        raise KeyingError(_("Whoever judges an event does not key its sheets in."))


def _hold(session: Session, sheet: KeyingSheet) -> None:
    session.execute(
        select(KeyingSheet)
        .where(KeyingSheet.id == sheet.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if sheet.closed_at is not None:
        raise KeyingError(_("This sheet is done: its marks are made."))


def _pair(cell: Cell) -> tuple[str, str]:
    return cell.value, cell.comment


def _all(names: Collection[str]) -> str:
    return str(_(", ")).join(names)


def _reading_digest(reading: Reading) -> str:
    cells = {code: list(_pair(cell)) for code, cell in sorted(reading.cells.items())}
    return digest({"number": reading.number, "cells": cells})


def _log(
    session: Session,
    sheet: KeyingSheet,
    action: str,
    actor: Actor,
    now: datetime,
    body: Mapping[str, object],
) -> None:
    record(
        session,
        actor=actor,
        action=action,
        subject=f"keying:{sheet.uid}",
        scope=f"event:{sheet.event.uid}",
        now=now,
        body={"seat": sheet.seat.seat, "entry": sheet.entry, **body},
    )
