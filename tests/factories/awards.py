"""Award rounds of innovation projects.

make_round(session)                        takes nominations; values: of RoundValues
nominated(session, award_round, project)   a verified project, nominated
make_jury(session, award_round, 5)         experts, appointed
sign(session, nomination, user, "80")      a sheet whose marks make about so many
by(user, now)                              who acts, and when
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from ledger.log.services import Actor
from people.districts.models import District
from talentpool.growth.queries.awards import list_experts
from talentpool.growth.rules.awards import Prize
from talentpool.growth.services import awards, juries
from talentpool.growth.services.by import By
from tests.factories.accounts import make_user
from tests.factories.growth import make_project
from tests.factories.talentpool import NOW, make_craftsman

PRIZES = (Prize(name="一等奖", places=1), Prize(name="二等奖", places=1))


def by(user, now=NOW):
    return By(user=user, actor=Actor("human", user.uid), now=now)


def make_round(session, *, opener=None, now=NOW, **values: Any):
    """Open a round of the city for innovations and methods."""
    today = now.date()
    defaults: dict[str, Any] = {
        "name": "职工技术创新成果奖",
        "year": today.year,
        "level": "city",
        "issuer": "市总工会",
        "kinds": ("innovation", "method"),
        "opens_on": today - timedelta(days=10),
        "closes_on": today + timedelta(days=10),
        "finished_from": today - timedelta(days=700),
        "finished_to": today,
    }
    code = values.pop("district_code", "330600")
    return awards.open_round(
        session,
        awards.RoundValues(**(defaults | values)),
        district=session.get_one(District, code),
        by=by(opener or make_user(session), now),
        scheme="achievement",
        prizes=PRIZES,
        least=60,
    )


def verified_project(session, **values):
    """Make a verified project of a lead in a unit of their own."""
    lead = values.pop("lead", None) or make_craftsman(session)
    return make_project(session, lead, state="verified", **values)


def nominated(session, award_round, project=None, *, now=NOW):
    """Nominate a project by somebody of no unit."""
    return awards.nominate(
        session,
        award_round,
        project or verified_project(session),
        statement="已推广",
        by=by(make_user(session), now),
    )


def make_jury(session, award_round, count=5, now=NOW):
    """Appoint so many experts; return their users."""
    office = by(make_user(session), now)
    for _ in range(count):
        expert = make_user(session, "pool_expert")
        juries.appoint(session, award_round, expert, by=office)
    return [seat.user for seat in list_experts(session, award_round.id)]


def marks_for(award_round, total):
    """Return marks for each aspect that make a total, a share of each aspect's most."""
    aspects = list(awards.scheme_of(award_round).aspects)
    share = Decimal(total) / 100
    return {
        aspect.code: f"{(Decimal(int(aspect.max)) * share).normalize():f}"
        for aspect in aspects
    }


def sign(session, nomination, user, total, now=NOW):
    """Sign an expert's sheet."""
    marks = marks_for(nomination.round, total)
    return juries.sign_sheet(
        session, nomination, marks=marks, comment="", by=by(user, now)
    )
