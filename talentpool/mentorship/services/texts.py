"""The texts an agreement begins with: the template of the trade, filled in."""

from people.units.models import Unit
from talentpool.mentorship.models import Pair
from talentpool.mentorship.rules.templates import fill, find_template

_MONTH = 30.4375  # days, for a text that says how many months a term has


def begin_texts(pair: Pair, language: str) -> dict[str, str]:
    """Return the texts a pair's agreement begins with, by section.

    Args:
        pair: which.
        language: "zh" or "en".
    """
    mentor, apprentice = pair.mentor.person, pair.apprentice
    template = find_template(pair.occupation_code)
    months = round(((pair.ends_on - pair.starts_on).days + 1) / _MONTH)
    values = {
        "mentor": mentor.name,
        "apprentice": apprentice.name,
        "unit": _unit_name(apprentice.unit or mentor.unit),
        "mentor_unit": _unit_name(mentor.unit or apprentice.unit),
        "trade": pair.trade,
        "starts_on": pair.starts_on.isoformat(),
        "ends_on": pair.ends_on.isoformat(),
        "months": str(max(months, 1)),
    }
    texts = {
        code: fill(words[language], values) for code, words in template.sections.items()
    }
    if pair.goals:
        texts["goals"] = pair.goals
    return texts


def _unit_name(unit: Unit | None) -> str:
    return unit.name if unit else "—"
