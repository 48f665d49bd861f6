"""Marks that come by hand: once, sealed, by two persons (T-12)."""

import json
import struct
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from ledger.log.models import LedgerEntry
from ledger.log.services import Actor, list_disagreements
from scoring.carry.models import Parcel
from scoring.carry.services import parcels
from scoring.carry.services.parcels import ParcelError, take_parcel
from scoring.carry.services.words import CarryFaultsError
from scoring.marking.models import MarkEvent
from scoring.marking.queries import list_counted
from tests.factories.accounts import make_user
from tests.factories.calls import make_picture
from tests.factories.carry import key_of, seal, seal_parcel
from tests.factories.people import make_person
from tests.factories.scoring import SCHEME, actor_of, make_item, make_marked_event
from tests.faults.import_with_new_ids import take_with_new_ids


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=2)


def items_of(marked, count=4):
    """Return marks of J1 as an outbox holds them: numbered from 1, one corrected."""
    made = [
        make_item(work, aspect, "1", device="t1", event=marked.event.uid)
        for work in marked.works
        for aspect in ("P1.1", "P1.2", "P1.3")
    ][: count - 1]
    made.append({**make_item(made[0]["entry"], made[0]["aspect"], "2", device="t1")})
    made[-1] |= {"based_on": made[0]["id"], "event": marked.event.uid}
    for number, item in enumerate(made, 1):
        item["device_seq"] = number
    return made


def bring(marked, data, by=None):
    return parcels.receive_parcel(
        marked.session,
        event=marked.event,
        data=data,
        actor=actor_of(by or marked.committee),
        now=marked.later(),
    )


def confirm(marked, parcel, by=None, take=take_parcel):
    return take(
        marked.session,
        parcel=parcel,
        actor=actor_of(by or marked.supervisor),
        now=marked.later(),
    )


def test_a_parcel_keeps_ids_and_words_and_says_who_brought_it(session, marked):
    items = items_of(marked)
    parcel = bring(marked, seal_parcel(marked, "J1", items))

    foreseen = parcels.foresee_parcel(session, parcel, marked.later())
    before = len(session.scalars(select(MarkEvent)).all())
    rows = confirm(marked, parcel)

    assert before == 0, "looking must not store"
    assert [row.status for row in foreseen] == ["stored"] * 4
    assert [row.status for row in rows] == ["stored"] * 4
    stored = session.scalars(select(MarkEvent).order_by(MarkEvent.seq)).all()
    assert [mark.id for mark in stored] == [item["id"] for item in items]
    assert {mark.seat.seat for mark in stored} == {"J1"}
    assert [row.number for row in parcels.read_rows(parcel)] == [1, 2, 3, 4]
    log = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)).all()
    told = [row for row in log if row.action.startswith("carry.")]
    assert [row.action for row in told] == ["carry.received", "carry.taken"]
    assert {json.loads(row.body)["file"] for row in told} == {parcel.digest}
    [received] = [row for row in log if row.action == "marks.received"]
    assert (received.actor_kind, received.actor) == ("import", marked.supervisor.uid)
    assert list_disagreements(session) == []


def t12(marked, take):
    """Both routes deliver, in both orders and twice: one row each (T-12)."""
    items = items_of(marked)
    data = seal_parcel(marked, "J1", items)
    half = marked.send_items("J1", *items[:2])  # these came before the network went
    first = confirm(marked, bring(marked, data), take=take)
    by_network = marked.send_items("J1", *items)  # the tablet is online again
    again = confirm(marked, bring(marked, seal_parcel(marked, "J1", items)), take=take)
    rows = marked.session.scalars(select(MarkEvent)).all()
    assert sorted(row.id for row in rows) == sorted(item["id"] for item in items)
    assert [answer["status"] for answer in half] == ["stored"] * 2
    assert [row.status for row in first] == ["duplicate"] * 2 + ["stored"] * 2
    assert [answer["status"] for answer in by_network] == ["duplicate"] * 4
    assert [row.status for row in again] == ["duplicate"] * 4
    hashes = {row.id: row.body_hash for row in rows}
    assert {answer["id"]: answer["hash"] for answer in by_network} == hashes


def test_it_does_not_matter_that_marks_come_by_both_routes(marked):
    t12(marked, take_parcel)


def test_an_import_that_makes_new_ids_is_found(marked):
    with pytest.raises(AssertionError):
        t12(marked, take_with_new_ids)


