"""The results of a file become marks of its seat; and how they are taken back.

The device is the file: `import:` and the first digits of its hash, with numbers of its
own. A value that counts already makes no mark, so that a file brought twice, by two
persons or at the same moment, changes nothing the second time.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.users.models import User
from accounts.users.queries import is_same_person
from competition.events.models import Event
from ledger.log.rules import digest
from ledger.log.services import Actor
from outbox import MARK, VOID
from scoring.keying.rules import needs_comment
from scoring.marking.models import STORED, MarkEvent
from scoring.marking.queries import find_heads, find_marks
from scoring.marking.services.receive import receive_marks
from scoring.theory import rules
from scoring.theory.models import TAKEN, UNDONE, MarkImport
from scoring.theory.services import files
from scoring.theory.services.files import TheoryError
from scoring.theory.services.words import refuse

Item = dict[str, Any]


def take_import(
    session: Session, *, found: MarkImport, user: User, now: datetime
) -> int:
    """Make the marks of a file, as the second person; return how many. No commit.

    Raises:
        TheoryError: decided already, the person brought it or judges here, or the
            sheet is signed or locked.
        TheoryFaultsError: everything that is wrong with the file as it is now.
    """
    files.hold(session, found)
    if is_same_person(session, found.received_by, user.uid):
        raise TheoryError(
            _("You brought these results in yourself: another person confirms them.")
        )
    files.refuse_judges(session, found.event, user)
    _hold_event(session, found)
    foreseen = files.foresee(session, found)
    if foreseen.checked.faults:
        raise refuse(foreseen.checked.faults)
    items = _items(session, found, foreseen, now)
    _receive(session, found, items, user, now)
    found.made = json.dumps(
        [[i["id"], i["entry"], i["aspect"], i["based_on"] or ""] for i in items]
    )
    found.state, found.decided_at, found.decided_by = TAKEN, now, user.uid
    files.remember(session, found)
    files.keep_what_counts(found)
    counts = {
        name: sum(row.outcome == name for row in foreseen.rows)
        for name in rules.OUTCOMES
    }
    body = {"counts": counts, "marks": [item["id"] for item in items]}
    files.log(session, found, "theory.taken", user.uid, now, body)
    return len(items)


def undo_import(
    session: Session, *, found: MarkImport, reason: str, user: User, now: datetime
) -> tuple[int, int]:
    """Take the marks of a file back; return how many, and how many were changed since.

    A mark that replaced another gives way to the former value, each by an event of its
    own with the reason. What was changed since stays as it is.

    Raises:
        TheoryError: not taken, no reason, or the sheet is signed or locked.
    """
    files.hold(session, found, state=TAKEN)
    words = " ".join(reason.split())[:300]
    if not words:
        raise TheoryError(_("Say why these results are taken back."))
    files.refuse_judges(session, found.event, user)
    _hold_event(session, found)
    made = [tuple(row) for row in json.loads(found.made)]
    heads = find_heads(session, found.seat_id, {entry for _id, entry, *_ in made})
    former = find_marks(session, {before for *_rest, before in made if before})
    number = _last_number(session, found)
    items: list[Item] = []
    for mark_id, entry, aspect, before in made:
        head = heads.get((entry, aspect))
        if head is None or head.id != mark_id:
            continue
        old = former.get(before)
        items.append(
            _back(head, old, found, number + len(items) + 1, now) | {"reason": words}
        )
    _receive(session, found, items, user, now)
    found.state, found.undone_at, found.undone_by = UNDONE, now, user.uid
    found.reason = words
    left = len(made) - len(items)
    body = {"reason": words, "marks": [item["id"] for item in items], "left": left}
    files.log(session, found, "theory.undone", user.uid, now, body)
    return len(items), left


def device_of(found: MarkImport) -> str:
    """Return what stands for a tablet in the marks of a file."""
    return f"{rules.DEVICE}{found.file_sha256[:16]}"


def _items(
    session: Session, found: MarkImport, foreseen: files.Foreseen, now: datetime
) -> list[Item]:
    aspects = {a.code: a for a in files.list_seat_aspects(session, found.seat)}
    entries = {row.value.entry for row in foreseen.rows}
    heads = find_heads(session, found.seat_id, entries)
    number = _last_number(session, found)
    items: list[Item] = []
    for row in foreseen.rows:
        value = row.value
        if row.outcome == rules.KNOWN:
            continue
        head = heads.get((value.entry, value.aspect))
        # A mark that asks for a comment has none here: the sheet then waits for it.
        silent = needs_comment(aspects[value.aspect], value.value)
        words = f"results file {found.file_sha256[:16]}, row {value.row}"
        items.append(
            _item(found, value.entry, value.aspect, number + len(items) + 1, now)
            | {"value": value.value, "based_on": head.id if head else None}
            | {"reason": "" if silent else words}
        )
    return [_with_id(found, item) for item in items]


def _back(
    head: MarkEvent,
    old: MarkEvent | None,
    found: MarkImport,
    number: int,
    now: datetime,
) -> Item:
    item = _item(found, head.entry, head.aspect, number, now) | {"based_on": head.id}
    if old is not None and old.kind == MARK:
        item |= {"value": old.value}
    else:
        item |= {"kind": VOID, "value": ""}
    return _with_id(found, item)


def _item(
    found: MarkImport, entry: str, aspect: str, number: int, now: datetime
) -> Item:
    return {
        "event": found.event.uid,
        "entry": entry,
        "aspect": aspect,
        "kind": MARK,
        "device": device_of(found),
        "device_seq": number,
        "marked_at": now.isoformat(timespec="milliseconds"),
    }


def _with_id(found: MarkImport, item: Item) -> Item:
    """Give an item the id of its natural key and of what it builds on."""
    names = ("event", "entry", "aspect", "kind", "value", "based_on", "device_seq")
    key: Mapping[str, Any] = {name: item[name] for name in names}
    return {**item, "id": digest({**key, "import": found.uid})[:32]}


def _receive(
    session: Session, found: MarkImport, items: list[Item], user: User, now: datetime
) -> None:
    if not items:
        return
    answers = receive_marks(
        session,
        user=found.seat.user,
        items=items,
        actor=Actor("import", user.uid),
        now=now,
    )
    if any(answer["status"] != STORED for answer in answers):
        raise TheoryError(
            _(
                "The sheet is signed or locked: the chief judge gives it back first. "
                "Nothing was taken."
            )
        )


def _hold_event(session: Session, found: MarkImport) -> None:
    """Keep marks from arriving between our look at what counts and our own."""
    session.get_one(Event, found.event_id, with_for_update={"key_share": True})


def _last_number(session: Session, found: MarkImport) -> int:
    last = session.scalar(
        select(func.max(MarkEvent.device_seq)).where(
            MarkEvent.event_id == found.event_id, MarkEvent.device == device_of(found)
        )
    )
    return last or 0
