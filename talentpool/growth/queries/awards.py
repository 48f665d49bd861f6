"""Reading award rounds, what is nominated, and experts' sheets."""

import json
from collections.abc import Collection, Iterable, Sequence

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import Scope
from accounts.users.models import User
from people.persons.models import Person
from people.vault.services import get_vault
from scoring.marking.rules.facts import Mark
from talentpool.admission.rules.experts import MARKED
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import enclosing_districts
from talentpool.growth.models.awards import (
    AwardExpert,
    AwardNomination,
    AwardRound,
    AwardSheet,
)
from talentpool.growth.models.innovations import Innovation, InnovationShare
from talentpool.growth.queries.innovations import scopes_around
from talentpool.growth.rules.awards import (
    AWARDED,
    NOMINATED,
    NOMINATING,
    RUNNING,
    SCORING,
    WITHDRAWN,
)
from talentpool.growth.rules.innovations import COUNTED_STATES

PER_PAGE = 25


def find_round(session: Session, uid: str) -> AwardRound | None:
    """Return a round, or None."""
    return session.scalar(
        select(AwardRound)
        .where(AwardRound.uid == uid)
        .options(joinedload(AwardRound.district))
    )


def places_of(award_round: AwardRound) -> list[Scope]:
    """Return every scope a round lies in."""
    return scopes_around(award_round.district_code, None)


