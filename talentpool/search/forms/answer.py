"""What goes out: the same answer for the page, the API and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from talentpool.search.forms.labels import label
from talentpool.search.queries.names import Names, read_names
from talentpool.search.queries.search import Found
from talentpool.search.rules.documents import Source
from talentpool.search.rules.facets import SKILLS, pack_occupation, value_of
from talentpool.search.rules.fragments import Match, matches


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetOption:
    """A value of a facet, as shown."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A craftsman found, as shown."""

    source: Source
    level: str
    state: str
    skill: str
    entered_on: date
    matches: Sequence[Match]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A search's answer with the words for everything in it."""

    total: int
    page: int
    per_page: int
    pages: int
    items: Sequence[Item]
    facets: dict[str, list[FacetOption]]
    is_indexed: bool


def make_answer(session: Session, found: Found) -> Answer:
    """Return the answer with names and labels in the present language."""
    names = _names(session, found)
    size = found.request.size
    words = found.request.words
    return Answer(
        total=found.total,
        page=found.request.page,
        per_page=size,
        pages=max(1, -(-found.total // size)),
        items=[make_item(source, words, names) for source in found.items],
        facets={
            facet: [
                FacetOption(
                    value=option.value,
                    label=label(facet, option.value, names),
                    count=option.count,
                )
                for option in options
            ]
            for facet, options in found.facets.items()
        },
        is_indexed=found.is_indexed,
    )


def make_item(source: Source, words: Sequence[str], names: Names) -> Item:
    """Return one craftsman as shown."""
    ranks = [rank for rank, _level, _trade in source.certificates]
    return Item(
        source=source,
        level=label("level", source.level, names),
        state=label("state", source.state, names),
        skill=label("skill", SKILLS[max(ranks) - 1], names) if ranks else "",
        entered_on=date.fromordinal(source.entered),
        matches=matches(source, words),
    )


def as_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as `GET /api/v1/craftsmen` and `--json` give it."""
    return {
        "total": answer.total,
        "page": answer.page,
        "size": answer.per_page,
        "items": [_item(item) for item in answer.items],
        "facets": {
            facet: [
                {"value": o.value, "label": o.label, "count": o.count} for o in options
            ]
            for facet, options in answer.facets.items()
        },
    }


def _item(item: Item) -> dict[str, Any]:
    source = item.source
    return {
        "uid": source.uid,
        "name": source.name,
        "level": source.level,
        "level_label": item.level,
        "trade": source.trade,
        "occupation": {"code": source.occupation_code, "name": source.occupation},
        "skill": item.skill,
        "honours": [name for _level, name in source.honours],
        "unit": source.unit,
        "district": {
            "code": source.district_code,
            "name": source.places[0] if source.places else source.district_code,
        },
        "state": source.state,
        "entered_on": item.entered_on.isoformat(),
        "matches": [
            {"field": m.field, "before": m.before, "found": m.found, "after": m.after}
            for m in item.matches
        ],
    }


def _names(session: Session, found: Found) -> Names:
    def values(facet: str) -> set[str]:
        return {option.value for option in found.facets.get(facet, ())}

    occupations = {
        value_of("occupation", pack_occupation(s.occupation_edition, s.occupation_code))
        for s in found.items
    }
    return read_names(
        session,
        districts=values("district"),
        occupations=values("occupation") | occupations,
    )
