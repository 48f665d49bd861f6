"""Rosters: what cannot stand, and until when a substitute comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competition.registration.rules.document import (
    Document,
    DocumentError,
    read_document,
    write_document,
)
from competition.teams.rules import (
    Candidate,
    Terms,
    find_faults,
    may_come_in,
    may_replace,
    terms_of,
)

TERMS = Terms(least=2, most=3, substitutes=1, replace_until="close")


def person(uid, role="member", state="submitted", **values):
    values = {"is_of_unit": True, "has_other_team": False, **values}
    return Candidate(uid=uid, name=uid, role=role, state=state, **values)


@pytest.mark.parametrize(
    ("roster", "codes"),
    [
        pytest.param([], [], id="nobody yet"),
        pytest.param([person("a"), person("b", "substitute")], [], id="right"),
        pytest.param([person(c) for c in "abcd"], ["too_many_members"], id="four"),
        pytest.param(
            [person(c, "substitute") for c in "ab"],
            ["too_many_substitutes"],
            id="two substitutes",
        ),
        pytest.param([person("a"), person("a", "substitute")], ["twice"], id="twice"),
        pytest.param([person("a", is_of_unit=False)], ["other_unit"], id="of another"),
        pytest.param([person("a", has_other_team=True)], ["other_team"], id="taken"),
        pytest.param([person("a", state="rejected")], ["not_standing"], id="rejected"),
        pytest.param(
            [person("a", "substitute", "accepted"), person("b", state="reserve")],
            ["decided", "decided"],
            id="accepted in the other role",
        ),
        pytest.param(
            [person("a", state="accepted"), person("b", "substitute", "reserve")],
            [],
            id="accepted in their own",
        ),
        pytest.param(
            [*(person(c) for c in "abcd"), person("e", state="withdrawn")],
            ["too_many_members", "not_standing"],
            id="everything at once",
        ),
    ],
)
def test_every_fault_of_a_roster_is_told(roster, codes):
    assert [fault.code for fault in find_faults(TERMS, roster)] == codes


@pytest.mark.parametrize(
    ("until", "state", "is_open", "may"),
    [
        ("close", "registration", True, True),
        ("close", "registration", False, False),
        ("close", "closed", False, False),
        ("checkin", "closed", False, True),
        ("checkin", "checkin", False, True),
        ("checkin", "marking", False, False),
        ("checkin", "published", False, False),
    ],
)
def test_members_are_replaced_until_the_moment_the_rules_name(
    until, state, is_open, may
):
    terms = Terms(least=2, most=3, substitutes=1, replace_until=until)

    assert may_replace(terms, state, is_open=is_open) is may


def test_after_the_close_only_the_reviewed_come_in():
    assert may_come_in("reserve", is_open=False)
    assert may_come_in("draft", is_open=True)
    assert not may_come_in("submitted", is_open=False)
    assert not may_come_in("rejected", is_open=True)


@given(
    least=st.none() | st.integers(2, 5),
    most=st.integers(2, 5),
    substitutes=st.none() | st.integers(1, 5),
    until=st.sampled_from(["", "close", "checkin"]),
)
def test_terms_come_back_from_the_document(least, most, substitutes, until):
    document = Document(
        team_min=least,
        team_max=most,
        team_substitutes=substitutes,
        team_replace_until=until,
    )
    if least is not None and least > most:
        with pytest.raises(DocumentError, match=r"team\.max"):
            read_document(write_document(document))
        return

    assert read_document(write_document(document)) == document
    terms = terms_of(document)
    assert (terms.least, terms.most) == (least or 2, most)
    assert terms.replace_until == (until or "close")


def test_an_event_without_teams_has_no_terms():
    assert terms_of(Document()) is None
    with pytest.raises(DocumentError) as refused:
        read_document('format = "jiangcai-eligibility/1"\n[team]\nsubstitutes = 1\n')
    assert refused.value.faults == ["team.max: needed beside the other rules of teams"]
