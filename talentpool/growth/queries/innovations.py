"""Reading innovation projects; every list takes the caller's scope."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, Select, extract, false, func, or_, select, true
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Session,
    joinedload,
    selectinload,
)

from accounts.roles.rules import EVERYWHERE, Scope
from people.consent.queries import has_withdrawn
from people.districts.queries import within
from people.persons.models import Person
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import within_scopes
from talentpool.dossiers.rules import enclosing_districts
from talentpool.growth.models.innovations import (
    Innovation,
    InnovationPaper,
    InnovationShare,
)
from talentpool.growth.rules.innovations import COUNTED_STATES

PER_PAGE = 25
MOST_ALIKE = 6  # people of one name that are told apart on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list is narrowed to; "" and 0 are all."""

    state: str = ""
    kind: str = ""
    year: int = 0
    text: str = ""


def find_innovation(session: Session, uid: str) -> Innovation | None:
    """Return a project with its people and papers, or None."""
    return session.scalar(_whole().where(Innovation.uid == uid))


def find_paper(session: Session, uid: str) -> InnovationPaper | None:
    """Return a paper with its file, or None."""
    found = select(InnovationPaper).where(InnovationPaper.uid == uid)
    return session.scalar(found.options(joinedload(InnovationPaper.attachment)))


def find_share(session: Session, uid: str) -> InnovationShare | None:
    """Return a share, or None."""
    return session.scalar(select(InnovationShare).where(InnovationShare.uid == uid))


def places_of(innovation: Innovation) -> list[Scope]:
    """Return every scope a project lies in: its unit and its places."""
    return scopes_around(innovation.district_code, innovation.unit)


def scopes_around(district_code: str, unit: Unit | None) -> list[Scope]:
    """Return the scopes of a place and of the unit there, if there is one."""
    places = [Scope("district", code) for code in enclosing_districts(district_code)]
    return [*places, Scope("unit", unit.uid)] if unit else places


def list_innovations(
    session: Session, scopes: Iterable[Scope], *, wanted: Filter, page: int
) -> Pagination:
    """Return one page of projects, the newest first."""
    found = _whole().where(within_places(scopes))
    if wanted.state:
        found = found.where(Innovation.state == wanted.state)
    if wanted.kind:
        found = found.where(Innovation.kind == wanted.kind)
    if wanted.year:
        found = found.where(extract("year", Innovation.finished_on) == wanted.year)
    if wanted.text:
        found = found.where(Innovation.title.contains(wanted.text, autoescape=True))
    return SelectPagination(
        select=found.order_by(Innovation.finished_on.desc(), Innovation.id.desc()),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def count_waiting(session: Session, scopes: Iterable[Scope]) -> int:
    """Return how many projects wait for an officer's look."""
    found = select(func.count()).select_from(Innovation)
    found = found.where(within_places(scopes), Innovation.state == "submitted")
    return session.scalar(found) or 0


def list_of_craftsman(
    session: Session, craftsman_id: int, *, counted: bool
) -> list[InnovationShare]:
    """Return a person's parts in projects, the newest first; all, or what counts."""
    found = (
        select(InnovationShare)
        .join(InnovationShare.innovation)
        .where(InnovationShare.craftsman_id == craftsman_id)
        .options(joinedload(InnovationShare.innovation).joinedload(Innovation.unit))
        .order_by(Innovation.finished_on.desc(), Innovation.id.desc())
    )
    if counted:
        found = found.where(Innovation.state.in_(COUNTED_STATES))
    return list(session.scalars(found))


def list_recorded(session: Session, account: str) -> list[Innovation]:
    """Return the projects an account has recorded, the newest first."""
    found = _whole().where(Innovation.recorded_by == account)
    return list(session.scalars(found.order_by(Innovation.id.desc()).limit(100)))


def is_part(session: Session, innovation: Innovation, person_id: int | None) -> bool:
    """Tell whether a person took part in a project."""
    if person_id is None:
        return False
    found = select(InnovationShare.id).join(InnovationShare.craftsman)
    found = found.where(
        InnovationShare.innovation_id == innovation.id,
        Craftsman.person_id == person_id,
    )
    return session.scalar(found.limit(1)) is not None


def find_people(
    session: Session, text: str, scopes: Iterable[Scope], unit_id: int | None = None
) -> list[Craftsman]:
    """Return whom a certificate's number, or a whole name, means.

    A number finds its holder anywhere; a name finds those within the scopes, or of one
    unit. At most `MOST_ALIKE`. Whoever was erased or took the consent back is left out.
    """
    wanted = "".join(text.split())
    if not wanted:
        return []
    here = within_scopes(list(scopes))
    if unit_id is not None:
        here = or_(here, Person.unit_id == unit_id)
    found = (
        select(Craftsman)
        .join(Craftsman.person)
        .options(joinedload(Craftsman.person).joinedload(Person.unit))
        .where(
            Craftsman.merged_into_id.is_(None),
            Person.erased_at.is_(None),
            ~has_withdrawn("pool", Person.id),
            or_(
                Craftsman.certificate_number == wanted.upper(),
                (Person.name == wanted) & here,
            ),
        )
        .order_by(Craftsman.id)
        .limit(MOST_ALIKE)
    )
    return list(session.scalars(found))


def list_units(session: Session, scopes: Iterable[Scope]) -> list[Unit]:
    """Return the units named by scopes, by name."""
    uids = [scope.key for scope in scopes if scope.kind == "unit"]
    found = select(Unit).where(Unit.uid.in_(uids)).order_by(Unit.name, Unit.id)
    return list(session.scalars(found))


def within_places(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    """Return the condition on `Innovation` that it lies in one of the scopes."""
    return place_condition(
        list(scopes), district=Innovation.district_code, unit_id=Innovation.unit_id
    )


def place_condition(
    scopes: list[Scope],
    *,
    district: InstrumentedAttribute[str],
    unit_id: InstrumentedAttribute[int | None],
) -> ColumnElement[bool]:
    """Return the condition that a row's district or unit lies in one of the scopes."""
    if EVERYWHERE in scopes:
        return true()
    parts: list[ColumnElement[bool]] = [
        within(district, scope.key) for scope in scopes if scope.kind == "district"
    ]
    units = [scope.key for scope in scopes if scope.kind == "unit"]
    if units:
        own = select(Unit.id).where(Unit.uid.in_(units))
        parts.append(unit_id.in_(own))
    return or_(*parts) if parts else false()


def _whole() -> Select[Innovation]:
    share = selectinload(Innovation.shares).joinedload(InnovationShare.craftsman)
    return select(Innovation).options(
        joinedload(Innovation.unit),
        joinedload(Innovation.district),
        share.joinedload(Craftsman.person).joinedload(Person.unit),
        selectinload(Innovation.papers).joinedload(InnovationPaper.attachment),
    )
