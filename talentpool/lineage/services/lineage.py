"""The lineage around one craftsman: who is shown, who is named, what stays folded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from people.consent.queries import list_consenting
from talentpool.dossiers.models import Craftsman
from talentpool.lineage.queries import people as reading
from talentpool.lineage.queries import walk
from talentpool.lineage.queries.people import Honoured, Someone
from talentpool.lineage.rules.graph import (
    FIRST_CHILDREN,
    GENERATIONS_DOWN,
    MORE_CHILDREN,
    MOST_ABOVE,
    MOST_NODES,
    Common,
    Tie,
    find_common,
    find_founders,
    lead_nodes,
    on_the_way,
)

MOST_HONOURS = 12  # of successors, in the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Who looks: what they may see, on which day, and what the picture is for."""

    scopes: Sequence[Scope]
    day: date
    own: int | None = None  # the caller's own person
    for_display: bool = False  # to be hung up: names need the consent to publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of a lineage somebody wants to see."""

    trade: str = ""
    founder: str = ""  # uid of the dossier; only masters on the way from them
    page: int = 1  # of the apprentices


@dataclass(slots=True, kw_only=True)
class Lineage:
    """A part of the graph that fits on a page; persons by id."""

    middle: int
    asked: Asked
    above: dict[int, int] = field(default_factory=dict)  # master → whom they hang on
    below: dict[int, int] = field(default_factory=dict)  # successor → whom they hang on
    ties: list[Tie] = field(default_factory=list)
    more: dict[int, int] = field(default_factory=dict)  # mentor → apprentices folded
    masters_folded: int = 0
    apprentices: int = 0  # of the one in the middle, in all
    founders: list[int] = field(default_factory=list)
    trades: list[str] = field(default_factory=list)
    people: Mapping[int, Someone] = field(default_factory=dict)
    named: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        return 1 + len(self.above) + len(self.below)

    def masters_of(self, person: int) -> list[Tie]:
        """Return the ties from masters who are shown to a person."""
        return [tie for tie in self.ties if tie.apprentice == person]

    def is_open(self, person: int) -> bool:
        """Tell whether the caller may go on to this person's own lineage."""
        return person in self.named and self.people[person].is_in_places


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """What became of a master's teaching."""

    generations: Sequence[int]  # how many successors in each, the nearest first
    is_all: bool  # False: there are more than were counted
    honours: Mapping[str, int]  # by level, highest first
    best: Sequence[Honoured]  # of those the caller may see

    @property
    def total(self) -> int:
        return sum(self.generations)


def load_lineage(
    session: Session, craftsman: Craftsman, asked: Asked, sight: Sight
) -> Lineage:
    """Return masters and successors of a craftsman: at most `MOST_NODES` persons.

    Every step reads a bounded number of rows, so that no lineage makes it wait; what
    is left out is counted, mentor by mentor, and can be opened.

    Source: rules L-01 to L-04 in docs/rules/matching.md.
    """
    found = Lineage(middle=craftsman.person_id, asked=asked)
    _load_above(session, found, sight)
    _load_below(session, found, sight)
    shown = {found.middle, *found.above, *found.below}
    found.ties += walk.list_ties(
        session,
        apprentices=list(found.below),
        mentors=shown,
        day=sight.day,
        trade=asked.trade,
    )
    _know(session, found, {*shown, *found.founders}, sight)
    found.trades = reading.list_trades(
        session, [found.middle, *found.above], day=sight.day
    )
    return found


def load_school(session: Session, person_id: int, sight: Sight) -> School:
    """Return how many successors there are by generation, and what honours they hold.

    Source: rule L-06 in docs/rules/matching.md.
    """
    below, is_all = walk.list_below(session, person_id, day=sight.day)
    counts: dict[int, int] = {}
    for generation in below.values():
        counts[generation] = counts.get(generation, 0) + 1
    return School(
        generations=[counts[generation] for generation in sorted(counts)],
        is_all=is_all,
        honours=reading.count_honours(session, below),
        best=reading.list_honours(session, below, sight.scopes, most=MOST_HONOURS),
    )


