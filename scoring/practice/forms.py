"""The form of a practice round."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange

from scoring.practice.services import Plan
from scoring.scheme.rules.tree import Scheme

MOST_SAMPLES = 10
_LONGEST_NAME = 80


class RoundForm(FlaskForm):
    """The samples, what counts as agreeing, and how much of it is required."""

    works = TextAreaField(
        _l("Sample works, one a line"),
        [
            InputRequired(_l("Name at least one sample work.")),
            Length(max=MOST_SAMPLES * (_LONGEST_NAME + 2)),
        ],
        render_kw={"rows": 3},
    )
    tolerance = IntegerField(
        _l("Points count as agreeing up to this share of an aspect's maximum (%)"),
        [InputRequired(), NumberRange(0, 50)],
        default=10,
    )
    required = IntegerField(
        _l("Agreement required before marking opens (%; 0 only shows it)"),
        [InputRequired(), NumberRange(0, 100)],
        default=0,
    )
    reference = TextAreaField(
        _l("Reference marks, one a line: number of the sample, aspect, value"),
        [Length(max=20_000)],
        render_kw={"rows": 4, "spellcheck": "false", "placeholder": "1 A1.1 8.5"},
    )

    def __init__(self, *args: object, scheme: Scheme, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._aspects = {aspect.code for aspect in scheme.aspects}

    def validate_works(self, field: TextAreaField) -> None:
        names = _lines(field.data)
        if len(names) > MOST_SAMPLES:
            raise ValidationError(
                _("At most %(count)s sample works.", count=MOST_SAMPLES)
            )
        if any(len(name) > _LONGEST_NAME or "\t" in name for name in names):
            raise ValidationError(
                _("A name has at most %(count)s characters.", count=_LONGEST_NAME)
            )

    def validate_reference(self, field: TextAreaField) -> None:
        count = len(_lines(self.works.data))
        wrong = [
            line
            for line in _lines(field.data)
            if _read(line) is None
            or not 1 <= int(line.split()[0]) <= count
            or line.split()[1] not in self._aspects
        ]
        if wrong:
            raise ValidationError(
                _(
                    "Not a sample's number, an aspect of the scheme and a value: "
                    "%(lines)s",
                    lines=" · ".join(wrong[:10]),
                )
            )

    def plan(self) -> Plan:
        """Return what was filled in."""
        return Plan(
            works=_lines(self.works.data),
            tolerance=self.tolerance.data or 0,
            required=self.required.data or 0,
            reference=self._reference(),
        )

    def _reference(self) -> Mapping[tuple[int, str], str]:
        read = filter(None, map(_read, _lines(self.reference.data)))
        return {(number - 1, code): value for number, code, value in read}


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _read(line: str) -> tuple[int, str, str] | None:
    parts = line.split(maxsplit=2)
    if len(parts) != 3 or not (parts[0].isascii() and parts[0].isdigit()):
        return None
    return int(parts[0][:4]), parts[1], parts[2]
