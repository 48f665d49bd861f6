"""Innovation projects: kinds, roles, states, and what a project lacks.

Words used here:
    project: one piece of work, however many people did it; counted once.
    share: one person's part in a project, in the order of the authors; the lead is
        the first.
    namesake: the one a method of work is named after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

KINDS = ("innovation", "invention", "method", "five_small", "cooperation")
ROLES = ("lead", "participant", "adviser")
STATES = ("draft", "submitted", "returned", "verified", "revoked")
OPEN_STATES = ("draft", "returned")  # may still be changed
COUNTED_STATES = ("verified",)
NEXT: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted"}),
    "returned": frozenset({"submitted"}),
    "submitted": frozenset({"verified", "returned"}),
    "verified": frozenset({"revoked"}),
    "revoked": frozenset(),
}
# What a dossier calls it: it knows no kinds of its own for these two.
_IN_DOSSIER = {"invention": "innovation", "cooperation": "innovation"}

MOST_PEOPLE = 30
MOST_PAPERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One person's part, as far as the rules ask."""

    name: str
    role: str
    method_name: str  # "" unless the method is named after this person


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A project, as far as the rules ask."""

    kind: str
    parts: Sequence[Part]
    papers: int
    began_on: date | None
    finished_on: date
    benefit_yuan: int | None
    benefit_from: date | None
    benefit_to: date | None
    benefit_confirmed_by: str


def kind_in_dossier(kind: str) -> str:
    """Return the kind of achievement a project of this kind is in a dossier.

    Source: rule G-04 in docs/rules/growth.md.
    """
    return _IN_DOSSIER.get(kind, kind)


def ranked(roles: Sequence[str]) -> list[int]:
    """Return the places of shares in the order of authors, the lead first.

    Within a role the order they were named in stays.
    """
    return sorted(range(len(roles)), key=lambda place: ROLES.index(roles[place]))


def faults(work: Work, today: date) -> list[str]:
    """Return codes of all a project lacks before it can be handed in.

    Codes: "lead" (not exactly one), "method" (a method without a namesake), "namesake"
    (one of another kind, or two), "name" (the method's does not hold the person's),
    "paper" (nothing proves it), "future", "days" (it ended before it began), "benefit"
    (an amount without its period or without who confirmed it), "period" (upside down).

    Source: rule G-02 in docs/rules/growth.md.
    """
    found = []
    if sum(part.role == "lead" for part in work.parts) != 1:
        found.append("lead")
    named = [part for part in work.parts if part.method_name]
    if work.kind == "method" and not named:
        found.append("method")
    if len(named) > 1 or (named and work.kind != "method"):
        found.append("namesake")
    if any(part.name not in part.method_name for part in named):
        found.append("name")
    if not work.papers:
        found.append("paper")
    if work.finished_on > today:
        found.append("future")
    if work.began_on is not None and work.began_on > work.finished_on:
        found.append("days")
    return found + _benefit_faults(work)


def _benefit_faults(work: Work) -> list[str]:
    if not work.benefit_yuan:
        return []
    first, last = work.benefit_from, work.benefit_to
    if first is None or last is None or not work.benefit_confirmed_by:
        return ["benefit"]
    return ["period"] if first > last else []
