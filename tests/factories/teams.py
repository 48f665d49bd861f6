"""Teams with one call.

make_team(session, members=2, substitutes=1)    of an open event, entries submitted
"""

from itertools import count

from competition.registration.rules.document import Document
from competition.registration.services.rulebook import change_rules, rulebook_of
from competition.teams.services.roster import TeamValues, register_team
from ledger.log.services import SYSTEM
from tests.factories.competition import NOW, make_entry, make_event
from tests.factories.people import make_unit

_numbers = count(1)


def make_team_event(session, *, least=2, most=3, substitutes=1, until="", **values):
    """Make an event for teams; values: of make_event."""
    event = make_event(session, **values)
    return set_terms(session, event, least, most, substitutes, until)


def set_terms(session, event, least=2, most=3, substitutes=1, until=""):
    """Make an event one for teams."""
    change_rules(
        session,
        event=event,
        document=Document(
            age_max=event.age_max,
            places_event=event.quota,
            places_unit=event.unit_quota,
            papers_asked=("id_card",),
            team_min=least,
            team_max=most,
            team_substitutes=substitutes,
            team_replace_until=until,
        ),
        reason="团体赛",
        actor=SYSTEM,
        now=NOW,
    )
    assert rulebook_of(session, event).document.team_max == most
    return event


def make_team(session, event=None, *, members=2, substitutes=0, unit=None, **values):
    """Make a team with entries that are submitted; values: of TeamValues."""
    event = event or make_team_event(session)
    unit = unit or make_unit(session)
    entries = [
        make_entry(session, event, unit=unit) for _ in range(members + substitutes)
    ]
    defaults = {"name": f"第{next(_numbers)}代表队", "leader_name": "周领队"}
    return register_team(
        session,
        event=event,
        unit=unit,
        values=TeamValues(
            **{
                **defaults,
                "members": entries[:members],
                "substitutes": entries[members:],
                **values,
            }
        ),
        actor=SYSTEM,
        now=NOW,
    )
