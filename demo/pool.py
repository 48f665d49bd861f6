"""The pool as it stood before the competition: craftsmen with histories, and pairs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.cast import Casting, Human
from ledger.log.services import Actor
from people.codes.models import Honour
from people.persons.services import register_person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.services.bulk import NewCraftsman, bulk_load
from talentpool.mentorship.services.pairs import bulk_load as bulk_load_pairs

CRAFTSMEN = 3000
PAIRS = 300

_TRADES = (
    ("6-18-02-04", "焊工", 20),
    ("6-18-01-01", "车工", 14),
    ("6-31-01-03", "电工", 16),
    ("6-18-01-02", "铣工", 6),
    ("6-20-01-01", "装配钳工", 10),
    ("4-03-02-05", "餐厅服务员", 6),
    ("4-03-02-01", "中式烹调师", 6),
    ("4-04-05-01", "计算机程序设计员", 5),
    ("6-31-07-03", "工业机器人系统操作员", 5),
    ("6-18-01-07", "多工序数控机床操作调整工", 6),
    ("4-03-02-07", "茶艺师", 4),
)
_LEVELS = (("L3", 18), ("L4", 38), ("L5", 28), ("L6", 13), ("L7", 2), ("L8", 1))
_CERTIFICATE_DIGITS = {"L3": "4", "L4": "3", "L5": "2", "L6": "1"}
_POOL_LEVELS = (
    ("enterprise", 48),
    ("district", 30),
    ("city", 16),
    ("province", 5),
    ("nation", 1),
)
_CLASSES = (
    ("skilled", 52),
    ("competition", 20),
    ("reserve", 14),
    ("named", 9),
    ("folk", 5),
)
_STATES = (("active", 92), ("due", 4), ("suspended", 1), ("left", 3))
_THINGS = (
    "薄板焊接变形控制",
    "高压管道单面焊双面成形",
    "细长轴车削防振",
    "盘类零件快换夹具",
    "配电柜二次线标准化接线",
    "变频器谐波抑制",
    "机器人焊缝跟踪",
    "五轴加工刀路优化",
    "印染废水余热回收",
    "越菜宴席服务流程",
    "生产数据看板",
    "茶席空间布置",
)
_METHODS = ("三步定位法", "分段退焊法", "一看二测三校法", "双刀反车法", "五级巡检法")
_HONOURS = {  # level in the pool: names of the catalogue
    "nation": ("全国技术能手", "全国五一劳动奖章", "大国工匠"),
    "province": ("省技术能手", "省五一劳动奖章"),
    "city": ("市技术能手", "市劳动模范"),
    "district": ("区县级工匠",),
    "enterprise": ("企业工匠/首席工人/技能带头人",),
}


@dataclass(slots=True, kw_only=True)
class Village:
    """What the pool is filled from."""

    session: Session
    casting: Casting
    units: list[Unit]
    actor: Actor
    now: datetime

    def weighted(self, choices: tuple[tuple[str, int], ...]) -> str:
        """Return one of the choices, as often as its weight says."""
        total = sum(weight for _, weight in choices)
        ticket = int(self.casting.chance.integers(total))
        for value, weight in choices:
            ticket -= weight
            if ticket < 0:
                return value
        raise AssertionError("weights do not add up")

    def chance(self, share: float) -> bool:
        return bool(self.casting.chance.random() < share)

    def one_of(self, items: tuple[str, ...]) -> str:
        return self.casting.pick(items)

    def day(self, first: int, last: int) -> date:
        """Return a day between the years `first` and `last`."""
        year = int(self.casting.chance.integers(first, last + 1))
        return date(year, 1, 1) + timedelta(days=int(self.casting.chance.integers(360)))


def fill_pool(village: Village) -> None:
    """Load the craftsmen and their mentor–apprentice pairs."""
    rows = list(_craftsmen(village))
    ids = bulk_load(
        village.session, rows, actor=village.actor, now=village.now, announce=False
    )
    levels = {
        row.head["person_id"]: str(row.facts["certificate"][0]["level_code"])
        for row in rows
    }
    _pair_up(village, ids, levels)


def _craftsmen(village: Village) -> Iterator[NewCraftsman]:
    honours = {row.name: row for row in village.session.scalars(select(Honour)).all()}
    names = tuple((f"{code}|{trade}", weight) for code, trade, weight in _TRADES)
    for number in range(CRAFTSMEN):
        human = village.casting.human(youngest=24, oldest=59)
        unit = village.units[number % len(village.units)]
        person = register_person(
            village.session,
            name=human.name,
            id_number=human.id_number,
            phone=human.phone,
            unit=unit,
            now=village.now,
            actor=village.actor,
        )
        code, trade = village.weighted(names).split("|")
        level = village.weighted(_POOL_LEVELS)
        head = _head(village, human, unit, code, trade, level)
        village.session.flush()
        facts = {
            "certificate": [_certificate(village, trade, unit, number)],
            "honour": list(_honours(village, level, honours)),
            "achievement": list(_achievements(village, human)),
            "competition": list(_places(village, trade, level)),
            "studio": list(_studio(village, human, level)),
        }
        yield NewCraftsman(head={"person_id": person.id, **head}, facts=facts)


def _head(
    village: Village, human: Human, unit: Unit, code: str, trade: str, level: str
) -> dict[str, Any]:
    entered = village.day(2019, 2025)
    started = human.birth_date.year + 18 + int(village.casting.chance.integers(6))
    return {
        "state": village.weighted(_STATES),
        "pool_class": village.weighted(_CLASSES),
        "level": level,
        "entered_on": entered,
        "term_ends_on": entered.replace(
            year=entered.year + 4, day=min(entered.day, 28)
        ),
        "occupation_edition": 2022,
        "occupation_code": code,
        "trade": trade,
        "trade_since": date(min(started, 2023), 7, 1),
        "post_kind": "operator",
        "employment": "in_service",
        "front_line": True,
        "union_member": True,
        "worker_type": "employee",
        "district_code": unit.district_code,
        "willing_to_serve": village.chance(0.4),
    }


def _certificate(
    village: Village, trade: str, unit: Unit, number: int
) -> dict[str, Any]:
    level, issued = village.weighted(_LEVELS), village.day(2012, 2024)
    body = number % len(village.units)  # each unit certifies under a code of its own
    digit = _CERTIFICATE_DIGITS.get(level)
    return {
        "level_code": level,
        "trade": trade,
        # The layout of the 22 characters, by a body that was never filed.
        "number": f"Y000033{body:06d}{issued:%y}{digit}{number:06d}" if digit else "",
        "issuer": unit.name,
        "issued_on": issued,
    }


def _honours(
    village: Village, level: str, honours: dict[str, Honour]
) -> Iterator[dict[str, Any]]:
    wanted = _HONOURS[level] if village.chance(0.6) else ()
    for name in wanted[: 1 + village.chance(0.3)]:
        row = honours.get(name)
        yield {
            "honour_id": row.id if row else None,
            "name": name,
            "level": level,
            "issuer": row.issuer if row else "",
            "awarded_on": village.day(2016, 2025),
        }


def _achievements(village: Village, human: Human) -> Iterator[dict[str, Any]]:
    if village.chance(0.35):
        thing = village.one_of(_THINGS)
        yield {
            "kind": village.one_of(("innovation", "five_small", "patent")),
            "title": f"{thing}技术改进",
            "text": f"针对{thing}中的返工问题提出改进,已在本单位推广应用。",
            "benefit_yuan": int(village.casting.chance.integers(3, 180)) * 10_000,
            "role": "第一完成人",
            "achieved_on": village.day(2015, 2025),
        }
    if village.chance(0.08):
        yield {
            "kind": "method",
            "title": f"{human.name}{village.one_of(_METHODS)}",
            "named_after_person": True,
            "text": "经市总工会命名的先进操作法。",
            "achieved_on": village.day(2017, 2025),
        }


def _places(village: Village, trade: str, level: str) -> Iterator[dict[str, Any]]:
    if not village.chance(0.45):
        return
    field = int(village.casting.chance.integers(24, 90))
    place = int(village.casting.chance.integers(1, 11))
    held = village.day(2014, 2025)
    yield {
        "competition_name": f"{held.year}年职工职业技能竞赛",
        "event_name": trade,
        "tier": level,
        "trade": trade,
        "held_on": held,
        "place": place,
        "of_count": field,
        "award": "一等奖" if place == 1 else "二等奖" if place < 4 else "三等奖",
    }


def _studio(village: Village, human: Human, level: str) -> Iterator[dict[str, Any]]:
    if level in {"nation", "province", "city"} and village.chance(0.25):
        yield {
            "name": f"{human.name}劳模(工匠)创新工作室",
            "kind": "model_worker",
            "level": level,
            "role": "leader",
            "founded_on": village.day(2016, 2025),
        }


def _pair_up(village: Village, ids: list[int], levels: dict[int, str]) -> None:
    """Pair technicians and above with those of their trade who are below them."""
    session = village.session
    found = session.scalars(
        select(Craftsman).where(Craftsman.id.in_(ids[:2000])).order_by(Craftsman.id)
    ).all()
    by_trade: dict[str, list[Craftsman]] = {}
    for craftsman in found:
        if craftsman.state == "active":
            by_trade.setdefault(craftsman.occupation_code, []).append(craftsman)
    rows: list[dict[str, Any]] = []
    for group in by_trade.values():
        mentors = [c for c in group if levels[c.person_id] >= "L5"]
        apprentices = [c for c in group if levels[c.person_id] <= "L4"]
        for mentor, apprentice in zip(mentors, apprentices, strict=False):
            if len(rows) < PAIRS:
                level = levels[apprentice.person_id]
                rows.append(_pair(village, mentor, apprentice, level, len(rows)))
    bulk_load_pairs(session, rows, actor=village.actor, now=village.now)


def _pair(
    village: Village, mentor: Craftsman, apprentice: Craftsman, level: str, number: int
) -> dict[str, Any]:
    starts = village.day(2021, 2025)
    ends = starts + timedelta(days=730)
    over = ends < village.now.date()
    return {
        "mentor_id": mentor.id,
        "apprentice_person_id": apprentice.person_id,
        "apprentice_craftsman_id": apprentice.id,
        "apprentice_level": level,
        "occupation_edition": 2022,
        "occupation_code": mentor.occupation_code,
        "trade": mentor.trade,
        "relation": village.one_of(("assigned", "mutual", "cross_firm")),
        "agreement_number": f"越师徒{starts.year}-{number + 1:04d}",
        "starts_on": starts,
        "ends_on": ends,
        "goals": "两年内独立完成本工种高级工操作,取得高级工证书,参加市级竞赛。",
        "state": "graduated" if over else "active",
        "closed_on": ends if over else None,
    }
