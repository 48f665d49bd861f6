"""The blind chain on a real database: made in order, blind, undone by two."""

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from accounts.roles.rules import Scope
from competition.checkin.services.second import SecondPersonError
from competition.codes import queries, services
from competition.codes.models import ContestCode, StationCode, WorkCode
from competition.codes.rules import LAYERS
from competition.codes.signals import codes_decoded
from competition.draw.queries import find_live, list_draws, public_draw
from competition.draw.rules import faults_of
from competition.draw.services import NobodyDrawsError
from competition.events.services import StepRefusedError
from competition.registration.services.submissions import withdraw_entry
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.vault.services import Vault, get_vault
from tests.factories.accounts import make_user
from tests.factories.codes import (
    DAY,
    check_in,
    close,
    draw_layer,
    make_coded,
    make_desk,
    make_officers,
)
from tests.factories.competition import NOW, make_entry, make_event
from tests.factories.people import make_person
from tests.factories.recheck import pretend_locked


@pytest.fixture
def ready(session):
    """An event whose check-in is closed with three present and one absent."""
    event, entries = make_desk(session, 4)
    check_in(session, event, entries[:3])
    close(session, event)
    return event, entries


def lock(session, event):
    pretend_locked(session, event)


def decode(session, event, first, second):
    count = services.decode(session, event=event, first=first, second=second, now=DAY)
    session.flush()
    return count


def test_three_layers_lead_from_entry_to_work(session):
    event, entries = make_coded(session, 4, absent=1)

    contest = session.scalars(select(ContestCode)).all()
    stations = session.scalars(select(StationCode)).all()
    works = session.scalars(select(WorkCode)).all()

    assert {row.entry_id for row in contest} == {entry.id for entry in entries[:4]}
    numbers = {"001", "002", "003", "004"}
    assert {row.contest_no for row in contest} == numbers
    assert {row.contest_no for row in stations} == numbers
    assert {row.station for row in stations} == {"01", "02", "03", "04"}
    links = queries.list_work_links(session, event.id)
    assert [link.source for link in links] == ["01", "02", "03", "04"]
    assert len({row.work_code for row in works}) == 4
    assert event.state == "marking"


def test_the_group_travels_along_the_chain(session):
    event, entries = make_coded(session, 4, groups=("职工组", "学生组"))
    lock(session, event)
    officers = make_officers(session, event)
    works = queries.list_works(session, event.id)
    told: list[str] = []

    def listen(_sender, event_uid, **_more):
        told.append(event_uid)

    with codes_decoded.connected_to(listen):
        decode(session, event, officers[1], officers[2])
    assert told == [event.uid]

    by_code = {work.work_code: work.group_code for work in works}
    decoded = queries.list_decoded(session, event.id)

    assert sorted(by_code.values()) == ["student", "student", "worker", "worker"]
    assert {row.work_code: row.group_code for row in decoded} == by_code
    groups = {entry.uid: entry.group.code for entry in entries}
    assert {row.entry_uid: row.group_code for row in decoded} == groups


def test_a_small_hall_works_in_batches(session, ready):
    event, _entries = ready
    draw_layer(session, event, "contest_no")

    draw_layer(session, event, "station", hall_size=2)

    stations = {link.code for link in queries.list_station_links(session, event.id)}
    assert len(stations) == 3
    assert stations <= {"1-01", "1-02", "2-01", "2-02"}


def test_works_are_listed_without_touching_anything_that_leads_to_a_person(
    session, count_queries
):
    event, _entries = make_coded(session, 2)

    with count_queries() as statements:
        works = queries.list_works(session, event.id)

    assert len(works) == 2
    (statement,) = statements
    tables = {
        name
        for name in WorkCode.metadata.tables
        if f" {name} " in f" {statement.lower()} ".replace("\n", " ").replace(".", " ")
    }
    assert tables == {"work_code"}


def test_the_tables_alone_do_not_tell_whose_station_a_work_is_of(session):
    event, _entries = make_coded(session, 40)
    links = {
        link.code: link.source for link in queries.list_work_links(session, event.id)
    }

    works = session.execute(select(WorkCode.__table__).order_by(WorkCode.id)).all()

    assert len(links) == len(works) == 40
    stranger = Vault(field_key=bytes(32), lookup_key=bytes(32))
    for row in works:
        context = f"work_code.station:{row.draw_id}:{row.work_code}"
        assert get_vault().open(row.station_sealed, context) == links[row.work_code]
        with pytest.raises(InvalidTag):
            stranger.open(row.station_sealed, context)
    # Nor does the order in which the rows were written.
    assert [row.work_code for row in works] == sorted(links)
    assert [links[row.work_code] for row in works] != sorted(links.values())


