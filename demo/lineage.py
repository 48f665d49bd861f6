"""A school of welders over five generations, with several masters and an alliance."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.services import Actor
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman, Studio
from talentpool.dossiers.services.facts import add_fact
from talentpool.mentorship.models import Pair
from talentpool.mentorship.services.pairs import bulk_load

GENERATIONS = (2, 4, 9, 22, 14)  # how many in each, the masters first
YEARS = (1998, 2006, 2013, 2020)  # in which each generation taught the next
# Whom each of a generation learnt from, by place in the one before: several have two.
SECOND_MASTER_EVERY = 4
ALLIANCE = "越城焊接工匠联盟"
STUDIOS = ("焊接技艺传承工作室", "薄壁管焊接攻关工作室", "压力容器焊接工作室")


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """Where it is founded."""

    session: Session
    actor: Actor
    now: datetime


def found_school(school: School) -> None:
    """Tie welders who have no pair yet, the oldest as the founders."""
    session = school.session
    tied = select(Pair.apprentice_person_id).union(
        select(Craftsman.person_id).join(Pair, Pair.mentor_id == Craftsman.id)
    )
    welders = list(
        session.scalars(
            select(Craftsman)
            .join(Person, Person.id == Craftsman.person_id)
            .where(
                Craftsman.trade == "焊工",
                Craftsman.state == "active",
                Craftsman.person_id.not_in(tied),
            )
            .order_by(Person.birth_date, Craftsman.id)
            .limit(sum(GENERATIONS))
        )
    )
    rows: list[dict[str, Any]] = []
    for generation, year in enumerate(YEARS):
        first = sum(GENERATIONS[:generation])
        masters = welders[first : first + GENERATIONS[generation]]
        learners = welders[first + len(masters) :][: GENERATIONS[generation + 1]]
        for place, learner in enumerate(learners):
            # The first master of each generation has the largest school.
            one = 0 if place % 2 else place // 2 % len(masters)
            rows.append(_pair(masters[one], learner, year, len(rows)))
            if place % SECOND_MASTER_EVERY == 1:
                other = (one + 1) % len(masters)
                rows.append(_pair(masters[other], learner, year + 3, len(rows)))
    bulk_load(session, rows, actor=school.actor, now=school.now)
    for name, leader, member in zip(STUDIOS, welders[:3], welders[8:11], strict=True):
        _lead_studio(school, name, leader, "leader")
        _lead_studio(school, name, member, "member")


def _pair(
    master: Craftsman, learner: Craftsman, year: int, number: int
) -> dict[str, Any]:
    starts = date(year, 3, 1) + timedelta(days=number * 17 % 300)
    ends = starts + timedelta(days=730)
    return {
        "mentor_id": master.id,
        "apprentice_person_id": learner.person_id,
        "apprentice_craftsman_id": learner.id,
        "apprentice_level": "L3",
        "occupation_edition": 2022,
        "occupation_code": master.occupation_code,
        "trade": master.trade,
        "relation": "mutual",
        "agreement_number": f"越师徒谱-{number + 1:04d}",
        "starts_on": starts,
        "ends_on": ends,
        "goals": "按传承谱系补录。",
        "state": "graduated",
        "closed_on": ends,
    }


def _lead_studio(school: School, name: str, craftsman: Craftsman, role: str) -> None:
    add_fact(
        school.session,
        Studio,
        craftsman=craftsman,
        values={
            "name": name,
            "kind": "model_worker",
            "level": "city",
            "role": role,
            "alliance": ALLIANCE,
            "founded_on": date(2018, 4, 28),
        },
        actor=school.actor,
        now=school.now,
        verified=True,
    )
