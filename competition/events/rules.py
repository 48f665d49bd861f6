"""The life of a competition event (赛项): its states and the steps between them.

    draft → registration → closed → checkin → marking → locked → decoded → published

Steps back exist only where the rules of competitions know them: registration may be
reopened, marks unlocked (by two, with a reason), a publication withdrawn.
"""

DRAFT = "draft"
REGISTRATION = "registration"
CLOSED = "closed"
CHECKIN = "checkin"
MARKING = "marking"
LOCKED = "locked"
DECODED = "decoded"
PUBLISHED = "published"

STATES = (
    DRAFT,
    REGISTRATION,
    CLOSED,
    CHECKIN,
    MARKING,
    LOCKED,
    DECODED,
    PUBLISHED,
)

NEXT: dict[str, frozenset[str]] = {
    DRAFT: frozenset({REGISTRATION}),
    REGISTRATION: frozenset({CLOSED}),
    CLOSED: frozenset({REGISTRATION, CHECKIN}),
    CHECKIN: frozenset({MARKING}),
    MARKING: frozenset({LOCKED}),
    LOCKED: frozenset({MARKING, DECODED}),
    DECODED: frozenset({MARKING, PUBLISHED}),
    PUBLISHED: frozenset({DECODED}),
}


def is_step(before: str, after: str) -> bool:
    """Tell whether an event may go from state `before` to state `after`."""
    return after in NEXT[before]
