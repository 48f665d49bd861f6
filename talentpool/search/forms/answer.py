"""What goes out: the same answer for the page, the API and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from talentpool.search.forms.labels import label
from talentpool.search.forms.parameters import unknown_note
from talentpool.search.queries.names import Names, read_names
from talentpool.search.queries.search import Found
from talentpool.search.rules.facets import SKILLS, TREES, groups_of
from talentpool.search.rules.fragments import Match, matches
from talentpool.search.rules.narrowing import Option
from talentpool.search.rules.source import Source

_NAMED = ("district", "occupation", "unit", "industry", "education")


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetOption:
    """A value of a facet, as shown."""

    value: str
    label: str
    count: int
    depth: int = 0


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
    notes: Sequence[str] = ()  # about names in the text that nothing has


def make_answer(session: Session, found: Found, *, is_page: bool = False) -> Answer:
    """Return the answer with names and labels in the present language.

    A page shows the branches of a tree that lead to what is chosen; programs get all.
    """
    size = found.request.size
    words = found.request.words
    shown = {
        facet: visible(options, found.request.choice(facet))
        if is_page and facet in TREES
        else options
        for facet, options in found.facets.items()
    }
    names = read_names(
        session, {facet: [o.value for o in shown.get(facet, ())] for facet in _NAMED}
    )
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
                    depth=option.depth,
                )
                for option in options
            ]
            for facet, options in shown.items()
        },
        is_indexed=found.is_indexed,
        notes=[unknown_note(condition) for condition in found.unknown],
    )


def visible(options: Sequence[Option], chosen: Sequence[str]) -> list[Option]:
    """Return the values of a tree to show: what is chosen, and one step below it.

    Where there is no choice between branches, the next step is shown too.
    """
    around = {group for value in chosen for group in groups_of("occupation", value)}
    around |= {group for value in chosen for group in groups_of("district", value)}
    opened = around | set(chosen)
    depth = 0
    while sum(o.depth == depth for o in options) == 1:
        opened |= {o.value for o in options if o.depth == depth}
        depth += 1
    shown: list[Option] = []
    path: list[str] = []
    for option in options:
        path = [*path[: option.depth], option.value]
        if all(group in opened for group in path[:-1]):
            shown.append(option)
    return shown


def make_item(source: Source, words: Sequence[str], names: Names) -> Item:
    """Return one craftsman as shown."""
    ranks = [certificate.rank for certificate in source.certificates]
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
                {
                    "value": o.value,
                    "label": o.label,
                    "count": o.count,
                    "depth": o.depth,
                }
                for o in options
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
