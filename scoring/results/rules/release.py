"""Who sees what of a published result, and from when.

Words used here:
    audience: public, contestant, leader or judge of the event. Everybody is of the
        public too, and sees what any audience they are of may see.
    part: list (names, ranks, awards), scores (points, files, the signed snapshot),
        explanations (how a result came about). Each needs the ones before it.
    plan: the moment at which a part opens to an audience. What a plan does not name
        opens with the publication; what has the moment None is kept back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

PUBLIC, CONTESTANT, LEADER, JUDGE = AUDIENCES = (
    *("public", "contestant"),
    *("leader", "judge"),
)
LIST, SCORES, EXPLANATIONS = PARTS = ("list", "scores", "explanations")

Plan = Mapping[tuple[str, str], datetime | None]  # by audience and part


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader sees of a result at one moment."""

    plan: Plan
    audiences: frozenset[str]  # besides the public
    now: datetime

    def sees(self, part: str) -> bool:
        """Tell whether the reader sees a part by now."""
        needed = PARTS[: PARTS.index(part) + 1]
        return any(
            all(self._is_due(audience, each) for each in needed)
            for audience in {PUBLIC, *self.audiences}
        )

    def key(self) -> tuple[bool, ...]:
        """Return what a page for this reader depends on."""
        return tuple(self.sees(part) for part in PARTS)

    def _is_due(self, audience: str, part: str) -> bool:
        if (audience, part) not in self.plan:
            return True
        moment = self.plan[audience, part]
        return moment is not None and moment <= self.now


def opens_at(plan: Plan, audiences: frozenset[str], part: str) -> datetime | None:
    """Return when a part opens to a reader; None is kept back, or open without a plan.

    The earliest over the reader's audiences of the latest over the parts needed.
    """
    needed = PARTS[: PARTS.index(part) + 1]
    found = []
    for audience in {PUBLIC, *audiences}:
        moments = [plan[audience, p] for p in needed if (audience, p) in plan]
        known = [moment for moment in moments if moment is not None]
        if len(known) == len(moments) and known:
            found.append(max(known))
    return min(found, default=None)