def common_masters(
    session: Session, one: Craftsman, other: Craftsman, sight: Sight
) -> tuple[list[Common], Mapping[int, Someone]]:
    """Return the nearest common masters of two craftsmen, and who they are.

    A master outside the caller's places is not in the second answer.
    """
    found = find_common(
        walk.list_above(session, one.person_id, day=sight.day),
        walk.list_above(session, other.person_id, day=sight.day),
    )
    ids = [common.master for common in found]
    people = reading.load_people(session, ids, sight.scopes)
    return found, {
        person: someone
        for person, someone in people.items()
        if someone.is_in_places and not someone.is_hidden
    }


def _load_above(session: Session, found: Lineage, sight: Sight) -> None:
    above = walk.list_above(session, found.middle, day=sight.day)
    ties = walk.list_ties(session, apprentices=list(above), day=sight.day)
    found.founders = find_founders(above, ties)
    if found.asked.trade:
        # Read again: a tie of several trades is named by its last.
        ties = walk.list_ties(
            session, apprentices=list(above), day=sight.day, trade=found.asked.trade
        )
    if found.asked.founder:
        ties = _of_school(session, found, ties, sight)
    leads = lead_nodes(ties, found.middle, down=False)
    found.above = dict(list(leads.items())[:MOST_ABOVE])
    found.masters_folded = len(leads) - len(found.above)
    shown = {found.middle, *found.above}
    found.ties = [t for t in ties if t.mentor in shown and t.apprentice in shown]


def _of_school(
    session: Session, found: Lineage, ties: list[Tie], sight: Sight
) -> list[Tie]:
    people = reading.load_people(session, found.founders, sight.scopes)
    chosen = [p.id for p in people.values() if p.craftsman_uid == found.asked.founder]
    way = on_the_way(ties, chosen[0], found.middle) if chosen else set()
    return [tie for tie in ties if tie.mentor in way and tie.apprentice in way]


def _load_below(session: Session, found: Lineage, sight: Sight) -> None:
    left = MOST_NODES - 1 - len(found.above)
    front = [found.middle]
    for generation in range(1, GENERATIONS_DOWN + 2):
        is_first, is_last = generation == 1, generation == GENERATIONS_DOWN + 1
        skip = (found.asked.page - 1) * FIRST_CHILDREN if is_first else 0
        pairs, totals = walk.list_apprentices(
            session,
            front,
            day=sight.day,
            trade=found.asked.trade,
            most=FIRST_CHILDREN if is_first else MORE_CHILDREN,
            skip=skip,
        )
        if is_first:
            found.apprentices = totals.get(found.middle, 0)
        shown = {found.middle, *found.above, *found.below}
        seen: dict[int, int] = {}
        front = []
        for mentor, apprentice in pairs:
            if apprentice not in shown:
                if not left or is_last:
                    continue
                found.below[apprentice] = mentor
                shown.add(apprentice)
                front.append(apprentice)
                left -= 1
            seen[mentor] = seen.get(mentor, 0) + 1
        for mentor, total in totals.items():
            folded = total - seen.get(mentor, 0) - (skip if is_first else 0)
            if folded > 0:
                found.more[mentor] = folded
        if not front:
            return


def _know(session: Session, found: Lineage, ids: Iterable[int], sight: Sight) -> None:
    people = reading.load_people(session, list(ids), sight.scopes)
    found.people = people
    seen = {p.id for p in people.values() if p.is_in_places or p.id == sight.own}
    named = set(seen)
    for tie in found.ties:
        # As on the dossier: whoever sees one side of a pair reads the other's name.
        if tie.mentor in seen or tie.apprentice in seen:
            named |= {tie.mentor, tie.apprentice}
    named -= {person.id for person in people.values() if person.is_hidden}
    if sight.for_display:
        named &= list_consenting(
            session, "publication", persons=named, adults_on=sight.day
        )
    found.named = frozenset(named)
