"""Keeping searches and shortlists. Every change is logged; nobody commits here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from pyroaring import BitMap
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from accounts.users.models import User
from errors import DomainError
from ledger.log.services import Actor, record
from talentpool.dossiers.models import Craftsman
from talentpool.search.queries.search import count, list_ids
from talentpool.shortlists.models import SavedSearch, Shortlist, ShortlistEntry
from talentpool.shortlists.queries.lists import list_saved, request_of
from talentpool.shortlists.rules import MOST_SAVED, MOST_SHORTLISTED


class KeepError(DomainError):
    """This search or person cannot be kept."""

    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, what they may see, and when."""

    user: User
    scopes: Sequence[Scope]
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What changed in a saved search since its owner last looked."""

    total: int
    new: Sequence[int]  # craftsmen who meet it now and did not
    gone: int  # how many did and do not any more


def save_search(
    session: Session, asker: Asker, *, name: str, query: str
) -> SavedSearch:
    """Keep a search under a name; whom it finds now counts as seen.

    Raises:
        KeepError: too many are kept, or one has this name.
    """
    kept = list_saved(session, asker.user)
    if len(kept) >= MOST_SAVED:
        raise KeepError(
            _("At most %(most)s searches are kept: remove one.", most=MOST_SAVED)
        )
    if any(one.name == name for one in kept):
        raise KeepError(_("You have a search of this name already."))
    saved = SavedSearch(
        user_id=asker.user.id,
        name=name,
        query=query,
        seen=_found(session, asker, query).serialize(),
        seen_at=asker.now,
    )
    session.add(saved)
    session.flush()
    _log(session, asker, "search.saved", f"saved_search:{saved.uid}", {})
    return saved


def digest_of(session: Session, asker: Asker, saved: SavedSearch) -> Digest:
    """Return who newly meets a saved search, within what the asker may see today."""
    now, seen = _found(session, asker, saved.query), BitMap.deserialize(saved.seen)
    return Digest(total=len(now), new=list(now - seen), gone=len(seen - now))


def mark_seen(session: Session, asker: Asker, saved: SavedSearch) -> None:
    """Count whom a saved search finds now as seen."""
    saved.seen = _found(session, asker, saved.query).serialize()
    saved.seen_at = asker.now
    _log(session, asker, "search.seen", f"saved_search:{saved.uid}", {})


def forget_search(session: Session, asker: Asker, saved: SavedSearch) -> None:
    """Remove a saved search."""
    session.delete(saved)
    _log(session, asker, "search.forgotten", f"saved_search:{saved.uid}", {})


def make_shortlist(
    session: Session, asker: Asker, *, name: str, purpose: str, query: str
) -> Shortlist:
    """Begin a shortlist from a search; its query and what it found today stay."""
    found = count(session, request_of(query), scopes=asker.scopes, today=asker.today)
    shortlist = Shortlist(
        user_id=asker.user.id,
        name=name,
        purpose=purpose,
        query=query,
        found=found,
        made_at=asker.now,
    )
    session.add(shortlist)
    session.flush()
    _log(
        session,
        asker,
        "shortlist.made",
        f"shortlist:{shortlist.uid}",
        {"purpose": purpose, "found": found},
    )
    return shortlist


def shortlist_person(
    session: Session,
    asker: Asker,
    shortlist: Shortlist,
    *,
    craftsman_uid: str,
    reason: str,
) -> None:
    """Put somebody the shortlist's search finds on it, and say why.

    Raises:
        KeepError: the search does not find them for this user, they are on it, or it
            is full.
    """
    craftsman_id = session.scalar(
        select(Craftsman.id).where(Craftsman.uid == craftsman_uid)
    )
    if craftsman_id is None or craftsman_id not in _found(
        session, asker, shortlist.query
    ):
        raise KeepError(_("The search of this shortlist does not find this person."))
    on_it = set(
        session.scalars(
            select(ShortlistEntry.craftsman_id).where(
                ShortlistEntry.shortlist_id == shortlist.id
            )
        )
    )
    if craftsman_id in on_it:
        raise KeepError(_("This person is on the shortlist already."))
    if len(on_it) >= MOST_SHORTLISTED:
        raise KeepError(_("The shortlist is full."))
    session.add(
        ShortlistEntry(
            shortlist_id=shortlist.id,
            craftsman_id=craftsman_id,
            reason=reason,
            added_at=asker.now,
        )
    )
    _log(
        session,
        asker,
        "shortlist.added",
        f"shortlist:{shortlist.uid}",
        {"craftsman": craftsman_uid, "reason": reason},
    )


def take_off(
    session: Session, asker: Asker, shortlist: Shortlist, *, entry_uid: str
) -> None:
    """Take somebody off a shortlist."""
    session.execute(
        delete(ShortlistEntry).where(
            ShortlistEntry.uid == entry_uid,
            ShortlistEntry.shortlist_id == shortlist.id,
        )
    )
    _log(
        session,
        asker,
        "shortlist.removed",
        f"shortlist:{shortlist.uid}",
        {"entry": entry_uid},
    )


def _found(session: Session, asker: Asker, query: str) -> BitMap:
    ids: Iterable[int] = list_ids(
        session, request_of(query), scopes=asker.scopes, today=asker.today
    )
    return BitMap(int(number) for number in ids)


def _log(
    session: Session, asker: Asker, action: str, subject: str, body: dict[str, object]
) -> None:
    record(
        session,
        actor=asker.actor,
        action=action,
        subject=subject,
        now=asker.now,
        body=body,
    )
