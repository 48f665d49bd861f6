"""Forms of the coding officers."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from competition.checkin.forms import SecondPersonForm
from competition.codes.services import MAX_HALL
from competition.draw.rules import DICE, LEADER, MAX_VALUE_LENGTH
from twins import paper_field


class CommitForm(FlaskForm):
    """Publish the commitment of a layer."""


class StationCommitForm(CommitForm):
    """The same for stations: the hall says how many there are."""

    hall_size = IntegerField(
        _l("Stations in the hall"),
        [Optional(), NumberRange(1, MAX_HALL, _l("A hall has 1 to 500 stations."))],
        render_kw={"inputmode": "numeric"},
    )


class ContributionForm(FlaskForm):
    """A number called, or the dice rolled, in public."""

    kind = RadioField(
        _l("Who gives it"),
        [InputRequired()],
        choices=[
            SelectChoice(LEADER, _l("A team leader calls a number")),
            SelectChoice(DICE, _l("The supervisor rolled the dice")),
        ],
        default=LEADER,
    )
    by = StringField(
        _l("Named in the record as"),
        [InputRequired(_l("Say who gives the number.")), Length(max=40)],
        render_kw={"autocomplete": "off"},
    )
    value = StringField(
        _l("Number called"),
        [
            InputRequired(_l("Enter the number.")),
            Length(max=MAX_VALUE_LENGTH),
            Regexp(r"[0-9]+\Z", message=_l("Digits only.")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    paper = paper_field()


class VoidForm(SecondPersonForm):
    """Undo a draw, by two, with a reason."""

    reason = StringField(
        _l("Why the draw is void"),
        [InputRequired(_l("Say why; it is published.")), Length(max=400)],
    )


class DecodeForm(SecondPersonForm):
    """Two persons decode an event."""

    sure = BooleanField(
        _l("The marks are final. From now on names and marks belong together."),
        [InputRequired(_l("Tick this to go on."))],
    )
