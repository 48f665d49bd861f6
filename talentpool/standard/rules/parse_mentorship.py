"""Read what a standard asks of mentor–apprentice pairs."""

from scoring.scheme.rules.table import Table
from talentpool.standard.rules.mentorship import (
    HIGHEST_RANK,
    Bands,
    Deadlines,
    MentorshipLimits,
    Quota,
    RewardClause,
)
from talentpool.standard.rules.profile import LEVELS
from talentpool.standard.rules.reading import (
    BLANK,
    clause_number,
    identifier,
    many,
    maybe,
    whole,
    wording,
)

NO_LIMITS = MentorshipLimits(
    clause="",
    wording=BLANK,
    months_min=1,
    months_max=1,
    capacity=1,
    capacity_hard=1,
    mentor_rank=1,
    above_apprentice=True,
)


def parse_mentorship(table: Table) -> MentorshipLimits:
    limits = MentorshipLimits(
        clause=clause_number(table),
        wording=wording(table),
        months_min=whole(table, "months_min", at_least=1, at_most=240),
        months_max=whole(table, "months_max", at_least=1, at_most=240),
        capacity=whole(table, "capacity", at_least=1, at_most=50),
        capacity_hard=whole(table, "capacity_hard", at_least=1, at_most=50),
        mentor_rank=whole(table, "mentor_rank", at_least=1, at_most=8),
        above_apprentice=table.flag("above_apprentice", default=True),
        quotas=tuple(sorted(many(table, "quotas", _quota, required=False), key=_rank)),
        deadlines=maybe(table, "deadlines", _deadlines, required=False) or Deadlines(),
        bands=maybe(table, "bands", _bands, required=False) or Bands(),
        rewards=many(table, "rewards", _reward, required=False),
    )
    ranks = [quota.rank for quota in limits.quotas]
    if len(set(ranks)) < len(ranks):
        table.fault("quotas", "Each rank has one quota.")
    if limits.capacity > limits.capacity_hard:
        table.fault("capacity", "Must be at most capacity_hard.")
    if limits.months_min > limits.months_max:
        table.fault("months_min", "Must be at most months_max.")
    return limits


def _quota(table: Table) -> Quota:
    quota = Quota(
        clause=clause_number(table),
        wording=wording(table),
        rank=whole(table, "rank", at_least=1, at_most=HIGHEST_RANK),
        capacity=whole(table, "capacity", at_least=1, at_most=50),
        capacity_hard=whole(table, "capacity_hard", at_least=1, at_most=50),
    )
    if quota.capacity > quota.capacity_hard:
        table.fault("capacity", "Must be at most capacity_hard.")
    return quota


def _rank(quota: Quota) -> int:
    return quota.rank


def _deadlines(table: Table) -> Deadlines:
    return Deadlines(
        confirm_days=whole(table, "confirm_days", at_least=1, at_most=365),
        opens_days=whole(table, "opens_days", at_least=1, at_most=365),
        remind_days=_days(table, "remind_days"),
        extension_months=whole(table, "extension_months", at_least=1, at_most=36),
    )


def _days(table: Table, key: str) -> tuple[int, ...]:
    table.claim(key)
    values = table.data.get(key)
    if (
        not isinstance(values, list)
        or not values
        or not all(type(day) is int and 0 < day <= 365 for day in values)
    ):
        table.fault(key, "Must be a list of days from 1 to 365.")
        return (1,)
    return tuple(sorted(set(values), reverse=True))


def _bands(table: Table) -> Bands:
    bands = Bands(
        excellent=whole(table, "excellent", at_least=1, at_most=100),
        good=whole(table, "good", at_least=1, at_most=100),
        passed=whole(table, "passed", at_least=1, at_most=100),
        apart=whole(table, "apart", at_least=1, at_most=100),
    )
    if not bands.passed < bands.good < bands.excellent:
        table.fault("good", "Must lie between passed and excellent.")
    return bands


def _reward(table: Table) -> RewardClause:
    tiers = [tier for tier in table.texts("tiers") if tier is not None]
    for number, tier in enumerate(tiers):
        if tier not in LEVELS:
            table.fault(
                f"tiers[{number}]",
                "Must be one of %(options)s.",
                options=", ".join(LEVELS),
            )
    reward = RewardClause(
        clause=clause_number(table),
        wording=wording(table),
        code=identifier(table, "code"),
        yuan=whole(table, "yuan", at_least=0, at_most=1_000_000),
        tiers=tuple(tiers),
        places=table.whole("places", at_least=1, at_most=100) or 0,
        rank=table.whole("rank", at_least=1, at_most=HIGHEST_RANK) or 0,
    )
    if bool(reward.rank) == bool(reward.tiers and reward.places):
        table.fault("", "Must give either a rank, or tiers and places.")
    return reward
