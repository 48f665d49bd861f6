"""Forms of the chief judge and of those who publish."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileSize
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from scoring.results.rules.rulings import Ruling
from scoring.results.rules.what_if import FIRST, NO_TIES, REVERSED, Wish
from scoring.scheme.rules.tree import Penalty, Scheme

_MOST_FILE = 16 * 1024 * 1024  # bytes
_REASON = [InputRequired(_l("Give a reason.")), Length(max=400)]

KIND_LABELS = {
    "veto_aspect": _l("Set an aspect to 0"),
    "veto_criterion": _l("Set a criterion to 0"),
    "veto_component": _l("Set a component to 0"),
    "veto_total": _l("Set the total to 0"),
    "disqualify": _l("Disqualify"),
    "withdrawn": _l("Withdrew during the event"),
    "time": _l("Time used, in seconds"),
    "penalty": _l("Penalty, in units of the scheme"),
    "playoff": _l("Play-off result, higher is better"),
    "set_aside": _l("Late mark put aside"),
    "revoke": _l("Taken back"),
}


class DecisionForm(FlaskForm):
    """A decision on one work; what it is about is chosen in one list."""

    entry = SelectField(_l("Work code"), choices=[])
    what = SelectField(_l("Ruling"), choices=[])
    value = StringField(
        _l("Number (for time, penalty and play-off)"),
        [Length(max=40)],
        render_kw={"inputmode": "decimal"},
    )
    reason = StringField(_l("Reason"), _REASON)

    def offer(self, works: list[str], scheme: Scheme) -> None:
        """Offer the works and everything the scheme lets be decided."""
        self.entry.choices = [(code, code) for code in works]
        self.what.choices = [
            (f"{kind} {code}".strip(), f"{KIND_LABELS[kind]} {code} {name}".strip())
            for kind, code, name in _list_choices(scheme)
        ]

    def ruling(self) -> Ruling:
        """Return the decision; call only after `validate_on_submit`."""
        kind, _space, target = self.what.data.partition(" ")
        value = (self.value.data or "").strip()
        return Ruling(self.entry.data, kind, target, value)


class ReasonForm(FlaskForm):
    """A reason, for whatever needs nothing else."""

    reason = TextAreaField(_l("Reason"), _REASON, render_kw={"rows": 2})


class SignForm(FlaskForm):
    """A signature by hand, and the password of who signs."""

    strokes = HiddenField(_l("Signature"), [Length(max=100_000)])
    on_paper = BooleanField(_l("I cannot draw here: I sign the printed list by hand"))
    digest = HiddenField()
    password = PasswordField(
        _l("Your password"),
        [InputRequired()],
        render_kw={"autocomplete": "current-password"},
    )

    def validate_strokes(self, field: HiddenField) -> None:
        """Ask for one of the two ways."""
        if not field.data and not self.on_paper.data:
            raise ValidationError(_("Write your name in the field, then sign."))

    def drawn(self) -> str:
        """Return the strokes, or "" where the list is signed on paper."""
        return "" if self.on_paper.data else self.strokes.data or ""


AUDIENCE_LABELS = {
    "public": _l("The public"),
    "contestant": _l("Contestants of the event"),
    "leader": _l("Units' officers"),
    "judge": _l("Judges"),
}
PART_LABELS = {
    "list": _l("Names, ranks and awards"),
    "scores": _l("Points and files"),
    "explanations": _l("How results came about"),
}
MODE_LABELS = {
    "published": _l("with the publication"),
    "moment": _l("from a moment on"),
    "kept": _l("kept back"),
}


def _choices(labels: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(*found) for found in labels.items()]


class ReleaseForm(FlaskForm):
    """From when one audience sees one part."""

    audience = SelectField(_l("Audience"), choices=_choices(AUDIENCE_LABELS))
    part = SelectField(_l("What"), choices=_choices(PART_LABELS))
    mode = SelectField(_l("When it opens"), choices=_choices(MODE_LABELS))
    opens_at = DateTimeLocalField(_l("Moment"), [Optional()])


def _name_penalty(penalty: Penalty) -> str:
    """Return a penalty's name with the number of the rule it rests on."""
    return f"{penalty.name} [{penalty.rule}]" if penalty.rule else penalty.name


def _list_choices(scheme: Scheme) -> list[tuple[str, str, str]]:
    return [
        ("disqualify", "", ""),
        ("withdrawn", "", ""),
        ("time", "", ""),
        *(("penalty", p.code, _name_penalty(p)) for p in scheme.penalties),
        ("playoff", "", ""),
        ("veto_total", "", ""),
        *(("veto_component", c.code, c.name) for c in scheme.components),
        *(
            ("veto_criterion", criterion.code, criterion.name)
            for component in scheme.components
            for criterion in component.criteria
        ),
        *(("veto_aspect", aspect.code, aspect.name) for aspect in scheme.aspects),
    ]


