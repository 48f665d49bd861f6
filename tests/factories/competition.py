"""Competitions, events and entries: valid rows with one call.

make_event(session, state="registration", quota=10)
make_entry(session, event)                  submitted, with photo and ID card
make_entry(session, event, state="accepted")  … and a ticket
"""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any  # an entry: tests look at what may be None

from competition.events.models import Competition, Event
from competition.events.services import (
    CompetitionValues,
    EventValues,
    create_competition,
    create_event,
)
from competition.registration.services.drafts import (
    save_answers,
    start_entry,
    store_paper,
)
from competition.registration.services.review import accept_entry
from competition.registration.services.submissions import submit_entry
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.people import made_up_id, make_unit, picture

NOW = datetime(2026, 5, 10, 2, 0, tzinfo=UTC)  # while the made events are open
_numbers = count(1)


def make_competition(session, **values) -> Competition:
    """Make a competition in Shaoxing; values: any of CompetitionValues."""
    number = next(_numbers)
    defaults = {
        "name": f"第{number}届职工职业技能大赛",
        "tier": "city",
        "grade": "1",
        "year": 2026,
        "district_code": "330600",
        "organiser": "市总工会",
        "undertaker": "",
        "starts_on": date(2026, 6, 20),
        "ends_on": date(2026, 6, 22),
    }
    return create_competition(
        session,
        values=CompetitionValues(**{**defaults, **values}),
        actor=SYSTEM,
        now=NOW,
    )


def make_event(session, *, state="registration", groups=("职工组",), **values) -> Event:
    """Make a welding event; values: competition, any of EventValues."""
    number = next(_numbers)
    competition = values.pop("competition", None) or make_competition(session)
    defaults = {
        "name": f"焊工{number}",
        "occupation_edition": 2022,
        "occupation_code": "6-18-02-04",
        "registration_opens_at": NOW - timedelta(days=5),
        "registration_closes_at": NOW + timedelta(days=10),
        "starts_at": NOW + timedelta(days=40),
        "venue": "市技师学院",
        "papers": "id_card",
    }
    event = create_event(
        session,
        competition=competition,
        values=EventValues(**{**defaults, **values}),
        groups=list(groups),
        actor=SYSTEM,
        now=NOW,
    )
    event.state = state
    session.flush()
    return event


def make_draft(session, event=None, *, user=None, papers=None, **answers) -> Any:
    """Make a complete draft; answers: any of rules.entries.Answers."""
    number = next(_numbers)
    event = event or make_event(session)
    user = user or make_user(session, "contestant", username=f"139{number:08d}")
    entry = start_entry(session, event=event, user=user, actor=SYSTEM, now=NOW)
    unit = answers.pop("unit", None) or make_unit(session)
    defaults = {
        "name": f"王{chr(0x4E00 + number % 20000)}",
        "id_number": made_up_id(number, born=date(1985, 1 + number // 1000 % 12, 9)),
        "phone": f"137{number:08d}",
        "unit_uid": unit.uid,
        "group": event.groups[0].uid,
        "trade_years": "5",
    }
    save_answers(session, entry=entry, values={**defaults, **answers}, now=NOW)
    for kind in papers if papers is not None else ("photo", "id_card"):
        store_paper(
            session,
            entry=entry,
            kind=kind,
            data=picture(60 + number % 40, 80),
            file_name=f"{kind}.jpg",
            user=user,
            now=NOW,
        )
    session.refresh(entry)
    return entry


def make_entry(session, event=None, *, state="submitted", **values) -> Any:
    """Make an entry in state submitted or accepted; values: see make_draft."""
    entry = make_draft(session, event, **values)
    submit_entry(session, entry=entry, has_consented=True, actor=SYSTEM, now=NOW)
    if state == "accepted":
        accept_entry(session, entry=entry, actor=SYSTEM, now=NOW)
    session.flush()
    return entry
