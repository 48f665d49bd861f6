"""Reading saved searches, shortlists and exports."""

from collections.abc import Sequence
from urllib.parse import parse_qs

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from people.consent.queries import has_withdrawn
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman
from talentpool.search.rules.request import SearchRequest, parse
from talentpool.shortlists.models import (
    ExportDownload,
    PoolExport,
    SavedSearch,
    Shortlist,
    ShortlistEntry,
)

PER_PAGE = 30


def request_of(query: str) -> SearchRequest:
    """Return a kept query as the search takes it."""
    asked, _faults = parse(parse_qs(query))
    return asked


def list_saved(session: Session, user: User) -> list[SavedSearch]:
    """Return a user's saved searches by name."""
    return list(
        session.scalars(
            select(SavedSearch)
            .where(SavedSearch.user_id == user.id)
            .order_by(SavedSearch.name, SavedSearch.id)
        )
    )


def find_saved(session: Session, user: User, uid: str) -> SavedSearch | None:
    """Return one of a user's saved searches, or None."""
    return session.scalar(
        select(SavedSearch).where(
            SavedSearch.uid == uid, SavedSearch.user_id == user.id
        )
    )


def list_shortlists(session: Session, user: User) -> list[tuple[Shortlist, int]]:
    """Return a user's shortlists with how many are on each, newest first."""
    rows = session.execute(
        select(Shortlist, func.count(ShortlistEntry.id))
        .outerjoin(
            ShortlistEntry,
            (ShortlistEntry.shortlist_id == Shortlist.id)
            & ShortlistEntry.craftsman_id.in_(_shown()),
        )
        .where(Shortlist.user_id == user.id)
        .group_by(Shortlist.id)
        .order_by(Shortlist.id.desc())
    )
    return [(shortlist, count) for shortlist, count in rows]


def find_shortlist(session: Session, user: User, uid: str) -> Shortlist | None:
    """Return one of a user's shortlists, or None."""
    return session.scalar(
        select(Shortlist)
        .where(Shortlist.uid == uid, Shortlist.user_id == user.id)
        .options(joinedload(Shortlist.user))
    )


def list_entries(session: Session, shortlist: Shortlist) -> list[ShortlistEntry]:
    """Return who is on a shortlist, in the order they were put there.

    Whoever took the consent to the pool back, or was erased, is not shown any more.
    """
    craftsman = joinedload(ShortlistEntry.craftsman)
    return list(
        session.scalars(
            select(ShortlistEntry)
            .where(
                ShortlistEntry.shortlist_id == shortlist.id,
                ShortlistEntry.craftsman_id.in_(_shown()),
            )
            .options(
                craftsman.joinedload(Craftsman.person).joinedload(Person.unit),
                craftsman.joinedload(Craftsman.occupation),
                craftsman.joinedload(Craftsman.district),
            )
            .order_by(ShortlistEntry.id)
        )
    )


def _shown() -> Select[int]:
    return (
        select(Craftsman.id)
        .join(Person, Person.id == Craftsman.person_id)
        .where(Person.erased_at.is_(None), ~has_withdrawn("pool", Person.id))
    )


def find_export(session: Session, uid: str) -> PoolExport | None:
    """Return an export with who asked and who decided, or None."""
    return session.scalar(_exports().where(PoolExport.uid == uid))


def list_exports(
    session: Session, *, words: str, user: User | None, page: int
) -> tuple[Pagination, dict[int, list[ExportDownload]]]:
    """Return one page of the log of exports, newest first, and their downloads.

    Args:
        session: any.
        words: in the name of who took it, the reason, or the mark of a file.
        user: only theirs; None is everybody's.
        page: which one.
    """
    found = _exports().order_by(PoolExport.id.desc())
    if user is not None:
        found = found.where(PoolExport.user_id == user.id)
    if words:
        marked = select(ExportDownload.export_id).where(
            ExportDownload.mark == words.strip().upper()
        )
        found = found.where(
            or_(
                PoolExport.reason.contains(words, autoescape=True),
                PoolExport.user.has(User.display_name.contains(words, autoescape=True)),
                PoolExport.id.in_(marked),
            )
        )
    shown = SelectPagination(
        select=found, session=session, page=page, per_page=PER_PAGE, error_out=False
    )
    return shown, _downloads(session, [export.id for export in shown.items])


def count_waiting(session: Session, *, but: User) -> int:
    """Return how many exports wait for somebody else than who asked."""
    found = select(func.count()).select_from(PoolExport)
    found = found.where(PoolExport.state == "waiting", PoolExport.user_id != but.id)
    return session.scalar(found) or 0


def _exports() -> Select[PoolExport]:
    return select(PoolExport).options(
        joinedload(PoolExport.user), joinedload(PoolExport.decided_by)
    )


def _downloads(session: Session, ids: Sequence[int]) -> dict[int, list[ExportDownload]]:
    found: dict[int, list[ExportDownload]] = {}
    for row in session.scalars(
        select(ExportDownload)
        .where(ExportDownload.export_id.in_(ids))
        .order_by(ExportDownload.id)
    ):
        found.setdefault(row.export_id, []).append(row)
    return found
