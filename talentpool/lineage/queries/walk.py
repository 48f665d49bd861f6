"""Walking ties in the database; every answer is bounded, whoever is asked about."""

from collections.abc import Collection
from datetime import date
from itertools import islice

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from talentpool.dossiers.models import Craftsman
from talentpool.lineage.rules.graph import (
    GENERATIONS_UP,
    MOST_WALKED,
    TIE_STATES,
    Tie,
    join_ties,
    nearest,
)
from talentpool.mentorship.models import Pair

MOST_ROWS_UP = 1_000  # ways to masters that are looked at
GENERATIONS_COUNTED = 30  # of successors, in a school


def list_above(session: Session, person_id: int, *, day: date) -> dict[int, int]:
    """Return everybody above a person with the generations; the person with 0."""
    walk = _seed(person_id)
    step = (
        select(Craftsman.person_id, walk.c.generation + 1)
        .select_from(walk)
        .join(Pair, Pair.apprentice_person_id == walk.c.person_id)
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .where(walk.c.generation < GENERATIONS_UP, is_tie(day))
    )
    return nearest(_walked(session, walk.union(step), MOST_ROWS_UP))


def list_below(
    session: Session, person_id: int, *, day: date
) -> tuple[dict[int, int], bool]:
    """Return everybody below a person with the generations, and whether that is all.

    At most `MOST_WALKED` persons, the nearest generations first.
    """
    found = {person_id: 0}
    front = [person_id]
    # A generation at a time, and never more of one than are still to be counted: in one
    # recursive statement SQLite reads the apprentices of all it found.
    for generation in range(1, GENERATIONS_COUNTED + 1):
        rows = session.scalars(
            select(Pair.apprentice_person_id)
            .join(Craftsman, Craftsman.id == Pair.mentor_id)
            .where(Craftsman.person_id.in_(front), is_tie(day))
            .distinct()
            .limit(MOST_WALKED + 2)  # more than are found already
        ).all()
        front = [number for number in rows if number not in found]
        found |= dict.fromkeys(front, generation)
        if len(found) > MOST_WALKED + 1 or not front:
            break
    del found[person_id]
    return dict(islice(found.items(), MOST_WALKED)), len(found) <= MOST_WALKED


def list_apprentices(
    session: Session,
    mentors: Collection[int],
    *,
    day: date,
    trade: str = "",
    most: int,
    skip: int = 0,
) -> tuple[list[tuple[int, int]], dict[int, int]]:
    """Return (mentor, apprentice) by person, and how many apprentices each mentor has.

    Args:
        session: any.
        mentors: persons.
        day: ties that began later do not count.
        trade: only of this trade, as the pairs say it.
        most: of each mentor, the earliest first.
        skip: leave out so many of each before.
    """
    begun = func.min(Pair.starts_on).label("begun")
    found = (
        select(Craftsman.person_id.label("mentor"), _apprentice(), begun)
        .join(Pair, Pair.mentor_id == Craftsman.id)
        .where(Craftsman.person_id.in_(mentors), is_tie(day))
        .group_by(Craftsman.person_id, Pair.apprentice_person_id)
    )
    if trade:
        found = found.where(Pair.trade == trade)
    one = found.subquery()
    order = (one.c.begun, one.c.apprentice)
    ranked = select(
        one.c.mentor,
        one.c.apprentice,
        func.row_number().over(partition_by=one.c.mentor, order_by=order).label("n"),
        func.count().over(partition_by=one.c.mentor).label("total"),
    ).subquery()
    rows = session.execute(
        select(ranked)
        .where(ranked.c.n > skip, ranked.c.n <= skip + most)
        .order_by(ranked.c.mentor, ranked.c.n)
    ).all()
    totals = {row.mentor: row.total for row in rows}
    return [(row.mentor, row.apprentice) for row in rows], totals


def list_ties(
    session: Session,
    *,
    apprentices: Collection[int],
    day: date,
    mentors: Collection[int] | None = None,
    trade: str = "",
) -> list[Tie]:
    """Return the ties that lead down to some persons, the oldest first.

    Args:
        session: any.
        apprentices: persons.
        day: ties that began later do not count.
        mentors: only from these persons; None is from anybody.
        trade: only of this trade, as the pairs say it.
    """
    found = (
        select(
            Craftsman.person_id,
            Pair.apprentice_person_id,
            Pair.trade,
            Pair.starts_on,
            Pair.closed_on,
            Pair.state,
        )
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .where(Pair.apprentice_person_id.in_(apprentices), is_tie(day))
        .order_by(Pair.id)
    )
    if mentors is not None:
        found = found.where(Craftsman.person_id.in_(mentors))
    if trade:
        found = found.where(Pair.trade == trade)
    return join_ties(
        Tie(
            mentor=mentor,
            apprentice=apprentice,
            trade=trade,
            starts_on=starts_on,
            ended_on=closed_on,
            state=state,
        )
        for mentor, apprentice, trade, starts_on, closed_on, state in session.execute(
            found
        )
    )


def _seed(person_id: int) -> CTE:
    return select(
        cast(literal(person_id), Integer).label("person_id"),
        literal(0, Integer).label("generation"),
    ).cte("walk", recursive=True)


def _walked(session: Session, walk: CTE, most: int) -> list[tuple[int, int]]:
    # Both databases make the rows of a recursion as they are asked for, nearest first:
    # what lies behind the limit is never walked.
    rows = session.execute(select(walk.c.person_id, walk.c.generation).limit(most))
    return [(person_id, generation) for person_id, generation in rows]


def _apprentice() -> ColumnElement[int]:
    return Pair.apprentice_person_id.label("apprentice")


def is_tie(day: date) -> ColumnElement[bool]:
    """Return the condition that a pair is a tie on a day (rule L-01)."""
    # Nearly every pair is in one of these states: SQLite, which cannot know that, is
    # kept from looking the pairs up by them.
    return and_(
        Pair.state.concat("").in_(TIE_STATES),
        Pair.starts_on <= day,
        or_(
            Pair.state != "terminated",
            Pair.closed_on > Pair.starts_on,
        ),
    )
