"""Messages to persons: what they may be about, and when sending is tried again.

Words used here:
    message: something an account is told; it stands on the account's own page.
    delivery: the same by another way: mail, or a short message to a phone.
"""

import re
from datetime import datetime, timedelta

KINDS = (
    "entry_accepted",
    "entry_returned",
    "entry_rejected",
    "place_offered",
    "schedule_changed",
    "event_cancelled",
    "result_published",
    "appeal_decided",
    "pair_to_sign",
    "pair_filed",
    "pair_rematch",
    "address_code",
    "pair_due",
    "pair_late",
    "demand_asked",
    "demand_answered",
    "demand_to_confirm",
    "demand_settled",
)

MAIL, SMS = CHANNELS = ("mail", "sms")
WAITING, SENT, FAILED = STATES = ("waiting", "sent", "failed")

# Minutes until the next try after the first, second … one that failed.
_WAITS = (1, 5, 15, 60, 240, 720, 1440)
MOST_TRIES = len(_WAITS) + 1

# A code of so many digits goes to an address before anything else does.
ADDRESS_CODE = "address_code"
CODE_DIGITS = 6
CODE_HOLDS = timedelta(days=1)
CODE_TRIES = 5
CODE_RESTS = timedelta(minutes=1)  # until another one is sent

LONGEST_ADDRESS = 254  # RFC 5321
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}",
    re.ASCII,
)


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries, from 1; the last wait stays."""
    return timedelta(minutes=_WAITS[min(tries, len(_WAITS)) - 1])


def is_last(tries: int) -> bool:
    """Tell whether a delivery that failed so many times is given up."""
    return tries >= MOST_TRIES


def is_open(sent_at: datetime, tries: int, now: datetime) -> bool:
    """Tell whether a code that was sent can still be typed, after so many tries."""
    return tries < CODE_TRIES and now - sent_at < CODE_HOLDS


def is_address(text: str) -> bool:
    """Tell whether a text has the shape of a mail address, as browsers check it."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def mask_address(address: str) -> str:
    """Return an address as others than its owner see it."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"
