"""The life of an application (申报), and who of three does what.

Words used here:
    way: how somebody comes: self, unit, association, or result (a published place).
    nominee: whom it is about; submitter: whose account filled it in; nominator: the
        organisation that recommends. For somebody who applies for themselves the first
        two are one, and there is no third.
    round: how often it was submitted; each round has a frozen copy of what was sent.

    draft → unconfirmed (until the nominee agrees) → running → admitted
    running → returned → running; and refused or withdrawn on the way
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

SELF = "self"
UNIT = "unit"
ASSOCIATION = "association"
RESULT = "result"
WAYS = (SELF, UNIT, ASSOCIATION, RESULT)

DRAFT = "draft"
UNCONFIRMED = "unconfirmed"
RUNNING = "running"
RETURNED = "returned"
REFUSED = "refused"
WITHDRAWN = "withdrawn"
ADMITTED = "admitted"
STATES = (DRAFT, UNCONFIRMED, RUNNING, RETURNED, REFUSED, WITHDRAWN, ADMITTED)
OPEN_STATES = (DRAFT, UNCONFIRMED, RUNNING, RETURNED)
EDITABLE = (DRAFT, RETURNED)

HOW_CONFIRMED = ("", "account", "number", "paper")

NEXT_STATE: Mapping[str, frozenset[str]] = {
    DRAFT: frozenset({UNCONFIRMED, RUNNING, WITHDRAWN}),
    UNCONFIRMED: frozenset({RUNNING, WITHDRAWN}),
    RUNNING: frozenset({RUNNING, RETURNED, REFUSED, WITHDRAWN, ADMITTED}),
    RETURNED: frozenset({UNCONFIRMED, RUNNING, WITHDRAWN}),
    REFUSED: frozenset(),
    WITHDRAWN: frozenset(),
    ADMITTED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What is typed on the way, as text; "" is nothing yet."""

    name: str = ""
    id_number: str = ""
    phone: str = ""
    unit_uid: str = ""
    unit_name: str = ""
    unit_code: str = ""
    unit_district: str = ""
    trade: str = ""
    occupation: str = ""  # code, edition 2022
    post: str = ""
    recommendation: str = ""


ANSWERS = tuple(field.name for field in fields(Answers))
PERSON_ANSWERS = ("name", "id_number", "phone")
WORK_ANSWERS = (
    *("unit_uid", "unit_name", "unit_code", "unit_district"),
    *("trade", "occupation", "post", "recommendation"),
)


def is_state_step(before: str, after: str) -> bool:
    """Tell whether an application in state `before` may go to `after`."""
    return after in NEXT_STATE[before]


def unanswered(answers: Answers, way: str) -> list[str]:
    """Return the names of the answers that are still to be given.

    Of whom a published result proposes everything is known from the entry.
    """
    if way == RESULT:
        return []
    asked = ["name", "id_number", "phone", "trade", "occupation"]
    if not answers.unit_uid and not (answers.unit_name and answers.unit_code):
        asked.append("unit_uid")
    if way in {UNIT, ASSOCIATION}:
        asked.append("recommendation")
    return [name for name in asked if not getattr(answers, name)]
