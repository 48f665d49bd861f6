"""How many dossiers keep what a standard asks beyond the conditions of entry, by place.

Every count is one statement, whatever the size of the pool.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from accounts.roles.rules import Scope
from extensions import db
from people.codes.models import SkillLevel
from people.consent.models import Consent
from people.persons.models import Person
from talentpool.compliance.queries.facts import is_live
from talentpool.compliance.rules.tally import (
    DOSSIERS,
    FACTS,
    MENTORS,
    USES,
    Count,
    PlaceCounts,
    Tally,
)
from talentpool.dossiers.models import (
    FACT_MODELS,
    Craftsman,
    PoolStep,
    SkillCertificate,
)
from talentpool.dossiers.queries import within_scopes
from talentpool.mentorship.models import Pair
from talentpool.mentorship.rules.pairs import LIVE_STATES
from talentpool.standard.rules.dossier_fields import DOSSIER_FIELDS, HEAD_FIELDS

_FACTS = {model.__tablename__: model for model in FACT_MODELS}
_PLACE = Craftsman.district_code


def count_heads(
    session: Session, scopes: Iterable[Scope], *, since: datetime, today: date
) -> PlaceCounts:
    """Count over the heads of all dossiers in the pool."""
    live = is_live(scopes)
    agreed = select(Consent.person_id).where(
        Consent.purpose == "pool", Consent.withdrawn_at.is_(None)
    )
    keys = (
        ("life:",),
        ("review:",),
        ("certificate:", "procedure:entry"),
        ("procedure:decision",),
        ("purposes:admission",),
    )
    rows = session.execute(
        select(
            _PLACE,
            func.count(),
            _times(Craftsman.updated_at >= since),
            _times(Craftsman.term_ends_on >= today),
            _times(Craftsman.certificate_number != ""),
            _times(Craftsman.profile_version_id.is_not(None)),
            _times(Craftsman.person_id.in_(agreed)),
        )
        .where(live)
        .group_by(_PLACE)
    )
    found: PlaceCounts = {}
    for place, total, *counts in rows:
        found[place] = {"total": Count(uses=total)} | {
            key: Count(Tally(count, total))
            for names, count in zip(keys, counts, strict=True)
            for key in names
        }
    return found


def count_columns(session: Session, scopes: Iterable[Scope]) -> list[PlaceCounts]:
    """Count the dossiers of each class and each level, and of each state."""
    scopes = list(scopes)
    live, all_of_them = is_live(scopes), within_scopes(scopes)
    return [
        _uses(session, Craftsman.pool_class, live, lambda v: f"classes:{v}"),
        _uses(session, Craftsman.level, live, lambda v: f"levels:{v}"),
        _uses(session, Craftsman.state, all_of_them, lambda v: f"re_entries:{v}"),
    ]


def count_causes(session: Session, scopes: Iterable[Scope]) -> PlaceCounts:
    """Count how often each cause of exit or suspension has been used."""
    rows = session.execute(
        select(_PLACE, PoolStep.cause, func.count())
        .join(Craftsman, Craftsman.id == PoolStep.craftsman_id)
        .where(PoolStep.is_current, within_scopes(scopes))
        .group_by(_PLACE, PoolStep.cause)
    )
    found: PlaceCounts = {}
    for place, cause, count in rows:
        for part in ("exits", "suspensions"):
            found.setdefault(place, {})[f"{part}:{cause}"] = Count(None, USES, count)
    return found


def count_fields(session: Session, scopes: Iterable[Scope]) -> list[PlaceCounts]:
    """Count for each dossier field how often it is filled in: a statement a table."""
    live = is_live(scopes)
    head = select(Craftsman).join(Person, Person.id == Craftsman.person_id).where(live)
    found = [_filled(session, head, ("person", "craftsman"))]
    for table, model in _FACTS.items():
        current = (
            select(model)
            .join(Craftsman, Craftsman.id == model.craftsman_id)
            .where(model.is_current, live)
        )
        found.append(_filled(session, current, (table,)))
    return found


def count_mentors(
    session: Session, scopes: Iterable[Scope], capacities: Sequence[int]
) -> PlaceCounts:
    """Count the mentors who have no more live apprentices than they may.

    Args:
        session: the caller's transaction.
        scopes: where the caller may look.
        capacities: what no mentor may exceed, by the rank of their level; 0: none.
    """
    pairs = (
        select(Pair.mentor_id, _PLACE.label("place"), func.count().label("live"))
        .select_from(Pair)
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .where(Pair.state.in_(LIVE_STATES), within_scopes(scopes))
        .group_by(Pair.mentor_id, _PLACE)
        .subquery()
    )
    levels = (
        select(
            SkillCertificate.craftsman_id,
            func.max(SkillLevel.rank).label("rank"),
        )
        .join(SkillLevel, SkillLevel.code == SkillCertificate.level_code)
        .where(SkillCertificate.is_current, SkillCertificate.state == "verified")
        .group_by(SkillCertificate.craftsman_id)
        .subquery()
    )
    rank = func.coalesce(levels.c.rank, 0)
    most = case(dict(enumerate(capacities)), value=rank, else_=capacities[0])
    rows = session.execute(
        select(pairs.c.place, _times(pairs.c.live <= most), func.count())
        .select_from(pairs)
        .outerjoin(levels, levels.c.craftsman_id == pairs.c.mentor_id)
        .group_by(pairs.c.place)
    )
    return {
        place: {"mentorship:": Count(Tally(kept, total), MENTORS)}
        for place, kept, total in rows
    }


def _uses(
    session: Session,
    column: InstrumentedAttribute[str],
    where: ColumnElement[bool],
    key: Callable[[str], str],
) -> PlaceCounts:
    rows = session.execute(
        select(_PLACE, column, func.count()).where(where).group_by(_PLACE, column)
    )
    found: PlaceCounts = {}
    for place, value, count in rows:
        found.setdefault(place, {})[key(value)] = Count(uses=count)
    return found


def _filled(session: Session, rows: Select[Any], tables: Sequence[str]) -> PlaceCounts:
    columns = {
        name: _column(where)
        for name, where in DOSSIER_FIELDS.items()
        if where.split(".")[0] in tables
    }
    if not columns:
        return {}
    found = session.execute(
        rows.with_only_columns(
            _PLACE,
            func.count(),
            *(_times(_is_filled(column)) for column in columns.values()),
        ).group_by(_PLACE)
    )
    return {
        place: {
            f"fields:{name}": Count(
                Tally(count, total), DOSSIERS if name in HEAD_FIELDS else FACTS
            )
            for name, count in zip(columns, counts, strict=True)
        }
        for place, total, *counts in found
    }


def _column(where: str) -> ColumnElement[Any]:
    table, name = where.split(".")
    found: ColumnElement[Any] = db.metadata.tables[table].columns[name]
    return found


def _is_filled(column: ColumnElement[Any]) -> ColumnElement[bool]:
    if column.type.python_type is str:
        return and_(column.is_not(None), column != "")
    return column.is_not(None)


def _times(condition: ColumnElement[bool] | InstrumentedAttribute[bool]) -> Any:  # noqa: ANN401 - as `func` is
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