def list_rounds(session: Session, *, page: int) -> Pagination:
    """Return one page of rounds, the newest first; they are open to all who look."""
    return SelectPagination(
        select=select(AwardRound)
        .options(joinedload(AwardRound.district))
        .order_by(AwardRound.opens_on.desc(), AwardRound.id.desc()),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def list_open_rounds(session: Session, innovation: Innovation) -> list[AwardRound]:
    """Return the rounds around a project's place that take nominations."""
    codes = enclosing_districts(innovation.district_code)
    return list(
        session.scalars(
            select(AwardRound)
            .where(AwardRound.state == NOMINATING, AwardRound.district_code.in_(codes))
            .order_by(AwardRound.closes_on, AwardRound.id)
        )
    )


def find_nomination(session: Session, uid: str) -> AwardNomination | None:
    """Return a nomination with its project and people, or None."""
    return session.scalar(_whole().where(AwardNomination.uid == uid))


def find_nominated(
    session: Session, award_round: AwardRound, innovation: Innovation
) -> AwardNomination | None:
    """Return what was said of a project in a round, withdrawn or not."""
    return session.scalar(
        select(AwardNomination).where(
            AwardNomination.round_id == award_round.id,
            AwardNomination.innovation_id == innovation.id,
        )
    )


def is_taken(session: Session, innovation: Innovation, award_round: AwardRound) -> bool:
    """Tell whether another round of this level has awarded a project, or judges it."""
    found = (
        select(AwardNomination.id)
        .join(AwardNomination.round)
        .where(
            AwardNomination.innovation_id == innovation.id,
            AwardNomination.round_id != award_round.id,
            AwardRound.level == award_round.level,
            or_(
                AwardNomination.state == AWARDED,
                and_(AwardNomination.state == NOMINATED, AwardRound.state.in_(RUNNING)),
            ),
        )
    )
    return session.scalar(found.limit(1)) is not None


def list_nominations(
    session: Session, award_round: AwardRound
) -> list[AwardNomination]:
    """Return a round's nominations: by rank once it is published, else as they came."""
    return list(
        session.scalars(
            _whole()
            .where(AwardNomination.round_id == award_round.id)
            .order_by(
                case((AwardNomination.rank.is_(None), 1), else_=0),
                AwardNomination.rank,
                AwardNomination.id,
            )
        )
    )


def list_standing(session: Session, award_round: AwardRound) -> list[AwardNomination]:
    """Return what competes: not withdrawn, and the project is verified still."""
    return [
        nomination
        for nomination in list_nominations(session, award_round)
        if nomination.state == NOMINATED
        and nomination.innovation.state in COUNTED_STATES
    ]


def list_of_innovation(
    session: Session, innovation: Innovation
) -> list[AwardNomination]:
    """Return the rounds a project was nominated into, the newest first."""
    return list(
        session.scalars(
            select(AwardNomination)
            .where(
                AwardNomination.innovation_id == innovation.id,
                AwardNomination.state != WITHDRAWN,
            )
            .options(joinedload(AwardNomination.round))
            .order_by(AwardNomination.id.desc())
        )
    )


def list_awards(
    session: Session, innovation_ids: Collection[int]
) -> dict[int, list[AwardNomination]]:
    """Return the awards that projects have, by id of the project."""
    found: dict[int, list[AwardNomination]] = {}
    rows = session.scalars(
        select(AwardNomination)
        .where(
            AwardNomination.innovation_id.in_(innovation_ids),
            AwardNomination.state == AWARDED,
        )
        .options(joinedload(AwardNomination.round))
        .order_by(AwardNomination.id)
    )
    for row in rows:
        found.setdefault(row.innovation_id, []).append(row)
    return found


def list_experts(session: Session, round_id: int) -> list[AwardExpert]:
    """Return a round's experts now, in the order of appointment."""
    return list(
        session.scalars(
            select(AwardExpert)
            .where(AwardExpert.round_id == round_id, AwardExpert.ended_at.is_(None))
            .options(joinedload(AwardExpert.user))
            .order_by(AwardExpert.id)
        )
    )


def find_expert(session: Session, round_id: int, user_id: int) -> AwardExpert | None:
    """Return a user's seat in a round, ended or not."""
    return session.scalar(
        select(AwardExpert).where(
            AwardExpert.round_id == round_id, AwardExpert.user_id == user_id
        )
    )


def is_expert(session: Session, round_id: int, user: User) -> bool:
    """Tell whether a user is an expert of a round now."""
    seat = find_expert(session, round_id, user.id)
    return seat is not None and seat.ended_at is None


def is_before(session: Session, innovation: Innovation, user: User) -> bool:
    """Tell whether a project lies before a user as an expert, or did."""
    found = (
        select(AwardNomination.id)
        .join(AwardExpert, AwardExpert.round_id == AwardNomination.round_id)
        .where(
            AwardNomination.innovation_id == innovation.id,
            AwardNomination.state != WITHDRAWN,
            AwardExpert.user_id == user.id,
            AwardExpert.ended_at.is_(None),
        )
    )
    return session.scalar(found.limit(1)) is not None


def list_sheets(session: Session, award_round: AwardRound) -> list[AwardSheet]:
    """Return every sheet of a round, oldest first."""
    return list(
        session.scalars(
            select(AwardSheet)
            .join(AwardSheet.nomination)
            .where(AwardNomination.round_id == award_round.id)
            .options(joinedload(AwardSheet.nomination))
            .order_by(AwardSheet.id)
        )
    )


def find_sheet(
    session: Session, nomination: AwardNomination, user: User
) -> AwardSheet | None:
    """Return a user's own sheet for a project, or None."""
    return session.scalar(
        select(AwardSheet).where(
            AwardSheet.nomination_id == nomination.id, AwardSheet.user_id == user.id
        )
    )


def list_own_sheets(
    session: Session, user: User, nominations: Iterable[AwardNomination]
) -> dict[int, AwardSheet]:
    """Return a user's own sheets, by id of the nomination."""
    ids = [nomination.id for nomination in nominations]
    rows = session.scalars(
        select(AwardSheet).where(
            AwardSheet.user_id == user.id, AwardSheet.nomination_id.in_(ids)
        )
    )
    return {sheet.nomination_id: sheet for sheet in rows}


def marks_of(sheets: Sequence[AwardSheet]) -> list[Mark]:
    """Return the marks of sheets as the scoring engine takes them."""
    return [
        Mark(sheet.nomination.uid, aspect, seat_of(sheet), value)
        for sheet in sheets
        if sheet.state == MARKED
        for aspect, value in json.loads(sheet.marks).items()
    ]


def seat_of(sheet: AwardSheet) -> str:
    """Return the name a sheet's expert has in results: nobody can tell whose it is.

    One name for the whole round, made with a key of the installation.
    """
    text = f"{sheet.nomination.round_id}\n{sheet.user_id}"
    return get_vault().lookup(text, "award-seat")


def list_to_mark(session: Session, user: User, *, page: int) -> Pagination:
    """Return one page of the projects before a user; what lacks a sheet comes first."""
    signed = _signed_by(user)
    return SelectPagination(
        select=_whole()
        .where(*_before(user))
        .order_by(case((signed, 1), else_=0), AwardNomination.id),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def count_unsigned(session: Session, user: User) -> int:
    """Return how many projects before a user lack the user's sheet."""
    asked = select(func.count()).where(*_before(user), ~_signed_by(user))
    return session.scalar(asked.select_from(AwardNomination)) or 0


def _signed_by(user: User) -> ColumnElement[bool]:
    return exists().where(
        AwardSheet.user_id == user.id, AwardSheet.nomination_id == AwardNomination.id
    )


def _before(user: User) -> tuple[ColumnElement[bool], ...]:
    rounds = (
        select(AwardExpert.round_id)
        .join(AwardExpert.round)
        .where(
            AwardExpert.user_id == user.id,
            AwardExpert.ended_at.is_(None),
            AwardRound.state == SCORING,
        )
    )
    verified = select(Innovation.id).where(Innovation.state.in_(COUNTED_STATES))
    return (
        AwardNomination.round_id.in_(rounds),
        AwardNomination.state == NOMINATED,
        AwardNomination.innovation_id.in_(verified),
    )


def _whole() -> Select[AwardNomination]:
    project = joinedload(AwardNomination.innovation)
    share = project.selectinload(Innovation.shares)
    return select(AwardNomination).options(
        joinedload(AwardNomination.round),
        project.joinedload(Innovation.unit),
        share.joinedload(InnovationShare.craftsman)
        .joinedload(Craftsman.person)
        .joinedload(Person.unit),
        project.selectinload(Innovation.papers),
    )
