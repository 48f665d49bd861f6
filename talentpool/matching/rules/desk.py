"""The life of a demand (企业需求) at the desk.

    open → assigned → served → done
    open, assigned → unmet | withdrawn; served → unmet

Words used here:
    demand: a firm asks for help with a problem, or for a mentor.
    liaison: the officer of the pool who looks for somebody and answers for the choice.
    assignment: one craftsman asked to serve a demand; they accept or decline.
    outcome: what was done on a day: visits, problems solved, people trained. It counts
        once the firm has confirmed it; then it stands in the craftsman's dossier.
"""

from dataclasses import dataclass

STATES = ("open", "assigned", "served", "done", "unmet", "withdrawn")
WAITING = ("open", "assigned", "served")
NEXT: dict[str, frozenset[str]] = {
    "open": frozenset({"assigned", "unmet", "withdrawn"}),
    "assigned": frozenset({"open", "served", "done", "unmet", "withdrawn"}),
    "served": frozenset({"done", "unmet"}),
    "done": frozenset(),
    "unmet": frozenset(),
    "withdrawn": frozenset(),
}
ASSIGNMENT_STATES = ("asked", "accepted", "declined", "ended")
BUSY_STATES = ("asked", "accepted")
OUTCOME_STATES = ("recorded", "confirmed", "disputed")
MOST_ASSIGNED = 5  # craftsmen at one demand
MOST_COUNTED = 9_999  # of visits, problems, people on one day


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What was done on a day."""

    visits: int
    problems: int
    trained: int

    @property
    def is_empty(self) -> bool:
        return not (self.visits or self.problems or self.trained)


def is_step(before: str, after: str) -> bool:
    """Tell whether a demand may go from state `before` to `after`."""
    return after in NEXT[before]


def state_after_answer(states: list[str]) -> str:
    """Return the state of a demand nobody has served yet, by its assignments."""
    return "assigned" if any(state in BUSY_STATES for state in states) else "open"


def counts_firm(confirmed_before: int) -> int:
    """Return what an outcome adds to the firms served: a demand is one firm, once.

    Source: rule M-14 in docs/rules/matching.md.
    """
    return 0 if confirmed_before else 1
