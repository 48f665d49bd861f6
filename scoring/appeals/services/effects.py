"""What another value of one mark would change. Nothing here is ever stored."""

from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.codes.queries import list_decoded
from competition.events import rules as life
from scoring.appeals.models import Appeal
from scoring.appeals.services.steps import AppealError
from scoring.marking.rules.cells import Counted, exact_value
from scoring.marking.rules.values import MarkValueError
from scoring.results.queries import find_result
from scoring.results.rules.compare import Shift, compare
from scoring.results.rules.rulings import is_placeholder
from scoring.results.rules.score import ScoringError
from scoring.results.services.compute import Ground, read_ground_of, score_ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A mark of the entry an appeal is about."""

    key: str  # aspect and seat, as the form sends it
    aspect: str
    name: str
    seat: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Who moves, whose award changes, by name."""

    own: Shift
    others: tuple[tuple[str, Shift], ...]  # name and shift of those it moves


def list_cells(session: Session, appeal: Appeal) -> list[Cell]:
    """Return the marks of the entry; none before decoding or without a work."""
    ground, code, _names = _read(session, appeal)
    if ground is None:
        return []
    names = {aspect.code: aspect.name for aspect in ground.scheme.aspects}
    return [
        Cell(
            key=f"{mark.aspect}/{mark.judge}",
            aspect=mark.aspect,
            name=names.get(mark.aspect, ""),
            seat=mark.judge,
            value=mark.value,
        )
        for mark in ground.counted
        if mark.entry == code and mark.aspect in names
    ]


def foresee(session: Session, appeal: Appeal, *, key: str, value: str) -> Effect:
    """Work out what another value of a mark would move.

    Raises:
        AppealError: no such mark, or a value it cannot have.
    """
    ground, code, names = _read(session, appeal)
    if ground is None:
        raise AppealError(_("There is no decoded result to compare with."))
    aspect_code, _slash, seat = key.partition("/")
    aspect = next((a for a in ground.scheme.aspects if a.code == aspect_code), None)
    found = next(
        (m for m in ground.counted if m[:3] == (code, aspect_code, seat)), None
    )
    if aspect is None or found is None:
        raise AppealError(_("There is no such mark."))
    try:
        exact_value(aspect, value)
        after = score_ground(
            replace(ground, counted=_changed(ground.counted, found, value.strip()))
        )
    except (MarkValueError, ScoringError) as error:
        raise AppealError(
            _("This value cannot be scored: %(value)s.", value=value)
        ) from error
    shifts = [
        shift
        for shift in compare(score_ground(ground), after)
        if not is_placeholder(shift.entry)
    ]
    return Effect(
        own=next(shift for shift in shifts if shift.entry == code),
        others=tuple(
            (names.get(shift.entry, shift.entry), shift)
            for shift in shifts
            if shift.entry != code and shift.is_changed
        ),
    )


def _changed(counted: list[Counted], found: Counted, value: str) -> list[Counted]:
    return [m._replace(value=value) if m is found else m for m in counted]


def _read(
    session: Session, appeal: Appeal
) -> tuple[Ground | None, str, dict[str, str]]:
    """Return the newest result's ground, the entry's work code, names by work code."""
    result = find_result(session, appeal.event_id)
    if appeal.event.state not in {life.DECODED, life.PUBLISHED} or result is None:
        return None, "", {}
    decoded = list_decoded(session, appeal.event_id)
    code = next((d.work_code for d in decoded if d.entry_uid == appeal.entry.uid), None)
    if not code:
        return None, "", {}
    names = {d.work_code: d.name for d in decoded if d.work_code}
    return read_ground_of(session, result), code, names
