"""Teams: who stands on a roster, who replaces whom, and what the log keeps."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from competition.checkin.models import CheckIn
from competition.checkin.services.desk import close_checkin, open_checkin
from competition.codes.queries import list_decoded
from competition.events import rules as life
from competition.recusal.queries import is_recused
from competition.recusal.services import Tie, declare
from competition.registration.queries import count_states, count_taken
from competition.registration.services.review import accept_entry
from competition.registration.services.submissions import NotEligibleError
from competition.teams.queries.teams import list_former, list_roster
from competition.teams.services.replace import replace_member
from competition.teams.services.roster import (
    Coach,
    TeamError,
    TeamValues,
    change_team,
    end_team,
    register_team,
)
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.persons.queries import open_id_number
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_entry
from tests.factories.people import make_person, make_unit
from tests.factories.teams import make_team, make_team_event

LATER = NOW + timedelta(days=11)  # registration is over


def accept(session, *entries):
    for entry in entries:
        accept_entry(session, entry=entry, actor=SYSTEM, now=NOW)


def roles(session, team):
    return [(row.role, row.entry) for row in list_roster(session, team.id)]


def swap(session, team, now=NOW, reason="受伤", **values):
    by_role = {row.role: row for row in reversed(list_roster(session, team.id))}
    return replace_member(
        session,
        team=team,
        member=values.get("member", by_role["member"]),
        substitute=values.get("substitute", by_role["substitute"]),
        reason=reason,
        actor=SYSTEM,
        now=now,
    )


def test_nobody_is_accepted_before_the_team_is_complete(session):
    team = make_team(session, members=1)
    [(_role, first)] = roles(session, team)
    with pytest.raises(NotEligibleError) as refused:
        accept(session, first)
    second = make_entry(session, team.event, unit=team.unit)
    alone = make_entry(session, team.event)

    values = TeamValues(name=team.name, leader_name="李", members=[first, second])
    change_team(session, team=team, values=values, actor=SYSTEM, now=NOW)
    accept(session, first, second)

    assert {c.rule for c in refused.value.checks if c.is_blocking} == {"team"}
    assert (first.state, second.state) == ("accepted", "accepted")
    with pytest.raises(NotEligibleError):
        accept(session, alone)


def test_a_substitute_is_reviewed_and_takes_no_place(session):
    event = make_team_event(session, quota=3, unit_quota=3)
    team = make_team(session, event, members=2, substitutes=1)
    entries = [entry for _role, entry in roles(session, team)]
    accept(session, *entries)

    *members, reserve = entries
    assert [entry.state for entry in members] == ["accepted", "accepted"]
    assert reserve.shown_state == "reserve"
    assert reserve.ticket is None
    assert count_taken(session, event.id) == 2
    counts = count_states(session, event.id)
    assert (counts["submitted"], counts["reserve"], counts["accepted"]) == (0, 1, 2)


def test_two_teams_do_not_share_names_people_or_units(session):
    team = make_team(session, members=2)
    [(_r, taken), _other] = roles(session, team)
    stranger = make_entry(session, team.event)

    with pytest.raises(TeamError) as refused:
        register_team(
            session,
            event=team.event,
            unit=team.unit,
            values=TeamValues(name=team.name, members=[taken, stranger]),
            actor=SYSTEM,
            now=NOW,
        )

    assert len(refused.value.faults) == 3


def test_who_is_accepted_leaves_only_by_being_replaced(session):
    team = make_team(session, members=2, substitutes=1)
    entries = [entry for _role, entry in roles(session, team)]
    accept(session, *entries)
    values = TeamValues(name=team.name, leader_name="李", members=[])

    with pytest.raises(TeamError) as refused:
        change_team(session, team=team, values=values, actor=SYSTEM, now=NOW)
    with pytest.raises(TeamError):
        end_team(session, team=team, reason="误报", actor=SYSTEM, now=NOW)

    assert len(refused.value.faults) == 3


def test_a_team_that_is_taken_back_frees_its_people_and_its_name(session):
    team = make_team(session, members=1, substitutes=1)
    entries = [entry for _role, entry in roles(session, team)]

    end_team(session, team=team, reason="误报", actor=SYSTEM, now=NOW)
    again = make_team(session, team.event, members=0, unit=team.unit, name=team.name)

    assert roles(session, team) == []
    assert not any(entry.is_substitute for entry in entries)
    assert again.name == team.name
    with pytest.raises(TeamError):
        end_team(session, team=team, reason="误报", actor=SYSTEM, now=NOW)


def test_a_reviewed_substitute_takes_the_place_at_check_in(session):
    event = make_team_event(session, until="checkin", quota=3)
    team = make_team(session, event, members=2, substitutes=1)
    out, stays, comes = (entry for _role, entry in roles(session, team))
    accept(session, out, stays, comes)
    event.state = life.CLOSED
    open_checkin(session, event=event, actor=SYSTEM, now=LATER)

    swap(session, team, now=LATER)

    assert (out.state, comes.state, stays.state) == (
        *("withdrawn", "accepted", "accepted"),
    )
    assert "受伤" in out.reason
    assert out.ticket.revoked_at == LATER
    assert comes.ticket.revoked_at is None
    assert {entry.uid for _role, entry in roles(session, team)} == {
        *(comes.uid, stays.uid),
    }
    assert {row.reason for row in list_former(session, team.id)} == {"受伤"}
    [said] = session.scalars(select(LedgerEntry).filter_by(action="teams.replaced"))
    assert out.uid in said.body
    assert comes.uid in said.body
    event.state = life.DECODED
    session.flush()
    # Who was replaced stands on no result.
    listed = {one.entry_uid: one.team_name for one in list_decoded(session, event.id)}
    assert listed == {comes.uid: team.name, stays.uid: team.name}


@pytest.mark.parametrize("why", ["reason", "present", "over", "rules", "unreviewed"])
def test_members_are_not_replaced_at_will(session, why):
    until = "" if why == "rules" else "checkin"
    event = make_team_event(session, until=until)
    team = make_team(session, event, members=2, substitutes=1)
    out, stays, comes = (entry for _role, entry in roles(session, team))
    accept(session, out, stays, *([] if why == "unreviewed" else [comes]))
    event.state = life.CLOSED
    open_checkin(session, event=event, actor=SYSTEM, now=LATER)
    if why == "present":
        session.add(
            CheckIn(
                entry_id=out.id, event_id=event.id, status="present", at=NOW, by="t"
            )
        )
        session.flush()
    if why == "over":
        close_checkin(session, event=event, actor=SYSTEM, now=LATER)

    with pytest.raises(TeamError):
        swap(session, team, now=LATER, reason=" " if why == "reason" else "受伤")

    assert out.state == "accepted"


def test_before_the_close_an_unreviewed_substitute_goes_on_under_review(session):
    team = make_team(session, members=2, substitutes=1)
    out, _stays, comes = (entry for _role, entry in roles(session, team))

    swap(session, team)
    session.flush()

    assert (out.state, out.is_substitute) == ("withdrawn", True)
    assert (comes.state, comes.is_substitute) == ("submitted", False)
    accept(session, comes)
    assert comes.state == "accepted"


@pytest.mark.parametrize(
    "how", ["leader", "coach's unit", "number", "name", "tie to unit", "tie to number"]
)
def test_who_leads_or_coaches_a_team_does_not_judge_it(session, how):
    coach, elsewhere = make_person(session), make_unit(session)
    judge = make_user(session, display_name=coach.name if how == "name" else "裁判")
    number = "" if how == "name" else open_id_number(coach)
    team = make_team(session, coaches=[Coach(coach.name, elsewhere, number)])
    assert how == "name" or not is_recused(session, team.event_id, judge)
    if how == "leader":
        team.leader = judge
    elif how == "coach's unit":
        judge.unit = elsewhere
    elif how == "number":
        judge.person = coach
    elif how == "tie to unit":
        tie = Tie(kind="unit", unit=elsewhere)
        declare(session, user=judge, tie=tie, actor=SYSTEM, now=NOW)
    elif how == "tie to number":
        tie = Tie(kind="past_pupil", id_number=number)
        declare(session, user=judge, tie=tie, actor=SYSTEM, now=NOW)
    session.flush()

    assert is_recused(session, team.event_id, judge)
