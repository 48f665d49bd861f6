"""Batches (批次): when one may apply, and which steps an application goes through.

Words used here:
    step: one station of an application, in the order of `STEPS`; a batch chooses which
        of the optional ones it has. "entry" ends every chain.
    level step: a check by an office; "district" by the county's, "city" by the city's.
    phase: where a batch stands on a day: planned, open, reviewing or closed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from talentpool.standard.rules.profile import Profile

UNIT_NOTICE = "unit_notice"
DISTRICT = "district"
CITY = "city"
PROVINCE = "province"
EXPERTS = "experts"
DECISION = "decision"
NOTICE = "notice"
ENTRY = "entry"
STEPS = (UNIT_NOTICE, DISTRICT, CITY, PROVINCE, EXPERTS, DECISION, NOTICE, ENTRY)
# Where a submitted application is: at a step while it runs, else in such a state.
PLACES = (*STEPS, "unconfirmed", "returned", "refused", "withdrawn", "admitted")
LEVEL_STEPS = (DISTRICT, CITY, PROVINCE)
# Nobody enters a pool without a check by an office, a minuted decision and a notice.
ALWAYS = (DECISION, NOTICE, ENTRY)

PLANNED = "planned"
OPEN = "open"
REVIEWING = "reviewing"
CLOSED = "closed"

EXPERTS_MIN = 5  # of a panel, at the least
NOTICE_DAYS_MIN = 5  # working days


# Where a standard names no limit of its own.
USUAL: Mapping[str, int] = {
    "experts_min": EXPERTS_MIN,
    "trim": 1,
    "unit_notice_days": 5,
    "review_days": 10,
    "notice_days": NOTICE_DAYS_MIN,
    "objection_days": 10,
    "shown_days": 30,
}


def limits_of(profile: Profile) -> dict[str, int]:
    """Return the clocks and numbers of a standard's procedure, by column of a batch.

    Where several offices check, the first one's limit holds for each.
    """
    found: dict[str, int | None] = {}
    for step in profile.procedure:
        match step.kind:
            case "unit_notice":
                found["unit_notice_days"] = step.days
            case "review":
                found.setdefault("review_days", step.days)
            case "experts":
                found["experts_min"] = step.experts or None
                found["trim"] = step.trim
            case "notice":
                found["notice_days"] = step.days
                found["shown_days"] = step.down_after
            case "objections":
                found["objection_days"] = step.days
    named = {name: value for name, value in found.items() if value is not None}
    return {**USUAL, **named}


def chain_of(chosen: Iterable[str]) -> tuple[str, ...]:
    """Return the steps of a batch in their order, with those that none goes without."""
    wanted = {*chosen, *ALWAYS}
    return tuple(step for step in STEPS if step in wanted)


def find_chain_fault(chain: Sequence[str]) -> str:
    """Return why a chain cannot be: "check" where no office looks; "" if it can."""
    return "" if set(chain) & set(LEVEL_STEPS) else "check"


def next_step(chain: Sequence[str], step: str) -> str:
    """Return the step after `step`; "" is before the first.

    Raises:
        ValueError: the chain has no such step.
        IndexError: it is the last.
    """
    return chain[chain.index(step) + 1] if step else chain[0]


def steps_before(chain: Sequence[str], step: str) -> tuple[str, ...]:
    """Return the steps an application at `step` can be returned to, nearest first."""
    return tuple(reversed(chain[: chain.index(step)]))


def phase(
    opens_on: date, closes_on: date, today: date, *, is_closed: bool = False
) -> str:
    """Return where a batch stands today; both days of the window count."""
    if is_closed:
        return CLOSED
    if today < opens_on:
        return PLANNED
    return OPEN if today <= closes_on else REVIEWING


def steps_of_office(code: str) -> tuple[str, ...]:
    """Return the level steps that an office of a place may act on: its own and below.

    Args:
        code: GB/T 2260, of a county, a city (…00) or a province (…0000).
    """
    if code.endswith("0000"):
        return LEVEL_STEPS
    return (DISTRICT, CITY) if code.endswith("00") else (DISTRICT,)


def level_code(step: str, district_code: str) -> str:
    """Return the place whose office does a level step for somebody in a district.

    The county's office checks for its county; the city's for the city around it.
    """
    if step == DISTRICT:
        return district_code
    return f"{district_code[:4]}00" if step == CITY else f"{district_code[:2]}0000"
