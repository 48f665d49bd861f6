"""Forms of the reward ledger and the overdue list, and the words for their codes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from talentpool.dossiers.forms import Labels

LABELS: Labels = {
    "reward_state": {
        "proposed": _l("Proposed, to be decided"),
        "approved": _l("Approved, to be paid"),
        "paid": _l("Paid"),
        "refused": _l("Refused"),
    },
    "due_kind": {
        "signature": _l("Signatures under an agreement"),
        "milestone": _l("Milestone"),
        "assessment": _l("Assessment"),
        "term": _l("End of the term"),
    },
}


class DecideRewardForm(FlaskForm):
    """A person's word on a reward."""

    to = RadioField(
        _l("Your decision"),
        [InputRequired(_l("Choose an answer."))],
        choices=[
            SelectChoice("approved", _l("Approve")),
            SelectChoice("refused", _l("Refuse")),
        ],
    )
    reason = StringField(_l("Reason"), [Length(max=200)])


class PaymentForm(FlaskForm):
    """By what document a reward was paid."""

    payment = StringField(
        _l("Document of the payment"),
        [InputRequired(_l("Name the document of the payment.")), Length(max=80)],
    )
