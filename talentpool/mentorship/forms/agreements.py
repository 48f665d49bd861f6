"""Forms of agreements and of mutual choice, and the words for their codes."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from talentpool.dossiers.forms import Labels
from talentpool.mentorship.rules.agreements import PARTIES, SECTIONS
from talentpool.mentorship.rules.wishes import MOST_WISHES, SIDES

LABELS: Labels = {
    "section": {
        "parties": _l("Parties"),
        "trade": _l("Occupation and trade"),
        "term": _l("Term"),
        "goals": _l("Goals"),
        "teaching": _l("Teaching plan and hours"),
        "assessment": _l("Assessment"),
        "rights": _l("Rights, duties and safety"),
        "reward": _l("Allowance and reward"),
        "change": _l("Change and termination"),
    },
    "party": {
        "mentor": _l("Mentor"),
        "apprentice": _l("Apprentice"),
        "unit": _l("Unit of the apprentice"),
        "mentor_unit": _l("Unit of the mentor"),
    },
    "agreement_state": {
        "open": _l("To be signed"),
        "complete": _l("Signed by all"),
        "filed": _l("Filed"),
        "replaced": _l("Replaced"),
    },
    "side": {
        "mentor": _l("I look for an apprentice"),
        "apprentice": _l("I look for a mentor"),
    },
    "offer_state": {
        "asked": _l("Waits for your word"),
        "looking": _l("Looking"),
        "closed": _l("Closed"),
    },
}

_DAY = [InputRequired(_l("Enter a date."))]
_TEXT = [InputRequired(_l("Write what the section says.")), Length(max=4000)]


class AgreementForm(FlaskForm):
    """All sections of an agreement, its term and until when it is signed."""

    starts_on = DateField(_l("Starts on"), _DAY)
    ends_on = DateField(_l("Ends on"), _DAY)
    parties = TextAreaField(LABELS["section"]["parties"], _TEXT)
    trade = TextAreaField(LABELS["section"]["trade"], _TEXT)
    term = TextAreaField(LABELS["section"]["term"], _TEXT)
    goals = TextAreaField(LABELS["section"]["goals"], _TEXT)
    teaching = TextAreaField(LABELS["section"]["teaching"], _TEXT)
    assessment = TextAreaField(LABELS["section"]["assessment"], _TEXT)
    rights = TextAreaField(LABELS["section"]["rights"], _TEXT)
    reward = TextAreaField(LABELS["section"]["reward"], _TEXT)
    change = TextAreaField(LABELS["section"]["change"], _TEXT)
    guardian = StringField(
        _l("Guardian of a minor, and the document"), [Length(max=160)]
    )
    confirm_by = DateField(_l("To be signed until"), _DAY)
    reason = StringField(_l("Reason of the change"), [Length(max=200)])

    def validate_ends_on(self, field: DateField) -> None:
        starts = self.starts_on.data
        if starts and field.data and field.data <= starts:
            raise ValidationError(_l("The end must lie after the start."))

    def texts(self) -> dict[str, str]:
        """Return the text of each section, with the line ends of one system."""
        return {
            code: "\n".join((self[code].data or "").splitlines()) for code in SECTIONS
        }


class ConfirmForm(FlaskForm):
    """The sections a party has read, and the password of who signs."""

    party = HiddenField(validators=[InputRequired()])
    digest = HiddenField(validators=[InputRequired()])
    codes = SelectMultipleField(
        _l("Sections"),
        choices=[SelectChoice(code, LABELS["section"][code]) for code in SECTIONS],
    )
    password = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Enter your password: it is your signature."))],
        render_kw={"autocomplete": "current-password"},
    )

    def validate_party(self, field: HiddenField) -> None:
        if field.data not in PARTIES:
            raise ValidationError(_l("There is no such party."))


class FilingForm(FlaskForm):
    """The union files an agreement."""

    number = StringField(_l("Agreement number"), [Length(max=40)])
    waiver = StringField(_l("Reason of an exception"), [Length(max=200)])


class DeadlineForm(FlaskForm):
    """Another day to sign by."""

    day = DateField(_l("To be signed until"), _DAY)


class OfferForm(FlaskForm):
    """Somebody looks for an apprentice or a mentor."""

    side = RadioField(
        _l("What do you look for?"),
        [InputRequired(_l("Choose an answer."))],
        choices=[SelectChoice(code, LABELS["side"][code]) for code in SIDES],
    )
    occupation = SelectField(_l("Occupation"))
    trade = StringField(
        _l("Trade"), [InputRequired(_l("Enter the trade.")), Length(max=80)]
    )
    text = TextAreaField(
        _l("What the other should know"),
        [Length(max=400)],
        render_kw={"rows": 3},
    )


class WishForm(FlaskForm):
    """One of the other side at a place of one's list."""

    wanted = HiddenField(validators=[InputRequired()])
    rank = SelectField(
        _l("Place on my list"),
        choices=[SelectChoice(str(n), str(n)) for n in range(1, MOST_WISHES + 1)],
    )


class MatchForm(FlaskForm):
    """When the pair of two wishes begins and ends."""

    wanted = HiddenField(validators=[InputRequired()])
    starts_on = DateField(_l("Starts on"), _DAY)
    ends_on = DateField(_l("Ends on"), _DAY)

    def validate_ends_on(self, field: DateField) -> None:
        starts = self.starts_on.data
        if starts and field.data and field.data <= starts:
            raise ValidationError(_l("The end must lie after the start."))
