"""What a mentor may be rewarded for (带徒奖励): rules, and what meets them.

Words used here:
    ground: a verified place or certificate of the apprentice, of a day on which the
        pair held. A rule is met once per mentor and apprentice, by the earliest ground.
    proposed → approved → paid, or refused: a person decides, and nothing is paid here.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from talentpool.standard.rules.mentorship import MentorshipLimits

FILE = Path(__file__).parent.parent / "data" / "rewards.toml"
PROPOSED, APPROVED, PAID, REFUSED = REWARD_STATES = (
    *("proposed", "approved", "paid"),
    "refused",
)
NEXT_REWARD: Mapping[str, frozenset[str]] = {
    PROPOSED: frozenset({APPROVED, REFUSED}),
    APPROVED: frozenset({PAID}),
    PAID: frozenset(),
    REFUSED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardRule:
    """One thing a mentor may be rewarded for."""

    code: str
    words: Mapping[str, str]  # by language: zh, en
    yuan: int
    tiers: tuple[str, ...] = ()  # of contests
    places: int = 0  # the last place that counts
    rank: int = 0  # the least rank of SkillLevel; 0: no certificate is meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A place or a certificate of an apprentice."""

    uid: str  # of the fact
    on: date
    tier: str = ""
    place: int | None = None
    rank: int = 0


def rules_of(limits: MentorshipLimits) -> tuple[RewardRule, ...]:
    """Return the rules of a standard; those shipped where it names none."""
    return (
        tuple(
            RewardRule(
                code=one.code,
                words={"zh": one.wording.zh, "en": one.wording.en},
                yuan=one.yuan,
                tiers=one.tiers,
                places=one.places,
                rank=one.rank,
            )
            for one in limits.rewards
        )
        or load_rules()
    )


@lru_cache(maxsize=1)
def load_rules() -> tuple[RewardRule, ...]:
    """Return the rules that are shipped, in their order."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        RewardRule(
            code=table["code"],
            words={"zh": table["zh"], "en": table["en"]},
            yuan=int(table["yuan"]),
            tiers=tuple(table.get("tiers", ())),
            places=int(table.get("places", 0)),
            rank=int(table.get("rank", 0)),
        )
        for table in data["rules"]
    )


def is_met(rule: RewardRule, ground: Ground) -> bool:
    """Tell whether a ground meets a rule."""
    if rule.rank:
        return ground.rank >= rule.rank
    return (
        ground.tier in rule.tiers
        and ground.place is not None
        and ground.place <= rule.places
    )


def find_met(
    rules: Sequence[RewardRule], grounds: Iterable[Ground], first: date, last: date
) -> list[tuple[RewardRule, Ground]]:
    """Return each rule that is met between two days, with its earliest ground.

    Source: rule M-25 in docs/rules/mentorship.md.
    """
    within = sorted(
        (g for g in grounds if first <= g.on <= last), key=lambda g: (g.on, g.uid)
    )
    met = {rule.code: [g for g in within if is_met(rule, g)] for rule in rules}
    return [(rule, met[rule.code][0]) for rule in rules if met[rule.code]]
