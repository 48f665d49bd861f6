"""Words for figures and for what they are split by, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from competition.events.forms import TIER_LABELS
from talentpool.dossiers.forms import LABELS as DOSSIER
from talentpool.dossiers.rules import LEVELS
from talentpool.growth.forms.innovations import LABELS as PROJECTS
from talentpool.growth.forms.trainings import LABELS as TRAININGS
from talentpool.mentorship.forms.pairs import LABELS as PAIRS
from talentpool.reports.queries import names
from talentpool.reports.rules.register import SPLITS, Words
from talentpool.reports.rules.window import AGE_BANDS
from talentpool.reports.services.counting import Value

SPLIT_LABELS: Mapping[str, Any] = {
    "level": _l("Level in the pool"),
    "class": _l("Class"),
    "trade": _l("Trade"),
    "district": _l("District"),
    "age": _l("Age"),
    "sex": _l("Sex"),
    "skill": _l("Certificate level"),
    "employer": _l("Employer"),
    "honour_level": _l("Level of the honour"),
    "pair_state": _l("State and outcome"),
    "pair_cause": _l("Cause of the end"),
    "relation": _l("Relation"),
    "tier": _l("Tier"),
    "occupation": _l("Occupation"),
    "achievement_kind": _l("Kind"),
    "innovation_kind": _l("Kind"),
    "training_kind": _l("Kind"),
    "studio_kind": _l("Kind"),
    "studio_level": _l("Level of the studio"),
    "year": _l("Year"),
}
assert SPLIT_LABELS.keys() == set(SPLITS)  # noqa: S101 - one list, two places

_AGES = {
    "-35": _l("35 and under"),
    "36-40": _l("36 to 40"),
    "41-45": _l("41 to 45"),
    "46-50": _l("46 to 50"),
    "51-60": _l("51 to 60"),
    "61-": _l("61 and over"),
}
_EMPLOYERS = {
    "enterprise": _l("An enterprise"),
    "other": _l("Other unit"),
    "none": _l("No unit"),
}
# Splits whose values are codes: the words, in the order they are shown.
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "level": {code: DOSSIER["level"][code] for code in LEVELS},
    "honour_level": {code: DOSSIER["level"][code] for code in LEVELS},
    "studio_level": {code: DOSSIER["level"][code] for code in LEVELS},
    "class": DOSSIER["pool_class"],
    "sex": DOSSIER["sex"],
    "age": {band: _AGES[band] for band in AGE_BANDS},
    "employer": _EMPLOYERS,
    "pair_state": PAIRS["pair_state"],
    "pair_cause": PAIRS["cause"],
    "relation": PAIRS["relation"],
    "tier": {code: TIER_LABELS[code] for code in LEVELS},
    "achievement_kind": DOSSIER["achievement"],
    "innovation_kind": PROJECTS["innovation"],
    "training_kind": TRAININGS["training"],
    "studio_kind": DOSSIER["studio"],
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One value of a split."""

    key: str
    label: str
    value: Value


def words_of(words: Words) -> str:
    """Return a text of the register in the reader's language."""
    return words["zh" if str(get_locale()).startswith("zh") else "en"]


def label_of(session: Session, by: str, key: str) -> str:
    """Return the words of one value of a split."""
    return _labels(session, by, [key])[key]


def bars(session: Session, by: str, values: Mapping[str, Value]) -> list[Bar]:
    """Return the values of a split in words: codes in their order, names by size."""
    labels = _labels(session, by, list(values))
    found = [Bar(key, labels[key], value) for key, value in values.items()]
    known = list(_WORDS.get(by, ()))
    if by in ("year", "skill"):
        return sorted(found, key=lambda bar: int(bar.key or 0))
    if known:
        return sorted(found, key=lambda bar: (_place(known, bar.key), bar.key))
    return sorted(found, key=lambda bar: (-bar.value.number, bar.key))


def _place(known: Sequence[str], key: str) -> int:
    return known.index(key) if key in known else len(known)


def _labels(session: Session, by: str, keys: Sequence[str]) -> dict[str, str]:
    if by in _WORDS:
        return {key: str(_WORDS[by].get(key, key)) for key in keys}
    found: Mapping[str, str] = {}
    if by == "district":
        found = names.list_districts(session, keys)
    elif by == "occupation":
        found = names.list_occupations(session, keys)
    elif by == "skill":
        found = {"0": _("No certificate"), **names.list_skill_levels(session)}
    return {key: found.get(key) or key or _("not stated") for key in keys}
