"""The words for what facets and fields are called."""

from functools import lru_cache
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from talentpool.dossiers.forms import LABELS
from talentpool.search.queries.names import Names
from talentpool.search.rules.facets import AGE_LIMITS, NONE

FACETS = {
    "level": _l("Pool level"),
    "occupation": _l("Occupation"),
    "district": _l("District"),
    "skill": _l("Skill level"),
    "age": _l("Age"),
    "honour": _l("Highest honour"),
    "class": _l("Class"),
    "sex": _l("Sex"),
    "state": _l("State in the pool"),
}
FIELDS = {
    "name": _l("Name"),
    "pinyin": _l("Pinyin"),
    "trade": _l("Trade"),
    "honours": _l("Honour"),
    "unit": _l("Unit"),
    "place": _l("District"),
    "body": _l("Achievements"),
}
SORTS = {
    "relevance": _l("Best match"),
    "level": _l("Level"),
    "newest": _l("Newest in the pool"),
    "name": _l("Name (pinyin)"),
}
# The same words as on a dossier's page.
_LISTED = {
    "level": LABELS["level"],
    "honour": LABELS["level"],
    "class": LABELS["pool_class"],
    "state": LABELS["state"],
    "sex": LABELS["sex"],
}
_EXAMPLES = Path(__file__).parent.parent / "data" / "examples.csv"


@lru_cache(maxsize=1)
def examples() -> list[str]:
    """Return searches to try; Chinese in both languages, as the dossiers are."""
    return _EXAMPLES.read_text(encoding="utf-8").split("\n")[:-1]


def label(facet: str, value: str, names: Names) -> str:
    """Return how a value is shown; a code without a name shows itself."""
    if facet == "age":
        return _age(value)
    if value == NONE:
        return str(_l("None held"))
    if facet in _LISTED:
        return str(_LISTED[facet][value])
    by_code = {
        "district": names.district,
        "occupation": names.occupation,
        "skill": names.skill,
    }[facet]
    return by_code.get(value, value)


def _age(value: str) -> str:
    first, _dash, last = value.partition("-")
    if not first:
        return str(_("%(age)s and under", age=last))
    if not last:
        return str(_("over %(age)s", age=AGE_LIMITS[-1]))
    return str(_("%(first)s to %(last)s", first=first, last=last))
