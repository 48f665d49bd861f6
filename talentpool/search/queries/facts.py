"""The facts that count of many dossiers, in one statement.

Every kind has the same columns in it: texts, numbers and days, empty where a kind has
fewer. Only current facts that nobody disputes, and no honour that was taken away again.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from people.codes.models import OccupationAlias, SkillLevel
from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Craftsman,
    Fact,
    FirmService,
    HonourAward,
    SkillCertificate,
    Studio,
)
from talentpool.mentorship.models import Pair

_TEXTS, _NUMBERS, _DAYS = 5, 1, 2

Column = Any  # of a model


def list_facts(
    session: Session, ids: Sequence[int], codes: Collection[str]
) -> Iterator[tuple[str, int, tuple[Any, ...]]]:
    """Yield (kind, craftsman, values), each kind in the order it was recorded.

    Values by kind: certificate and contest begin with the arguments of `rules.source`;
    achievement and studio with what their facet counts; then come texts. A trade name
    (alias) of one of the occupations `codes` is nobody's: (edition, code, name).
    """
    rows = session.execute(_all_kinds(), {"ids": ids, "codes": sorted(codes)}).all()
    for row in sorted(rows, key=lambda row: row[2]):
        kind, number, _fact, *values = row
        t, (whole,), (first, last) = values[:5], values[5:6], values[6:]
        if kind == "certificate":
            held = {"rank": whole, "level": t[0], "trade": t[1]}
            yield kind, number, (held | {"valid_from": first, "valid_to": last},)
        elif kind == "contest":
            held = {"tier": t[0], "trade": t[1], "place": whole, "held_on": first}
            yield kind, number, (held, *t[2:])
        elif kind == "alias":
            yield kind, number, (whole, t[1], t[0])
        else:
            yield kind, number, tuple(t[: _WIDTHS[kind]])


_WIDTHS = {
    "honour": 2,
    "achievement": 4,
    "studio": 3,
    "service": 4,
    "mentor": 1,
    "apprentice": 1,
}


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


@cache  # made once: making it takes longer than running it
def _all_kinds() -> CompoundSelect[*tuple[Any, ...]]:
    made, took, gave = Achievement, CompetitionRecord, FirmService
    level, held, name = SkillLevel, SkillCertificate, OccupationAlias
    certificates = _current(
        *("certificate", held, [level.name, held.trade]),
        level.rank,
        held.valid_from,
        held.valid_to,
    ).join(level, level.code == held.level_code)
    contests = _current(
        *("contest", took),
        [took.tier, took.trade, took.competition_name, took.event_name, took.award],
        took.place,
        took.held_on,
    )
    honours = _current("honour", HonourAward, [HonourAward.level, HonourAward.name])
    return union_all(
        certificates,
        contests,
        honours.where(HonourAward.revocation == ""),
        _current("achievement", made, [made.kind, made.title, made.text, made.role]),
        _current("studio", Studio, [Studio.role, Studio.name, Studio.alliance]),
        _current("service", gave, [literal(""), gave.title, gave.firm, gave.text]),
        _row("alias", literal(0), name.id, [name.alias, name.code], name.edition).where(
            name.code.in_(bindparam("codes", expanding=True))
        ),
        # The state is looked at afterwards: asked for it, a database may begin with
        # all live pairs there are.
        _row("mentor", Pair.mentor_id, Pair.id, [Pair.state]).where(
            Pair.mentor_id.in_(_IDS)
        ),
        _row("apprentice", Craftsman.id, Pair.id, [Pair.state])
        .join(Pair, Pair.apprentice_person_id == Craftsman.person_id)
        .where(Craftsman.id.in_(_IDS)),
    )


def _current(
    kind: str,
    model: type[Fact],
    texts: list[Column],
    whole: Column = None,
    *days: Column,
) -> Select[*tuple[Any, ...]]:
    return _row(kind, model.craftsman_id, model.id, texts, whole, *days).where(
        model.craftsman_id.in_(_IDS), model.is_current, model.state != "disputed"
    )


def _row(
    kind: str,
    craftsman_id: Column,
    fact_id: Column,
    texts: list[Column],
    whole: Column = None,
    *days: Column,
) -> Select[*tuple[Any, ...]]:
    none: list[ColumnElement[Any]] = [cast(null(), String)] * (_TEXTS - len(texts))
    number = cast(null(), Integer) if whole is None else whole
    no_days: list[ColumnElement[Any]] = [cast(null(), Date)] * (_DAYS - len(days))
    return select(
        literal(kind), craftsman_id, fact_id, *texts, *none, number, *days, *no_days
    )
