"""When failed sign-ins make a user name wait.

The wait belongs to a user name *and* an address, so that a stranger cannot lock
somebody else out for good. Source: A-03 in docs/rules/accounts.md (ASVS 5.0, 6.3.1).
"""

from datetime import datetime, timedelta

ALLOWED_FAILURES = 5
WINDOW = timedelta(minutes=15)


def is_fresh(since: datetime, now: datetime) -> bool:
    """Tell whether failures counted since `since` still count at `now`."""
    return now - since < WINDOW


def blocked_until(
    failures: int, now: datetime, allowed: int = ALLOWED_FAILURES
) -> datetime | None:
    """Return until when no further try is taken, or None."""
    return now + WINDOW if failures >= allowed else None
