"""The words for columns and faults."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from talentpool.dossiers.forms import LABELS

LANGUAGES = ("zh_CN", "en")
TITLES: Mapping[str, Any] = {
    "id_number": _l("ID number"),
    "name": _l("Name"),
    "phone": _l("Phone"),
    "nation": _l("Nationality"),
    "education": _l("Education"),
    "politics": _l("Political status"),
    "unit": _l("Unit"),
    "credit_code": _l("Unified social credit code"),
    "district_code": _l("District"),
    "level": _l("Pool level"),
    "pool_class": _l("Class"),
    "trade": _l("Trade"),
    "occupation_code": _l("Occupation code"),
    "trade_since": _l("In the trade since"),
    "post": _l("Post"),
    "post_kind": _l("Kind of post"),
    "employment": _l("Employment"),
    "worker_type": _l("Kind of worker"),
    "front_line": _l("Front line"),
    "union_member": _l("Union member"),
    "willing_to_serve": _l("Willing to serve"),
    "entered_on": _l("Entered the pool"),
    "term_ends_on": _l("Term ends"),
    "certificate_number": _l("Number of the pool certificate"),
    "state": _l("State in the pool"),
    "skill_level_code": _l("Skill level"),
    "skill_trade": _l("Trade of the skill certificate"),
    "skill_number": _l("Number of the skill certificate"),
    "skill_issuer": _l("Issuer of the skill certificate"),
    "skill_issued_on": _l("Day of the skill certificate"),
    "honour_name": _l("Honour"),
    "honour_level": _l("Level of the honour"),
    "honour_issuer": _l("Honour given by"),
    "honour_awarded_on": _l("Day of the honour"),
    "honour_document": _l("Document of the honour"),
    "contest_competition_name": _l("Competition"),
    "contest_event_name": _l("Event of the competition"),
    "contest_tier": _l("Level of the competition"),
    "contest_trade": _l("Trade of the competition"),
    "contest_held_on": _l("Day of the competition"),
    "contest_place": _l("Place in the competition"),
    "contest_of_count": _l("Ranked in the competition"),
    "contest_award": _l("Award of the competition"),
    "contest_total": _l("Marks in the competition"),
    "achievement_kind": _l("Kind of achievement"),
    "achievement_title": _l("Achievement"),
    "achievement_text": _l("What the achievement is"),
    "achievement_number": _l("Number of patent or standard"),
    "achievement_benefit_yuan": _l("Benefit (10,000 yuan)"),
    "achievement_role": _l("Role in the achievement"),
    "achievement_level": _l("Level of the achievement"),
    "achievement_author_rank": _l("Rank among the authors of the achievement"),
    "achievement_achieved_on": _l("Day of the achievement"),
    "studio_name": _l("Studio"),
    "studio_kind": _l("Kind of studio"),
    "studio_level": _l("Level of the studio"),
    "studio_role": _l("Role in the studio"),
    "studio_alliance": _l("Alliance of the studio"),
    "studio_founded_on": _l("Studio founded on"),
}
STATES: Mapping[str, Any] = {
    "reading": _l("The file is being read"),
    "mapping": _l("The columns are to be named"),
    "checking": _l("The rows are being checked"),
    "checked": _l("Checked, nothing loaded yet"),
    "loading": _l("The dossiers are being made"),
    "loaded": _l("Loaded"),
    "undoing": _l("The import is being undone"),
    "undone": _l("Undone"),
    "discarded": _l("Given up"),
    "failed": _l("Could not be read"),
}
FLAGS: Mapping[str, Any] = {"1": _l("Yes"), "0": _l("No")}
_TABLES = (
    *("level", "pool_class", "post_kind", "employment", "worker_type", "state"),
    *("achievement", "studio", "studio_role"),
)


@cache
def titles() -> dict[str, tuple[str, ...]]:
    """Return what each field is called, in every language: a file may say either."""
    return {key: _in_all(title) for key, title in TITLES.items()}


@cache
def code_names() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return what codes are called, in every language, by table."""
    return {
        table: {code: _in_all(name) for code, name in LABELS[table].items() if code}
        for table in _TABLES
    }


def _in_all(label: object) -> tuple[str, ...]:
    names = []
    for language in LANGUAGES:
        with force_locale(language):
            names.append(str(label))
    return tuple(dict.fromkeys(names))
