"""A result that the independent verifier does not confirm is not published."""

import json

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select
from structlog.testing import capture_logs

from ledger.log.models import LedgerEntry
from ledger.log.queries import list_for_scope
from scoring.bundle.services.gate import recheck
from scoring.results.queries import find_result, list_publications
from scoring.results.rules import total
from scoring.results.services import gate
from scoring.results.services.gate import Recheck, ResultsDisagreeError
from scoring.scheme.rules.numbers import round_to
from tests.factories.bundle import make_audited
from tests.factories.scoring import make_marked_event


@pytest.fixture
def wrong_engine(monkeypatch):
    """An engine that rounds down where the scheme says half up."""
    monkeypatch.setattr(
        total,
        "round_to",
        lambda value, places, _mode: round_to(value, places, "truncate"),
    )


def thirds(at, code):
    """Marks whose sum ends in 6.666…: half up and cut differ."""
    return {"P1.1": str(9 - at), "P1.2": "0", "P1.3": "2"}[code]


def counted():
    return REGISTRY.get_sample_value("jiangcai_results_disagreed_total")


def said(session, event, action):
    return [
        json.loads(link.body)
        for link in list_for_scope(session, f"event:{event.uid}")
        if link.action == action
    ]


def test_a_right_engine_is_confirmed_on_record(session):
    marked = make_marked_event(session)
    marked.run_to_decoded()
    publication = marked.publish()

    [verified] = said(session, marked.event, "results.verified")
    [published] = said(session, marked.event, "results.published")
    program = verified["bundle"]["program"]
    assert verified["bundle"] == {"program": program, "agrees": True, "differences": []}
    assert published["verified_by"] == {"bundle": program}
    assert publication.version == 1


def test_a_wrong_engine_is_found_at_the_lock(session, wrong_engine):
    marked = make_marked_event(session)
    run_with_thirds(marked)

    [alarm] = said(session, marked.event, "results.disagreed")
    assert not alarm["bundle"]["agrees"]
    assert "total" in alarm["bundle"]["differences"][0] or (
        "components" in alarm["bundle"]["differences"][0]
    )
    assert gate.list_disagreeing(session, [marked.event]) == {marked.event.uid}


def test_a_wrong_engine_publishes_nothing(session, wrong_engine):
    marked = make_marked_event(session)
    run_with_thirds(marked)
    marked.decode()

    with pytest.raises(ResultsDisagreeError):
        marked.publish()

    assert list_publications(session, marked.event.id) == []


def test_the_alarm_outlives_the_refusal(session, client, sign_in, wrong_engine):
    marked = make_marked_event(session)
    run_with_thirds(marked)
    marked.decode()
    session.commit()
    sign_in(marked.committee)
    before = counted()

    with capture_logs() as lines:
        answer = client.post(f"/events/{marked.event.uid}/publish")

    assert answer.status_code == 409
    actions = session.scalars(
        select(LedgerEntry.action).where(LedgerEntry.action.like("results.%"))
    ).all()
    assert actions.count("results.disagreed") == 2  # at the lock, and now
    assert "results.published" not in actions
    assert [line["event"] for line in lines] == ["results_disagree"]
    assert counted() == before + 1


def test_what_the_program_cannot_compute_it_does_not_confirm(session, monkeypatch):
    marked = make_audited(session)
    result = find_result(session, marked.event.id)
    assert result is not None
    assert recheck(session, marked.event, result).differences == ()
    session.expunge(result)  # the database refuses what we are about to do
    result.rows = result.rows.replace('"entry"', '"entri"', 1)

    [difference] = recheck(session, marked.event, result).differences

    assert "KeyError" in difference


def test_every_room_that_registered_is_asked(session, monkeypatch):
    marked = make_marked_event(session)
    marked.run_to_decoded()
    monkeypatch.setitem(
        gate.CHECKS,
        "other",
        lambda *_given: Recheck(program="0" * 64, differences=("entry X: no",)),
    )

    with pytest.raises(ResultsDisagreeError, match="entry X"):
        marked.publish()


def run_with_thirds(marked):
    marked.fill(thirds)
    marked.sign_all()
    marked.lock()
