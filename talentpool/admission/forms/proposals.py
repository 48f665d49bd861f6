"""Forms of the pool officer, and the words for a verdict in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from talentpool.admission.rules.proposals import FLAGS
from talentpool.dossiers.forms import Labels, choices
from talentpool.dossiers.rules import CLASSES, LEVELS

LABELS: Labels = {
    "proposal_state": {
        "open": _l("Waiting for a decision"),
        "suspended": _l("Suspended: results withdrawn"),
        "barred": _l("Suspended: may not come back yet"),
        "admitted": _l("Admitted"),
        "refused": _l("Not admitted to the pool"),
        "replaced": _l("Replaced by a new publication"),
    },
    "outcome": {
        "admissible": _l("Admissible"),
        "incomplete": _l("Evidence missing"),
        "inadmissible": _l("Not admissible"),
    },
    "status": {
        "met": _l("Met"),
        "not_met": _l("Not met"),
        "evidence_missing": _l("Evidence missing"),
    },
    "exclusion": {
        "met": _l("Does not apply"),
        "not_met": _l("Applies"),
        "evidence_missing": _l("Evidence missing"),
    },
    "group": {
        "all": _l("All of these"),
        "any": _l("And any one of these"),
        "exclusion": _l("Not admitted"),
    },
    "field": {
        "employment": _l("Employment"),
        "post_kind": _l("Kind of post"),
        "front_line": _l("At the front line"),
        "union_member": _l("Member of the union"),
        "law_abiding": _l("Law-abiding, of good conduct"),
        "unmatched_skill": _l("Unmatched skill"),
        "trade_since": _l("In the trade since"),
    },
    "flag": {"": _l("No statement"), "yes": _l("Yes"), "no": _l("No")},
}

_NOTHING = SelectChoice("", LABELS["flag"][""])
_FLAG = [SelectChoice(code, LABELS["flag"][code]) for code in ("", "yes", "no")]


class StatementForm(FlaskForm):
    """What a document proves about the person; what is left open states nothing."""

    document = StringField(
        _l("Document that proves it"),
        [InputRequired(_l("Name the document.")), Length(max=120)],
    )
    employment = SelectField(
        LABELS["field"]["employment"],
        default="",
        choices=[
            _NOTHING,
            *choices("employment", ("in_service", "retired", "rehired")),
        ],
    )
    post_kind = SelectField(
        LABELS["field"]["post_kind"],
        default="",
        choices=[
            _NOTHING,
            *choices("post_kind", ("operator", "technical", "management", "finance")),
        ],
    )
    front_line = SelectField(LABELS["field"]["front_line"], choices=_FLAG, default="")
    union_member = SelectField(
        LABELS["field"]["union_member"], choices=_FLAG, default=""
    )
    law_abiding = SelectField(LABELS["field"]["law_abiding"], choices=_FLAG, default="")
    unmatched_skill = SelectField(
        LABELS["field"]["unmatched_skill"], choices=_FLAG, default=""
    )
    trade_since = DateField(LABELS["field"]["trade_since"], [Optional()])

    def values(self) -> dict[str, str]:
        """Return what was stated, as text by field."""
        names = ("employment", "post_kind", *FLAGS)
        stated = {name: str(self[name].data or "") for name in names}
        if self.trade_since.data:
            stated["trade_since"] = self.trade_since.data.isoformat()
        return {name: text for name, text in stated.items() if text}

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401
        """Ask for at least one statement."""
        valid = bool(super().validate(extra_validators))
        if valid and not self.values():
            self.form_errors.append(_l("State at least one thing the document proves."))
            return False
        return valid


class AdmitForm(FlaskForm):
    """Level, class and minute of an admission."""

    level = SelectField(_l("Pool level"), choices=choices("level", LEVELS))
    pool_class = SelectField(_l("Class"), choices=choices("pool_class", CLASSES))
    minute_number = StringField(
        _l("Number of the minute"),
        [InputRequired(_l("Enter the number of the minute.")), Length(max=60)],
    )
    consent_document = StringField(
        _l("Document of the consent to the pool"), [Length(max=120)]
    )
    admit_reason = TextAreaField(
        _l("Reason, where not every clause is met"), [Length(max=400)]
    )


class RefuseForm(FlaskForm):
    """A refusal gives its reason."""

    reason = TextAreaField(
        _l("Reason of the refusal"),
        [InputRequired(_l("Give the reason.")), Length(max=400)],
    )
