"""Reading what the index keeps, from the dossiers. Sealed columns are not read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from people.codes.models import Occupation
from people.codes.rules import EDITION
from people.consent.queries import has_withdrawn
from people.districts.models import District
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.mentorship.rules.pairs import LIVE_STATES as PAIR_LIVE
from talentpool.search.queries.facts import list_facts
from talentpool.search.queries.occupations import find_present_codes
from talentpool.search.rules.source import Certificate, Contest, Source

CHUNK = 500

Facts = Mapping[str, Sequence[Sequence[Any]]]  # by kind; see `queries.facts`


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
    heads = session.execute(_heads(), {"ids": ids}).all()
    old = (h.occupation for h in heads if h.occupation_edition != EDITION)
    present = find_present_codes(session, old)
    facts: dict[int, dict[str, list[Sequence[Any]]]]
    facts = defaultdict(lambda: defaultdict(list))
    codes = {head.occupation_code for head in heads}
    for kind, craftsman_id, values in list_facts(session, ids, codes):
        facts[craftsman_id][kind].append(values)
    aliases = defaultdict(list)
    for edition, code, alias in facts[0]["alias"]:
        aliases[edition, code].append(alias)
    return {
        head.id: _source(
            head,
            facts[head.id],
            present.get(head.occupation, "")
            if head.occupation_edition != EDITION
            else "",
            aliases[head.occupation_edition, head.occupation_code],
        )
        for head in heads
    }


def _source(
    head: Row[Any], facts: Facts, present: str, aliases: Sequence[str]
) -> Source:
    contests = facts["contest"]
    return Source(
        id=head.id,
        uid=head.uid,
        name=head.name,
        trade=head.trade,
        occupation=head.occupation,
        occupation_edition=head.occupation_edition,
        occupation_code=head.occupation_code,
        present_code=present,
        aliases=aliases,
        district_code=head.district_code,
        places=list(filter(None, dict.fromkeys((head.county, head.city, head.around)))),
        unit_id=head.unit_id or 0,
        unit=head.unit or "",
        industry=head.industry or "",
        education=head.education,
        level=head.level,
        pool_class=head.pool_class,
        state=head.state,
        sex=head.sex,
        birth_year=head.birth_date.year,
        entered=head.entered_on.toordinal(),
        updated=head.updated_at.date().toordinal(),
        trade_since=head.trade_since,
        willing=head.willing_to_serve,
        apprentices=sum(state in PAIR_LIVE for (state,) in facts["mentor"]),
        is_apprentice=any(state in PAIR_LIVE for (state,) in facts["apprentice"]),
        studios=[role for role, *_texts in facts["studio"]],
        achievements=[kind for kind, *_texts in facts["achievement"]],
        certificates=[Certificate(**held) for (held,) in facts["certificate"]],
        contests=[Contest(**held) for held, *_texts in contests],
        honours=[(level, name) for level, name in facts["honour"]],
        body=_body(facts),
    )


@cache  # made once: making it takes longer than running it
def _heads() -> Select[*tuple[Any, ...]]:
    county, city, around = aliased(District), aliased(District), aliased(District)
    code = Craftsman.district_code
    return (
        select(
            Craftsman.id,
            Craftsman.uid,
            Craftsman.person_id,
            Craftsman.trade,
            Craftsman.occupation_edition,
            Craftsman.occupation_code,
            Craftsman.district_code,
            Craftsman.level,
            Craftsman.pool_class,
            Craftsman.state,
            Craftsman.entered_on,
            Craftsman.updated_at,
            Craftsman.trade_since,
            Craftsman.willing_to_serve,
            Person.name,
            Person.sex,
            Person.birth_date,  # only its year goes on
            Person.education,
            Person.unit_id,
            Unit.name.label("unit"),
            Unit.industry,
            Occupation.name.label("occupation"),
            county.name.label("county"),
            city.name.label("city"),
            around.name.label("around"),
        )
        .join(Person, Person.id == Craftsman.person_id)
        .join(Craftsman.occupation)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(county, county.code == code)
        .outerjoin(city, city.code == func.substr(code, 1, 4) + "00")
        .outerjoin(around, around.code == func.substr(code, 1, 2) + "0000")
        .where(
            Craftsman.id.in_(bindparam("ids", expanding=True)),
            Craftsman.merged_into_id.is_(None),
        )
        .where(Person.erased_at.is_(None), ~has_withdrawn("pool", Person.id))
        .order_by(Craftsman.id)
    )


def _body(facts: Facts) -> list[str]:
    """Return what a craftsman made, won and did for firms, as lines of text."""
    texts = (
        row[1:]
        for kind in ("achievement", "studio", "contest", "service")
        for row in facts[kind]
    )
    return [value for row in texts for value in row if value]
