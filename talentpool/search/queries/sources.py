"""Reading what the index keeps, from the dossiers. Sealed columns are not read."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from people.codes.models import Occupation, OccupationAlias, SkillLevel
from people.districts.models import District
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import (
    Achievement,
    CompetitionRecord,
    Craftsman,
    Fact,
    HonourAward,
    SkillCertificate,
    Studio,
)
from talentpool.dossiers.rules import enclosing_districts
from talentpool.search.rules.documents import Source

CHUNK = 500

Rows = dict[int, list[Any]]


def load_sources(session: Session, ids: Sequence[int]) -> dict[int, Source]:
    """Return the craftsmen with these ids, in a fixed number of statements per 500."""
    found: dict[int, Source] = {}
    for start in range(0, len(ids), CHUNK):
        found |= _load(session, list(ids[start : start + CHUNK]))
    return found


def iterate_sources(session: Session) -> Iterator[list[Source]]:
    """Yield every craftsman, in batches by id."""
    last = 0
    while True:
        ids = session.scalars(
            select(Craftsman.id)
            .where(Craftsman.id > last)
            .order_by(Craftsman.id)
            .limit(CHUNK)
        ).all()
        if not ids:
            return
        yield list(_load(session, list(ids)).values())
        last = ids[-1]


def count_craftsmen(session: Session) -> int:
    """Return how many craftsmen there are, in any state."""
    return session.scalar(select(func.count()).select_from(Craftsman)) or 0


def _load(session: Session, ids: list[int]) -> dict[int, Source]:
    heads = session.execute(_heads(ids)).all()
    aliases = _aliases(session, {head.occupation_code for head in heads})
    places = _place_names(session, {head.district_code for head in heads})
    certificates = _certificates(session, ids)
    honours = _facts(session, ids, HonourAward, HonourAward.level, HonourAward.name)
    body = _body(session, ids)
    return {
        head.id: Source(
            id=head.id,
            uid=head.uid,
            name=head.name,
            trade=head.trade,
            occupation=head.occupation,
            occupation_edition=head.occupation_edition,
            occupation_code=head.occupation_code,
            aliases=aliases[head.occupation_edition, head.occupation_code],
            district_code=head.district_code,
            places=[
                places[code]
                for code in enclosing_districts(head.district_code)
                if code in places
            ],
            unit_id=head.unit_id or 0,
            unit=head.unit or "",
            level=head.level,
            pool_class=head.pool_class,
            state=head.state,
            sex=head.sex,
            birth_year=head.birth_date.year,
            entered=head.entered_on.toordinal(),
            certificates=[tuple(row) for row in certificates[head.id]],
            honours=[tuple(row) for row in honours[head.id]],
            body=body[head.id],
        )
        for head in heads
    }


def _heads(ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Craftsman.id,
            Craftsman.uid,
            Craftsman.trade,
            Craftsman.occupation_edition,
            Craftsman.occupation_code,
            Craftsman.district_code,
            Craftsman.level,
            Craftsman.pool_class,
            Craftsman.state,
            Craftsman.entered_on,
            Person.name,
            Person.sex,
            Person.birth_date,  # only its year goes on
            Person.unit_id,
            Unit.name.label("unit"),
            Occupation.name.label("occupation"),
        )
        .join(Person, Person.id == Craftsman.person_id)
        .join(Craftsman.occupation)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Craftsman.id.in_(ids))
        .order_by(Craftsman.id)
    )


def _aliases(session: Session, codes: set[str]) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in session.execute(
        select(OccupationAlias.edition, OccupationAlias.code, OccupationAlias.alias)
        .where(OccupationAlias.code.in_(codes))
        .order_by(OccupationAlias.id)
    ):
        found[row.edition, row.code].append(row.alias)
    return found


def _place_names(session: Session, codes: set[str]) -> dict[str, str]:
    around = {place for code in codes for place in enclosing_districts(code)}
    rows = session.execute(
        select(District.code, District.name).where(District.code.in_(around))
    )
    return {row.code: row.name for row in rows}


def _certificates(session: Session, ids: list[int]) -> Rows:
    found: Rows = defaultdict(list)
    for craftsman_id, *row in session.execute(
        _current(SkillCertificate, ids)
        .add_columns(SkillLevel.rank, SkillLevel.name, SkillCertificate.trade)
        .join(SkillLevel, SkillLevel.code == SkillCertificate.level_code)
    ):
        found[craftsman_id].append(row)
    return found


def _body(session: Session, ids: list[int]) -> Rows:
    """Return what craftsmen made and won, as lines of text."""
    kinds = (
        (Achievement, (Achievement.title, Achievement.text, Achievement.role)),
        (Studio, (Studio.name, Studio.alliance)),
        (
            CompetitionRecord,
            (
                CompetitionRecord.competition_name,
                CompetitionRecord.event_name,
                CompetitionRecord.award,
            ),
        ),
    )
    found: Rows = defaultdict(list)
    for model, columns in kinds:
        for craftsman_id, rows in _facts(session, ids, model, *columns).items():
            found[craftsman_id] += [value for row in rows for value in row if value]
    return found


def _facts(
    session: Session,
    ids: list[int],
    model: type[Fact],
    *columns: InstrumentedAttribute[str],
) -> Rows:
    found: Rows = defaultdict(list)
    for craftsman_id, *row in session.execute(
        _current(model, ids).add_columns(*columns)
    ):
        found[craftsman_id].append(row)
    return found


def _current(model: type[Fact], ids: list[int]) -> Select[Any]:
    """Return the facts that count: the current ones that nobody disputes."""
    return (
        select(model.craftsman_id)
        .where(model.craftsman_id.in_(ids), model.is_current, model.state != "disputed")
        .order_by(model.id)
    )
