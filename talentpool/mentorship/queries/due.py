"""What of pairs is due by a day: signatures, milestones, assessments, terms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import (
    Select,
    String,
    Subquery,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from accounts.roles.rules import Scope
from paging import Pages
from people.districts.models import District
from people.districts.queries import within
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import within_scopes
from talentpool.mentorship.models import Agreement, Assessment, Milestone, Pair
from talentpool.mentorship.queries.pairs import PER_PAGE, whole_pairs
from talentpool.mentorship.rules.agreements import OPEN
from talentpool.mentorship.rules.pairs import LIVE_STATES
from talentpool.mentorship.rules.plans import WAITING

SIGNATURE, MILESTONE, ASSESSMENT, TERM = KINDS = (
    *("signature", "milestone", "assessment"),
    "term",
)
_RUNNING = ("active", "due", "extended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something of a pair that is due on a day."""

    kind: str  # of KINDS
    row: int  # id in the table of its kind
    pair_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Late:
    """Something of a pair whose day has passed."""

    pair_id: int
    kind: str
    due_on: date


def list_due(
    session: Session, kind: str, *, until: date, last: int, limit: int
) -> list[Due]:
    """Return what of one kind is due by a day, by id after `last`."""
    found = _of_kind(kind, until)
    row = {
        SIGNATURE: Agreement.id,
        MILESTONE: Milestone.id,
        ASSESSMENT: Assessment.id,
        TERM: Pair.id,
    }[kind]
    rows = session.execute(found.where(row > last).order_by(row).limit(limit))
    return [Due(kind=k, row=r, pair_id=p, due_on=d) for k, r, p, d in rows]


def list_overdue(
    session: Session,
    scopes: Iterable[Scope],
    *,
    today: date,
    district: str,
    kind: str,
    page: int,
) -> tuple[list[Late], Pages]:
    """Return a page of what is overdue, longest overdue first, and where it stands."""
    late = _late(today, kind)
    found = (
        select(late.c.pair_id, late.c.kind, late.c.due_on)
        .join(Pair, Pair.id == late.c.pair_id)
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .where(within_scopes(scopes))
    )
    if district:
        found = found.where(within(Craftsman.district_code, district))
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = Pages(page=page, total=total, per_page=PER_PAGE)
    part = found.order_by(late.c.due_on, late.c.kind, late.c.row)
    rows = session.execute(part.limit(PER_PAGE).offset(pages.part.start))
    return [Late(*row) for row in rows], pages


def count_overdue(
    session: Session, scopes: Iterable[Scope], *, today: date
) -> list[tuple[str, str, dict[str, int]]]:
    """Return (code, name, how many by kind) of each district with something overdue."""
    late = _late(today, "")
    rows = session.execute(
        select(District.code, District.name, late.c.kind, func.count())
        .select_from(late)
        .join(Pair, Pair.id == late.c.pair_id)
        .join(Craftsman, Craftsman.id == Pair.mentor_id)
        .join(District, District.code == Craftsman.district_code)
        .where(within_scopes(scopes))
        .group_by(District.code, District.name, late.c.kind)
        .order_by(District.code, late.c.kind)
    )
    found: dict[str, tuple[str, str, dict[str, int]]] = {}
    for code, name, kind, count in rows:
        found.setdefault(code, (code, name, {}))[2][kind] = count
    return list(found.values())


def read_pairs(session: Session, ids: Sequence[int]) -> dict[int, Pair]:
    """Return pairs with both persons by their ids."""
    found = session.scalars(whole_pairs().where(Pair.id.in_(ids)))
    return {pair.id: pair for pair in found}


def _late(today: date, kind: str) -> Subquery:
    kinds = [kind] if kind else KINDS
    yesterday = date.fromordinal(today.toordinal() - 1)
    return union_all(*(_of_kind(n, yesterday) for n in kinds)).subquery("late")


def _of_kind(kind: str, until: date) -> Select[str, int, int, date]:
    if kind == SIGNATURE:
        return (
            _columns(kind, Agreement.id, Agreement.pair_id, Agreement.confirm_by)
            .join(Pair, Pair.id == Agreement.pair_id)
            .where(
                Agreement.state == OPEN,
                Agreement.confirm_by <= until,
                Pair.state.in_(LIVE_STATES),
            )
        )
    if kind == MILESTONE:
        return (
            _columns(kind, Milestone.id, Milestone.pair_id, Milestone.due_on)
            .join(Pair, Pair.id == Milestone.pair_id)
            .where(
                Milestone.state.in_(WAITING),
                Milestone.due_on <= until,
                Pair.state.in_(_RUNNING),
            )
        )
    if kind == ASSESSMENT:
        return (
            _columns(kind, Assessment.id, Assessment.pair_id, Assessment.due_on)
            .join(Pair, Pair.id == Assessment.pair_id)
            .where(
                Assessment.outcome == "",
                Assessment.due_on <= until,
                Pair.state.in_(_RUNNING),
            )
        )
    return _columns(kind, Pair.id, Pair.id, Pair.ends_on).where(
        Pair.state.in_(_RUNNING), Pair.ends_on <= until
    )


def _columns(
    kind: str,
    row: InstrumentedAttribute[int],
    pair: InstrumentedAttribute[int],
    due_on: InstrumentedAttribute[date],
) -> Select[str, int, int, date]:
    return select(
        literal(kind, String).label("kind"),
        row.label("row"),
        pair.label("pair_id"),
        due_on.label("due_on"),
    )
