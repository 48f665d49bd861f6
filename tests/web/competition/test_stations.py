"""The plan of the hall, the draw under it, and its proof for officer and public."""

from itertools import pairwise

import pytest

from competition.codes import queries
from competition.codes.services import commit_layer
from competition.draw.queries import find_live
from competition.draw.rules import PLACING
from competition.draw.services import ObstacleError, reveal
from competition.sessions.services import SessionValues, add_session
from competition.stations.queries import list_needs
from competition.stations.rules.plan import Plan
from competition.stations.services import add_need, list_targets, save_plan
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.codes import (
    DAY,
    check_in,
    close,
    draw_layer,
    make_desk,
    make_officers,
)
from tests.factories.people import make_unit
from tests.papers import page_texts

CANARY = "金丝雀轮椅"


@pytest.fixture
def day(session):
    """Six contestants of two units, check-in closed, contest numbers drawn."""
    event, entries = make_desk(session, 6)
    units = [make_unit(session), make_unit(session)]
    for number, entry in enumerate(entries):
        entry.unit = units[number % 2]
    session.flush()
    check_in(session, event, entries)
    close(session, event)
    draw_layer(session, event, "contest_no")
    return event, entries, make_officers(session, event)


def plan(session, event, **values):
    made = Plan(**values)
    save_plan(session, event=event, plan=made, actor=SYSTEM, now=DAY)


def need(session, event, entry, feature=CANARY):
    return add_need(
        session,
        event=event,
        entry_uid=entry.uid,
        feature=feature,
        actor=SYSTEM,
        now=DAY,
    )


def test_units_are_apart_and_needs_are_met(session, day):
    event, entries, _officers = day
    plan(session, event, features=f"2: {CANARY}")
    need(session, event, entries[3])

    draw = draw_layer(session, event, "station")

    assert draw.algorithm == PLACING
    entry_of = {i: n for n, i in queries.list_entry_ids(session, event.id).items()}
    station = {
        link.source: link.code for link in queries.list_station_links(session, event.id)
    }
    assert station[entry_of[entries[3].id]] == "02"
    unit_at = {station[entry_of[e.id]]: e.unit_id for e in entries}
    order = [unit_at[s] for s in sorted(unit_at)]
    assert all(one != other for one, other in pairwise(order))


def test_without_a_plan_everything_is_as_it_was(session, day):
    event, _entries, _officers = day

    draw = draw_layer(session, event, "station")

    assert (draw.algorithm, draw.constraints) == ("jiangcai-draw/1", "")


def test_the_officer_sees_and_prints_the_proof_and_no_name(
    session, client, sign_in, day
):
    event, entries, officers = day
    plan(session, event, features=f"1-2: {CANARY}", beside="soft", hall=6)
    need(session, event, entries[0])
    for entry in entries:
        entry.unit.name = f"金丝雀{entry.unit_id}厂"
    draw_layer(session, event, "station")
    sign_in(officers[2])

    page = client.get(f"/events/{event.uid}/codes/station").text
    pdf = client.get(f"/events/{event.uid}/codes/station/proof.pdf")

    assert "金丝雀" not in page
    assert "K2" in page
    assert "F1" in page
    printed = "".join(page_texts(pdf.data))
    assert "K1" in printed
    assert "金丝雀" not in printed
    sign_in(officers[1])
    assert client.get(f"/events/{event.uid}/codes/station/proof.pdf").status_code == 403


def test_the_public_sees_constraints_with_the_outcome_only(session, client, day):
    event, entries, _officers = day
    plan(session, event, features=f"1: {CANARY}")
    need(session, event, entries[0])
    draw = draw_layer(session, event, "station")
    url = f"/draws/{draw.uid}"

    before, file = client.get(url).text, client.get(f"{url}/draw.json").json
    reveal(session, draw=draw, actor=SYSTEM, now=DAY)
    after, shown = client.get(url).text, client.get(f"{url}/draw.json").json

    assert "K1" not in before
    assert file["constraints"] == ""
    assert "K1" in after
    assert "F1" in after
    assert shown["constraints"] == draw.constraints
    assert CANARY not in after + str(shown)


def test_what_cannot_be_kept_is_refused_before_the_commitment(
    session, client, sign_in, day
):
    event, entries, officers = day
    plan(session, event, features=f"1: {CANARY}")
    for entry in entries[:2]:
        need(session, event, entry)
    sign_in(officers[2])

    answer = client.post(f"/events/{event.uid}/codes/station/commit")

    assert answer.status_code == 422
    assert "F1" in answer.text
    assert find_live(session, event.id, "station") is None
    with pytest.raises(ObstacleError):
        commit_layer(session, event=event, layer="station", actor=SYSTEM, now=DAY)


def test_the_committee_plans_the_hall(session, client, sign_in, day):
    event, entries, _officers = day
    sign_in(make_user(session, "committee"))
    url = f"/events/{event.uid}/stations"
    values = {"beside": "hard", "behind": "off", "features": f"1: {CANARY}"}

    assert client.get(url).status_code == 200
    wrong = client.post(url, data={**values, "features": "A: 1"})
    saved = client.post(url, data=values)
    for entry in entries[:2]:
        data = {"entry": entry.uid, "feature": CANARY}
        assert client.post(f"{url}/needs", data=data).status_code == 302
    doubled = client.post(f"{url}/needs", data=data)
    page = client.get(url).text
    [one, _other] = list_needs(session, event.id)
    client.post(f"{url}/needs/{one.uid}/remove")

    assert (wrong.status_code, saved.status_code) == (422, 302)
    assert doubled.status_code == 422
    assert "notice--danger" in page  # two need the only station
    assert len(list_needs(session, event.id)) == 1
    logged = session.query(LedgerEntry).filter(
        LedgerEntry.action.like("stations.need%")
    )
    assert CANARY not in "".join(entry.body for entry in logged)


def test_the_timetable_makes_the_hall(session, day):
    event, _entries, _officers = day
    for number, size in enumerate((4, 3)):
        add_session(
            session,
            event=event,
            values=SessionValues(
                round="final",
                part="practical",
                name="",
                starts_at=event.starts_at.replace(hour=1 + number),
                ends_at=event.starts_at.replace(hour=2 + number),
                stations=size,
            ),
            actor=SYSTEM,
            now=DAY,
        )

    targets = list_targets(session, event.id, 6)

    assert targets == ("1-01", "1-02", "1-03", "1-04", "2-01", "2-02", "2-03")
    assert len(list_targets(session, event.id, 8)) == 8
    assert list_targets(session, event.id, 6, 6)[0] == "01"
