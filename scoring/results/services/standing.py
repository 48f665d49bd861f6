"""Results so far, kept between requests so that a look costs what has changed.

Each process keeps the boards of a few events and catches up with the mark events that
came since. Nothing rests on it: a board that does not fit what is in the database is
made anew, a process without one makes one, and the result of a lock is always computed
from everything that is stored (`compute`).
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from errors import DomainError
from scoring.marking.queries import Change, list_since
from scoring.marking.rules.facts import EntryFacts, Mark
from scoring.results.rules.live.board import Board
from scoring.results.rules.provisional import leave_out_carried, without_places
from scoring.results.rules.so_far import SoFar
from scoring.results.services.compute import read_frame
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Scheme

MOST_BOARDS = 8


class UnfitMarksError(DomainError):
    """Stored marks that the frozen scheme or the list of works does not know."""


@dataclass(slots=True)
class _Kept:
    """A board and how far it has followed the mark events."""

    scheme_digest: str
    board: Board
    seq: int = 0
    last_id: str = ""  # of event `seq`


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the results so far are made of; they are computed when asked for."""

    scheme: Scheme
    tag: str  # the same exactly while nothing has changed
    seq: int  # number of the newest mark event
    board: Board
    left_out: tuple[str, ...]  # carried components: by them nobody is ranked yet

    @property
    def so_far(self) -> SoFar:
        with _lock:
            found = self.board.so_far
        if self.left_out:
            return replace(found, scoring=without_places(found.scoring))
        return found


_boards: OrderedDict[str, _Kept] = OrderedDict()  # by event uid, last used last
_lock = Lock()


def read_standing(session: Session, event: Event) -> Standing:
    """Return how an event stands, by work codes.

    Raises:
        NoSchemeError: no scheme is frozen.
        UnfitMarksError: a stored mark does not belong to scheme and works.
    """
    version, facts = read_frame(session, event.id)
    whole = schemes.load_scheme(version)
    scheme, facts = leave_out_carried(whole, facts)
    with _lock:
        # Out while it is worked on: what fails half-way is not kept.
        kept = _boards.pop(event.uid, None)
        if kept is None or not _fits(kept, version.digest, facts):
            kept = _Kept(version.digest, Board(scheme, facts))
        changes = list_since(session, event.id, kept.seq)
        if kept.seq and (not changes or changes[0].id != kept.last_id):
            # Not the history this board has followed: a backup was put back.
            kept = _Kept(version.digest, Board(scheme, facts))
            changes = list_since(session, event.id, 0)
        for fact in facts:
            kept.board.set_facts(fact)
        _follow(kept, scheme, changes)
        _boards[event.uid] = kept
        while len(_boards) > MOST_BOARDS:
            _boards.popitem(last=False)
    parts = (event.uid, version.digest, kept.last_id, str(kept.seq), repr(facts))
    return Standing(
        scheme=scheme,
        tag=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        seq=kept.seq,
        board=kept.board,
        left_out=tuple(component.code for component in whole.carried),
    )


def forget_boards() -> None:
    """Begin anew at the next look."""
    with _lock:
        _boards.clear()


def _fits(kept: _Kept, scheme_digest: str, facts: Iterable[EntryFacts]) -> bool:
    """Tell whether a board is of this scheme and these entries."""
    known = kept.board.entries.keys()
    return kept.scheme_digest == scheme_digest and known == {f.entry for f in facts}


def _follow(kept: _Kept, scheme: Scheme, changes: Iterable[Change]) -> None:
    """Apply what stands at the end in each cell of the scheme.

    Values that were replaced meanwhile are passed over: they were given by an earlier
    version of the scheme, perhaps, and this one need not take them.
    """
    known = {aspect.code for aspect in scheme.aspects}
    last: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        if change.seq > kept.seq and change.is_stored and change.aspect in known:
            last[change.entry, change.aspect, change.seat] = change
        kept.seq, kept.last_id = change.seq, change.id
    for change in last.values():
        _apply(kept.board, change)


def _apply(board: Board, change: Change) -> None:
    try:
        if change.is_void:
            board.remove(change.entry, change.aspect, change.seat)
        else:
            board.put(Mark(change.entry, change.aspect, change.seat, change.value))
    except DomainError as error:
        raise UnfitMarksError(
            _("There are marks that the frozen scheme does not take.")
        ) from error
