"""Making the blind chain, layer by layer, and undoing it by two persons."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.checkin.queries import find_session
from competition.checkin.services.second import (
    SecondPersonError,
    holds,
    refuse_same_person,
    roles_in,
)
from competition.codes import queries, rules
from competition.codes.models import ContestCode, StationCode, WorkCode
from competition.codes.rules import CONTEST_NO, LAYERS, STATION
from competition.codes.signals import codes_decoded
from competition.draw.models import Draw
from competition.draw.queries import find_live, list_draws
from competition.draw.rules import Lots, code_length
from competition.draw.services import (
    commit_draw,
    derive,
    reveal,
    void,
)
from competition.events.models import Event
from competition.events.rules import CHECKIN, DECODED, LOCKED, MARKING
from competition.events.services import move_event
from competition.stations.rules.plan import MOST_STATIONS
from competition.stations.services import constraints_of, list_targets
from errors import DomainError
from ledger.log.rules import digest
from ledger.log.services import Actor, record

MAX_HALL = MOST_STATIONS


class LayerOrderError(DomainError):
    """A layer cannot be made or undone at this point."""


class NotLockedError(DomainError):
    """Codes are only decoded once the marks are locked."""


def commit_layer(
    session: Session,
    *,
    event: Event,
    layer: str,
    actor: Actor,
    now: datetime,
    hall_size: int = 0,
) -> Draw:
    """Freeze who draws in a layer, and return the draw whose commitment is announced.

    Args:
        session: the caller's transaction.
        event: in state check-in, with check-in closed.
        layer: one of `rules.LAYERS`.
        actor: the coding officer of the layer.
        now: the server's clock.
        hall_size: stations in the hall; 0 is as the plan says. Layer 2 only.

    Raises:
        LayerOrderError: the layer before is not made, or the event is past it.
        DrawExistsError, NobodyDrawsError, ObstacleError: see `commit_draw`.
    """
    _refuse_too_early(session, event, layer)
    lots = _lots(session, event, layer, hall_size)
    return commit_draw(
        session, event=event, purpose=layer, lots=lots, actor=actor, now=now
    )


def derive_layer(
    session: Session, *, event: Event, layer: str, actor: Actor, now: datetime
) -> int:
    """Draw a layer and keep its codes; return how many there are.

    Raises:
        LayerOrderError: nothing was committed, or the layer before was undone.
        DrawStepError, ContributionError: see `derive`.
    """
    draw = find_live(session, event.id, layer)
    if draw is None:
        raise LayerOrderError(_("Publish the commitment first."))
    _refuse_too_early(session, event, layer)
    result = derive(session, draw=draw, actor=actor, now=now)
    session.add_all(_rows(session, event, draw, result))
    session.flush()
    return len(result)


def void_layer(
    session: Session,
    *,
    event: Event,
    layer: str,
    reason: str,
    first: User,
    second: User,
    now: datetime,
) -> None:
    """Undo the newest layer, by two persons; its draw stays on record, voided.

    The rows go: the voided draw is revealed, and they can be derived from it again.

    Raises:
        LayerOrderError: there is no draw, a later layer exists, or marking has begun.
        SecondPersonError: the second person is the first, or may not decode.
    """
    draw = find_live(session, event.id, layer)
    if draw is None:
        raise LayerOrderError(_("There is no draw to void."))
    if event.state != CHECKIN:
        raise LayerOrderError(_("Marking has begun: codes are fixed."))
    later = LAYERS[LAYERS.index(layer) + 1 :]
    if any(find_live(session, event.id, name) for name in later):
        raise LayerOrderError(
            _("Void the later draw first; layers are undone last first.")
        )
    refuse_same_person(first, second)
    if not holds(session, second, "codes.decode", event):
        raise SecondPersonError(
            _("The second person must be a coding officer or the supervisor.")
        )
    model = queries.MODELS[layer]
    session.execute(delete(model).where(model.event_id == event.id))
    actor = Actor("human", first.uid)
    void(session, draw=draw, reason=reason, witness=second.uid, actor=actor, now=now)


def open_marking(
    session: Session, *, event: Event, actor: Actor, now: datetime
) -> None:
    """Move the event to marking, once all three layers are made.

    Raises:
        LayerOrderError: a layer is missing or incomplete.
        StepRefusedError: the event is not in check-in.
    """
    expected = len(queries.list_present(session, event.id))
    made = [queries.count_codes(session, event.id, layer) for layer in LAYERS]
    if not expected or any(count != expected for count in made):
        raise LayerOrderError(
            _("All three layers of codes must be complete before marking begins.")
        )
    move_event(session, event=event, to=MARKING, actor=actor, now=now)


def decode(
    session: Session, *, event: Event, first: User, second: User, now: datetime
) -> int:
    """Decode an event: say whose work is whose, and reveal every draw.

    Both persons are signed in or have typed their password just now; the caller saw to
    that. Returns how many works were decoded.

    Raises:
        NotLockedError: the marks are not locked.
        SecondPersonError: not two persons, or not two who may do this together.
    """
    if event.state != LOCKED:
        raise NotLockedError(
            _("Codes are decoded after the chief judge has locked the marks.")
        )
    refuse_same_person(first, second)
    may = all(holds(session, user, "codes.decode", event) for user in (first, second))
    roles = [roles_in(session, user, event) for user in (first, second)]
    if not may or not rules.may_decode_together(*roles):
        raise SecondPersonError(
            _(
                "Decoding takes a coding officer and the supervisor, or the coding "
                "officers of two layers."
            )
        )
    actor = Actor("human", first.uid)
    for draw in list_draws(session, event.id):
        reveal(session, draw=draw, actor=actor, now=now)
    move_event(session, event=event, to=DECODED, actor=actor, now=now)
    decoded = queries.list_decoded(session, event.id)
    mapping = {row.entry_uid: row.work_code for row in decoded if row.work_code}
    record(
        session,
        actor=actor,
        action="codes.decoded",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={
            "second": second.uid,
            "works": len(mapping),
            "mapping_digest": digest(mapping),
        },
    )
    codes_decoded.send(None, session=session, event_uid=event.uid, now=now)
    return len(mapping)


def _refuse_too_early(session: Session, event: Event, layer: str) -> None:
    opened = find_session(session, event.id)
    if event.state != CHECKIN or opened is None or opened.closed_at is None:
        raise LayerOrderError(_("Codes are made between check-in and marking."))
    before = LAYERS[: LAYERS.index(layer)]
    if not all(queries.count_codes(session, event.id, name) for name in before):
        raise LayerOrderError(_("The layer before this one has not been drawn yet."))


def _lots(session: Session, event: Event, layer: str, hall_size: int) -> Lots:
    if layer == CONTEST_NO:
        uids = tuple(
            uid for _id, uid, _group in queries.list_present(session, event.id)
        )
        return Lots(items=uids, targets=rules.contest_numbers(len(uids)))
    known = tuple(queries.list_groups(session, event.id, _before(layer)))
    if layer == STATION:
        targets = list_targets(session, event.id, len(known), hall_size)
        entries = queries.list_entry_ids(session, event.id)
        constraints = constraints_of(session, event.id, targets, entries)
        return Lots(items=known, targets=targets, constraints=constraints)
    return Lots(items=known, code_length=code_length(len(known)))


def _rows(
    session: Session, event: Event, draw: Draw, result: Mapping[str, str]
) -> list[ContestCode] | list[StationCode] | list[WorkCode]:
    shared = {"event_id": event.id, "draw_id": draw.id}
    if draw.purpose == CONTEST_NO:
        return [
            ContestCode(
                **shared, entry_id=entry_id, contest_no=result[uid], group_code=group
            )
            for entry_id, uid, group in queries.list_present(session, event.id)
        ]
    groups = queries.list_groups(session, event.id, _before(draw.purpose))
    if draw.purpose == STATION:
        return [
            StationCode(
                **shared, contest_no=number, station=station, group_code=groups[number]
            )
            for number, station in result.items()
        ]
    # In the order of the codes: rows in that of the stations would tell the chain.
    return [
        WorkCode(
            **shared,
            station_sealed=queries.seal_station(
                station, draw_id=draw.id, work_code=code
            ),
            work_code=code,
            group_code=groups[station],
        )
        for code, station in sorted((code, one) for one, code in result.items())
    ]


def _before(layer: str) -> str:
    return LAYERS[LAYERS.index(layer) - 1]
