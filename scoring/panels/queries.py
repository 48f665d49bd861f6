"""What the chair of a panel sees: who has marked, open cells, sheets to check.

Values come out of here for open cells only, and for sheets without a closed one.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

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
from scoring.marking.rules.calls import points_finder
from scoring.marking.rules.history import SIGNED, Step
from scoring.marking.rules.panel import PanelCell, list_cells, list_watched
from scoring.panels.rules import Short, Views, list_shared, list_short, list_views
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
class Spread:
    """How many judges have seen each work, and how far they lie apart."""

    works: list[Views]
    short: list[Short]
    tag: str = ""  # the same exactly while nothing has changed

    @property
    def below(self) -> list[Views]:
        return [work for work in self.works if work.is_below]

    @property
    def apart(self) -> list[Views]:
        return [work for work in self.works if work.apart]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The page of somebody who leads a panel or checks a sheet."""

    led: list[str]
    aspects: Mapping[str, Aspect]  # watched ones the led panels mark
    cells: list[PanelCell]
    sheets: list[SheetLine]
    spread: Spread  # of the works, by the led panels
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
        nothing = Spread(works=[], short=[])
        return Panel(
            led=led, aspects={}, cells=[], sheets=sheets, spread=nothing, tag=""
        )
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
        spread=_read_spread(session, seat.event, scheme, markers, own),
        tag=_make_tag(session, seat.event),
    )


def find_spread(session: Session, event: Event) -> Spread | None:
    """Return the views and spread of every work; None without a frozen scheme."""
    version = schemes.find_frozen(session, event.id)
    if version is None:
        return None
    scheme = schemes.load_scheme(version)
    markers = judges.list_markers(scheme, judges.list_seats(session, event.id))
    found = _read_spread(session, event, scheme, markers)
    return replace(found, tag=_make_tag(session, event))


def _read_spread(
    session: Session,
    event: Event,
    scheme: Scheme,
    markers: Mapping[str, tuple[str, ...]],
    own: Collection[str] | None = None,
) -> Spread:
    """Read what several judges mark; `own` narrows it to what these seats mark, too."""
    shared = {
        code: aspect
        for code, aspect in list_shared(scheme.aspects).items()
        if own is None or set(own) & set(markers[code])
    }
    counted = marking.list_counted(session, event.id, aspects=list(shared))
    works = _list_marked(session, event)
    return Spread(
        works=list_views(shared, markers, works, counted, points_finder()),
        short=list_short(shared, markers),
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
    return list_cells(
        watched,
        markers,
        _list_marked(session, event),
        marking.list_stored(session, event.id, watched),
        evidence.list_settled(session, event.id),
    )


def _list_marked(session: Session, event: Event) -> list[str]:
    """Return the codes of the works that need marks."""
    works = {work.work_code: work.group_code for work in list_works(session, event.id)}
    excused = list_excused(make_facts(works, list_rulings(session, event.id), {}))
    return sorted(work for work in works if work not in excused)


def _make_tag(session: Session, event: Event) -> str:
    parts = (
        event.state,
        marking.last_seq(session, event.id),
        evidence.count_remarks(session, event.id),
        len(marking.list_checks(session, event.id)),
        len(marking.list_locks(session, event.id)),
        len(list_rulings(session, event.id)),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def count_to_check(session: Session, seat: JudgeSeat) -> int:
    """Return how many signed sheets wait for this seat's check."""
    if seat.event.state != life.MARKING:
        return 0
    seats = judges.list_seats(session, seat.event_id)
    places = judges.list_places(seats)
    return sum(line.waits_for_me for line in _list_sheets(session, seat, seats, places))
