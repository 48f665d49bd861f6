"""What an application claims, each claim with its own evidence.

Words used here:
    claim: one field of the standard with a value, the document that is said to prove
        it, and a scan of that. A reviewer verifies or refuses it.
    gap: something still missing before the standard is satisfied.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from talentpool.dossiers.rules import full_years
from talentpool.standard.rules.evaluate import (
    MET,
    MISSING,
    NOT_MET,
    PersonFacts,
    Place,
    Verdict,
)
from talentpool.standard.rules.profile import (
    FIELDS,
    FLAG,
    LEVELS,
    NUMBER,
    PLACES,
    WORDS,
)

CLAIMED = "claimed"
VERIFIED = "verified"
REFUSED = "refused"
CLAIM_STATES = (CLAIMED, VERIFIED, REFUSED)

SINCE = "years_in_trade"  # claimed as the day one began, counted in full years
LARGEST = 999  # of a count


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPlace:
    """A place in a competition, and the day it was held; older claims have no day."""

    tier: str
    place: int
    of: int
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """A claim as the rules see it."""

    field: str
    value: str
    document: str
    state: str = CLAIMED
    has_scan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that is still missing.

    kind: answer (an empty field of the form), evidence (nothing is said about a
    clause), merit (none of the group "any" is met), document or scan (a claim without),
    against (a value stands against a clause: shown, but a person decides), reference.
    """

    kind: str
    name: str = ""  # of the answer or field
    clause: str = ""
    count: int = 0

    @property
    def blocks(self) -> bool:
        return self.kind not in {"against", "scan"}


def read_claim(name: str, text: str) -> Any:  # noqa: ANN401 - as the field holds
    """Return the value of a claim: flag, count, word, day or place.

    Raises:
        ValueError: the text is not what the field holds.
        KeyError: there is no such field.
    """
    kind = FIELDS[name]
    if name == SINCE:
        return date.fromisoformat(text)
    if kind == FLAG:
        if text not in {"yes", "no"}:
            raise ValueError(text)
        return text == "yes"
    if kind == NUMBER:
        return _count(text)
    if kind == PLACES:
        return _place(text)
    if text not in WORDS[name]:
        raise ValueError(text)
    return text


def with_claims(
    facts: PersonFacts, claims: Iterable[ClaimLine], *, on: date
) -> PersonFacts:
    """Return the facts with what is claimed on top; what was refused does not count."""
    values: dict[str, Any] = {}
    documents = dict(facts.documents)
    places = list(facts.competitions)
    for claim in claims:
        if claim.state == REFUSED:
            continue
        value = read_claim(claim.field, claim.value)
        if claim.field == SINCE:
            value = full_years(value, on)
        if FIELDS[claim.field] == PLACES:
            found = Place(
                tier=value.tier,
                place=value.place,
                of=value.of,
                document=claim.document,
            )
            places.append(found)
            continue
        values[claim.field] = value
        documents[claim.field] = claim.document
    return replace(facts, **values, competitions=tuple(places), documents=documents)


def find_gaps(
    verdict: Verdict,
    claims: Sequence[ClaimLine],
    unanswered: Iterable[str],
    *,
    references: int = 0,
) -> list[Gap]:
    """Return what is still missing, in the order it is asked for.

    Args:
        verdict: of the standard, with the claims counted as if they were proven.
        claims: the current ones.
        unanswered: names of empty answers.
        references: how many are still to be given.

    Source: rule P-31 in docs/rules/pool.md.
    """
    gaps = [Gap(kind="answer", name=name) for name in unanswered]
    for finding in verdict.findings:
        if finding.waived_by or finding.group == "any":
            continue
        if finding.status == MISSING:
            gaps.append(Gap(kind="evidence", name=finding.field, clause=finding.clause))
        elif finding.status == NOT_MET:
            gaps.append(Gap(kind="against", name=finding.field, clause=finding.clause))
    if not any(f.group == "any" and f.status == MET for f in verdict.findings):
        gaps.append(Gap(kind="merit"))
    for claim in claims:
        if not claim.document:
            gaps.append(Gap(kind="document", name=claim.field))
        elif not claim.has_scan:
            gaps.append(Gap(kind="scan", name=claim.field))
    if references > 0:
        gaps.append(Gap(kind="reference", count=references))
    return gaps


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value <= LARGEST:
        raise ValueError(text)
    return value


def _place(text: str) -> ClaimedPlace:
    tier, place, of, *day = text.split(":")
    if len(day) > 1 or tier not in LEVELS:
        raise ValueError(text)
    on = date.fromisoformat(day[0]) if day else None
    found = ClaimedPlace(tier=tier, place=int(place), of=int(of), on=on)
    if not 1 <= found.place <= found.of <= LARGEST * 100:
        raise ValueError(text)
    return found
