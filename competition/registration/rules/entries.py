"""Entries: their states, what is filled in, and what may be changed when.

Words used here:
    field: one question of the form; its answers are one or more texts.
    reopened: the fields the committee names when it returns an entry.
    taking a place: entries that count against a quota: submitted, returned, accepted.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
RETURNED: Final = "returned"
ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
# A substitute the committee has reviewed is still submitted; lists show this instead.
RESERVE: Final = "reserve"

ENTRY_STATES = (DRAFT, SUBMITTED, RETURNED, ACCEPTED, REJECTED, WITHDRAWN)
TAKES_PLACE = (SUBMITTED, RETURNED, ACCEPTED)

# On the waiting list an entry is submitted and takes no place until one is offered.
WAITING: Final = "waiting"
OFFERED: Final = "offered"
WAITING_STATES = (WAITING, OFFERED, "taken", "lapsed", "left")

NEXT: dict[str, frozenset[str]] = {
    DRAFT: frozenset({SUBMITTED, WITHDRAWN}),
    SUBMITTED: frozenset({ACCEPTED, RETURNED, REJECTED, WITHDRAWN}),
    RETURNED: frozenset({SUBMITTED, REJECTED, WITHDRAWN}),
    ACCEPTED: frozenset({RETURNED, WITHDRAWN}),
    REJECTED: frozenset(),
    WITHDRAWN: frozenset({DRAFT}),
}

PHOTO: Final = "photo"
PAPER_KINDS = (
    *(PHOTO, "id_card", "certificate", "employment"),
    *("insurance", "residence"),
)
# Shown for whoever has them; the others only where an event asks for what they prove.
USUAL_PAPERS = PAPER_KINDS[:4]
PAPER_STATES = ("pending", "accepted", "rejected")

# What the contestant fills in, in the order of the form; a returned entry reopens
# only the fields the committee names.
FIELDS = (
    "name",
    "id_number",
    "phone",
    "unit",
    "group",
    "trade_years",
    "level",
    "insurance",
    "residence",
    "household",
    "standing",
    "barred",
    "more",
)
MORE: Final = "more"  # the event's own questions, all of them

REQUIRED_FIELDS = ("name", "id_number", "phone", "unit", "group")

# Version of the notice a contestant agrees to; a change of the text is a new version.
NOTICE_VERSION: Final = "2026-1"


def is_step(before: str, after: str) -> bool:
    """Tell whether an entry may go from state `before` to state `after`."""
    return after in NEXT[before]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the contestant has typed so far; "" is not yet."""

    name: str = ""
    id_number: str = ""
    phone: str = ""
    unit_uid: str = ""  # a unit that is known …
    unit_name: str = ""  # … or the data of a new one
    unit_code: str = ""
    unit_district: str = ""
    group: str = ""  # uid of the group
    trade_years: str = ""
    level: str = ""
    certificate_number: str = ""
    insurance_months: str = ""
    residence: str = ""  # code of a district
    household: str = ""
    standing: str = ""
    holds_barred: str = ""  # "yes" | "no": an honour that bars from the event
    # To the event's own questions, by their codes; see competition.questions.rules.
    more: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def years(self) -> int | None:
        """Return the years in the trade, None when not given."""
        return int(self.trade_years) if self.trade_years.isdecimal() else None

    def months(self) -> int | None:
        """Return the months of social insurance, None when not given."""
        return int(self.insurance_months) if self.insurance_months.isdecimal() else None

    def holds(self) -> bool | None:
        """Tell whether a barring honour is held, None when not said."""
        return {"yes": True, "no": False}.get(self.holds_barred)


def answer_names(field: str) -> tuple[str, ...]:
    """Return the answers that belong to a field of the form."""
    parts = {
        "unit": ("unit_uid", "unit_name", "unit_code", "unit_district"),
        "level": ("level", "certificate_number"),
        "insurance": ("insurance_months",),
        "barred": ("holds_barred",),
    }
    return parts.get(field, (field,))


def unanswered(answers: Answers) -> list[str]:
    """Return the required fields that are still empty, in the form's order."""
    given = {
        "name": answers.name,
        "id_number": answers.id_number,
        "phone": answers.phone,
        "unit": answers.unit_uid or (answers.unit_name and answers.unit_code),
        "group": answers.group,
    }
    return [field for field in REQUIRED_FIELDS if not given[field]]


def may_change(state: str, reopened: Iterable[str], field: str) -> bool:
    """Tell whether a field can be changed: all of a draft, named ones when returned."""
    return state == DRAFT or (state == RETURNED and field in reopened)


def may_replace(state: str, paper_state: str) -> bool:
    """Tell whether a paper can be uploaded ("" is not there): refused ones again."""
    return state == DRAFT or (state == RETURNED and paper_state in ("", "rejected"))