_AS_IS = SelectChoice("", _l("as it is"))
_PLACES = [
    _AS_IS,
    SelectChoice("none", _l("not rounded")),
    *(SelectChoice(str(places), str(places)) for places in range(5)),
]


class SupposeForm(FlaskForm):
    """What to suppose."""

    without = SelectField(_l("Leave out a judge"), choices=[], default="")
    trim_scope = SelectField(
        _l("Judges are put together"),
        choices=[
            _AS_IS,
            SelectChoice("aspect", _l("on each aspect")),
            SelectChoice("criterion", _l("on each criterion's sum")),
            SelectChoice("component", _l("on the component's sum")),
        ],
        default="",
    )
    aggregate = SelectField(
        _l("Several judges become"),
        choices=[
            _AS_IS,
            SelectChoice("mean", _l("their mean")),
            SelectChoice("trimmed_mean", _l("the mean without the extremes")),
            SelectChoice("median", _l("their median")),
            SelectChoice("closest_two", _l("the mean of the two closest")),
        ],
        default="",
    )
    mode = SelectField(
        _l("Rounding"),
        choices=[
            _AS_IS,
            SelectChoice("half_up", _l("half up")),
            SelectChoice("half_even", _l("half to the even digit")),
            SelectChoice("truncate", _l("cut off")),
        ],
        default="",
    )
    aspect = SelectField(_l("Decimals of an aspect"), choices=_PLACES, default="")
    component = SelectField(_l("Decimals of a component"), choices=_PLACES, default="")
    total = SelectField(_l("Decimals of the total"), choices=_PLACES, default="")
    compare = SelectField(
        _l("Ranked by"),
        choices=[
            _AS_IS,
            SelectChoice("published", _l("the rounded total")),
            SelectChoice("exact", _l("the total before its rounding")),
        ],
        default="",
    )
    ties = SelectField(_l("Equal totals"), choices=[], default="")
    unresolved = SelectField(
        _l("Still equal"),
        choices=[
            _AS_IS,
            SelectChoice("share", _l("share the rank, the next is left out")),
            SelectChoice("dense", _l("share the rank, the next follows on")),
        ],
        default="",
    )

    def offer(self, seats: Mapping[str, str], scheme: Scheme) -> None:
        """Fill the lists that depend on the event."""
        self.without.choices = [
            SelectChoice("", _l("nobody")),
            *(SelectChoice(seat, f"{seat} {name}") for seat, name in seats.items()),
        ]
        self.ties.choices = [
            _AS_IS,
            SelectChoice(REVERSED, _l("in the opposite order")),
            SelectChoice(NO_TIES, _l("by nothing")),
            *(
                SelectChoice(
                    FIRST + c.code, _l("%(component)s first", component=c.name)
                )
                for c in scheme.components
            ),
        ]

    def wish(self) -> Wish:
        """Return what is asked; call only on a valid form."""
        return Wish(
            without=self.without.data,
            trim_scope=self.trim_scope.data,
            aggregate=self.aggregate.data,
            mode=self.mode.data,
            places={
                "aspect": self.aspect.data,
                "component": self.component.data,
                "total": self.total.data,
            },
            ties=self.ties.data,
            unresolved=self.unresolved.data,
            compare=self.compare.data,
        )


class WhatIfForm(SupposeForm):
    """What to suppose; sent with GET, because nothing comes of it."""

    class Meta:
        """Without a token: nothing is changed."""

        csrf = False


class DryRunForm(SupposeForm):
    """Two schemes, marks to try them on, and what to suppose in the second."""

    before = SelectField(_l("First scheme"), choices=[])
    after = SelectField(_l("Second scheme"), choices=[])
    marks = SelectField(_l("On these marks"), choices=[])
    entries = IntegerField(
        _l("Made-up works"), [Optional(), NumberRange(2, 300)], default=24
    )
    seed = StringField(_l("Seed of made-up marks"), [Length(max=40)], default="1")
    marks_file = FileField(
        _l("marks.csv"), [FileSize(_MOST_FILE)], render_kw={"accept": ".csv"}
    )
    entries_file = FileField(
        _l("entries.csv, if there is one"),
        [FileSize(_MOST_FILE)],
        render_kw={"accept": ".csv"},
    )

    def offer_texts(
        self, names: Sequence[str], sources: Sequence[tuple[str, str]]
    ) -> None:
        """Fill the lists: schemes by number (or draft), and whose marks."""
        choices = [
            SelectChoice(
                name,
                _("the draft")
                if name == "draft"
                else _("version %(number)s", number=name),
            )
            for name in names
        ]
        self.before.choices = self.after.choices = choices
        self.marks.choices = [SelectChoice(*source) for source in sources]
        self.without.choices = [SelectChoice("", "")]
        self.ties.choices = [
            _AS_IS,
            SelectChoice(REVERSED, _l("in the opposite order")),
            SelectChoice(NO_TIES, _l("by nothing")),
        ]
        if names and self.after.data in {None, ""}:
            self.after.data = names[-1]
