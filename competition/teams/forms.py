"""Forms of teams, and the words for roles on a roster."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    Form,
    FormField,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from competition.events.forms import PAPER_LABELS
from competition.registration.forms import FIELD_LABELS, RULE_LABELS, STATE_LABELS
from competition.registration.models import Entry
from competition.teams.models import Team, TeamMember
from competition.teams.rules import MEMBER, SUBSTITUTE
from people.persons.rules import IdFault, check_id_number
from people.persons.services import id_message

ROLE_LABELS = {MEMBER: _l("Team member"), SUBSTITUTE: _l("Substitute")}

_REQUIRED = InputRequired(_l("Fill in this field."))
_FORM_COACHES = ("coach", "second_coach")


def _strip(text: str | None) -> str | None:
    return " ".join(text.split()) if text else text


def fault_texts(faults: Sequence[tuple[str, str]]) -> list[str]:
    """Return what keeps a returned entry from being submitted again, as sentences."""
    return [_fault_text(kind, what) for kind, what in faults]


def _fault_text(kind: str, what: str) -> str:
    if kind == "own":
        return str(_("They entered under their own account and correct it."))
    if kind == "paper":
        return str(_("Upload anew: %(paper)s", paper=PAPER_LABELS[what]))
    if kind == "field":
        return str(_("Correct: %(name)s", name=FIELD_LABELS[what]))
    if kind == "rule":
        return str(_("Not met: %(rule)s", rule=RULE_LABELS.get(what, what)))
    return what


class CoachForm(Form):
    """One coach; left empty there is none."""

    name = StringField(_l("Name"), [Length(max=40)], filters=[_strip])
    unit = StringField(_l("Unit"), [Length(max=120)], filters=[_strip])
    id_number = StringField(_l("ID number"), [Length(max=30)], filters=[_strip])

    def validate_name(self, field: Field) -> None:
        if not field.data and (self.unit.data or self.id_number.data):
            raise ValidationError(_("Give the coach's name."))

    def validate_id_number(self, field: Field) -> None:
        if not field.data:
            return
        found = check_id_number(field.data, today=date.max)
        if isinstance(found, IdFault):
            raise ValidationError(id_message(found))


class TeamForm(FlaskForm):
    """A team with its leader, coaches and roster."""

    name = StringField(
        _l("Name of the team"), [_REQUIRED, Length(max=60)], filters=[_strip]
    )
    leader_name = StringField(
        _l("Team leader"), [_REQUIRED, Length(max=40)], filters=[_strip]
    )
    leader_account = StringField(
        _l("Account of the team leader"), [Length(max=64)], filters=[_strip]
    )
    coach = FormField(CoachForm, _l("Coach"))
    second_coach = FormField(CoachForm, _l("Second coach"))
    members = SelectMultipleField(
        _l("Team members"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    substitutes = SelectMultipleField(
        _l("Substitutes"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, candidates: Sequence[Entry]) -> None:
        """Fill in whom one can choose from."""
        choices = [(entry.uid, label_of(entry)) for entry in candidates]
        self.members.choices = choices
        self.substitutes.choices = choices

    @property
    def coach_forms(self) -> list[CoachForm]:
        return [getattr(self, name).form for name in _FORM_COACHES]


class ReplaceForm(FlaskForm):
    """A substitute takes a member's place."""

    member = RadioField(_l("Who leaves the team"), [_REQUIRED])
    substitute = RadioField(_l("Who takes the place"), [_REQUIRED])
    reason = StringField(_l("Reason"), [_REQUIRED, Length(max=200)], filters=[_strip])

    def offer(self, roster: Sequence[TeamMember]) -> None:
        """Fill in whom one can choose from."""
        for field, role in ((self.member, MEMBER), (self.substitute, SUBSTITUTE)):
            field.choices = [
                (row.uid, label_of(row.entry)) for row in roster if row.role == role
            ]


class EndForm(FlaskForm):
    """Taking a team back."""

    reason = StringField(_l("Reason"), [_REQUIRED, Length(max=200)], filters=[_strip])


def label_of(entry: Entry) -> str:
    """Return an entry as a choice: name, group and where it stands."""
    name = entry.person.name if entry.person else ""
    parts = [name, entry.group.name if entry.group else ""]
    return " · ".join([*filter(None, parts), str(STATE_LABELS[entry.shown_state])])


def team_data(team: Team, roster: Sequence[TeamMember]) -> dict[str, Any]:
    """Return what a form for changing a team starts with; numbers are not shown."""
    data: dict[str, Any] = {
        "name": team.name,
        "leader_name": team.leader_name,
        "leader_account": team.leader.username if team.leader else "",
        "members": [row.entry.uid for row in roster if row.role == MEMBER],
        "substitutes": [row.entry.uid for row in roster if row.role == SUBSTITUTE],
    }
    for name, coach in zip(_FORM_COACHES, team.coaches, strict=False):
        unit = coach.unit.name if coach.unit else ""
        data[name] = {"name": coach.name, "unit": unit}
    return data
