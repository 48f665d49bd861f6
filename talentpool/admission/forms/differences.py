"""What differs between the frozen copy of an application and today, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from talentpool.admission.forms.applications import LABELS as APPLICATION_LABELS
from talentpool.admission.forms.evidence import text_of
from talentpool.admission.forms.proposals import LABELS as PROPOSAL_LABELS
from talentpool.admission.rules.snapshot import Difference
from talentpool.dossiers.forms import LABELS as DOSSIER_LABELS

_NAMES: Mapping[tuple[str, str], Any] = {
    ("person", "name"): _l("Name"),
    ("person", "sex"): _l("Sex"),
    ("person", "birth_date"): _l("Born"),
    ("person", "id_number"): _l("ID number"),
    ("person", "unit"): _l("Unit"),
    ("work", "unit"): _l("Unit"),
    ("work", "trade"): _l("Trade"),
    ("work", "occupation"): _l("Occupation"),
    ("work", "post"): _l("Post"),
    ("work", "district"): _l("District"),
    ("recommended", "way"): _l("Way"),
    ("recommended", "nominator"): _l("Recommended by"),
    ("recommended", "text"): _l("Recommendation"),
    ("standard", "version"): _l("Version of the standard"),
    ("standard", "outcome"): _l("Verdict of the standard"),
    ("dossier", "level"): _l("Dossier: level"),
    ("dossier", "state"): _l("Dossier: state"),
}
_CODES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("person", "sex"): DOSSIER_LABELS["sex"],
    ("recommended", "way"): APPLICATION_LABELS["way"],
    ("standard", "outcome"): PROPOSAL_LABELS["outcome"],
    ("dossier", "level"): DOSSIER_LABELS["level"],
    ("dossier", "state"): DOSSIER_LABELS["state"],
}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that differs; "" is nothing."""

    what: str
    then: str
    now: str


def said(changes: Iterable[Difference], levels: Mapping[str, str]) -> list[Said]:
    """Return differences in words; records of a dossier that changed alike are one."""
    lines = [_line(change, levels) for change in changes]
    return [
        Said(f"{line.what} × {times}" if times > 1 else line.what, line.then, line.now)
        for line in dict.fromkeys(lines)
        if (times := lines.count(line))
    ]


def _line(change: Difference, levels: Mapping[str, str]) -> Said:
    top, key = change.path[0], change.path[1]
    if top == "claims":
        return _claim(change, levels)
    if (top, key) in _NAMES:
        words = _CODES.get((top, key), {})
        then, now = (str(words.get(v, v)) for v in (change.then, change.now))
        return Said(str(_NAMES[top, key]), then, now)
    if top == "standard":
        words = PROPOSAL_LABELS["status"]
        then, now = (str(words.get(v, v)) for v in (change.then, change.now))
        return Said(_("Clause %(clause)s", clause=key), then, now)
    # A record: its state, then a digest that says whether it is the same.
    words = DOSSIER_LABELS["fact_state"]
    then, now = (
        str(words.get(v.partition(" ")[0], "")) for v in (change.then, change.now)
    )
    return Said(_("Record of the dossier"), then, now)


def _claim(change: Difference, levels: Mapping[str, str]) -> Said:
    _top, field, part = change.path
    name = str(APPLICATION_LABELS["claim"][field])
    if part == "value":
        then, now = (
            text_of(field, v, levels) if v else "" for v in (change.then, change.now)
        )
        return Said(name, then, now)
    if part == "scan":
        then, now = (v and _("a scan") for v in (change.then, change.now))
        if then and now:
            now = _("another scan")
        return Said(_("%(name)s: scanned document", name=name), then, now)
    return Said(_("%(name)s: document", name=name), change.then, change.now)
