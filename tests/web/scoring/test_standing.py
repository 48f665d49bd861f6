"""The standing while marks come in: from what is stored, at the cost of changes."""

import pytest

from scoring.marking.rules.cells import as_marks
from scoring.results.rules.digest import digest_scoring
from scoring.results.rules.rulings import Ruling
from scoring.results.rules.so_far import score_so_far
from scoring.results.services import compute, decisions, standing
from scoring.results.services.standing import (
    UnfitMarksError,
    forget_boards,
    read_standing,
)
from tests.factories.scoring import actor_of, make_marked_event
from tests.web.scoring.test_carried import scheme_from

FIRST = [("P1.1", "8"), ("P1.2", "1"), ("P1.3", "2")]


@pytest.fixture
def marked(session):
    return make_marked_event(session, works=3, absent=1)


def address(made):
    return f"/events/{made.event.uid}/standing"


def mark_wholly(made, work, points="8"):
    for seat in made.seats:
        for aspect, value in FIRST:
            made.send(seat, work, aspect, points if aspect == "P1.1" else value)


def assert_as_anew(session, made):
    ground = compute.read_ground(session, made.event.id)
    anew = score_so_far(ground.scheme, as_marks(ground.counted), ground.facts)
    found = read_standing(session, made.event).so_far
    assert digest_scoring(found) == digest_scoring(anew)


def test_only_complete_works_are_ranked(client, marked, sign_in):
    mark_wholly(marked, marked.works[1])
    marked.send("J1", marked.works[0], "P1.1", "9")
    sign_in(marked.judge("J1"))

    page = client.get(address(marked))

    ranked, waiting = page.text.split("尚未排名", 1)
    assert marked.works[1] in ranked
    assert "24.67" in ranked
    assert "1 / 3" in ranked
    for work in (marked.works[0], marked.works[2]):
        assert work in waiting
        assert work not in ranked
    assert "1 / 6" in waiting


def test_judges_and_the_public_do_not_see_it(client, marked, sign_in):
    mark_wholly(marked, marked.works[1])
    assert client.get(address(marked)).status_code in {302, 401}

    sign_in(marked.judge("J2"))

    assert client.get(address(marked)).status_code == 403


def test_it_follows_marks_voids_and_decisions(session, marked):
    read_standing(session, marked.event)
    for number, work in enumerate(marked.works):
        mark_wholly(marked, work, str(9 - number))
        assert_as_anew(session, marked)

    given = marked.send("J1", marked.works[0], "P1.1", "1", based_on=None)
    assert given["status"] == "conflict"
    assert_as_anew(session, marked)
    marked.send(
        "J1",
        marked.works[0],
        "P1.1",
        "",
        kind="void",
        reason="slip",
        based_on=given["current"]["id"],
    )
    assert_as_anew(session, marked)
    decide(session, marked, Ruling(marked.works[1], "penalty", "overtime", "301"))
    decide(session, marked, Ruling(marked.works[2], "disqualify", "", ""))
    assert_as_anew(session, marked)
    forget_boards()
    assert_as_anew(session, marked)


def decide(session, made, ruling):
    decisions.decide(
        session,
        event=made.event,
        ruling=ruling,
        reason="seen",
        actor=actor_of(made.committee),
        now=made.later(),
    )


def test_a_look_costs_the_same_however_many_marks(
    client, session, marked, sign_in, count_queries
):
    sign_in(marked.judge("J1"))
    client.get(address(marked))
    mark_wholly(marked, marked.works[0])
    with count_queries() as few:
        client.get(address(marked))
    for work in marked.works[1:]:
        mark_wholly(marked, work)

    with count_queries() as many:
        client.get(address(marked))

    assert len(many) == len(few), "\n".join(many)
    assert sum("FROM mark_event" in statement for statement in many) == 1


def test_an_unchanged_standing_is_not_computed_again(
    client, session, marked, sign_in, monkeypatch
):
    mark_wholly(marked, marked.works[0])
    sign_in(marked.judge("J1"))
    tag = client.get(address(marked)).headers["ETag"]

    def refuse(_standing):
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(standing.Standing, "so_far", property(refuse))
        same = client.get(address(marked), headers={"If-None-Match": tag})
    marked.send("J2", marked.works[1], "P1.1", "3")
    other = client.get(address(marked), headers={"If-None-Match": tag})

    assert (same.status_code, same.data) == (304, b"")
    assert other.status_code == 200
    assert other.headers["ETag"] != tag


def test_a_board_of_another_history_is_made_anew(session, marked):
    """As after a backup was put back under a running server."""
    mark_wholly(marked, marked.works[0])
    read_standing(session, marked.event)
    kept = standing._boards[marked.event.uid]  # noqa: SLF001
    kept.board.remove(marked.works[0], "P1.1", "J1")
    kept.last_id = "of another history"

    assert_as_anew(session, marked)


def test_a_mark_nobody_knows_stops_it(session, marked, monkeypatch):
    mark_wholly(marked, marked.works[0])
    version, facts = compute.read_frame(session, marked.event.id)
    monkeypatch.setattr(standing, "read_frame", lambda *_: (version, facts[1:]))

    with pytest.raises(UnfitMarksError):
        read_standing(session, marked.event)
    monkeypatch.undo()

    assert_as_anew(session, marked)


def test_few_boards_are_kept(session, monkeypatch):
    monkeypatch.setattr(standing, "MOST_BOARDS", 1)
    first, second = make_marked_event(session), make_marked_event(session)
    mark_wholly(first, first.works[0])

    for made in (first, second, first):
        assert_as_anew(session, made)

    assert list(standing._boards) == [first.event.uid]  # noqa: SLF001


def test_part_of_a_total_ranks_nobody(client, session, sign_in):
    """What is carried in is not known while the codes are blind."""
    made = make_marked_event(session, works=2, text=scheme_from())
    for work, points in zip(made.works, "98", strict=True):
        mark_wholly(made, work, points)
    sign_in(made.judge("J1"))

    page = client.get(address(made))

    assert "前一阶段" in page.text
    assert "2 / 2" in page.text
    found = read_standing(session, made.event).so_far
    assert {result.rank for result in found.scoring.results} == {None}
    assert "25.67" in page.text
