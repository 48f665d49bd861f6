"""Forms of the expert panel."""

from collections.abc import Iterable
from typing import cast

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from talentpool.dossiers.forms import Labels
from talentpool.standard.rules.profile import SheetCriterion

LABELS: Labels = {
    "criterion": {
        "skill": _l("Skill"),
        "merit": _l("Achievements"),
        "passing_on": _l("Passing on skills"),
        "conduct": _l("Conduct and diligence"),
    },
    "sheet_state": {"marked": _l("Signed"), "recused": _l("Stays away")},
}
_REQUIRED = InputRequired(_l("Give a mark for each criterion."))


class SheetForm(FlaskForm):
    """One expert's own sheet, without what is marked; see `sheet_form`."""

    comment = TextAreaField(_l("Remark"), [Length(max=400)])


def sheet_form(
    criteria: Iterable[SheetCriterion], locale: str, *, blank: bool = False
) -> SheetForm:
    """Return a sheet with a field `mark_<code>` for each criterion of a standard."""
    return marks_form(
        [(item.code, name_of(item, locale)) for item in criteria], blank=blank
    )


def marks_form(named: Iterable[tuple[str, str]], *, blank: bool = False) -> SheetForm:
    """Return a sheet with a field `mark_<code>` for each code and name."""
    fields = {
        f"mark_{code}": StringField(name, [_REQUIRED, Length(max=6)])
        for code, name in named
    }
    made = cast("type[SheetForm]", type("StandardSheetForm", (SheetForm,), fields))
    return made(formdata=None) if blank else made()


def name_of(criterion: SheetCriterion, locale: str) -> str:
    """Return a criterion's name: as its standard says, else in our words."""
    if criterion.wording is not None:
        return criterion.wording.text(locale)
    return str(LABELS["criterion"][criterion.code])


class RecuseForm(FlaskForm):
    """Staying away gives its reason."""

    recusal = StringField(
        _l("Why you stay away"),
        [InputRequired(_l("Give the reason.")), Length(max=200)],
    )


class AppointForm(FlaskForm):
    """Whom to appoint."""

    username = StringField(
        _l("User name of the expert"),
        [InputRequired(_l("Enter the user name.")), Length(max=64)],
    )


class ClosePanelForm(FlaskForm):
    """Closing the panel; a reason where the marks are not reached."""

    closing_reason = TextAreaField(
        _l("Reason, where the marks are not reached"), [Length(max=300)]
    )