def test_the_same_file_is_one_parcel(session, marked):
    data = seal_parcel(marked, "J1", items_of(marked))

    assert bring(marked, data).id == bring(marked, data, marked.supervisor).id
    assert len(session.scalars(select(Parcel)).all()) == 1


def test_nobody_confirms_what_they_brought_in(session, marked):
    parcel = bring(marked, seal_parcel(marked, "J1", items_of(marked)))
    person = make_person(session)
    marked.committee.person_id = person.id
    second = make_user(session, "committee", scope=Scope("event", marked.event.uid))
    second.person_id = person.id
    session.flush()

    for same in (marked.committee, second):
        with pytest.raises(ParcelError):
            confirm(marked, parcel, by=same)
    confirm(marked, parcel)
    with pytest.raises(ParcelError):
        confirm(marked, parcel)


def test_after_the_signature_carried_marks_are_late_and_do_not_count(session, marked):
    items = items_of(marked)
    marked.fill()
    marked.sign("J1")
    before = list_counted(session, marked.event.id)

    rows = confirm(marked, bring(marked, seal_parcel(marked, "J1", items)))

    assert {row.status for row in rows} == {"late"}
    assert list_counted(session, marked.event.id) == before


def test_a_bad_mark_in_a_parcel_stops_no_other(marked):
    items = items_of(marked)
    items[1]["value"] = "11"

    rows = confirm(marked, bring(marked, seal_parcel(marked, "J1", items)))

    assert [row.status for row in rows] == ["stored", "refused", "stored", "stored"]


def test_a_parcel_can_be_put_away_with_a_reason(session, marked):
    parcel = bring(marked, seal_parcel(marked, "J1", items_of(marked)))
    act = {"parcel": parcel, "actor": actor_of(marked.supervisor)}

    with pytest.raises(ParcelError):
        parcels.decline_parcel(session, reason=" ", now=marked.later(), **act)
    parcels.decline_parcel(session, reason="封条", now=marked.later(), **act)

    with pytest.raises(ParcelError):
        confirm(marked, parcel)
    assert session.scalars(select(MarkEvent)).all() == []


def test_photos_come_along(session):
    text = SCHEME.replace("max = 10\n", 'max = 10\nphoto = "allowed"\n', 1)
    marked = make_marked_event(session, works=1, text=text)
    item = make_item(marked.works[0], "P1.1", "8", device="t1")
    picture = make_picture()
    data = seal_parcel(marked, "J1", [item], photos=[(item["id"], picture)])

    rows = confirm(marked, bring(marked, data))
    again = confirm(
        marked,
        bring(
            marked, seal_parcel(marked, "J1", [item], photos=[(item["id"], picture)])
        ),
    )

    assert [(row.what, row.status) for row in rows] == [
        ("mark", "stored"),
        ("photo", "stored"),
    ]
    assert [row.status for row in again] == ["duplicate", "duplicate"]


# ---- what must not get in -----------------------------------------------------------


def _header(data):
    length = int.from_bytes(data[8:12], "big")
    return json.loads(data[12 : 12 + length]), data[12 + length :]


def reheaded(data, **changes):
    """Return the file with another head, as a forger without the key would write it."""
    header, rest = _header(data)
    for name, value in changes.items():
        if value is None:
            header.pop(name)
        else:
            header[name] = value
    text = json.dumps(header).encode()
    return data[:8] + struct.pack(">I", len(text)) + text + rest


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


