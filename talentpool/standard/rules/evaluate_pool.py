"""Hold a whole pool against a standard at once, column by column.

The same answers as `evaluate` gives person by person; a property test holds the two
together. A hundred thousand persons take milliseconds.

Words used here:
    column: what is recorded of one field about everybody, one whole number a person;
        -1 is nothing. Flags are 0 and 1, words their index in `WORDS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from talentpool.standard.rules.evaluate import (
    ADMISSIBLE,
    INADMISSIBLE,
    INCOMPLETE,
    OUTCOMES,
)
from talentpool.standard.rules.profile import (
    FIELDS,
    FLAG,
    LEVELS,
    PLACES,
    WORD,
    WORDS,
    Check,
    Condition,
    Profile,
    Waiver,
)

Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]

UNKNOWN = -1
NO_PLACE = 0


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """What is recorded about many persons; a field without a column is unknown."""

    size: int
    columns: Mapping[str, Numbers]
    places: Mapping[str, Numbers]  # by tier, the best place; NO_PLACE is none

    def column(self, field: str) -> Numbers:
        """Return a column; of a field nobody has recorded, all unknown."""
        found = self.columns.get(field)
        return np.full(self.size, UNKNOWN, np.int32) if found is None else found


@dataclass(frozen=True, slots=True)
class PoolFinding:
    """One clause held against everybody."""

    condition: Condition
    met: Mask
    not_met: Mask
    waived: Mask  # not met or nothing recorded, and set aside

    @property
    def missing(self) -> Mask:
        """Return where nothing is recorded."""
        return ~(self.met | self.not_met)


@dataclass(frozen=True, slots=True)
class PoolVerdict:
    """A standard held against everybody."""

    findings: tuple[PoolFinding, ...]
    outcomes: Numbers  # index in OUTCOMES, one a person
    waivers: Mapping[str, Mask]  # by clause: where it sets something aside

    def count(self, outcome: str) -> int:
        """Return how many persons have an outcome."""
        return int(np.count_nonzero(self.outcomes == OUTCOMES.index(outcome)))


def evaluate_pool(profile: Profile, facts: PoolFacts) -> PoolVerdict:
    """Hold everybody against every condition. Source: rules P-05 to P-08."""
    waived = _waived(profile, facts)
    nobody = np.zeros(facts.size, np.bool_)
    findings = tuple(
        _finding(condition, facts, waived.get(condition.id, nobody))
        for condition in profile.conditions
    )
    used = {waiver.clause: _used(waiver, facts, findings) for waiver in profile.waivers}
    return PoolVerdict(findings, _outcomes(findings, facts.size), used)


def word_code(field: str, word: str | None) -> int:
    """Return the number a word is kept as in a column."""
    words = WORDS[field]
    return words.index(word) if word in words else UNKNOWN


def _waived(profile: Profile, facts: PoolFacts) -> dict[str, Mask]:
    found: dict[str, Mask] = {}
    for waiver in profile.waivers:
        holds, _against = _held(waiver.check, facts)
        for name in waiver.waives:
            found[name] = found[name] | holds if name in found else holds
    return found


def _used(waiver: Waiver, facts: PoolFacts, findings: tuple[PoolFinding, ...]) -> Mask:
    holds, _against = _held(waiver.check, facts)
    needed = np.zeros(facts.size, np.bool_)
    for finding in findings:
        if finding.condition.id in waiver.waives:
            needed |= ~finding.met
    return holds & needed


def _finding(condition: Condition, facts: PoolFacts, waived: Mask) -> PoolFinding:
    holds, against = _held(condition.check, facts)
    if condition.group == "exclusion":
        holds, against = against, holds
    return PoolFinding(condition, holds, against, waived & ~holds)


def _held(check: Check, facts: PoolFacts) -> tuple[Mask, Mask]:
    """Return where a demand is satisfied, and where something else is recorded."""
    kind = FIELDS[check.field]
    if kind == PLACES:
        return _held_places(check, facts)
    column = facts.column(check.field)
    known = column != UNKNOWN
    if check.at_least is not None:
        holds = column >= check.at_least
    elif kind == FLAG:
        holds = column == int(bool(check.equals))
    elif kind == WORD:
        words = check.one_of or (str(check.equals),)
        codes = [word_code(check.field, word) for word in words]
        holds = np.isin(column, codes)
    else:
        raise ValueError(f"no such demand: {check}")
    return known & holds, known & ~holds


def _held_places(check: Check, facts: PoolFacts) -> tuple[Mask, Mask]:
    known = np.zeros(facts.size, np.bool_)
    holds = np.zeros(facts.size, np.bool_)
    for tier in LEVELS:
        best = facts.places.get(tier)
        if best is not None:
            placed = best != NO_PLACE
            known |= placed
            holds |= placed & (best <= check.places.get(tier, 0))
    return holds, known & ~holds


def _outcomes(findings: tuple[PoolFinding, ...], size: int) -> Numbers:
    against = np.zeros(size, np.bool_)
    sound = np.ones(size, np.bool_)
    merit = np.zeros(size, np.bool_)
    has_merits = any(f.condition.group == "any" for f in findings)
    hopeless = np.full(size, has_merits, np.bool_)
    for finding in findings:
        if finding.condition.group == "any":
            merit |= finding.met
            hopeless &= finding.not_met
        else:
            against |= finding.not_met & ~finding.waived
            sound &= finding.met | finding.waived
    outcomes = np.full(size, OUTCOMES.index(INCOMPLETE), np.int32)
    outcomes[sound & merit] = OUTCOMES.index(ADMISSIBLE)
    outcomes[against | hopeless] = OUTCOMES.index(INADMISSIBLE)
    return outcomes
