"""What a judge's badge is, which PIN may stand beside it, and how either is typed.

Words used here:
    secret: 128 random bits in the badge's QR code, as 26 letters and digits.
    code: eight letters and digits for where nothing can be scanned.
    PIN: six digits that are printed apart from the badge and known by heart.
    device: the browser a badge was first used in; it works in that one alone.
    window: from when until when a badge opens anything.

Source: A-10 to A-13 in docs/rules/accounts.md.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

SECRET_BYTES = 16
PIN_DIGITS = 6
# Without 0 O 1 I L U: nothing that is misread or misheard.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
# All that a sign-in by badge may do, whatever roles its user holds.
PERMISSIONS = frozenset({"marks.enter"})

ALLOWED_HERE = 5  # wrong PINs of one badge from one address
ALLOWED_BADGE = 30  # of one badge, from wherever
ALLOWED_ADDRESS = 100  # of all badges from one address: a hall may be behind one

_AROUND = timedelta(days=1)
_SECRET = re.compile(r"[A-Z2-7]{26}")
_CODE = re.compile(f"[{CODE_LETTERS}]{{{CODE_LENGTH}}}")
_WELL_KNOWN = frozenset(
    {
        *("112233", "223344", "334455", "445566", "556677", "667788", "778899"),
        *("147258", "258369", "159753", "159357", "147852", "789456", "456123"),
        *("520520", "521521", "131452", "520131", "201314", "521131", "888666"),
        *("666888", "168168", "518518", "100200", "123654", "321654", "110120"),
    }
)


@dataclass(frozen=True, slots=True)
class Named:
    """A badge as it was scanned or typed."""

    kind: str  # "secret" | "code" | "" for neither
    value: str


def read_badge(text: str) -> Named:
    """Return what a scanned address, a scanned secret or a typed code names.

    A scanner types the whole address; the secret is what follows its `#`.
    """
    plain = re.sub(r"[\s\-]", "", text.rpartition("#")[2]).upper()[:64]
    if _SECRET.fullmatch(plain):
        return Named("secret", plain)
    if _CODE.fullmatch(plain):
        return Named("code", plain)
    return Named("", plain)


def is_weak_pin(pin: str) -> bool:
    """Tell whether six digits are among the first that somebody would try."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    halves = pin[:3] == pin[3:]
    pairs = pin[:2] == pin[2:4] == pin[4:]
    mirrored = pin == pin[::-1]
    few = len(set(pin)) <= 2 or max(map(pin.count, pin)) >= 4
    return len(steps) == 1 or halves or pairs or mirrored or few or pin in _WELL_KNOWN


def days_window(
    first: date | None, last: date | None, zone: tzinfo
) -> tuple[datetime, datetime]:
    """Return the window of a badge used from `first` to `last`, a day longer each way.

    Days begin at midnight of `zone`.

    Raises:
        ValueError: a day is missing.
    """
    if first is None or last is None:
        raise ValueError("A window needs both its days.")
    begin = datetime.combine(first, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    return begin - _AROUND, end + _AROUND
