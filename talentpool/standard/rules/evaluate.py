"""Hold what is known about a person against a standard, clause by clause.

Words used here:
    met: the clause is satisfied by a recorded value; for an exclusion: the person is
        not excluded.
    not met: a recorded value says the opposite.
    evidence missing: nothing is recorded, so nobody can say.
    outcome: admissible (every group is satisfied), incomplete (evidence is missing),
        inadmissible (some recorded value stands against it). It advises; a person
        decides.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from talentpool.standard.rules.profile import (
    FIELDS,
    LEVELS,
    PLACES,
    Check,
    Condition,
    Profile,
    Waiver,
)

MET = "met"
NOT_MET = "not_met"
MISSING = "evidence_missing"

ADMISSIBLE = "admissible"
INCOMPLETE = "incomplete"
INADMISSIBLE = "inadmissible"
OUTCOMES = (ADMISSIBLE, INCOMPLETE, INADMISSIBLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a competition."""

    tier: str  # one of LEVELS
    place: int
    of: int
    document: str  # what proves it


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is recorded about a person; None or "" where nothing is.

    `documents` names what proves each field.
    """

    employment: str = ""
    post_kind: str = ""
    front_line: bool | None = None
    union_member: bool | None = None
    law_abiding: bool | None = None
    years_in_trade: int | None = None  # full years
    unmatched_skill: bool | None = None
    named_methods: int | None = None
    innovations: int | None = None
    competitions: tuple[Place, ...] = ()
    certificate_rank: int | None = None  # 1 to 8, of SkillLevel
    graduated_apprentices: int | None = None
    leads_studio: bool | None = None
    documents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found for one clause."""

    clause: str
    id: str
    group: str  # all | any | exclusion
    status: str  # met | not_met | evidence_missing
    field: str
    value: str  # as found: "true", "12", "in_service", "city:1:30"; "" is nothing
    document: str
    waived_by: str = ""  # the clause of the waiver, where one sets this one aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Every clause of entry, held against one person."""

    profile_code: str
    profile_version: str
    outcome: str  # one of OUTCOMES
    findings: tuple[Finding, ...]

    def clauses(self, status: str) -> list[str]:
        """Return the clauses with this status; a waived one counts as met."""
        return [f.clause for f in self.findings if _effective(f) == status]

    def to_json(self) -> str:
        """Return the verdict as it is stored with a decision."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def verdict_from_json(text: str) -> Verdict:
    """Return what `Verdict.to_json` wrote."""
    data = json.loads(text)
    data["findings"] = tuple(Finding(**found) for found in data["findings"])
    return Verdict(**data)


def evaluate(profile: Profile, facts: PersonFacts) -> Verdict:
    """Hold `facts` against every condition of `profile`.

    Source: rules P-05 to P-09 in docs/rules/pool.md.
    """
    waived = _waived(profile, facts)
    findings = tuple(
        _finding(condition, facts, waived.get(condition.id))
        for condition in profile.conditions
    )
    return Verdict(
        profile_code=profile.code,
        profile_version=profile.version,
        outcome=_outcome(findings),
        findings=findings,
    )


def is_worth_proposing(verdict: Verdict) -> bool:
    """Tell whether a published result should put the person before an officer.

    Nothing recorded stands against it, and one of the merits is already proven; without
    the second, everybody who ever took part would be proposed. Rule P-10.
    """
    merits = [f for f in verdict.findings if f.group == "any" and f.status == MET]
    return verdict.outcome != INADMISSIBLE and bool(merits)


def suggested_class(profile: Profile, verdict: Verdict) -> str:
    """Return the class of the first merit that is met, "" where none is."""
    met = {f.id for f in verdict.findings if f.group == "any" and f.status == MET}
    classes = (c.pool_class for c in profile.group("any") if c.id in met)
    return next((name for name in classes if name), "")


def _waived(profile: Profile, facts: PersonFacts) -> dict[str, Waiver]:
    found: dict[str, Waiver] = {}
    for waiver in profile.waivers:
        if _holds(waiver.check, facts):
            for name in waiver.waives:
                found.setdefault(name, waiver)
    return found


def _finding(
    condition: Condition, facts: PersonFacts, waiver: Waiver | None
) -> Finding:
    truth = _holds(condition.check, facts)
    if condition.group == "exclusion" and truth is not None:
        truth = not truth
    value, document = _value(condition.check, facts)
    return Finding(
        clause=condition.clause,
        id=condition.id,
        group=condition.group,
        status=MISSING if truth is None else MET if truth else NOT_MET,
        field=condition.check.field,
        value=value,
        document=document,
        # A waiver is only worth naming where the clause itself is not met.
        waived_by=waiver.clause if waiver is not None and not truth else "",
    )


def _holds(check: Check, facts: PersonFacts) -> bool | None:
    """Tell whether the demand is satisfied; None where nothing is recorded."""
    value = getattr(facts, check.field)
    if value is None or value in ("", ()):
        return None
    if FIELDS[check.field] == PLACES:
        return any(_is_within(check, place) for place in value)
    if check.at_least is not None:
        return bool(value >= check.at_least)
    if check.one_of:
        return value in check.one_of
    return bool(value == check.equals)


def _is_within(check: Check, place: Place) -> bool:
    return place.place <= check.places.get(place.tier, 0)


def _value(check: Check, facts: PersonFacts) -> tuple[str, str]:
    """Return the value a finding rests on, as text, and the document behind it."""
    value = getattr(facts, check.field)
    if FIELDS[check.field] == PLACES:
        # The best place: one that satisfies before one that does not, then the tier.
        best = min(
            value,
            key=lambda p: (not _is_within(check, p), LEVELS.index(p.tier), p.place),
            default=None,
        )
        if best is None:
            return "", ""
        return f"{best.tier}:{best.place}:{best.of}", best.document
    text = "" if value is None else str(value).lower()
    return text, facts.documents.get(check.field, "")


def _effective(finding: Finding) -> str:
    return MET if finding.waived_by else finding.status


def _outcome(findings: tuple[Finding, ...]) -> str:
    must = [_effective(f) for f in findings if f.group != "any"]
    merits = [f.status for f in findings if f.group == "any"]
    if NOT_MET in must or (merits and set(merits) == {NOT_MET}):
        return INADMISSIBLE
    if set(must) <= {MET} and MET in merits:
        return ADMISSIBLE
    return INCOMPLETE
