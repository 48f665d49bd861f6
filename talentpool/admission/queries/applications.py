"""Finding applications: one's own, and those that wait for an office."""

from collections.abc import Iterable

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import EVERYWHERE, Scope
from accounts.users.models import User
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from talentpool.admission.models.applications import (
    Application,
    Batch,
    Claim,
    Move,
    Reference,
    Snapshot,
)
from talentpool.admission.models.proposals import Proposal
from talentpool.admission.rules.applications import (
    EDITABLE,
    OPEN_STATES,
    RESULT,
    UNCONFIRMED,
    WITHDRAWN,
)
from talentpool.admission.rules.claims import ClaimLine
from talentpool.dossiers.rules import enclosing_districts

PER_PAGE = 25


def find_application(session: Session, uid: str) -> Application | None:
    """Return an application with all it speaks of, or None."""
    return session.scalar(select_whole().where(Application.uid == uid))


def list_own(session: Session, user: User, *, page: int) -> Pagination:
    """Return one page of what a user fills in or is the nominee of, newest first."""
    return SelectPagination(
        select=select_whole().where(_is_own(user)).order_by(Application.id.desc()),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def list_editable(session: Session, user: User) -> list[Application]:
    """Return what a user can fill in or correct at present, newest first."""
    return list(
        session.scalars(
            select_whole()
            .where(_is_own(user), Application.state.in_(EDITABLE))
            .order_by(Application.id.desc())
        )
    )


def _is_own(user: User) -> ColumnElement[bool]:
    own = [Application.submitter_id == user.id, Application.nominee_user_id == user.id]
    if user.person_id is not None:
        own.append(
            (Application.person_id == user.person_id) & (Application.state != "draft")
        )
    return or_(*own)


def find_live(session: Session, batch_id: int, person_id: int) -> Application | None:
    """Return the application of a person in a batch that is still on its way."""
    return session.scalar(
        select(Application)
        .where(
            Application.batch_id == batch_id,
            Application.person_id == person_id,
            Application.state.in_(OPEN_STATES),
        )
        .order_by(Application.id)
        .limit(1)
    )


def find_draft(session: Session, batch_id: int, user_id: int) -> Application | None:
    """Return the application for oneself that a user has begun in a batch."""
    return session.scalar(
        select_whole()
        .where(
            Application.batch_id == batch_id,
            Application.submitter_id == user_id,
            Application.way == "self",
            Application.state.in_(OPEN_STATES),
        )
        .order_by(Application.id)
        .limit(1)
    )


def list_claims(session: Session, application_id: int) -> list[Claim]:
    """Return the current claims by field."""
    return list(
        session.scalars(
            select(Claim)
            .where(Claim.application_id == application_id, Claim.is_current)
            .options(joinedload(Claim.attachment))
            .order_by(Claim.field, Claim.id)
        )
    )


def find_claim(session: Session, application_id: int, uid: str) -> Claim | None:
    """Return one claim of an application, or None."""
    return session.scalar(
        select(Claim)
        .where(Claim.uid == uid, Claim.application_id == application_id)
        .options(joinedload(Claim.attachment))
    )


def lines_of(claims: Iterable[Claim]) -> list[ClaimLine]:
    """Return claims as the rules see them."""
    return [
        ClaimLine(
            field=claim.field,
            value=claim.value,
            document=claim.document,
            state=claim.state,
            has_scan=claim.attachment_id is not None,
        )
        for claim in claims
    ]


def list_moves(session: Session, application_id: int) -> list[Move]:
    """Return what happened to an application, oldest first."""
    return list(
        session.scalars(
            select(Move).where(Move.application_id == application_id).order_by(Move.id)
        )
    )


def list_references(session: Session, application_id: int) -> list[Reference]:
    """Return what referees wrote, oldest first."""
    return list(
        session.scalars(
            select(Reference)
            .where(Reference.application_id == application_id)
            .options(joinedload(Reference.user))
            .order_by(Reference.id)
        )
    )


def list_snapshots(session: Session, application_id: int) -> list[Snapshot]:
    """Return the frozen copies of an application, oldest first; none once erased."""
    return list(
        session.scalars(
            select(Snapshot)
            .where(
                Snapshot.application_id == application_id,
                Snapshot.content_sealed != b"",
            )
            .order_by(Snapshot.round)
        )
    )


def count_references(session: Session, application_id: int) -> int:
    """Return how many referees have written."""
    found = select(func.count()).select_from(Reference)
    found = found.where(Reference.application_id == application_id)
    return session.scalar(found) or 0


def places_of(application: Application) -> list[Scope]:
    """Return every scope an application lies in: its places and its unit."""
    code = application.district_code or application.batch.district_code
    places = [Scope("district", place) for place in enclosing_districts(code)]
    if application.unit is not None:
        places.append(Scope("unit", application.unit.uid))
    return places


def within_scopes(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """Return the condition on `Application` that it lies in one of `scopes`."""
    scopes = list(scopes)
    if EVERYWHERE in scopes:
        return true()
    parts: list[ColumnElement[bool]] = [
        within(Application.district_code, scope.key)  # type: ignore[arg-type]
        for scope in scopes
        if scope.kind == "district"
    ]
    units = [scope.key for scope in scopes if scope.kind == "unit"]
    if units:
        parts.append(
            Application.unit_id.in_(select(Unit.id).where(Unit.uid.in_(units)))
        )
    return or_(*parts) if parts else false()


def find_of_proposal(session: Session, proposal_id: int) -> Application | None:
    """Return the application a proposal was taken into, or None."""
    return session.scalar(
        select(Application)
        .where(
            Application.proposal_id == proposal_id,
            Application.way == RESULT,
            Application.state != WITHDRAWN,
        )
        .order_by(Application.id.desc())
        .limit(1)
    )


def list_waiting_for_nominee(session: Session, user: User) -> list[Application]:
    """Return the nominations that wait for the word of this user's person."""
    if user.person_id is None:
        return []
    return list(
        session.scalars(
            select_whole()
            .where(
                Application.person_id == user.person_id,
                Application.state == UNCONFIRMED,
            )
            .order_by(Application.id)
        )
    )


def select_whole() -> Select[Application]:
    """Return the statement for applications with all they speak of."""
    return select(Application).options(
        joinedload(Application.batch).joinedload(Batch.profile_version),
        joinedload(Application.batch).joinedload(Batch.district),
        joinedload(Application.person).joinedload(Person.unit),
        joinedload(Application.unit),
        joinedload(Application.occupation),
        joinedload(Application.submitter),
        joinedload(Application.craftsman),
        joinedload(Application.proposal).joinedload(Proposal.entry),
    )
