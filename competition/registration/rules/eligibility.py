"""Who may enter: the rules an event sets, held against one entry.

Words used here:
    check: one rule held against one entry: the rule, its limit, the value found and
        a verdict: met, not met, or evidence missing.
    blocking: a check that keeps an entry from being submitted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from competition.registration.rules.entries import PAPER_KINDS, PHOTO

MET: Final = "met"
NOT_MET: Final = "not_met"
MISSING: Final = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What an event asks of an entry; None asks nothing."""

    is_open: bool  # registration is open now, or the entry was returned
    groups: frozenset[str] = frozenset()
    papers: tuple[str, ...] = (PHOTO,)
    age_min: int | None = None  # full years
    age_max: int | None = None  # full years, inclusive
    age_on: date | None = None  # the day ages are taken at
    min_level_rank: int | None = None
    min_trade_years: int | None = None
    is_continuous: bool = False  # the years in the trade are without a break
    insurance_months: int | None = None
    residence: tuple[str, ...] = ()  # codes of districts, wide or narrow
    household: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()  # standings that cannot enter
    barred: tuple[str, ...] = ()  # honours whose holders cannot enter
    quota: int | None = None  # entries in the event
    unit_quota: int | None = None  # entries of one unit in the event
    max_events: int | None = None  # events of one person in the competition
    team: tuple[int, int] | None = None  # least and most members of a team


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about an entry; counts leave the entry itself out."""

    group: str = ""
    birth_date: date | None = None
    level_rank: int | None = None
    trade_years: int | None = None
    insurance_months: int | None = None
    residence: str = ""  # code of a district
    household: str = ""
    standing: str = ""
    holds_barred: bool | None = None  # one of the barred honours
    has_unit: bool = False
    papers: frozenset[str] = frozenset()
    same_person: int = 0  # other entries of this person in the event
    same_unit: int = 0  # other entries of this unit in the event
    in_event: int = 0  # other entries in the event
    other_events: int = 0  # other events of the competition this person entered
    # Members of the person's team, 0 in none; None: not asked of one who fills in.
    team_size: int | None = None


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """One rule held against one entry."""

    rule: str  # E-… in docs/rules/eligibility.md
    limit: str
    value: str
    verdict: str  # met | not_met | missing
    is_blocking: bool = False
    evidence: str = ""  # id_number, a paper's kind, "stated", "counted"
    version: int = 0  # of the event's rules


def full_years(born: date, on: date) -> int:
    """Return the age in full years on day `on`; born on 29 February counts 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def check_eligibility(asked: Requirements, facts: Facts) -> list[RuleCheck]:
    """Hold every rule an event sets against an entry, in the order they are shown.

    Rules the event does not set give no check. Age limits are inclusive; quotas count
    the entry itself.

    Source: E-01 to E-10, E-17 to E-21 and E-31 in docs/rules/eligibility.md.
    """
    found = [
        _said("open", "open", "open" if asked.is_open else "closed", asked.is_open),
        _one_of("group", asked.groups, facts.group),
        *_age_checks(asked, facts),
        _at_least("min_level", asked.min_level_rank, facts.level_rank),
        _at_least(
            "trade_unbroken" if asked.is_continuous else "trade_years",
            asked.min_trade_years,
            facts.trade_years,
        ),
        _at_least("insurance", asked.insurance_months, facts.insurance_months),
        _within("residence", asked.residence, facts.residence),
        _within("household", asked.household, facts.household),
        _not_among("excluded", asked.excluded, facts.standing),
        _holds_none(asked.barred, holds=facts.holds_barred),
        _at_most("one_entry", 1, facts.same_person + 1),
        _at_most("max_events", asked.max_events, facts.other_events + 1),
        _at_most("unit_quota", asked.unit_quota, facts.same_unit + 1)
        if facts.has_unit
        else None,
        _at_most("quota", asked.quota, facts.in_event + 1),
        _of_a_team(asked.team, facts.team_size),
        *_paper_checks(asked, facts),
    ]
    return [
        replace(check, evidence=_evidence(check.rule, facts))
        for check in found
        if check is not None
    ]


def blocking(checks: Iterable[RuleCheck]) -> list[RuleCheck]:
    """Return the checks that keep an entry from being submitted."""
    return [check for check in checks if check.is_blocking]


def checks_as_data(checks: Iterable[RuleCheck]) -> list[dict[str, str]]:
    """Return what is stored with a verdict: every rule with its values."""
    return [
        {
            "rule": check.rule,
            "limit": check.limit,
            "value": check.value,
            "verdict": check.verdict,
            "evidence": check.evidence,
            "version": str(check.version),
        }
        for check in checks
    ]