UID = "0190a0a0-0000-7000-8000-00000000ffff"
MUTATIONS = {
    "empty": lambda data: b"",
    "another file": lambda data: b"PK\x03\x04" + data,
    "later format": lambda data: b"JCCARRY2" + data[8:],
    "no head": lambda data: data[:12],
    "cut in the head": lambda data: data[:60],
    "cut in the point": lambda data: data[: len(data) // 3],
    "last byte cut": lambda data: data[:-1],
    "half cut": lambda data: data[: -len(data) // 4],
    "something added": lambda data: data + b"\0",
    "twice": lambda data: data + data,
    "head length": lambda data: data[:8] + struct.pack(">I", 9) + data[12:],
    "head length huge": lambda data: data[:8] + b"\xff\xff\xff\xff" + data[12:],
    "head no JSON": lambda data: data[:12] + b"[" + data[13:],
    "other seat": lambda data: reheaded(data, seat="J2"),
    "other judge": lambda data: reheaded(data, judge=UID),
    "other event": lambda data: reheaded(data, event=UID),
    "other device": lambda data: reheaded(data, device="t2"),
    "other head": lambda data: reheaded(data, head=99),
    "other count": lambda data: reheaded(data, marks=3),
    "count missing": lambda data: reheaded(data, marks=None),
    "count a truth": lambda data: reheaded(data, marks=True),
    "field added": lambda data: reheaded(data, note="x"),
    "other key": lambda data: reheaded(data, key="0" * 16),
    "other packing": lambda data: reheaded(data, pack="none"),
    "unknown packing": lambda data: reheaded(data, pack="zip"),
    "other size": lambda data: reheaded(data, size=_header(data)[0]["size"] + 1),
    "other digest": lambda data: reheaded(data, sha256="0" * 64),
    "other clock": lambda data: reheaded(data, made_at="2026-06-20T11:00:00.000Z"),
    "point flipped": lambda data: flipped(data, len(data) - len(_header(data)[1]) + 3),
    "point kind": lambda data: flipped(data, len(data) - len(_header(data)[1])),
    "nonce flipped": lambda data: flipped(data, len(data) - len(_header(data)[1]) + 70),
    "body flipped": lambda data: flipped(data, len(data) - 40),
    "tag flipped": lambda data: flipped(data, len(data) - 1),
}


def test_a_changed_file_is_refused_whole(session, marked):
    data = seal_parcel(marked, "J1", items_of(marked))

    for name, change in MUTATIONS.items():
        with pytest.raises(CarryFaultsError) as refusal:
            bring(marked, change(data))
        assert refusal.value.faults, name
        assert all(fault.strip() for fault in refusal.value.faults), name

    assert len(MUTATIONS) >= 30
    assert session.scalars(select(Parcel)).all() == []
    assert session.scalars(select(MarkEvent)).all() == []
    assert bring(marked, data).marks == 4, "the file itself is good"


def test_a_file_of_another_event_or_installation_says_so(session, app, marked):
    other = make_marked_event(session, works=1)
    theirs = seal_parcel(other, "J1", [make_item(other.works[0], "P1.1", "8")])
    foreign = seal_parcel(marked, "J1", items_of(marked), key=key_of(other))

    with pytest.raises(CarryFaultsError) as of_event:
        bring(marked, theirs)
    with pytest.raises(CarryFaultsError) as of_key:
        bring(marked, foreign)

    assert len(of_event.value.faults) == 2  # the event, and that the judge is not here
    assert len(of_key.value.faults) == 1


def test_the_key_is_the_installations_and_the_events_own(session, app, marked):
    other = make_marked_event(session, works=1)
    first = key_of(marked)
    config = app.config["FIELD_KEY"]
    app.config["FIELD_KEY"] = bytes(32)
    elsewhere = key_of(marked)
    app.config["FIELD_KEY"] = config

    assert first == key_of(marked)
    assert len({first, key_of(other), elsewhere}) == 3


def test_a_mark_of_another_event_is_not_smuggled_in(session, marked):
    other = make_marked_event(session, works=1)
    items = items_of(marked)
    items[2]["event"] = other.event.uid
    items[3].pop("event")
    items[3]["event"] = ""

    with pytest.raises(CarryFaultsError) as refusal:
        bring(marked, seal_parcel(marked, "J1", items))

    assert len(refusal.value.faults) == 2


def test_content_that_is_none_is_refused(marked):
    said = {
        "event": marked.event.uid,
        "judge": marked.judge().uid,
        "seat": "J1",
        "device": "t1",
        "head": 0,
        "marks": 0,
        "photos": 0,
    }
    for content in (
        b"not json",
        b"[]",
        b'{"marks": [], "photos": []}',
        b'{"marks": 3, "photos": []}',
        b'{"marks": [{}], "photos": []}',
        b'{"marks": []}',
    ):
        with pytest.raises(CarryFaultsError):
            bring(marked, seal(content, key_of(marked), said))


def test_time_and_person_are_arguments(marked):
    moment = datetime(2026, 6, 20, 3, 0, tzinfo=UTC)
    parcel = parcels.receive_parcel(
        marked.session,
        event=marked.event,
        data=seal_parcel(marked, "J1", items_of(marked)),
        actor=Actor("human", marked.committee.uid),
        now=moment,
    )

    assert (parcel.received_at, parcel.received_by) == (moment, marked.committee.uid)
