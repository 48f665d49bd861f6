"""Craftsmen, facts, pairs and publications.

make_craftsman(session, level="city")            in the pool, with a dossier
make_fact(session, craftsman, "certificate")     a verified fact; values override
publication(event, [(entry, 1), (entry, 2)])     as the marks room would answer
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from extensions import new_uid
from ledger.log.services import SYSTEM
from people.districts.models import District
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import KINDS
from talentpool.dossiers.services.craftsmen import make_craftsman as enter
from talentpool.dossiers.services.facts import add_fact
from talentpool.mentorship.models import Pair
from tests.factories.people import make_person, make_unit

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
_numbers = count(1)

_FACTS: dict[str, dict[str, Any]] = {
    "certificate": {"level_code": "L5", "trade": "焊工", "number": "S0001"},
    "honour": {
        "name": "市五一劳动奖章",
        "level": "city",
        "awarded_on": date(2024, 4, 28),
    },
    "competition": {
        "competition_name": "市技能大赛",
        "event_name": "焊工",
        "tier": "city",
        "trade": "焊工",
        "place": 2,
        "of_count": 30,
    },
    "achievement": {
        "kind": "innovation",
        "title": "薄板焊接变形控制",
        "benefit_yuan": 125_000,
    },
    "studio": {"name": "焊接创新工作室", "kind": "model_worker", "level": "city"},
    "post": {
        "unit_name": "第一机械厂",
        "post": "焊工班长",
        "valid_from": date(2015, 3, 1),
    },
    "service": {"title": "现场诊断焊缝缺陷", "firm": "某五金厂", "visits": 2},
}


def make_craftsman(session, *, person=None, unit=None, **values) -> Craftsman:
    """Make a craftsman in the pool; values: columns of Craftsman."""
    if person is None:
        unit = unit or make_unit(session)
        person = make_person(session, unit=unit)
    district = values.pop("district_code", None)
    if district is None:
        district = person.unit.district_code if person.unit else "330602"
    assert session.get(District, district) is not None
    defaults = {
        "person": person,
        "pool_class": "skilled",
        "level": "city",
        "occupation_edition": 2022,
        "occupation_code": "6-18-02-04",
        "trade": "焊工",
        "trade_since": date(2010, 7, 1),
        "district_code": district,
        "employment": "in_service",
        "front_line": True,
        "union_member": True,
    }
    entered = values.pop("entered_on", date(2025, 1, 10))
    return enter(
        session, values=defaults | values, entered_on=entered, actor=SYSTEM, now=NOW
    )


def make_fact(session, craftsman, kind, /, *, verified=True, **values):
    """Add a fact of one kind; values: columns of that kind."""
    return add_fact(
        session,
        KINDS[kind],
        craftsman=craftsman,
        values=_FACTS[kind] | values,
        actor=SYSTEM,
        now=NOW,
        verified=verified,
    )


def make_pair(session, mentor, **values) -> Pair:
    """Make a pair that is under way, whatever the limits say."""
    apprentice = values.pop("apprentice", None) or make_person(session)
    defaults = {
        "occupation_edition": mentor.occupation_edition,
        "occupation_code": mentor.occupation_code,
        "trade": mentor.trade,
        "relation": "assigned",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 12, 31),
        "state": "active",
        "recorded_at": NOW,
        "recorded_by": "tests",
    }
    pair = Pair(mentor=mentor, apprentice=apprentice, **(defaults | values))
    session.add(pair)
    session.flush()
    return pair


@dataclass(frozen=True)
class Row:
    """One published row, as far as the pool asks."""

    entry_uid: str
    rank: int | None
    of: int
    award: str = ""
    total: str = "88.50"


@dataclass(frozen=True)
class Published:
    """A publication, as far as the pool asks."""

    rows: list[Row]
    uid: str = field(default_factory=new_uid)


def publication(*places) -> Published:
    """Return a publication of (entry, rank) pairs; a rank of None is not ranked."""
    ranks = [rank for _entry, rank in places if rank is not None]
    of = max([len(ranks), *ranks])
    return Published([Row(entry.uid, rank, of, "一等奖") for entry, rank in places])
