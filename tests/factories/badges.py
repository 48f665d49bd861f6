"""Badges of judges, and what is shown at the door with them."""

from datetime import timedelta

from accounts.badges.services import issue
from accounts.badges.services.enter import Attempt
from ledger.log.services import SYSTEM
from tests.factories.accounts import NOW


def make_badge(session, user, *, now=NOW, scope="", label="J1"):
    """Make a badge that holds for two days around `now`."""
    purpose = issue.Purpose(
        label=label,
        valid_from=now - timedelta(days=1),
        valid_until=now + timedelta(days=1),
        scope=scope,
    )
    return issue.make_badge(session, user=user, purpose=purpose, actor=SYSTEM, now=now)


def attempt(made, **changes):
    """Return what the holder of a new badge brings to the door."""
    values = {
        "text": made.secret,
        "pin": made.pin,
        "device": "tablet-1",
        "address": "192.168.8.20",
    }
    return Attempt(**(values | changes))
