"""A small event with a whole life behind it, and the bundle made of it.

audited = make_audited(session)       drawn, marked, signed twice, unlocked, published
files = files_of(session, audited.event)      its bundle, by file name
"""

import io
import zipfile
from datetime import UTC, datetime

from accounts.roles.rules import Scope
from competition.codes.queries import list_works
from competition.codes.services import decode
from scoring.bundle.services.make import Wanted, make_bundle
from scoring.judges.queries import list_seats
from scoring.marking.queries import find_heads, list_signatures
from scoring.results.rules.rulings import Ruling
from scoring.results.services import locks
from scoring.results.services.decisions import decide, revoke, set_aside
from tests.factories.accounts import make_user
from tests.factories.codes import make_coded, make_officers
from tests.factories.recheck import recheck_all
from tests.factories.scoring import MarkedEvent, actor_of, make_item

MADE = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


def make_audited(
    session, *, works=5, absent=1, value="5", publish=True, text="", before=None
):
    """Make an event to which everything has happened that a bundle can hold.

    `value` is one mark in its first round: another one makes another history. `text`
    is its scheme; `before` is called with it just before it is published.
    """
    event, entries = make_coded(session, works, absent=absent, scheme=text)
    officers = make_officers(session, event)
    marked = MarkedEvent(
        session=session,
        event=event,
        entries=entries,
        works=[work.work_code for work in list_works(session, event.id)],
        committee=make_user(session, "committee", scope=Scope("event", event.uid)),
        supervisor=officers["supervisor"],
    )
    marked.seats = {seat.seat: seat for seat in list_seats(session, event.id)}
    _first_round(marked, value)
    _second_round(marked)
    if publish:
        recheck_all(session, event, user=marked.supervisor, now=marked.later())
        decode(
            session,
            event=event,
            first=officers[1],
            second=officers["supervisor"],
            now=marked.later(),
        )
        if before is not None:
            before(marked)
        marked.publish()
    session.flush()
    return marked


def _first_round(marked, value):
    """Everybody marks; one corrects, one conflicts, one withdraws, one comes late."""
    first = make_item(marked.works[0], "P1.1", value)
    marked.send_items("J1", first)
    again = make_item(marked.works[0], "P1.1", "6.5", based_on=first["id"])
    marked.send_items("J1", again)
    marked.send_items("J1", make_item(marked.works[0], "P1.1", "7"))  # a conflict
    marked.send_items(
        "J1",
        make_item(
            marked.works[0], "P1.1", "", based_on=again["id"], kind="void", reason="误"
        ),
    )
    for at, work in enumerate(marked.works):
        for seat in marked.seats:
            skip = at == 0 and seat == "J1"
            items = [
                make_item(work, "P1.1", f"{8 - at % 3}.5"),
                make_item(work, "P1.2", "1" if at % 2 else "0"),
                make_item(work, "P1.3", "2" if seat == "J1" else "3"),
            ]
            marked.send_items(seat, *items[skip:])
    change(marked, "J1", marked.works[0], "9")
    _decide(marked)
    marked.sign_all()
    late = marked.send("J2", marked.works[1], "P1.1", "1")
    set_aside(
        marked.session,
        event=marked.event,
        mark_id=late["id"],
        reason="签字后提交",
        actor=actor_of(marked.judge("J1")),
        now=marked.later(),
    )
    marked.lock()


def change(marked, seat, work, value):
    """Replace the newest mark of a judge for P1.1."""
    newest = find_heads(marked.session, marked.seats[seat].id, [work])[work, "P1.1"]
    answer = marked.send(seat, work, "P1.1", value, based_on=newest.id)
    assert answer["status"] == "stored", answer


def _decide(marked):
    by = actor_of(marked.judge("J1"))
    rulings = [
        Ruling(marked.works[1], "penalty", "overtime", "601"),
        Ruling(marked.works[2], "veto_aspect", "P1.2", ""),
        Ruling(marked.works[3], "time", "", "1800.5"),
    ]
    made = [
        decide(
            marked.session,
            event=marked.event,
            ruling=ruling,
            reason="见现场记录",
            actor=by,
            now=marked.later(),
        )
        for ruling in rulings
    ]
    revoke(
        marked.session,
        event=marked.event,
        uid=made[1].uid,
        reason="复核后撤销",
        actor=by,
        now=marked.later(),
    )


def _second_round(marked):
    """The lock is opened by two persons; one sheet changes; everybody signs again."""
    session, event = marked.session, marked.event
    chief, supervisor = actor_of(marked.judge("J1")), actor_of(marked.supervisor)
    locks.ask_unlock(
        session, event=event, reason="漏评", actor=chief, now=marked.later()
    )
    locks.confirm_unlock(session, event=event, actor=supervisor, now=marked.later())
    change(marked, "J2", marked.works[2], "4.25")
    marked.sign("J2")
    locks.return_sheet(
        session,
        event=event,
        uid=list_signatures(session, event.id)[0].uid,
        reason="再核一处",
        actor=chief,
        now=marked.later(),
    )
    marked.sign_all()
    marked.lock()


def bundle_of(session, event, *, now=MADE, **wanted):
    """Return the bundle's bytes."""
    out = io.BytesIO()
    make_bundle(session, event=event, out=out, now=now, wanted=Wanted(**wanted))
    return out.getvalue()


def unpack(data):
    """Return a bundle's files by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
