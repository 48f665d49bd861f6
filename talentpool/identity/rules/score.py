"""Whether two records are the same person: signals, points, and what is proposed.

Words used here:
    signal: one thing two records are compared by, with its outcome and its points.
    strong signal: birth date, phone, ID number or certificate number; two strangers
        rarely share one. A pair is never proposed without one.
    score: the sum of the points; from `PROPOSE` on a person is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from pinyin import syllables

PROPOSE = 60  # points from which a pair is shown to a person
LIKELY = 85
AGREEING = 3  # signals that must agree, at least
STRONG = frozenset({"birth", "phone", "id", "certificate"})
RESIDENT = "resident"


class Outcome(StrEnum):
    """How two records compare in one thing."""

    SAME = "same"
    SOUND = "sound"  # of names: said alike (建国, 健国, 張 and 张)
    NEAR = "near"  # one slip of the pen apart
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # missing on one side, or says nothing


AGREE = frozenset({Outcome.SAME, Outcome.SOUND, Outcome.NEAR})

# Source: rule I-21 in docs/rules/identity.md. A name alone gives 30, half of PROPOSE.
POINTS: dict[str, dict[Outcome, int]] = {
    "name": {
        Outcome.SAME: 30,
        Outcome.SOUND: 22,
        Outcome.NEAR: 10,
        Outcome.DIFFERENT: -25,
    },
    "birth": {Outcome.SAME: 25, Outcome.NEAR: 12, Outcome.DIFFERENT: -30},
    "phone": {Outcome.SAME: 25},
    "id": {Outcome.SAME: 60, Outcome.NEAR: 20, Outcome.DIFFERENT: -15},
    "certificate": {Outcome.SAME: 35},
    "unit": {Outcome.SAME: 15},
    "district": {Outcome.SAME: 5},
    "sex": {Outcome.DIFFERENT: -15},
}
SIGNALS = tuple(POINTS)
_MOST_BY_ID = POINTS["id"][Outcome.NEAR]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is compared of one record; phone and certificates as look-up hashes do."""

    name: str
    birth: date | None = None
    sex: str = "0"  # GB/T 2261.1
    phone: str = ""
    id_type: str = RESIDENT
    id_number: str = ""  # "" where nobody looked: it is sealed
    certificates: frozenset[str] = field(default_factory=frozenset)
    unit: int | None = None
    district: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """One compared thing."""

    name: str
    outcome: Outcome
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """What the signals come to."""

    signals: tuple[Signal, ...]

    @property
    def points(self) -> int:
        return sum(signal.points for signal in self.signals)

    @property
    def agreeing(self) -> tuple[str, ...]:
        return tuple(s.name for s in self.signals if s.outcome in AGREE)

    @property
    def is_proposed(self) -> bool:
        """Tell whether a person is asked: points, three signals, a strong one.

        Other names altogether ask for the same birthday. The same ID number needs no
        more.
        """
        if "id" in self._same:
            return True
        agreeing = self.agreeing
        return (
            self.points >= PROPOSE
            and len(agreeing) >= AGREEING
            and bool(STRONG & set(agreeing))
            and ("name" in agreeing or "birth" in self._same)
        )

    @property
    def _same(self) -> set[str]:
        return {s.name for s in self.signals if s.outcome is Outcome.SAME}


def compare(one: Known, other: Known) -> Score:
    """Compare two records.

    Source: rules I-20 and I-21 in docs/rules/identity.md.
    """
    outcomes = {
        "name": compare_names(one.name, other.name),
        "birth": compare_births(one.birth, other.birth),
        "phone": _same_or_unknown(one.phone, other.phone),
        "id": compare_ids(one, other),
        "certificate": _shared(one.certificates, other.certificates),
        "unit": _same_or_unknown(one.unit, other.unit),
        "district": _same_or_unknown(one.district, other.district),
        "sex": _compare_sex(one.sex, other.sex),
    }
    return Score(
        tuple(
            Signal(name, outcome, POINTS[name].get(outcome, 0))
            for name, outcome in outcomes.items()
        )
    )


def could_be_proposed(score: Score) -> bool:
    """Tell whether looking at the sealed ID numbers could make this a proposal."""
    return score.points + _MOST_BY_ID >= PROPOSE


def sound_of(name: str) -> str:
    """Return how a name is said, in letters alone: 张建国 and 張健國 are zhangjianguo.

    Each character by itself, so that the same character always sounds the same.
    """
    return "".join(filter(str.isalnum, "".join(map(_syllable, name)).lower()))


@lru_cache(maxsize=30_000)
def _syllable(character: str) -> str:
    return "".join(syllables(character))


def compare_names(one: str, other: str) -> Outcome:
    """Compare two names: same, said alike, one character apart, or different."""
    if one == other:
        return Outcome.SAME
    if sound_of(one) == sound_of(other):
        return Outcome.SOUND
    if len(one) == len(other) > 2 and one[0] == other[0] and _slips(one, other) == 1:
        return Outcome.NEAR
    return Outcome.DIFFERENT


def compare_births(one: date | None, other: date | None) -> Outcome:
    """Compare two birth dates; a slip is one digit, or day and month exchanged."""
    if one is None or other is None:
        return Outcome.UNKNOWN
    if one == other:
        return Outcome.SAME
    exchanged = (one.year, one.day, one.month) == (other.year, other.month, other.day)
    if exchanged or _slips(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1:
        return Outcome.NEAR
    return Outcome.DIFFERENT


def compare_ids(one: Known, other: Known) -> Outcome:
    """Compare two ID numbers; those of different kinds say nothing.

    Near is one character apart besides the check character, or two neighbours
    exchanged. Two apart is no sign: of the people born in one county on one day many
    are.
    """
    first, second = one.id_number, other.id_number
    if not first or not second or one.id_type != other.id_type:
        return Outcome.UNKNOWN
    if first == second:
        return Outcome.SAME
    if len(first) == len(second) and _is_one_slip(first[:-1], second[:-1]):
        return Outcome.NEAR
    return Outcome.DIFFERENT


def _is_one_slip(one: str, other: str) -> bool:
    apart = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(apart) == 2 and apart[1] == apart[0] + 1:
        start, end = apart[0], apart[1] + 1
        return one[start:end] == other[start:end][::-1]
    return len(apart) <= 1


def _same_or_unknown(one: object, other: object) -> Outcome:
    """People move and change phones, so that a difference says nothing."""
    return Outcome.SAME if one and one == other else Outcome.UNKNOWN


def _shared(one: Iterable[str], other: Iterable[str]) -> Outcome:
    return Outcome.SAME if set(one) & set(other) else Outcome.UNKNOWN


def _compare_sex(one: str, other: str) -> Outcome:
    known = {"1", "2"}
    if one in known and other in known and one != other:
        return Outcome.DIFFERENT
    return Outcome.UNKNOWN  # half of all people share it


def _slips(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))
