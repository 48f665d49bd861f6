"""A search as rows of a list, for files."""

from collections.abc import Iterable, Iterator
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentpool.search.forms.labels import label
from talentpool.search.queries.names import read_names
from talentpool.search.rules.facets import SKILLS
from talentpool.search.rules.source import Source


def header() -> list[str]:
    """Return what stands above the columns."""
    return [
        _("Name"),
        _("Pool level"),
        _("Class"),
        _("Trade"),
        _("Occupation"),
        _("Occupation code"),
        _("Skill level"),
        _("Honours"),
        _("Unit"),
        _("District"),
        _("State in the pool"),
        _("Entered the pool"),
    ]


def rows_of(session: Session, sources: Iterable[Source]) -> Iterator[list[str]]:
    """Yield a row for each craftsman; nothing masked is among its cells."""
    names = read_names(session)
    for source in sources:
        ranks = [certificate.rank for certificate in source.certificates]
        yield [
            source.name,
            label("level", source.level, names),
            label("class", source.pool_class, names),
            source.trade,
            source.occupation,
            source.occupation_code,
            label("skill", SKILLS[max(ranks) - 1], names) if ranks else "",
            "；".join(name for _level, name in source.honours),
            source.unit,
            source.places[0] if source.places else source.district_code,
            label("state", source.state, names),
            date.fromordinal(source.entered).isoformat(),
        ]
