"""What may follow in the search box: fields, their values and signs.

Only what everybody may know is offered: names of fields, values and code tables, never
anything of a dossier.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from talentpool.search.rules.query import (
    DATES,
    NUMBERS,
    ORDERED,
    field_names,
    listed_words,
    named_fields,
)
from talentpool.search.rules.text import plain_form

MOST = 10
_SIGNS = (">=", "<=", "\u2265", "\u2264", ":", "\uff1a", "=", ">", "<")


@dataclass(frozen=True, slots=True)
class Typed:
    """The text before the last piece, and that piece taken apart."""

    before: str  # with a minus, if the piece has one
    field: str  # "" while no field is named
    head: str  # the field and its sign, and the values before the last comma
    rest: str  # what is to be completed, in plain form


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text for the box; `shown` is the piece that would end it."""

    text: str
    shown: str


def take_apart(text: str) -> Typed:
    """Return the text with its last piece taken apart; in quotes none is."""
    if text.count('"') % 2 or not text or text[-1].isspace():
        return Typed(text, "", "", "")
    start = max(text.rfind(" "), text.rfind("\u3000")) + 1
    start += text[start:].startswith("-")
    before, piece = text[:start], text[start:]
    for sign in _SIGNS:
        name, found, rest = piece.partition(sign)
        field = field_names().get(plain_form(name))
        if found and field:
            done, comma, rest = rest.rpartition(",")
            head = f"{name}{sign}{done}{comma}"
            return Typed(before, field, head, plain_form(rest))
    return Typed(before, "", "", plain_form(piece))


def suggest(
    typed: Typed, names: Iterable[str], *, is_chinese: bool
) -> list[Suggestion]:
    """Return how the last piece may go on.

    Args:
        typed: what `take_apart` made of the box.
        names: of the code tables that hold the piece, nearest first.
        is_chinese: which of a field's names to offer.
    """
    if typed.field:
        words = listed_words(typed.field, is_chinese=is_chinese)
        fitting = [w for w in words if typed.rest in plain_form(w)]
        ends = [*fitting, *names]
    else:
        fields = named_fields(is_chinese=is_chinese)
        fitting = [
            f"{name}{_sign(field)}"
            for field, name in fields.items()
            if typed.rest and plain_form(name).startswith(typed.rest)
        ]
        ends = [*fitting, *names]
    pieces = dict.fromkeys(f"{typed.head}{end}" for end in ends)
    return [Suggestion(f"{typed.before}{piece}", piece) for piece in pieces][:MOST]


def _sign(field: str) -> str:
    if field == "age":
        return "<="
    return ">=" if field in (*ORDERED, *NUMBERS, *DATES) else ":"
