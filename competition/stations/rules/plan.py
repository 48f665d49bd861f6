"""The plan of a hall as the committee writes it, and the constraints it makes.

Words used here:
    number: of a station in the hall, 1, 2, 3 …; a hall used in batches has each number
        once in every batch: "2-07" is number 7 in batch 2.
    row: stations that stand side by side; behind a station is the same place of the
        next row.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from competition.sessions.rules import split_names
from competition.stations.rules.placing import Apart, Constraints
from competition.stations.rules.proof import BEHIND, BESIDE

HARD, SOFT, OFF = "hard", "soft", "off"
STRENGTHS = (HARD, SOFT, OFF)
MOST_STATIONS = 500
LONGEST_FEATURE = 40

_LINE = re.compile(r"\s*([0-9][0-9\s,-]*?)\s*[:\uff1a]\s*(.+)")
_RANGE = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", re.ASCII)


class PlanTextError(ValueError):
    """Lines that do not say which stations have what; `lines` are their numbers."""

    def __init__(self, lines: Sequence[int]) -> None:
        super().__init__(lines)
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a hall stands and what has to be kept in it."""

    hall: int = 0  # stations in the hall; 0: as the timetable says, or one for each
    per_row: int = 0  # stations in a row; 0: one row
    beside: str = HARD  # one of STRENGTHS
    behind: str = OFF
    spread: bool = False  # a unit's contestants over the batches
    features: str = ""  # lines: "1-8, 12: FANUC, left-handed"


def read_features(text: str) -> dict[int, tuple[str, ...]]:
    """Return what each station of the hall has, by its number.

    Raises:
        PlanTextError: every line that cannot be read.
    """
    found: dict[int, list[str]] = {}
    wrong = []
    for at, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(_plain(line))
        numbers = _numbers(parts[1]) if parts else []
        names = split_names(parts[2]) if parts else []
        if not numbers or not names or any(len(n) > LONGEST_FEATURE for n in names):
            wrong.append(at)
            continue
        for number in numbers:
            there = found.setdefault(number, [])
            there += [name for name in names if name not in there]
    if wrong:
        raise PlanTextError(wrong)
    return {number: tuple(names) for number, names in found.items()}


def list_stations(count: int, hall_size: int) -> tuple[str, ...]:
    """Return the stations for `count` contestants in a hall of `hall_size` (≥ 1).

    One batch is enough: 01, 02 … up to `hall_size`, so that some may stay empty. More
    are needed: 1-01, 1-02 … 2-01 …, as many batches as it takes, each full (B-05).
    """
    batches = -(-count // hall_size)
    width = max(2, len(str(hall_size)))
    labels = [f"{number:0{width}d}" for number in range(1, hall_size + 1)]
    if batches <= 1:
        return tuple(labels)
    return tuple(f"{batch}-{x}" for batch in range(1, batches + 1) for x in labels)


def list_stations_of(sizes: Sequence[int]) -> tuple[str, ...]:
    """Return the stations of sessions that have `sizes` of them: 1-01 … 2-01 … (B-05).

    One session alone is numbered without a batch.
    """
    width = max(2, *(len(str(size)) for size in sizes))
    return tuple(
        f"{batch}-{number:0{width}d}" if len(sizes) > 1 else f"{number:0{width}d}"
        for batch, size in enumerate(sizes, start=1)
        for number in range(1, size + 1)
    )


def constrain(
    plan: Plan,
    targets: Sequence[str],
    units: Mapping[str, str],
    needs: Mapping[str, Iterable[str]],
) -> Constraints:
    """Return what a draw of these stations has to keep, without a word about anybody.

    Args:
        plan: of the hall.
        targets: stations, in their printed order.
        units: by contest number the unit, by whatever tells units apart; "" is none.
        needs: by contest number what the contestant needs, in the plan's words.
    """
    there = read_features(plan.features)
    words = sorted({w for names in there.values() for w in names} | _all(needs))
    code = {word: f"F{number}" for number, word in enumerate(words, start=1)}
    asked = {item: _coded(names, code) for item, names in needs.items() if names}
    useful = {c for codes in asked.values() for c in codes}
    groups: dict[str, list[str]] = {}
    for item in sorted(units):
        if units[item]:
            groups.setdefault(units[item], []).append(item)
    classes = tuple(tuple(group) for group in groups.values() if len(group) > 1)
    batches = _batches(targets)
    features = {
        target: kept
        for target in targets
        if (kept := _coded(there.get(_number(target), ()), code, useful))
    }
    return Constraints(
        apart=tuple(_apart(plan, targets)) if classes else (),
        classes=classes,
        features=features,
        needs=asked,
        spread=batches if plan.spread and classes and len(batches) > 1 else (),
    )


def _apart(plan: Plan, targets: Sequence[str]) -> Iterable[Apart]:
    place = {_spot(target): at for at, target in enumerate(targets)}
    beside, behind = [], []
    for (batch, number), at in place.items():
        is_last = plan.per_row and number % plan.per_row == 0
        if not is_last and (batch, number + 1) in place:
            beside.append((at, place[batch, number + 1]))
        if plan.per_row and (batch, number + plan.per_row) in place:
            behind.append((at, place[batch, number + plan.per_row]))
    for name, strength, pairs in (
        (BESIDE, plan.beside, beside),
        (BEHIND, plan.behind, behind),
    ):
        if strength != OFF and pairs:
            yield Apart(name, strength == HARD, tuple(pairs))


def _batches(targets: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    found: dict[str, list[str]] = {}
    for target in targets:
        found.setdefault(_spot(target)[0], []).append(target)
    return tuple(tuple(batch) for batch in found.values())


def _spot(target: str) -> tuple[str, int]:
    batch, _dash, number = target.rpartition("-")
    return batch, int(number)


def _number(target: str) -> int:
    return _spot(target)[1]


def _coded(
    words: Iterable[str], code: Mapping[str, str], only: Iterable[str] | None = None
) -> tuple[str, ...]:
    """Return words by their codes, in the order of the words."""
    kept = [code[word] for word in sorted(set(words))]
    return tuple(c for c in kept if only is None or c in only)


def _all(needs: Mapping[str, Iterable[str]]) -> set[str]:
    return {word for names in needs.values() for word in names}


def _numbers(text: str) -> list[int]:
    """Return the numbers of "1-8, 12"; [] where it is something else."""
    found: list[int] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            return []
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= MOST_STATIONS:
            return []
        found += range(first, last + 1)
    return found


def _plain(line: str) -> str:
    """Return a line with the commas, colons and dashes of Chinese text made plain."""
    head, colon, tail = line.replace("\uff1a", ":").partition(":")
    for mark in "\uff0c\u3001\uff1b;":
        head = head.replace(mark, ",")
    for mark in "\u2013\u2014\uff0d\uff5e~":
        head = head.replace(mark, "-")
    return f"{head}{colon}{tail}"
