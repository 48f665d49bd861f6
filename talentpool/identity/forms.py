"""Forms of identity, and the words for its codes in the reader's language."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from talentpool.dossiers.forms import Labels

LABELS: Labels = {
    "likeness_state": {
        "open": _l("To be judged"),
        "unsure": _l("Unsure"),
        "same": _l("The same person"),
        "different": _l("Not the same"),
        "merged": _l("Merged"),
        "gone": _l("Not alike any more"),
    },
    "verdict": {
        "same": _l("The same person"),
        "different": _l("Not the same"),
        "unsure": _l("Unsure: ask again when something changes"),
    },
    "signal": {
        "name": _l("Name"),
        "birth": _l("Born"),
        "phone": _l("Phone"),
        "id": _l("ID number"),
        "certificate": _l("Certificate number"),
        "unit": _l("Unit"),
        "district": _l("District"),
        "sex": _l("Sex"),
    },
    "outcome": {
        "same": _l("the same"),
        "sound": _l("sounds the same"),
        "near": _l("one slip apart"),
        "different": _l("different"),
        "unknown": _l("says nothing"),
    },
    "field": {
        "name": _l("Name"),
        "phone": _l("Phone"),
        "unit": _l("Unit"),
        "nation": _l("Ethnic group"),
        "education": _l("Education"),
        "politics": _l("Political affiliation"),
        "photo": _l("Photo"),
        "level": _l("Level"),
        "pool_class": _l("Class"),
        "entered_on": _l("Entered the pool"),
        "term_ends_on": _l("To be re-confirmed by"),
        "occupation": _l("Occupation"),
        "trade_since": _l("In the trade since"),
        "post": _l("Post"),
        "employment": _l("Employment"),
        "front_line": _l("Front line"),
        "union_member": _l("Union member"),
        "worker_type": _l("Kind of worker"),
        "district": _l("District"),
        "willing_to_serve": _l("Willing to serve"),
    },
    "table": {
        "achievement": _l("Achievement"),
        "competition_record": _l("Competition result"),
        "consent": _l("Consent"),
        "craftsman": _l("Dossier"),
        "entry": _l("Entry for an event"),
        "evidence": _l("Document"),
        "honour_award": _l("Honour"),
        "mentor_pair": _l("Mentor and apprentice"),
        "proposal": _l("Proposal for the pool"),
        "skill_certificate": _l("Skill certificate"),
        "studio": _l("Studio"),
        "user_account": _l("Account"),
    },
}

_REASON = [
    InputRequired(_l("Give the reason: it is kept with the decision.")),
    Length(min=2, max=200),
]


class JudgeForm(FlaskForm):
    """What somebody says of a pair."""

    verdict = RadioField(
        _l("Are the two one person?"),
        [InputRequired(_l("Choose an answer."))],
        choices=[SelectChoice(code, text) for code, text in LABELS["verdict"].items()],
    )
    reason = StringField(_l("Reason"), _REASON)


class MergeForm(FlaskForm):
    """The merge that was previewed, with its reason."""

    keep = HiddenField()
    take = HiddenField()  # names of fields, separated by commas
    reason = StringField(_l("Reason"), _REASON)


class SplitForm(FlaskForm):
    """Why a merge is undone."""

    reason = StringField(_l("Reason"), _REASON)
