"""Forms that change where a dossier stands: exits, returns, confirmations, findings."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from talentpool.dossiers.forms import choices
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import CLASSES, GONE_STATES, LEVELS, is_state_step
from talentpool.life.forms.labels import cause_text
from talentpool.standard.rules.profile import ExitCause, Profile, Suspension


def deeds(profile: Profile, state: str) -> list[SelectChoice]:
    """Return what can be done with a dossier in this state, by the standard's clauses.

    The value is "exit:<cause>", "suspend:<cause>", "resume", "return" or "tier".
    """
    found = []
    if state == "suspended":
        found.append(SelectChoice("resume", _("End the suspension")))
    if state in ("left", "revoked"):
        found.append(SelectChoice("return", _("Return to the pool")))
    if state not in GONE_STATES:
        found.append(SelectChoice("tier", _("Join a further tier")))
    if is_state_step(state, "suspended"):
        found += [
            SelectChoice(
                f"suspend:{item.cause}",
                _("Suspend: %(cause)s", cause=_cause(profile, item)),
            )
            for item in profile.suspensions
        ]
    found += [
        SelectChoice(f"exit:{item.cause}", _exit(profile, item))
        for item in profile.exits
        if is_state_step(state, item.state)
    ]
    return found


def _cause(profile: Profile, item: ExitCause | Suspension) -> str:
    return f"{cause_text(profile, item.cause)} ({item.clause})"


def _exit(profile: Profile, item: ExitCause) -> str:
    cause = _cause(profile, item)
    if item.state == "revoked":
        return str(_("Revoke: %(cause)s", cause=cause))
    if item.state == "deceased":
        return str(_("Archive: %(cause)s", cause=cause))
    return str(_("Leave the pool: %(cause)s", cause=cause))


class StateForm(FlaskForm):
    """A change of state: what, from when, on what ground, by whose decision."""

    deed = SelectField(_l("What happens"))
    on = DateField(_l("Holds from"), [InputRequired(_l("Enter the day."))])
    document = StringField(_l("Number of the document"), [Length(max=120)])
    decided_by = StringField(_l("Decided by (body or person)"), [Length(max=80)])
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Give the reason.")), Length(min=2, max=400)],
    )
    level = SelectField(_l("Tier"), choices=choices("level", LEVELS))
    pool_class = SelectField(_l("Class"), choices=choices("pool_class", CLASSES))

    def prepare(self, profile: Profile, craftsman: Craftsman, today: date) -> None:
        """Offer what the state and the standard allow."""
        self.deed.choices = deeds(profile, craftsman.state)
        if not self.is_submitted():
            self.on.data = today
            self.level.data = craftsman.level
            self.pool_class.data = craftsman.pool_class

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401
        """An exit or a return names its document and who decided."""
        valid = bool(super().validate(extra_validators))
        deed = self.deed.data or ""
        if deed.startswith("exit:") or deed in ("return", "tier"):
            for field in (self.document, self.decided_by):
                if not (field.data or "").strip():
                    field.errors = [*field.errors, _("This is needed here.")]
                    valid = False
        return valid


class ConfirmForm(FlaskForm):
    """A re-confirmation by a person."""

    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Give the reason.")), Length(min=2, max=400)],
    )
    document = StringField(
        _l("Number of the document"),
        [InputRequired(_l("Enter the number of the document.")), Length(max=120)],
    )


class AcceptForm(FlaskForm):
    """Why an odd record is true all the same."""

    reason = StringField(
        _l("Why it is true all the same"),
        [InputRequired(_l("Give the reason.")), Length(min=2, max=400)],
    )


class RevokeForm(FlaskForm):
    """An honour taken away again."""

    on = DateField(_l("Revoked on"), [InputRequired(_l("Enter the day."))])
    document = StringField(
        _l("Number of the document"),
        [InputRequired(_l("Enter the number of the document.")), Length(max=120)],
    )
    reason = StringField(
        _l("Reason"),
        [InputRequired(_l("Give the reason.")), Length(min=2, max=200)],
    )


class UpdateForm(FlaskForm):
    """What the yearly update says."""

    note = StringField(_l("Remark"), [Optional(), Length(max=400)])