def checks_from_data(data: Iterable[Mapping[str, str]]) -> list[RuleCheck]:
    """Return stored checks; they no longer block anything."""
    return [
        RuleCheck(
            d["rule"],
            d["limit"],
            d["value"],
            d["verdict"],
            evidence=d.get("evidence", ""),
            version=int(d.get("version", "0")),
        )
        for d in data
    ]


# Where the value of a rule comes from: counted by us, read from the ID number, or said
# by the contestant, with a paper that proves it where one is there: the first of these.
_COUNTED = frozenset({"open", "one_entry", "max_events", "unit_quota", "quota", "team"})
PROVED_BY: dict[str, tuple[str, ...]] = {
    "min_level": ("certificate",),
    "trade_years": ("employment", "insurance"),
    "trade_unbroken": ("employment", "insurance"),
    "insurance": ("insurance", "employment"),
    "residence": ("residence",),
    "household": ("id_card",),
}


def _evidence(rule: str, facts: Facts) -> str:
    if rule in _COUNTED:
        return "counted"
    if rule.startswith("age"):
        return "id_number"
    kind = rule.removeprefix("paper_")
    if kind != rule:
        return kind if kind in facts.papers else ""
    proofs = PROVED_BY.get(rule, ())
    return next((proof for proof in proofs if proof in facts.papers), "stated")


def _paper_checks(asked: Requirements, facts: Facts) -> list[RuleCheck]:
    required = {PHOTO, *asked.papers}
    if asked.min_level_rank is not None:
        required.add("certificate")
    checks = []
    for kind in PAPER_KINDS:
        is_there = kind in facts.papers
        # A level that is claimed without need is shown as not proved, no more.
        claimed = kind == "certificate" and facts.level_rank is not None
        if kind in required or claimed:
            verdict = MET if is_there else MISSING
            blocks = kind in required and not is_there
            checks.append(
                RuleCheck(f"paper_{kind}", "1", str(int(is_there)), verdict, blocks)
            )
    return checks


def _age_checks(asked: Requirements, facts: Facts) -> list[RuleCheck]:
    if asked.age_on is None or (asked.age_min is None and asked.age_max is None):
        return []
    if facts.birth_date is None:
        return [RuleCheck("age", "", "", MISSING, is_blocking=True)]
    age = full_years(facts.birth_date, asked.age_on)
    low = _at_least("age_min", asked.age_min, age)
    high = _at_most("age_max", asked.age_max, age)
    return [check for check in (low, high) if check is not None]


def _said(rule: str, limit: str, value: str, is_met: bool) -> RuleCheck:  # noqa: FBT001
    return RuleCheck(rule, limit, value, MET if is_met else NOT_MET, not is_met)


def _one_of(rule: str, allowed: frozenset[str], value: str) -> RuleCheck:
    if not value:
        return RuleCheck(rule, " ".join(sorted(allowed)), "", MISSING, True)
    return _said(rule, " ".join(sorted(allowed)), value, value in allowed)


def _at_least(rule: str, limit: int | None, value: int | None) -> RuleCheck | None:
    if limit is None:
        return None
    if value is None:
        return RuleCheck(rule, str(limit), "", MISSING, is_blocking=True)
    return _said(rule, str(limit), str(value), value >= limit)


def _at_most(rule: str, limit: int | None, value: int) -> RuleCheck | None:
    return (
        None if limit is None else _said(rule, str(limit), str(value), value <= limit)
    )


def _of_a_team(asked: tuple[int, int] | None, size: int | None) -> RuleCheck | None:
    if asked is None or size is None:
        return None
    limit = f"{asked[0]}–{asked[1]}"
    if size == 0:
        return RuleCheck("team", limit, "", MISSING, is_blocking=True)
    return _said("team", limit, str(size), asked[0] <= size <= asked[1])


def _within(rule: str, places: tuple[str, ...], value: str) -> RuleCheck | None:
    """Hold a district against wide ones: 330602 lies within 330600 and 330000."""
    if not places:
        return None
    limit = " ".join(places)
    if not value:
        return RuleCheck(rule, limit, "", MISSING, is_blocking=True)
    around = {value, f"{value[:4]}00", f"{value[:2]}0000"}
    return _said(rule, limit, value, bool(around & set(places)))


def _not_among(rule: str, excluded: tuple[str, ...], value: str) -> RuleCheck | None:
    if not excluded:
        return None
    limit = " ".join(excluded)
    if not value:
        return RuleCheck(rule, limit, "", MISSING, is_blocking=True)
    return _said(rule, limit, value, value not in excluded)


def _holds_none(barred: tuple[str, ...], *, holds: bool | None) -> RuleCheck | None:
    if not barred:
        return None
    limit = " ".join("".join(name.split()) for name in barred)
    if holds is None:
        return RuleCheck("barred", limit, "", MISSING, is_blocking=True)
    return _said("barred", limit, "yes" if holds else "no", not holds)
