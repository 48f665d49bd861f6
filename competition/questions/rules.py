"""An event's own questions: their kinds, when each is shown, and what may be answered.

Words used here:
    form: the questions of an event in their order; kept as JSON, with versions.
    code: what a question, or one of its choices, is called in answers; never reused.
    facts: group (code), sex ("1" male, "2" female) and age of who answers; "" is not
        known yet.
    answers: text by code of a question. Several choices: codes separated by spaces; yes
        and no: "yes" | "no"; a file: its uid. A question that is not shown has none.
    shown if: "<code>=<value>" pairs. Of each question or fact named one value must be
        there, of all of them.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

KINDS: Final = ("text", "number", "date", "choice", "choices", "yes_no", "file")
WITH_CHOICES: Final = ("choice", "choices")
# What others can depend on.
ASKED_OF: Final = ("choice", "choices", "yes_no")
MOST_QUESTIONS: Final = 30
MOST_CHOICES: Final = 30
LONGEST: Final = 500  # characters of an answer

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")

Facts = Mapping[str, str]
Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    code: str
    label: str
    label_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; an empty English text falls back to the Chinese one."""

    code: str
    kind: str
    label: str
    label_en: str = ""
    help: str = ""
    help_en: str = ""
    required: bool = False
    low: str = ""  # of a number, as typed
    high: str = ""
    choices: tuple[Choice, ...] = ()
    shown_if: tuple[str, ...] = ()
    age_low: int | None = None
    age_high: int | None = None

    @property
    def is_conditional(self) -> bool:
        """Whether it is not shown to everybody."""
        return bool(self.shown_if or self.age_low or self.age_high)


Form = tuple[Question, ...]


def read_form(text: str) -> Form:
    """Return a form from its JSON."""
    return tuple(
        Question(
            **{
                **item,
                "choices": tuple(Choice(**choice) for choice in item["choices"]),
                "shown_if": tuple(item["shown_if"]),
            }
        )
        for item in json.loads(text)
    )


def write_form(form: Sequence[Question]) -> str:
    """Return the JSON of a form; equal forms have equal texts."""
    return json.dumps(
        [asdict(question) for question in form], ensure_ascii=False, sort_keys=True
    )


def digest(text: str) -> str:
    """Return the SHA-256 of a form's JSON."""
    return hashlib.sha256(text.encode()).hexdigest()


def new_code(form: Sequence[Question], used: Iterable[str] = ()) -> str:
    """Return a code no question of the form has, nor any in `used`."""
    taken = {question.code for question in form} | set(used)
    number = 1
    while f"q{number}" in taken:
        number += 1
    return f"q{number}"


def put(form: Form, question: Question) -> Form:
    """Return the form with a question changed, or added at its end."""
    if any(one.code == question.code for one in form):
        found = tuple(question if one.code == question.code else one for one in form)
    else:
        found = (*form, question)
    return without_lost(found)


def take_out(form: Form, code: str) -> Form:
    """Return the form without a question; others no longer depend on it."""
    return without_lost(tuple(one for one in form if one.code != code))


def move(form: Form, code: str, by: int) -> Form:
    """Return the form with a question moved up (-1) or down (1)."""
    listed = list(form)
    at = next((n for n, one in enumerate(listed) if one.code == code), None)
    if at is None or not 0 <= at + by < len(listed):
        return form
    listed.insert(at + by, listed.pop(at))
    return without_lost(tuple(listed))


def without_lost(form: Form) -> Form:
    """Return the form without conditions on what no longer stands before them."""
    known: set[str] = set()
    found = []
    for question in form:
        kept = tuple(
            pair
            for pair in question.shown_if
            if pair.partition("=")[0] in ("group", "sex") or pair in known
        )
        found.append(replace(question, shown_if=kept))
        known |= {f"{question.code}={value}" for value in values_of(question)}
    return tuple(found)


def values_of(question: Question) -> tuple[str, ...]:
    """Return what others can depend on: the codes of its choices, yes and no."""
    if question.kind == "yes_no":
        return ("yes", "no")
    if question.kind in WITH_CHOICES:
        return tuple(choice.code for choice in question.choices)
    return ()


def is_shown(question: Question, answers: Answers, facts: Facts) -> bool:
    """Tell whether a question is asked, given the answers before it."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for pair in question.shown_if:
        subject, _sign, value = pair.partition("=")
        wanted[subject].add(value)
    for subject, values in wanted.items():
        given = facts.get(subject) if subject in ("group", "sex") else None
        said = given if given is not None else answers.get(subject, "")
        if values.isdisjoint(said.split()):
            return False
    if question.age_low is None and question.age_high is None:
        return True
    age = facts.get("age", "")
    if not age.isdecimal():
        return False
    low, high = question.age_low or 0, question.age_high or 999
    return low <= int(age) <= high


def list_shown(form: Form, answers: Answers, facts: Facts) -> list[Question]:
    """Return the questions that are asked; what is hidden counts as not answered."""
    shown: list[Question] = []
    kept: dict[str, str] = {}
    for question in form:
        if is_shown(question, kept, facts):
            shown.append(question)
            kept[question.code] = answers.get(question.code, "")
    return shown


def keep_shown(form: Form, answers: Answers, facts: Facts) -> dict[str, str]:
    """Return the answers to what is asked; the others are not stored."""
    shown = list_shown(form, answers, facts)
    found = {one.code: answers.get(one.code, "").strip() for one in shown}
    return {code: text[:LONGEST] for code, text in found.items() if text}


def find_faults(form: Form, answers: Answers, facts: Facts) -> dict[str, str]:
    """Return what is wrong by code: missing, number, low, high, date or choice."""
    found = {}
    for question in list_shown(form, answers, facts):
        fault = _find_fault(question, answers.get(question.code, "").strip())
        if fault:
            found[question.code] = fault
    return found


def _find_fault(question: Question, text: str) -> str:
    if not text:
        return "missing" if question.required else ""
    if question.kind == "number":
        return _number_fault(question, text)
    if question.kind == "date":
        return "" if _is_date(text) else "date"
    allowed = set(values_of(question))
    if question.kind in ASKED_OF and not allowed.issuperset(text.split()):
        return "choice"
    if question.kind != "choices" and question.kind in ASKED_OF and " " in text:
        return "choice"
    return ""


def _number_fault(question: Question, text: str) -> str:
    number = as_number(text)
    if number is None:
        return "number"
    low, high = as_number(question.low), as_number(question.high)
    if low is not None and number < low:
        return "low"
    return "high" if high is not None and number > high else ""


def as_number(text: str) -> Decimal | None:
    """Return a plain decimal number, None for anything else."""
    plain = text.strip()
    is_plain = len(plain) <= 20 and _PLAIN.fullmatch(plain)
    return Decimal(plain) if is_plain else None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
