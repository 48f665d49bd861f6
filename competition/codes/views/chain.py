"""The chain as a whole: how far it is, opening the marking, decoding by two."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    current_actor,
    permission_required,
    signed_in_user,
)
from accounts.roles.queries import list_grants
from accounts.roles.rules import scopes_for
from accounts.users.models import User
from competition.checkin.queries import find_session
from competition.codes import queries, services
from competition.codes.forms import DecodeForm
from competition.codes.rules import LAYERS, PERMISSIONS
from competition.codes.views.common import TITLES, bp, own_layers, second_person
from competition.draw.queries import list_draws
from competition.events.models import Event
from competition.events.queries import get_event, list_managed_events
from competition.events.rules import CHECKIN, DECODED, LOCKED, MARKING
from extensions import db

NAV = (NavItem(_l("Blind codes"), "competition.codes.list_events", "codes.decode", 31),)
DECODE = "codes.decode"
STAGES = (CHECKIN, MARKING, LOCKED, DECODED)  # in which the chain is somebody's work


@bp.get("/codes")
@permission_required(DECODE)
def list_events() -> ResponseReturnValue:
    """List the events whose codes the user keeps or decodes."""
    events = list_managed_events(db.session(), allowed_scopes(DECODE))
    return render_template(
        "competition/codes/list_events.html",
        events=[event for event in events if event.state in STAGES],
    )


@bp.get("/events/<event_uid>/codes")
@permission_required(DECODE, within="event")
def show_chain(event_uid: str) -> ResponseReturnValue:
    """Show how far the chain is, and the user's own part of it."""
    event = get_event(db.session(), event_uid)
    draws = list_draws(db.session(), event.id)
    return render_template(
        "competition/codes/show_chain.html",
        event=event,
        opened=find_session(db.session(), event.id),
        layers=[
            {
                "name": layer,
                "title": TITLES[layer],
                "draw": next(
                    (d for d in draws if d.purpose == layer and not d.voided_at), None
                ),
                "count": queries.count_codes(db.session(), event.id, layer),
            }
            for layer in LAYERS
        ],
        own=own_layers(event),
    )


@bp.post("/events/<event_uid>/codes/open-marking")
@permission_required(PERMISSIONS[LAYERS[-1]], within="event")
def open_marking(event_uid: str) -> ResponseReturnValue:
    """Hand the works over to the judges."""
    event = get_event(db.session(), event_uid)
    services.open_marking(
        db.session(), event=event, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("Marking is open; judges now see the work codes."), "success")
    return redirect(url_for(".show_chain", event_uid=event.uid))


@bp.route("/events/<event_uid>/codes/decode", methods=["GET", "POST"])
@permission_required(DECODE, within="event")
def decode(event_uid: str) -> ResponseReturnValue:
    """Decode by two: the one signed in, and the one who types a password here."""
    event = get_event(db.session(), event_uid)
    form, now = DecodeForm(), datetime.now(UTC)
    second = second_person(form, now) if form.validate_on_submit() else None
    if second is None:
        page = render_template("competition/codes/decode.html", event=event, form=form)
        return page, 422 if form.is_submitted() else 200
    count = services.decode(
        db.session(), event=event, first=signed_in_user(), second=second, now=now
    )
    db.session.commit()
    flash(_("Decoded: %(count)s works have their names back.", count=count), "success")
    return redirect(url_for(".list_decoded", event_uid=event.uid))


@bp.get("/events/<event_uid>/codes/decoded")
@permission_required(DECODE, within="event")
def list_decoded(event_uid: str) -> ResponseReturnValue:
    """Show whose work is whose, after decoding."""
    event = get_event(db.session(), event_uid)
    return render_template(
        "competition/codes/list_decoded.html",
        event=event,
        entries=queries.list_decoded(db.session(), event.id),
    )


def desk_items(session: Session, user: User, now: datetime) -> list[DeskItem]:
    """Return the layers to make and the events to decode that wait for this user."""
    del now  # what waits here waits at any hour
    grants = list_grants(session, user.id)
    items = []
    for layer in LAYERS:
        places = scopes_for(grants, PERMISSIONS[layer])
        events = list_managed_events(session, places) if places else []
        items += [
            DeskItem(
                title=_("%(event)s: make the codes", event=event.name),
                text=str(TITLES[layer]),
                url=url_for(f"competition.codes.show_{layer}", event_uid=event.uid),
                order=15,
            )
            for event in events
            if event.state == CHECKIN and _waits(session, event, layer)
        ]
    places = scopes_for(grants, DECODE)
    events = list_managed_events(session, places) if places else []
    items += [
        DeskItem(
            title=_("%(event)s: decode", event=event.name),
            text=_("The marks are locked. Two persons decode."),
            url=url_for("competition.codes.decode", event_uid=event.uid),
            order=5,
        )
        for event in events
        if event.state == LOCKED
    ]
    return items


def _waits(session: Session, event: Event, layer: str) -> bool:
    """Tell whether a layer can be made now and has not been."""
    opened = find_session(session, event.id)
    if opened is None or opened.closed_at is None:
        return False
    made = [bool(queries.count_codes(session, event.id, name)) for name in LAYERS]
    place = LAYERS.index(layer)
    return all(made[:place]) and not made[place]