def test_a_station_moved_to_another_work_does_not_open(session):
    event, _entries = make_coded(session, 2)
    one, other = session.scalars(select(WorkCode)).all()
    one.station_sealed, other.station_sealed = other.station_sealed, one.station_sealed
    session.flush()

    with pytest.raises(InvalidTag):
        queries.list_work_links(session, event.id)


def test_works_are_not_listed_in_the_order_of_stations(session):
    event, _entries = make_coded(session, 12)

    codes = [work.work_code for work in queries.list_works(session, event.id)]

    assert codes == sorted(codes)


@pytest.mark.parametrize("layer", ["station", "work_code"])
def test_layers_are_made_in_order(session, ready, layer):
    event, _entries = ready

    with pytest.raises(services.LayerOrderError):
        draw_layer(session, event, layer)


def test_no_codes_before_check_in_is_closed(session):
    event, entries = make_desk(session, 2)
    check_in(session, event, entries)

    with pytest.raises(services.LayerOrderError):
        draw_layer(session, event, "contest_no")


def test_no_codes_for_nobody(session):
    event, _entries = make_desk(session, 1)
    close(session, event)

    with pytest.raises(NobodyDrawsError):
        draw_layer(session, event, "contest_no")


def test_nothing_is_drawn_without_a_commitment(session, ready):
    event, _entries = ready

    with pytest.raises(services.LayerOrderError):
        services.derive_layer(
            session, event=event, layer="contest_no", actor=SYSTEM, now=DAY
        )


@pytest.mark.parametrize("made", [0, 1, 2])
def test_marking_waits_for_all_layers(session, ready, made):
    event, _entries = ready
    for layer in LAYERS[:made]:
        draw_layer(session, event, layer)

    with pytest.raises(services.LayerOrderError):
        services.open_marking(session, event=event, actor=SYSTEM, now=DAY)


def test_marking_opens_once(session):
    event, _entries = make_coded(session, 1)

    with pytest.raises(StepRefusedError):
        services.open_marking(session, event=event, actor=SYSTEM, now=DAY)


def void(session, event, layer, first, second):
    services.void_layer(
        session,
        event=event,
        layer=layer,
        reason="点名有误",
        first=first,
        second=second,
        now=DAY,
    )
    session.flush()


def test_a_layer_is_undone_by_two_and_drawn_again(session, ready):
    event, _entries = ready
    officers = make_officers(session, event)
    old = draw_layer(session, event, "contest_no")
    before = {x.source: x.code for x in queries.list_contest_links(session, event.id)}

    void(session, event, "contest_no", officers[1], officers["supervisor"])

    assert queries.count_codes(session, event.id, "contest_no") == 0
    assert set(public_draw(old).result.values()) == set(before.values())
    new = draw_layer(session, event, "contest_no")
    assert new.attempt == 2
    assert queries.count_codes(session, event.id, "contest_no") == 3


def test_layers_are_undone_last_first(session, ready):
    event, _entries = ready
    officers = make_officers(session, event)
    draw_layer(session, event, "contest_no")
    draw_layer(session, event, "station")

    with pytest.raises(services.LayerOrderError):
        void(session, event, "contest_no", officers[1], officers["supervisor"])


def test_codes_are_fixed_once_marking_began(session):
    event, _entries = make_coded(session, 1)
    officers = make_officers(session, event)

    with pytest.raises(services.LayerOrderError):
        void(session, event, "work_code", officers[3], officers["supervisor"])


@pytest.mark.parametrize("second", [1, "judge", "checkin"])
def test_who_cannot_help_to_undo_a_draw(session, ready, second):
    event, _entries = ready
    officers = make_officers(session, event)
    draw_layer(session, event, "contest_no")

    with pytest.raises(SecondPersonError):
        void(session, event, "contest_no", officers[1], officers[second])


def test_decoding_gives_every_work_its_name_back(session):
    event, entries = make_coded(session, 3, absent=1)
    entries[3].state = "accepted"
    officers = make_officers(session, event)
    codes = {work.work_code for work in queries.list_works(session, event.id)}
    lock(session, event)

    count = decode(session, event, officers[1], officers["supervisor"])

    decoded = {row.entry_uid: row for row in queries.list_decoded(session, event.id)}
    assert count == 3
    assert event.state == "decoded"
    assert {decoded[entry.uid].work_code for entry in entries[:3]} == codes
    first = decoded[entries[0].uid]
    assert (first.entry_id, first.person_id) == (entries[0].id, entries[0].person_id)
    assert (first.name, first.unit_name) == (
        entries[0].person.name,
        entries[0].unit.name,
    )
    statuses = [decoded[entry.uid].status for entry in entries]
    assert statuses == ["present", "present", "present", "absent"]
    assert decoded[entries[3].uid].work_code is None


