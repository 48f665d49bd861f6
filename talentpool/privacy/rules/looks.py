"""Who looked at whose sensitive fields, and what about it asks for a question.

Words used here:
    look: one showing of masked fields in clear, as the log holds it.
    opening: of somebody else's dossier, masked as it is shown.
    anomaly: a look somebody should be asked about; it accuses nobody.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

BULK = 20  # looks of one person within an hour
BULK_DOSSIERS = 100  # dossiers one person opens within an hour
NIGHT_FROM, NIGHT_TO = 22, 6  # local hours
SAME_PERSON = 5  # looks of one person at one other within a day
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look."""

    seq: int
    at: datetime  # local
    by: str  # uid of the user
    at_whom: str  # uid of the person
    fields: str
    purpose: str
    by_unit: int | None = None
    whom_unit: int | None = None
    by_person: str = ""  # uid of the person the user is


def find_anomalies(looks: Iterable[Look]) -> dict[int, list[str]]:
    """Return why looks stand out, by their number; most do not.

    bulk: more than `BULK` within an hour. night: between 22:00 and 6:00. own_unit: at
    a colleague. self: at oneself, with an officer's right. again: at one person again
    and again within a day.

    Source: rule I-32 in docs/rules/identity.md.
    """
    found: dict[int, list[str]] = {}
    by_user: dict[str, list[Look]] = {}
    for look in sorted(looks, key=lambda look: (look.at, look.seq)):
        by_user.setdefault(look.by, []).append(look)
    for own in by_user.values():
        crowded = _crowded(own, HOUR, BULK + 1)
        again: set[int] = set()
        for whom in {look.at_whom for look in own}:
            same = [look for look in own if look.at_whom == whom]
            again |= _crowded(same, DAY, SAME_PERSON)
        for look in own:
            why = _why(look, crowded, again)
            if why:
                found[look.seq] = why
    return found


def _why(look: Look, crowded: set[int], again: set[int]) -> list[str]:
    is_night = look.at.hour >= NIGHT_FROM or look.at.hour < NIGHT_TO
    checks = {
        "bulk": look.seq in crowded,
        "night": is_night,
        "own_unit": look.by_unit is not None and look.by_unit == look.whom_unit,
        "self": bool(look.by_person) and look.by_person == look.at_whom,
        "again": look.seq in again,
    }
    return [name for name, holds in checks.items() if holds]


def _crowded(looks: list[Look], span: timedelta, count: int) -> set[int]:
    """Return the looks that lie with `count` or more within some `span`."""
    found: set[int] = set()
    start = 0
    for end, look in enumerate(looks):
        while look.at - looks[start].at >= span:
            start += 1
        if end - start + 1 >= count:
            found |= {inside.seq for inside in looks[start : end + 1]}
    return found


def most_within_an_hour(moments: Iterable[datetime]) -> int:
    """Return how many of these moments lie within some hour at most."""
    ordered = sorted(moments)
    most = start = 0
    for end, moment in enumerate(ordered):
        while moment - ordered[start] >= HOUR:
            start += 1
        most = max(most, end - start + 1)
    return most


def per_user(looks: Iterable[Look]) -> list[tuple[str, int]]:
    """Return how many looks each user took, the most first."""
    counts = Counter(look.by for look in looks)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
