"""The words of a dossier, and small pure rules about them.

Words used here:
    dossier: everything the pool knows about one craftsman: the head (`Craftsman`) and
        the dated facts under it.
    fact: one dated statement with its source. It is never overwritten: a correction is
        a new fact that supersedes the old one.
    pool level: how high the person stands in the pool; the same words as the tiers of
        competitions, highest first in `LEVELS`.
"""

from datetime import date

LEVELS = ("nation", "province", "city", "district", "enterprise")  # highest first
CLASSES = ("named", "skilled", "competition", "folk", "reserve")

POOL_STATES = ("active", "suspended", "due", "left", "revoked", "deceased")
LIVE_STATES = ("active", "due")  # found by a search of the pool as it is today

# What may follow what; death can be learnt of at any time.
NEXT_STATE: dict[str, frozenset[str]] = {
    "active": frozenset({"suspended", "due", "left", "revoked", "deceased"}),
    "suspended": frozenset({"active", "left", "revoked", "deceased"}),
    "due": frozenset({"active", "suspended", "left", "revoked", "deceased"}),
    "left": frozenset({"active", "deceased"}),
    "revoked": frozenset({"active", "deceased"}),
    "deceased": frozenset(),
}

FACT_STATES = ("claimed", "verified", "disputed")
SOURCES = ("officer", "unit", "self", "competition", "import")
ACHIEVEMENT_KINDS = ("innovation", "five_small", "method", "patent", "standard")
STUDIO_KINDS = ("model_worker", "skill_master")
STUDIO_ROLES = ("leader", "member")
EMPLOYMENT = ("", "in_service", "retired", "rehired")  # "" is not stated
POST_KINDS = ("", "operator", "technical", "management", "finance")
WORKER_TYPES = ("", "employee", "dispatched", "new_form", "self_employed")

YUAN_PER_WAN = 10_000


def is_state_step(before: str, after: str) -> bool:
    """Tell whether a craftsman may go from pool state `before` to `after`."""
    return after in NEXT_STATE[before]


def full_years(start: date, end: date) -> int:
    """Return the full years from `start` to `end`; 29 February counts on 1 March."""
    years = end.year - start.year
    return years - ((end.month, end.day) < (start.month, start.day))


def enclosing_districts(code: str) -> tuple[str, ...]:
    """Return a GB/T 2260 code and the codes of the city and province around it."""
    return tuple(dict.fromkeys((code, f"{code[:4]}00", f"{code[:2]}0000")))


def district_prefix(code: str) -> str:
    """Return what the codes of every place inside `code` begin with."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def wan_text(yuan: int) -> str:
    """Write an amount of yuan in 万元, exactly: 1250000 → "125", 12345 → "1.2345"."""
    whole, rest = divmod(yuan, YUAN_PER_WAN)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") if rest else str(whole)
