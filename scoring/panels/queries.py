"""What the chair of a panel sees: who has marked, open cells, sheets to check.

Values come out of here for open cells only, and for sheets without a closed one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from competition.codes.queries import list_works
from competition.events import rules as life
from competition.events.models import Event
from scoring.evidence import queries as evidence
from scoring.judges import queries as judges
from scoring.judges.models import JudgeSeat
from scoring.judges.rules import Place, list_checkers, list_led
from scoring.marking import queries as marking
from scoring.marking.models import SheetSignature
from scoring.marking.rules.history import SIGNED, Step
from scoring.marking.rules.panel import PanelCell, list_cells, list_watched
from scoring.results.queries import list_rulings
from scoring.results.rules.rulings import list_excused, make_facts
from scoring.results.services.lives import list_lives
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Aspect, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """A sheet of a panel, and whether the reader may check it now."""

    seat: JudgeSeat
    state: str
    steps: list[Step]
    signature: SheetSignature | None
    is_mine_to_check: bool

    @property
    def waits_for_me(self) -> bool:
        return self.is_mine_to_check and self.state == SIGNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The page of somebody who leads a panel or checks a sheet."""

    led: list[str]
    aspects: Mapping[str, Aspect]  # watched ones the led panels mark
    cells: list[PanelCell]
    sheets: list[SheetLine]
    tag: str  # the same exactly while nothing has changed

    @property
    def calls(self) -> list[PanelCell]:
        return [cell for cell in self.cells if cell.is_apart]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A closed cell of a sheet, and the seats that still have to mark it."""

    entry: str
    aspect: str
    seats: tuple[str, ...]


def find_panel(session: Session, seat: JudgeSeat) -> Panel | None:
    """Return what a seat leads and checks; None where that is nothing."""
    seats = judges.list_seats(session, seat.event_id)
    places = judges.list_places(seats)
    led = list_led(places, seat.seat)
    sheets = _list_sheets(session, seat, seats, places)
    if not led and not sheets:
        return None
    version = schemes.find_frozen(session, seat.event_id)
    if version is None:
        return Panel(led=led, aspects={}, cells=[], sheets=sheets, tag="")
    scheme = schemes.load_scheme(version)
    own = {other.seat for other in seats if other.panel in led}
    markers = judges.list_markers(scheme, seats)
    watched = {
        code: aspect
        for code, aspect in list_watched(scheme).items()
        if own & set(markers[code])
    }
    return Panel(
        led=led,
        aspects=watched,
        cells=_list_cells(session, seat.event, watched, markers),
        sheets=sheets,
        tag=_make_tag(session, seat),
    )


def list_closed_in(session: Session, seat: JudgeSeat, scheme: Scheme) -> list[Waiting]:
    """Return the cells of a sheet whose other judges have not all marked."""
    seats = judges.list_seats(session, seat.event_id)
    markers = judges.list_markers(scheme, seats)
    own = {
        code: aspect
        for code, aspect in list_watched(scheme).items()
        if seat.seat in markers[code]
    }
    cells = _list_cells(session, seat.event, own, markers)
    return [
        Waiting(
            entry=cell.entry,
            aspect=cell.aspect,
            seats=tuple(j for j in cell.judges if j not in cell.marked),
        )
        for cell in cells
        if not cell.is_open
    ]


def _list_sheets(
    session: Session, me: JudgeSeat, seats: list[JudgeSeat], places: list[Place]
) -> list[SheetLine]:
    signatures = {s.seat_id: s for s in marking.list_signatures(session, me.event_id)}
    lives = list_lives(session, me.event_id, seats)
    led = list_led(places, me.seat)
    lines = []
    for seat in seats:
        is_mine = seat.id != me.id and me.seat in list_checkers(places, seat.seat)
        if seat.covers and (is_mine or (seat.panel in led and seat.id != me.id)):
            state, steps = lives[seat.id]
            lines.append(
                SheetLine(
                    seat=seat,
                    state=state,
                    steps=steps,
                    signature=signatures.get(seat.id),
                    is_mine_to_check=is_mine,
                )
            )
    return lines


def _list_cells(
    session: Session,
    event: Event,
    watched: Mapping[str, Aspect],
    markers: Mapping[str, tuple[str, ...]],
) -> list[PanelCell]:
    if not watched:
        return []
    works = {work.work_code: work.group_code for work in list_works(session, event.id)}
    excused = list_excused(make_facts(works, list_rulings(session, event.id), {}))
    return list_cells(
        watched,
        markers,
        sorted(work for work in works if work not in excused),
        marking.list_stored(session, event.id, watched),
        evidence.list_settled(session, event.id),
    )


def _make_tag(session: Session, seat: JudgeSeat) -> str:
    parts = (
        seat.event.state,
        marking.last_seq(session, seat.event_id),
        evidence.count_remarks(session, seat.event_id),
        len(marking.list_checks(session, seat.event_id)),
        len(marking.list_locks(session, seat.event_id)),
        len(list_rulings(session, seat.event_id)),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def count_to_check(session: Session, seat: JudgeSeat) -> int:
    """Return how many signed sheets wait for this seat's check."""
    if seat.event.state != life.MARKING:
        return 0
    seats = judges.list_seats(session, seat.event_id)
    places = judges.list_places(seats)
    return sum(line.waits_for_me for line in _list_sheets(session, seat, seats, places))
