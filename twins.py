"""Printed twins: the paper of a screen's form, filled in by hand and keyed in later.

A twin is made from the form itself, so that it asks what the screen asks in the same
words. Its code is the address of that form with the number of the sheet; what is keyed
in keeps the number, and the log says who keyed it.

Words used here:
    twin: one sheet for one filling in of a form.
    number: six random characters of a sheet, printed under its code.
    blank: what is left open on it: choices to tick, or lines to write on.
"""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FileField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional, Regexp

from paper import language, make_pdf, page_words, qr_png

_TEMPLATE = "paper/twin.typ"
# Without 0 O 1 I L U: nothing that is misread.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 6
NUMBER_SHAPE = re.compile(rf"[{_ALPHABET}]{{{_LENGTH}}}", re.ASCII)
ARGUMENT = "paper"  # of an address: the number of the sheet
MOST_COPIES = 50  # blank sheets in one file
_MOST_TICKS = 14  # more choices than these are written on a line
_LINES = 5  # of a longer text


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What all sheets of a file share."""

    title: str
    competition: str
    event: str
    signs: Sequence[str]  # who signs the sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """One thing a sheet asks for."""

    label: str
    choices: Sequence[str] = ()  # to tick one
    lines: int = 1  # to write on, where there are no choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table on a sheet: filled in, empty, or with columns left empty."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]  # in parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """One sheet."""

    number: str
    address: str  # of the form it is keyed into
    facts: Sequence[tuple[str, str]] = ()  # what is known already
    blanks: Sequence[Blank] = ()
    table: Table | None = None


def twins_pdf(heading: Heading, twins: Sequence[Twin]) -> bytes:
    """Return the sheets, each beginning a page."""
    files = {f"qr-{at}.png": qr_png(twin.address) for at, twin in enumerate(twins)}
    data: dict[str, Any] = {
        **asdict(heading),
        "lang": language(),
        "page_words": page_words(),
        "words": {
            "number": _("Sheet no."),
            "keyed": _("Keyed in by"),
            "at": _("Date and time"),
            "foot": _(
                "Filled in by hand. The code opens the form this sheet is keyed "
                "into; its number is kept with what was keyed."
            ),
        },
        "twins": [
            {**asdict(twin), "qr": name}
            for name, twin in zip(files, twins, strict=True)
        ],
    }
    return make_pdf(_TEMPLATE, data, files)


def blanks_of(form: FlaskForm, *, leave_out: Collection[str] = ()) -> list[Blank]:
    """Return what a form asks for; leave_out: names of fields that are filled in."""
    return [
        _blank(field)
        for field in form
        if field.name not in {ARGUMENT, *leave_out}
        and not isinstance(field, HiddenField)
    ]


def new_number() -> str:
    """Return the number of a new sheet."""
    return "".join(secrets.choice(_ALPHABET) for _place in range(_LENGTH))


def paper_field(*, required: bool = False) -> StringField:
    """Return the field of a form that takes the number of a sheet."""
    first = InputRequired(_l("Every sheet has a number.")) if required else Optional()
    return StringField(
        _l("Paper no."),
        [first, Regexp(NUMBER_SHAPE, message=_l("A sheet has six characters."))],
        filters=[_tidy],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "maxlength": _LENGTH + 1,
        },
    )


def asked_number() -> str:
    """Return the number of the sheet whose code was scanned, "" where there is none."""
    number = _tidy(request.args.get(ARGUMENT, ""))
    return number if NUMBER_SHAPE.fullmatch(number) else ""


def asked_copies() -> int:
    """Return how many blank sheets the address asks for."""
    copies = request.args.get("copies", 1, type=int)
    return min(max(copies, 1), MOST_COPIES)


def _tidy(text: str | None) -> str:
    return re.sub(r"[\s-]", "", text or "").upper()


def _blank(field: Field) -> Blank:
    label = str(field.label.text)
    if isinstance(field, BooleanField):
        return Blank(label="", choices=[label])
    if isinstance(field, SelectField):
        choices = [str(choice.label) for choice in field.iter_choices()]
        if len(choices) <= _MOST_TICKS:
            return Blank(label=label, choices=choices)
    if isinstance(field, TextAreaField):
        return Blank(label=label, lines=_LINES)
    if isinstance(field, FileField):
        return Blank(label=_("%(what)s (attached)", what=label))
    return Blank(label=label)
