"""Forms of the check-in desk, and of every act that takes a second person."""

from datetime import UTC, datetime

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from competition.checkin import rules
from extensions import LOCAL
from twins import paper_field

REASONS = {
    rules.FORGED_TICKET: _l("The ticket is not genuine"),
    rules.UNKNOWN: _l("The ticket belongs to no entry"),
    rules.OTHER_EVENT: _l("The ticket is for another event"),
    rules.NOT_ACCEPTED: _l("The entry has not been accepted"),
    rules.CLOSED: _l("Check-in was closed"),
    rules.REVOKED: _l("The ticket was revoked or replaced"),
    rules.EXPIRED: _l("The ticket has expired"),
    rules.NOT_YET: _l("The ticket does not hold yet"),
    rules.ALREADY_IN: _l("Is in already"),
    rules.NOT_INSIDE: _l("Is not inside"),
    rules.NOT_CHECKED_IN: _l("Has not been checked in"),
    rules.TOO_LATE: _l("The room lets nobody in any more"),
    rules.FACE_DIFFERS: _l("Not the person in the photo"),
    rules.ID_DIFFERS: _l("The identity card does not match"),
    rules.NO_ID: _l("No identity card"),
    rules.FORBIDDEN_ITEM: _l("Carries something that is not allowed"),
    rules.OTHER: _l("Another reason"),
    rules.TAKEN_BACK: _l("Checked in by mistake, put right"),
}


class FindForm(FlaskForm):
    """What the scanner or the keyboard sends."""

    text = StringField(
        _l("Ticket, ID number or name"),
        [InputRequired(_l("Scan a ticket, or type a name.")), Length(max=500)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "maxlength": 500},
    )


class RefuseForm(FlaskForm):
    """Why somebody is turned away."""

    code = RadioField(
        _l("Reason"),
        [InputRequired(_l("Choose a reason."))],
        choices=[SelectChoice(code, REASONS[code]) for code in rules.OFFICER_REASONS],
    )
    note = StringField(_l("Note"), [Length(max=200)])


class GateForm(FlaskForm):
    """A room with entry and exit."""

    name = StringField(
        _l("Room"),
        [InputRequired(_l("Name the room, as on its door.")), Length(max=40)],
        render_kw={"autocomplete": "off"},
    )
    closes_at = DateTimeLocalField(_l("Nobody enters after"), [Optional()])

    def closes(self) -> datetime | None:
        """Return the moment after which nobody enters, in UTC."""
        typed = self.closes_at.data
        return typed.replace(tzinfo=LOCAL).astimezone(UTC) if typed else None


class PaperForm(FlaskForm):
    """Which sheet is keyed in; the times beside the names are the view's."""

    paper = paper_field(required=True)


class TakeBackForm(FlaskForm):
    """Why a check-in is undone."""

    reason = StringField(_l("Reason"), [InputRequired(_l("Say why.")), Length(max=200)])


class SecondPersonForm(FlaskForm):
    """Name and password of the second person, typed by themselves."""

    username = StringField(
        _l("Second person's user name"),
        [
            InputRequired(_l("The second person enters their user name.")),
            Length(max=64),
        ],
        render_kw={"autocomplete": "off", "autocapitalize": "none"},
    )
    password = PasswordField(
        _l("Second person's password"),
        [
            InputRequired(_l("The second person enters their password.")),
            Length(max=256),
        ],
        render_kw={"autocomplete": "off"},
    )


class AcceptLateForm(SecondPersonForm):
    """The chief judge lets a latecomer take part."""

    reason = StringField(
        _l("Why the latecomer may take part"),
        [InputRequired(_l("Say why.")), Length(max=200)],
    )
