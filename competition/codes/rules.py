"""The blind chain: its layers, its numbers, and who may undo it.

Words used here:
    layer: one link of the chain, each kept by an officer of its own.
    contest number 参赛编号: what an entry draws; layer 1.
    station 工位号: where a contest number works; layer 2. In a hall with fewer stations
        than contestants they work in batches 场次, and the station says which: "2-07".
    work code 作品号: what the work of a station is marked under; layer 3.
    decoding 解密: reading the chain backwards, by two persons, once marks are locked.

Source: docs/rules/blind-chain.md, B-01 to B-12.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

CONTEST_NO = "contest_no"
STATION = "station"
WORK_CODE = "work_code"
LAYERS = (CONTEST_NO, STATION, WORK_CODE)  # in the order they are made

PERMISSIONS = {
    CONTEST_NO: "codes.contest",
    STATION: "codes.station",
    WORK_CODE: "codes.work",
}

# In a group of two, whoever sees the group half knows the person.
SMALL_GROUP = 3

CODING_ROLES = frozenset({"coding_officer_1", "coding_officer_2", "coding_officer_3"})
SUPERVISOR = "supervisor"

PRESENT = "present"
ABSENT = "absent"
WITHDRAWN = "withdrawn"
DISQUALIFIED = "disqualified"  # set by the rooms that mark; never in this one


@dataclass(frozen=True, slots=True)
class Work:
    """All that the rooms that mark may know of an entry."""

    work_code: str
    group_code: str  # "" where the event has no groups


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedEntry:
    """An entry with its work code, after decoding; None when nothing was marked."""

    entry_uid: str
    entry_id: int
    person_id: int
    name: str
    unit_name: str
    group_code: str
    work_code: str | None
    status: str  # present | absent | withdrawn
    team_name: str = ""  # "" of who is in no team


def contest_numbers(count: int) -> tuple[str, ...]:
    """Return the contest numbers of `count` entries: 001, 002 … (B-04)."""
    width = max(3, len(str(count)))
    return tuple(f"{number:0{width}d}" for number in range(1, count + 1))


def small_groups(group_codes: Iterable[str]) -> list[str]:
    """Return the groups so small that the group alone nearly names the person."""
    sizes = Counter(group_codes)
    return sorted(code for code, size in sizes.items() if size < SMALL_GROUP)


def may_decode_together(first: Collection[str], second: Collection[str]) -> bool:
    """Tell whether two persons who hold these roles in an event may decode it (B-09).

    At least one of them is a coding officer; the other is a coding officer of another
    layer or the supervisor.
    """
    coders = [CODING_ROLES & set(roles) for roles in (first, second)]
    if all(coders):
        return len(coders[0] | coders[1]) > 1
    return any(coders) and SUPERVISOR in {*first, *second}