def test_those_who_withdrew_are_listed_as_withdrawn(session):
    event, entries = make_coded(session, 1, absent=1)
    officers = make_officers(session, event)
    entries[1].state = "withdrawn"
    lock(session, event)
    decode(session, event, officers[1], officers[2])

    rows = {row.entry_uid: row for row in queries.list_decoded(session, event.id)}

    assert rows[entries[1].uid].status == "withdrawn"
    assert rows[entries[1].uid].work_code is None


def test_those_who_withdrew_before_they_were_accepted_are_not_listed(session):
    event = make_event(session)
    entered, waited = make_entry(session, event), make_entry(session, event)
    for entry in (entered, waited):
        withdraw_entry(session, entry=entry, reason="出差", actor=SYSTEM, now=NOW)
    event.state = "decoded"
    session.flush()

    assert queries.list_decoded(session, event.id) == []


def test_decoding_reveals_every_draw_and_writes_it_down(session):
    event, _entries = make_coded(session, 2)
    officers = make_officers(session, event)
    assert [draw.secret for draw in list_draws(session, event.id)] == ["", "", ""]
    lock(session, event)

    decode(session, event, officers[1], officers["supervisor"])

    for draw in list_draws(session, event.id):
        assert faults_of(public_draw(draw)) == []
        assert draw.seed
    line = session.scalar(
        select(LedgerEntry).where(LedgerEntry.action == "codes.decoded")
    )
    assert line.actor == officers[1].uid
    assert officers["supervisor"].uid in line.body


def test_what_was_revealed_gives_the_codes_that_were_used(session):
    event, _entries = make_coded(session, 3)
    officers = make_officers(session, event)
    lock(session, event)
    decode(session, event, officers[1], officers[2])

    for layer, links in (
        ("station", queries.list_station_links(session, event.id)),
        ("work_code", queries.list_work_links(session, event.id)),
    ):
        draw = find_live(session, event.id, layer)
        assert draw is not None
        shown = public_draw(draw)
        assert dict(shown.result) == {link.source: link.code for link in links}


@pytest.mark.parametrize("state", ["checkin", "marking", "decoded", "published"])
def test_only_locked_marks_are_decoded(session, state):
    event, _entries = make_coded(session, 1)
    officers = make_officers(session, event)
    event.state = state
    session.flush()

    with pytest.raises(services.NotLockedError):
        decode(session, event, officers[1], officers["supervisor"])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(1, 1, id="alone"),
        pytest.param(1, "judge", id="with a judge"),
        pytest.param(1, "chief", id="with the chief judge"),
        pytest.param("chief", "supervisor", id="without a coding officer"),
        pytest.param("supervisor", "supervisor", id="the supervisor alone"),
    ],
)
def test_who_cannot_decode(session, first, second):
    event, _entries = make_coded(session, 1)
    officers = make_officers(session, event)
    lock(session, event)

    with pytest.raises(SecondPersonError):
        decode(session, event, officers[first], officers[second])
    assert event.state == "locked"


def test_two_accounts_of_one_person_are_one_person(session):
    event, _entries = make_coded(session, 1)
    lock(session, event)
    scope, person = Scope("event", event.uid), make_person(session)
    first = make_user(session, "coding_officer_1", scope=scope, person=person)
    second = make_user(session, "coding_officer_2", scope=scope, person=person)

    with pytest.raises(SecondPersonError):
        decode(session, event, first, second)


def test_officers_of_another_event_cannot_decode(session):
    event, _entries = make_coded(session, 1)
    other, _none = make_desk(session, 0)
    officers, strangers = make_officers(session, event), make_officers(session, other)
    lock(session, event)

    with pytest.raises(SecondPersonError):
        decode(session, event, officers[1], strangers["supervisor"])


@pytest.mark.parametrize("state", ["checkin", "marking", "locked"])
def test_nobody_is_named_before_decoding(session, state):
    event, _entries = make_coded(session, 1)
    event.state = state
    session.flush()

    with pytest.raises(queries.NotDecodedError):
        queries.list_decoded(session, event.id)


def test_reading_the_chain_costs_three_queries(session, count_queries):
    event, _entries = make_coded(session, 5)
    event.state = "decoded"
    session.flush()

    with count_queries() as statements:
        queries.list_decoded(session, event.id)

    assert len(statements) == 3
