"""Craftsmen by the hundred, for the search: made up, drawn by a seed, inserted fast."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random  # noqa: TID251 - made-up people, no draw of lots
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from extensions import new_uid
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Craftsman,
    HonourAward,
    SkillCertificate,
    Studio,
)
from talentpool.dossiers.rules import CLASSES, LEVELS, POOL_STATES, STUDIO_ROLES
from talentpool.mentorship.models import Pair
from tests.factories.people import made_up_credit_code
from tests.factories.rows import insert_rows, next_ids

Row = dict[str, Any]

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
TODAY = date(2026, 5, 1)
DISTRICTS = ("330602", "330603", "330604", "330624", "330681", "330683")
TRADES = (  # trade, occupation of the 2022 classification
    ("焊工", "6-18-02-04"),
    ("电焊工", "6-18-02-04"),
    ("车工", "6-18-01-01"),
    ("数控车工", "6-18-01-01"),
    ("电工", "6-31-01-03"),
    ("维修电工", "6-31-01-03"),
    ("黄酒酿造工", "6-02-06-05"),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高单曾解仇区查吕"
GIVEN = "秉元伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英建国志华文斌海燕"
HONOURS = (
    ("nation", "全国五一劳动奖章"),
    ("province", "浙江工匠"),
    ("city", "绍兴工匠"),
    ("district", "越城工匠"),
    ("enterprise", "厂级技术能手"),
)
WORDS = (
    *("焊接机器人", "薄壁管", "对接焊", "夹具", "改造", "节能", "TIG打底", "不锈钢"),
    *("工艺", "效率", "提高", "三成", "纺织", "机械臂", "数控", "车床", "刀具", "寿命"),
    *("黄酒", "酿造", "控温", "发酵", "电机", "绕组", "检修", "诊断", "软件", "轴承"),
)
_numbers = count(20_000)
INDUSTRIES = ("C", "E", "D", "", "I")  # GB/T 4754; "" is not stated
EDUCATION = ("", "11", "21", "31", "41", "61")
UNIT_WORDS = ("越城", "柯桥", "机床", "纺织", "酿酒", "电力", "建工", "重工")


def make_units(session: Session, number: int = 12) -> list[int]:
    """Make units; return their ids."""
    rows = [
        {
            "uid": new_uid(),
            "name": f"绍兴{UNIT_WORDS[i % len(UNIT_WORDS)]}{i}有限公司",
            "credit_code": made_up_credit_code(next(_numbers)),
            "district_code": DISTRICTS[i % len(DISTRICTS)],
            "industry": INDUSTRIES[i % len(INDUSTRIES)],
        }
        for i in range(number)
    ]
    ids = next_ids(session, Unit, number)
    insert_rows(session, Unit, _with_ids(rows, ids))
    return list(ids)


def make_craftsmen(
    session: Session, number: int, *, seed: int = 1, units: int = 12, **fixed: Any
) -> list[int]:
    """Insert `number` random craftsmen with facts; return their ids, ascending.

    `fixed` sets columns of `Craftsman` or `Person` for all; nothing is announced.
    """
    chance = Random(seed)  # noqa: S311 - made-up people
    employers = make_units(session, units)
    persons = [_person(chance, employers, fixed) for _ in range(number)]
    person_ids = list(next_ids(session, Person, number))
    insert_rows(session, Person, _with_ids(persons, person_ids))
    heads = [_head(chance, person_id, fixed) for person_id in person_ids]
    ids = list(next_ids(session, Craftsman, number))
    insert_rows(session, Craftsman, _with_ids(heads, ids))
    insert_rows(session, Pair, _pairs(chance, ids, persons, person_ids))
    facts: dict[type[Any], list[Row]] = {}
    for craftsman_id in ids:
        for model, values in _facts(chance):
            facts.setdefault(model, []).append(_fact(craftsman_id) | values)
    for model, rows in facts.items():
        insert_rows(session, model, rows)
    return ids


def _pairs(
    chance: Random, ids: list[int], persons: list[Row], person_ids: list[int]
) -> list[Row]:
    """Return pairs of some mentors with others of the pool, most of them live."""
    return [
        {
            "uid": new_uid(),
            "mentor_id": chance.choice(ids),
            "apprentice_person_id": chance.choice(person_ids),
            "apprentice_craftsman_id": chance.choice((None, chance.choice(ids))),
            "occupation_edition": 2022,
            "occupation_code": TRADES[0][1],
            "trade": TRADES[0][0],
            "relation": "mutual",
            "starts_on": date(2025, 1, 1),
            "ends_on": date(2027, 1, 1),
            "state": chance.choice(("active", "active", "due", "graduated")),
            "recorded_at": NOW,
            "recorded_by": "tests",
        }
        for _ in range(len(persons) // 5)
    ]


def make_one(session: Session, name: str, **fixed: Any) -> int:
    """Insert one craftsman of that name without any fact; return the id."""
    chance = Random(name)  # noqa: S311 - made-up people
    values = {"state": "active", "unit_id": None, **fixed}
    person = _person(chance, [0], values) | {"name": name, "unit_id": values["unit_id"]}
    session.execute(insert(Person), [person])
    [person_id] = _ids(session, Person, [person])
    head = _head(chance, person_id, values)
    session.execute(insert(Craftsman), [head])
    return _ids(session, Craftsman, [head])[0]


def add_fact(
    session: Session, model: type[Any], craftsman_id: int, **values: Any
) -> None:
    """Insert one current, verified fact; nothing is announced."""
    session.execute(insert(model), [_fact(craftsman_id) | values])


def _person(chance: Random, units: list[int], fixed: Row) -> Row:
    uid = new_uid()
    given = "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2, 2))))
    person = {
        "uid": uid,
        "name": chance.choice(SURNAMES) + given,
        "sex": chance.choice("112"),
        "birth_date": date(1960, 1, 1) + timedelta(chance.randrange(16_000)),
        "id_number_sealed": b"sealed",
        "id_number_hash": hashlib.sha256(uid.encode()).hexdigest(),
        "unit_id": chance.choice(units),
        "education": chance.choice(EDUCATION),
        "salt": b"0" * 16,
        "created_at": NOW,
    }
    return person | {k: v for k, v in fixed.items() if k in person}


def _head(chance: Random, person_id: int, fixed: Row) -> Row:
    trade, code = chance.choice(TRADES)
    head = {
        "uid": new_uid(),
        "person_id": person_id,
        "state": chance.choices(POOL_STATES, (80, 5, 5, 5, 3, 2))[0],
        "pool_class": chance.choice(CLASSES),
        "level": chance.choices(LEVELS, (1, 4, 20, 40, 35))[0],
        "entered_on": date(2015, 1, 1) + timedelta(chance.randrange(4000)),
        "certificate_number": f"T{person_id}",
        "occupation_edition": 2022,
        "occupation_code": code,
        "trade": trade,
        "district_code": chance.choice(DISTRICTS),
        "trade_since": chance.choice(
            (None, date(1985, 1, 1) + timedelta(chance.randrange(15_000)))
        ),
        "willing_to_serve": chance.random() < 0.3,
        "created_at": NOW,
        "updated_at": NOW - timedelta(chance.randrange(1200)),
    }
    return head | {k: v for k, v in fixed.items() if k in head}


def _facts(chance: Random) -> list[tuple[type[Any], Row]]:
    made: list[tuple[type[Any], Row]] = []
    if chance.random() < 0.8:
        level = f"L{chance.randint(2, 8)}"
        trade = chance.choice(TRADES)[0]
        ends = chance.choice(
            (None, date(2025, 1, 1) + timedelta(chance.randrange(900)))
        )
        held: Row = {"level_code": level, "trade": trade, "valid_to": ends}
        made.append((SkillCertificate, held | {"valid_from": None}))
    for level, name in chance.sample(HONOURS, chance.choice((0, 0, 1, 2))):
        made.append((HonourAward, {"level": level, "name": name}))
    if chance.random() < 0.6:
        text = "，".join("".join(chance.choices(WORDS, k=4)) for _ in range(3))
        title = "".join(chance.choices(WORDS, k=3))
        kind = chance.choice(("innovation", "method", "patent"))
        made.append((Achievement, {"kind": kind, "title": title, "text": text}))
    if chance.random() < 0.2:
        studio: Row = {"name": f"{chance.choice(WORDS)}创新工作室", "level": "city"}
        role = chance.choice(STUDIO_ROLES)
        made.append((Studio, studio | {"kind": "model_worker", "role": role}))
    if chance.random() < 0.3:
        values: Row = {"competition_name": "绍兴市职工技能大赛"}
        values |= {"tier": chance.choice(LEVELS), "of_count": 60}
        values["place"] = chance.choice((None, chance.randint(1, 40)))
        values["held_on"] = date(2012, 1, 1) + timedelta(chance.randrange(5200))
        trade = chance.choice(TRADES)[0]
        made.append((CompetitionRecord, values | {"event_name": trade, "trade": trade}))
    return made


def _fact(craftsman_id: int) -> Row:
    return {
        "uid": new_uid(),
        "craftsman_id": craftsman_id,
        "source": "import",
        "recorded_at": NOW,
        "recorded_by": "tests",
        "state": "verified",
        "is_current": True,
    }


def _with_ids(rows: list[Row], ids: Iterable[int]) -> list[Row]:
    return [row | {"id": number} for row, number in zip(rows, ids, strict=True)]


def _ids(session: Session, model: type[Any], rows: list[Row]) -> list[int]:
    uids = [row["uid"] for row in rows]
    found = session.execute(select(model.uid, model.id).where(model.uid.in_(uids)))
    ids = {row.uid: row.id for row in found}
    return [ids[uid] for uid in uids]
