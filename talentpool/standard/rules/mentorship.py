"""What a standard asks of mentor–apprentice pairs.

Words used here:
    quota: how many apprentices a mentor has at once, by the rank of the mentor's
        highest level: usually, and with a reason at most.
"""

from dataclasses import dataclass

from talentpool.standard.rules.wording import Wording

HIGHEST_RANK = 8  # of SkillLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many apprentices a mentor of a skill level or above has at once."""

    clause: str
    wording: Wording
    rank: int  # of SkillLevel, from
    capacity: int  # usually
    capacity_hard: int  # with a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Days and months of a pair's agreement and year."""

    confirm_days: int = 14  # to sign an agreement, proposed
    opens_days: int = 30  # an assessment may be given so long before its day
    remind_days: tuple[int, ...] = (30, 7, 1)  # before a day, the longest first
    extension_months: int = 12  # of one extension, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """From which mark of 0 to 100 an apprentice is how good."""

    excellent: int = 90
    good: int = 75
    passed: int = 60
    apart: int = 15  # marks between two views that are worth a talk


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardClause:
    """What a mentor may be rewarded for."""

    clause: str
    wording: Wording
    code: str
    yuan: int
    tiers: tuple[str, ...] = ()  # of contests
    places: int = 0  # the last place that counts
    rank: int = 0  # the least rank of SkillLevel; 0: no certificate is meant


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorshipLimits:
    clause: str
    wording: Wording
    months_min: int
    months_max: int
    capacity: int
    capacity_hard: int
    mentor_rank: int  # of SkillLevel
    above_apprentice: bool
    quotas: tuple[Quota, ...] = ()  # ascending by rank
    deadlines: Deadlines = Deadlines()
    bands: Bands = Bands()
    rewards: tuple[RewardClause, ...] = ()  # (): those that are shipped

    def quota(self, rank: int | None) -> Quota:
        """Return the quota of a mentor whose highest level has this rank.

        Where none is set for it, or there is no level, that of all mentors holds.
        """
        fitting = [one for one in self.quotas if one.rank <= (rank or 0)]
        return fitting[-1] if fitting else self._of_all

    @property
    def capacities(self) -> tuple[int, ...]:
        """Return the usual number of apprentices by rank: 0 (no level) to 8."""
        return tuple(self.quota(rank).capacity for rank in range(HIGHEST_RANK + 1))

    @property
    def hard_capacities(self) -> tuple[int, ...]:
        """Return the number no reason exceeds, by rank: 0 (no level) to 8."""
        return tuple(self.quota(rank).capacity_hard for rank in range(HIGHEST_RANK + 1))

    @property
    def _of_all(self) -> Quota:
        return Quota(
            clause=self.clause,
            wording=self.wording,
            rank=0,
            capacity=self.capacity,
            capacity_hard=self.capacity_hard,
        )
