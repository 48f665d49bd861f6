"""Incidents: what happened at a work, and what follows from it.

Words used here:
    incident: a breach of the rules, an accident, or equipment that failed; recorded by
        one person, decided by another.
    lost: how long a contestant could not work because equipment failed; given back, it
        is taken off the time they used.

Source: docs/rules/chain.md, C-20 to C-22.
"""

from fractions import Fraction

CONDUCT = "conduct"
SAFETY = "safety"
EQUIPMENT = "equipment"
OTHER = "other"
KINDS = (CONDUCT, SAFETY, EQUIPMENT, OTHER)

OPEN = "open"
APPROVED = "approved"
DECLINED = "declined"
STATES = (OPEN, APPROVED, DECLINED)

TIME = "time"
MOST_LOST = 12 * 3600  # seconds


def time_used(clock: Fraction, lost_seconds: int) -> Fraction:
    """Return the time that counts, in seconds: by the clock, less what was lost.

    Never less than nothing. Source: rule C-22 in docs/rules/chain.md.
    """
    return max(Fraction(0), clock - lost_seconds)
