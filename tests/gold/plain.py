"""The plain scan behind the gold set: dossiers as dictionaries, questions as functions.

It uses nothing of the search: its own folding, its own readings, no parser. A question
is a text for the search box and the function that says, of one dossier, whether it
belongs to the answer.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from random import Random  # noqa: TID251 - draws questions, no lots

from pypinyin import lazy_pinyin
from sqlalchemy import select
from sqlalchemy.orm import Session

from people.codes.models import OccupationAlias
from people.districts.models import District
from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Craftsman,
    HonourAward,
    SkillCertificate,
    Studio,
)

YEAR = 2026
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "查": "zha",
}
OTHERS = {"强": "jiang", "娜": "nuo"}  # given names that are read in two ways
LIVE = ("active", "due")
LEVELS = ("nation", "province", "city", "district", "enterprise")


@dataclass
class Dossier:
    """One craftsman, read row by row."""

    number: int  # in the order of loading
    name: str
    sex: str
    born: int
    district: str
    unit: str
    trade: str
    occupation: str
    level: str
    pool_class: str
    state: str
    since: date | None
    willing: bool
    skill: int = 0
    texts: list[str] = field(default_factory=list)
    trades: list[str] = field(default_factory=list)
    honours: list[str] = field(default_factory=list)
    honour_levels: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    certificates: list[tuple[str, int]] = field(default_factory=list)
    contests: list[tuple[str, str, int | None, int]] = field(default_factory=list)
    has_studio: bool = False

    def has(self, word: str) -> bool:
        return any(word in text for text in self.texts)

    def reads(self, word: str) -> bool:
        first = {SURNAMES.get(self.name[0], ""), lazy_pinyin(self.name[0])[0]} - {""}
        given = zip(self.name[1:], lazy_pinyin(self.name[1:]), strict=True)
        rest = [{said, OTHERS.get(written, said)} for written, said in given]
        for said in product(first, *rest):
            runs = [
                said[a:b] for a in range(len(said)) for b in range(a + 1, len(said) + 1)
            ]
            if any("".join(run) == word for run in runs):
                return True
            initials = {"".join(s[0] for s in run) for run in runs if len(run) > 1}
            if word in initials | {said[0][0]}:
                return True
        return self.has(word)


Asks = Callable[..., bool]


def tidy(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def read_dossiers(session: Session) -> list[Dossier]:
    """Read every dossier; ordered as they were loaded."""
    places = {row.code: row.name for row in session.scalars(select(District))}
    aliases: dict[str, list[str]] = {}
    for row in session.scalars(select(OccupationAlias)):
        aliases.setdefault(row.code, []).append(row.alias)
    found: dict[int, Dossier] = {}
    for craftsman in session.scalars(select(Craftsman).order_by(Craftsman.id)):
        person = craftsman.person
        dossier = Dossier(
            number=len(found),
            name=person.name,
            sex=person.sex,
            born=person.birth_date.year,
            district=craftsman.district_code,
            unit=person.unit.name if person.unit else "",
            trade=craftsman.trade,
            occupation=craftsman.occupation_code,
            level=craftsman.level,
            pool_class=craftsman.pool_class,
            state=craftsman.state,
            since=craftsman.trade_since,
            willing=craftsman.willing_to_serve,
        )
        dossier.trades = [
            craftsman.trade,
            craftsman.occupation.name,
            *aliases.get(craftsman.occupation_code, ()),
        ]
        code = craftsman.district_code
        for around in (code, f"{code[:4]}00", f"{code[:2]}0000"):
            dossier.texts.append(places[around])
        found[craftsman.id] = dossier
    _add_facts(session, found)
    for dossier in found.values():
        more = (*dossier.trades, *dossier.honours, *dossier.body)
        texts = (dossier.name, dossier.unit, *dossier.texts, *more)
        dossier.texts = [tidy(text) for text in texts]
    return list(found.values())


def _add_facts(session: Session, found: dict[int, Dossier]) -> None:
    for held in session.scalars(select(SkillCertificate)):
        dossier = found[held.craftsman_id]
        rank = int(held.level_code[1])
        dossier.skill = max(dossier.skill, rank)
        dossier.trades.append(held.trade)
        dossier.certificates.append((held.trade, rank))
    for honour in session.scalars(select(HonourAward)):
        found[honour.craftsman_id].honours.append(honour.name)
        found[honour.craftsman_id].honour_levels.append(honour.level)
    for work in session.scalars(select(Achievement)):
        dossier = found[work.craftsman_id]
        dossier.kinds.append(work.kind)
        dossier.body += [work.title, work.text, work.role]
    for studio in session.scalars(select(Studio)):
        found[studio.craftsman_id].has_studio = True
        found[studio.craftsman_id].body += [studio.name, studio.alliance]
    for won in session.scalars(select(CompetitionRecord)):
        dossier = found[won.craftsman_id]
        year = won.held_on.year if won.held_on else 0
        dossier.contests.append((won.trade, won.tier, won.place, year))
        dossier.body += [won.competition_name, won.event_name, won.award]


def answer(dossiers: list[Dossier], asks: Asks) -> list[int]:
    return [d.number for d in dossiers if d.state in LIVE and asks(d)]


def questions(dossiers: list[Dossier]) -> Iterator[tuple[str, Asks]]:
    """Yield each text of the gold set with the function that answers it."""
    chance = Random(2026)  # noqa: S311 - no lots
    yield from _names(dossiers, chance)
    yield from _texts(dossiers, chance)
    yield from _near(dossiers, chance)
    yield from _joined(dossiers, chance)
    yield from _filters(chance)
    yield from _records()
    yield from _forms()


def _names(dossiers: list[Dossier], chance: Random) -> Iterator[tuple[str, Asks]]:
    some = chance.sample(dossiers, 70)
    for surname in dict.fromkeys(d.name[0] for d in some):
        yield surname, lambda d, w=surname: d.has(w)
    for dossier in some:
        yield dossier.name, lambda d, w=dossier.name: d.has(w)
        yield dossier.name[-2:], lambda d, w=dossier.name[-2:]: d.has(w)
    for dossier in chance.sample(dossiers, 40):
        parts = lazy_pinyin(dossier.name)
        parts[0] = SURNAMES.get(dossier.name[0], parts[0])
        if any("v" in syllable for syllable in parts):
            continue
        for word in ("".join(parts), "".join(part[0] for part in parts)):
            yield word, lambda d, w=word: d.reads(w)
    for surname, said in SURNAMES.items():
        yield said, lambda d, w=said: d.reads(w)
        yield (
            f"姓名:{surname} {said}",
            lambda d, s=surname, w=said: s in d.name and d.reads(w),
        )


def _texts(dossiers: list[Dossier], chance: Random) -> Iterator[tuple[str, Asks]]:
    for trade in dict.fromkeys(t for d in dossiers for t in d.trades):
        parts = tidy(trade).split()
        yield trade, lambda d, p=parts: all(d.has(part) for part in p)
        yield f"工种:{trade}", lambda d, w=trade: any(w in t for t in d.trades)
    for dossier in chance.sample(dossiers, 90):
        text = chance.choice([t for t in dossier.texts if len(t) > 3])
        word = chance.choice([w for w in text.split() if w])
        start = chance.randrange(len(word))
        piece = word[start : start + chance.randint(2, 7)]
        if not piece.isascii():
            yield piece, lambda d, w=piece: d.has(w)
            yield f'"{piece}"', lambda d, w=piece: d.has(w)


def _near(dossiers: list[Dossier], chance: Random) -> Iterator[tuple[str, Asks]]:
    """Yield words whose every pair of characters somebody has, but not side by side."""
    for dossier in chance.sample(dossiers, 60):
        text = "\n".join(dossier.texts)
        pairs = {text[i : i + 2] for i in range(len(text) - 1)}
        pairs = {pair for pair in pairs if pair.isalnum() and not pair.isascii()}
        near = sorted(
            one + two[1]
            for one, two in product(sorted(pairs), sorted(pairs))
            if one[1] == two[0] and one + two[1] not in text
        )
        if near:
            word = chance.choice(near)
            yield word, lambda d, w=word: d.has(w)


def _joined(dossiers: list[Dossier], chance: Random) -> Iterator[tuple[str, Asks]]:
    words = [*("焊工", "车工", "电工", "铣工", "茶艺师", "机器人", "夹具", "技术改进")]
    others = [*("越城", "柯桥", "王", "李", "工匠", "能手", "一等奖", "先进操作法")]
    for one, two in product(words, others):
        yield f"{one} {two}", lambda d, a=one, b=two: d.has(a) and d.has(b)
    for one, two in chance.sample(list(product(words, others)), 40):
        yield f"{one} -{two}", lambda d, a=one, b=two: d.has(a) and not d.has(b)
    for name in dict.fromkeys(d.name[0] for d in chance.sample(dossiers, 12)):
        yield (
            f"姓名:{name} -焊工",
            lambda d, n=name: n in d.name and not d.has("焊工"),
        )


def _filters(chance: Random) -> Iterator[tuple[str, Asks]]:
    ranks = {"中级工": 3, "高级工": 4, "技师": 5, "高级技师": 6, "一级": 6, "三级": 4}
    for word, rank in ranks.items():
        yield f"等级>={word}", lambda d, r=rank: d.skill >= r
        yield f"等级<{word} 焊工", lambda d, r=rank: d.skill < r and d.has("焊工")
        yield f"skill:L{rank}", lambda d, r=rank: d.skill == r
    levels = {"省级": "province", "市级": "city", "县级": "district"}
    for word, level in levels.items():
        place = LEVELS.index(level)
        yield f"级别>={word}", lambda d, p=place: LEVELS.index(d.level) <= p
        yield f"级别<{word}", lambda d, p=place: LEVELS.index(d.level) > p
        yield f"-级别:{word} 车工", lambda d, v=level: d.level != v and d.has("车工")
        yield (
            f"荣誉级别>={word}",
            lambda d, p=place: any(LEVELS.index(h) <= p for h in d.honour_levels),
        )
    for age in (28, 30, 35, 40, 45, 50, 55):
        yield f"年龄<={age}", lambda d, a=age: YEAR - d.born <= a
        yield f"年龄>{age} 电工", lambda d, a=age: YEAR - d.born > a and d.has("电工")
        yield f"年龄:{age}-{age + 2}", lambda d, a=age: a <= YEAR - d.born <= a + 2
    for years in (5, 10, 20, 30):
        yield (
            f"从业年限>={years}",
            # Everybody began on the first of July; on 1 May the last year is not full.
            lambda d, y=years: d.since is not None and 2025 - d.since.year >= y,
        )
    places = {"越城区": "330602", "柯桥区": "330603", "诸暨市": "330681"}
    for word, code in places.items():
        yield f"地区:{word}", lambda d, c=code: d.district == c
        yield f"-地区:{code}", lambda d, c=code: d.district != c
    yield "地区:越城区,柯桥区", lambda d: d.district in {"330602", "330603"}
    yield "地区:绍兴市", lambda d: d.district.startswith("3306")
    yield "性别:女 焊工", lambda d: d.sex == "2" and d.has("焊工")
    yield "类别:民间技艺", lambda d: d.pool_class == "folk"
    yield "愿服务:是 茶艺师", lambda d: d.willing and d.has("茶艺师")
    yield "工作室:领衔人", lambda d: d.has_studio
    yield "成果类型:专利,操作法", lambda d: bool({"patent", "method"} & set(d.kinds))
    yield "状态:在库 王", lambda d: d.state == "active" and d.has("王")
    yield (
        "职业:钳工",
        lambda d: d.occupation in {"6-20-01-01", "6-31-01-02", "6-18-04-06"},
    )
    yield "单位:兰亭", lambda d: "兰亭" in d.unit
    yield "荣誉:五一", lambda d: any("五一" in name for name in d.honours)
    yield "成果:返工", lambda d: any("返工" in text for text in d.body)
    for limit in (1, 3, 5, 8):
        yield (
            f"名次<={limit}",
            lambda d, n=limit: any(p and p <= n for _t, _l, p, _y in d.contests),
        )
    for year in chance.sample(range(2014, 2026), 6):
        yield (
            f"竞赛年份>={year} 竞赛:市级",
            lambda d, y=year: (
                any(won[3] >= y for won in d.contests)
                and any(won[1] == "city" for won in d.contests)
            ),
        )


def _records() -> Iterator[tuple[str, Asks]]:
    for trade, rank in product(("焊工", "车工", "装配", "电工"), (4, 5, 6)):
        yield (
            f"证书:{trade}>=L{rank}",
            lambda d, t=trade, r=rank: any(
                t in h and n >= r for h, n in d.certificates
            ),
        )
    for trade, tier, place in product(("焊工", "电工"), ("city", "province"), (1, 3)):
        yield (
            f"参赛:{trade}>={tier}#{place}",
            lambda d, t=trade, v=tier, n=place: any(
                t in what
                and LEVELS.index(level) <= LEVELS.index(v)
                and rank is not None
                and rank <= n
                for what, level, rank, _year in d.contests
            ),
        )
    for year in range(2015, 2025):
        yield (
            f"参赛:#3@{year}",
            lambda d, y=year: any(
                p and p <= 3 and w == y for _t, _l, p, w in d.contests
            ),
        )


def _forms() -> Iterator[tuple[str, Asks]]:
    same = {
        "電焊": "电焊",
        "焊接變形": "焊接变形",
        "機器人": "机器人",
        "ＺＬ": "zl",
        "越城區": "越城区",
        "　焊工　": "焊工",
        "黃": "黄",
        "劉": "刘",
        "陳": "陈",
        "趙": "赵",
        "銲工": "焊工",
        "裝配鉗工": "装配钳工",
        "廳": "厅",
        "高壓管道": "高压管道",
    }
    for typed, simple in same.items():
        yield typed, lambda d, w=simple: d.reads(w) if w.isascii() else d.has(w)
    for nothing in (
        "龘龘",
        "没有此人",
        "zzzz",
        "焊工焊工焊工",
        "330699",
        "19900000001",
    ):
        yield nothing, lambda d, w=nothing: d.has(w)
    yield "焊工 AND 越城", lambda d: d.has("焊工") and d.has("越城")
    yield "等级≥技师", lambda d: d.skill >= 5
    yield "等级＞＝技师　年龄≤４０", lambda d: d.skill >= 5 and YEAR - d.born <= 40
