"""One claim as a form: which inputs its field asks for, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from people.codes.queries import list_levels
from talentpool.admission.forms.applications import LABELS, ClaimForm
from talentpool.admission.forms.proposals import LABELS as PROPOSAL_LABELS
from talentpool.admission.models.applications import Claim
from talentpool.admission.rules.claims import SINCE, read_claim
from talentpool.dossiers.forms import LABELS as DOSSIER_LABELS
from talentpool.standard.rules.profile import (
    FIELDS,
    FLAG,
    LEVELS,
    NUMBER,
    PLACES,
    WORDS,
    Condition,
    Profile,
)

PARTS: Mapping[str, tuple[str, ...]] = {
    "flag": ("flag",),
    "word": ("word",),
    "count": ("count",),
    "since": ("since",),
    "place": ("tier", "place", "of_count", "held_on"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A field of the standard with its conditions, its claim and its form."""

    field: str
    conditions: tuple[Condition, ...]
    claim: Claim | None
    text: str  # the claimed value in words
    form: ClaimForm
    parts: tuple[str, ...]


def kind_of(field: str) -> str:
    """Return which inputs hold the value of a field."""
    if field == SINCE:
        return "since"
    if field == "certificate_rank":
        return "word"
    return {FLAG: "flag", NUMBER: "count", PLACES: "place"}.get(FIELDS[field], "word")


def read_evidence(field: str, today: date) -> tuple[ClaimForm, str | None]:
    """Return the form that was sent, and its value as text; None where it is wrong.

    "" says that nothing is claimed. A value without the document that proves it is
    kept: it is named among what is missing.
    """
    form = _empty(field, sent=True)
    if not form.validate_on_submit():
        return form, None
    value = _value(form, kind_of(field))
    days = [form.since.data, form.held_on.data]
    if any(day is not None and day > today for day in days):
        form.form_errors.append(_("The day lies in the future."))
        return form, None
    try:
        if value:
            read_claim(field, value)
    except ValueError:
        form.form_errors.append(
            _("This value cannot be. Compare it with the document.")
        )
        return form, None
    return form, value


def evidence_rows(
    session: Session,
    profile: Profile,
    claims: Mapping[str, Claim],
    refused: Mapping[str, ClaimForm],
) -> list[Row]:
    """Return a row for each field the standard asks for, in its order."""
    fields = dict.fromkeys(condition.check.field for condition in profile.conditions)
    levels = {str(level.rank): level.name for level in list_levels(session)}
    return [
        Row(
            field=field,
            conditions=tuple(c for c in profile.conditions if c.check.field == field),
            claim=claims.get(field),
            text=value_text(claims[field], levels) if field in claims else "",
            form=_choose(
                refused.get(field) or _filled(field, claims.get(field)), field, levels
            ),
            parts=PARTS[kind_of(field)],
        )
        for field in fields
        if field in FIELDS
    ]


def value_text(claim: Claim, levels: Mapping[str, str]) -> str:
    """Return a claimed value in the reader's words."""
    return text_of(claim.field, claim.value, levels)


def text_of(field: str, value: str, levels: Mapping[str, str]) -> str:
    """Return the value of a field in the reader's words."""
    kind = kind_of(field)
    if kind == "flag":
        return str(PROPOSAL_LABELS["flag"][value])
    if kind == "place":
        claimed = read_claim(field, value)
        words = _("Place %(place)s of %(count)s", place=claimed.place, count=claimed.of)
        parts = [DOSSIER_LABELS["level"][claimed.tier], words, claimed.on]
        return " · ".join(str(part) for part in parts if part)
    if field == "certificate_rank":
        return levels.get(value, value)
    if kind == "word":
        return str(_words(field).get(value, value))
    return value


def _words(field: str) -> dict[str, str]:
    known = DOSSIER_LABELS.get(field, {})
    words = {code: str(known.get(code, "")) for code in WORDS.get(field, ())}
    return {code: word or str(_("Student")) for code, word in words.items()}


def _empty(field: str, *, sent: bool = False) -> ClaimForm:
    form = ClaimForm(prefix=field) if sent else ClaimForm(formdata=None, prefix=field)
    return _choose(form, field, {str(rank): "" for rank in range(1, 9)})


def _choose(form: ClaimForm, field: str, levels: Mapping[str, str]) -> ClaimForm:
    nothing = SelectChoice("", PROPOSAL_LABELS["flag"][""])
    flags = PROPOSAL_LABELS["flag"]
    form.flag.choices = [SelectChoice(code, flags[code]) for code in ("", "yes", "no")]
    words = levels if field == "certificate_rank" else _words(field)
    form.word.choices = [nothing, *(SelectChoice(c, w) for c, w in words.items())]
    form.tier.choices = [
        nothing,
        *(SelectChoice(code, DOSSIER_LABELS["level"][code]) for code in LEVELS),
    ]
    form.count.label.text = str(LABELS["claim"][field])
    return form


def _filled(field: str, claim: Claim | None) -> ClaimForm:
    form = _empty(field)
    if claim is None:
        return form
    form.document.data = claim.document
    kind, value = kind_of(field), claim.value
    if kind == "place":
        claimed = read_claim(field, value)
        form.tier.data, form.held_on.data = claimed.tier, claimed.on
        form.place.data, form.of_count.data = claimed.place, claimed.of
    elif kind == "count":
        form.count.data = int(value)
    elif kind == "since":
        form.since.data = read_claim(field, value)
    else:
        form[kind].data = value
    return form


def _value(form: ClaimForm, kind: str) -> str:
    if kind == "place":
        if not form.tier.data:
            return ""
        place = f"{form.tier.data}:{form.place.data or 0}:{form.of_count.data or 0}"
        return f"{place}:{form.held_on.data}" if form.held_on.data else place
    if kind == "count":
        return "" if form.count.data is None else str(form.count.data)
    if kind == "since":
        return form.since.data.isoformat() if form.since.data else ""
    return str(form[kind].data or "")
