"""The words for what facets and fields are called."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from talentpool.dossiers.forms import LABELS
from talentpool.search.queries.names import Names
from talentpool.search.rules.facets import AGE_LIMITS, NONE, SKILLS
from talentpool.search.rules.query import listed_words

FACETS = {
    "level": _l("Pool level"),
    "class": _l("Class"),
    "occupation": _l("Occupation"),
    "industry": _l("Industry"),
    "district": _l("District"),
    "unit": _l("Unit"),
    "skill": _l("Skill level"),
    "honour": _l("Highest honour"),
    "competition": _l("Competition level"),
    "place": _l("Best place in a competition"),
    "year": _l("Year of a competition"),
    "age": _l("Age"),
    "years": _l("Years in the trade"),
    "sex": _l("Sex"),
    "education": _l("Education"),
    "mentor": _l("Apprentices a mentor may take yet"),
    "pair": _l("Mentor or apprentice now"),
    "studio": _l("Studio"),
    "achievement": _l("Patent, method or innovation"),
    "service": _l("Willing to serve"),
    "updated": _l("Last update"),
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
    "competition": _l("Last competition"),
    "newest": _l("Newest in the pool"),
    "updated": _l("Last update"),
    "name": _l("Name (pinyin)"),
}
# The same words as on a dossier's page.
_LISTED = {
    "level": LABELS["level"],
    "honour": LABELS["level"],
    "class": LABELS["pool_class"],
    "state": LABELS["state"],
    "sex": LABELS["sex"],
    "competition": LABELS["level"],
    "achievement": LABELS["achievement"],
    "studio": LABELS["studio_role"],
    "pair": {"mentor": _l("Is a mentor"), "apprentice": _l("Is an apprentice")},
    "service": {"yes": _l("Willing"), "no": _l("Not stated")},
}
_EXAMPLES = Path(__file__).parent.parent / "data" / "examples.csv"


@lru_cache(maxsize=1)
def examples() -> list[str]:
    """Return searches to try; Chinese in both languages, as the dossiers are."""
    return _EXAMPLES.read_text(encoding="utf-8").split("\n")[:-1]


def skill_word(code: str) -> str:
    """Return how a skill level is written in a filter."""
    return dict(zip(SKILLS, listed_words("skill", is_chinese=True), strict=True))[code]


def label(facet: str, value: str, names: Names) -> str:
    """Return how a value is shown; a code without a name shows itself."""
    if value == NONE or facet in _BANDS or facet in _LISTED:
        return _fixed_label(facet, value, str(get_locale()))
    return names.get(facet, {}).get(value, value)


@lru_cache(maxsize=2_000)  # a page has a hundred of them
def _fixed_label(facet: str, value: str, _language: str) -> str:
    if value == NONE:
        return str(_NONE.get(facet, _l("None held")))
    if facet in _BANDS:
        return _BANDS[facet](value)
    return str(_LISTED[facet][value])


_NONE = {
    "industry": _l("Not stated"),
    "unit": _l("No unit"),
    "education": _l("Not stated"),
    "years": _l("Not stated"),
    "mentor": _l("May not be a mentor"),
    "pair": _l("Neither"),
}


def _age(value: str) -> str:
    first, _dash, last = value.partition("-")
    if not first:
        return str(_("%(age)s and under", age=last))
    if not last:
        return str(_("over %(age)s", age=AGE_LIMITS[-1]))
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _years(value: str) -> str:
    first, _dash, last = value.partition("-")
    if not last:
        return str(_("%(years)s years and more", years=first))
    return str(_("%(first)s to %(last)s years", first=first, last=last))


def _place(value: str) -> str:
    if value == "unranked":
        return str(_("Took part, no rank"))
    first, dash, last = value.partition("-")
    if not dash:
        return str(_("Place %(place)s", place=first))
    if not last:
        return str(_("Place %(place)s and after", place=first))
    return str(_("Places %(first)s to %(last)s", first=first, last=last))


def _updated(value: str) -> str:
    first, _dash, last = value.partition("-")
    if not first:
        return str(_("Within %(count)s months", count=last))
    return str(_("More than %(count)s months ago", count=first))


def _room(value: str) -> str:
    first, dash, _last = value.partition("-")
    if dash:
        return str(_("%(count)s and more", count=first))
    return first


_BANDS: dict[str, Callable[[str], str]] = {
    "age": _age,
    "years": _years,
    "place": _place,
    "updated": _updated,
    "mentor": _room,
}
