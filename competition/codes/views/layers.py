"""The coding officers' pages: commit, take numbers, draw, print, undo.

The three layers have the same pages under addresses and permissions of their own, made
by `_add_pages`; each page reads the table of its layer and no other.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from accounts.access.services import (
    current_actor,
    permission_required,
    signed_in_user,
)
from competition.checkin.queries import find_session
from competition.codes import queries, services
from competition.codes.forms import (
    CommitForm,
    ContributionForm,
    StationCommitForm,
    VoidForm,
)
from competition.codes.rules import (
    CONTEST_NO,
    LAYERS,
    PERMISSIONS,
    STATION,
    WORK_CODE,
    small_groups,
)
from competition.codes.views.common import SLUGS, TITLES, bp, second_person
from competition.codes.views.proof import list_verdicts
from competition.codes.views.sheet import send_sheet
from competition.draw.models import Draw
from competition.draw.queries import find_live, list_voided
from competition.draw.rules import MIN_PUBLIC_DIGITS, Contribution
from competition.draw.services import ContributionError, ObstacleError, contribute
from competition.draw.views import KINDS
from competition.events.models import Event
from competition.events.queries import get_event
from competition.events.rules import CHECKIN
from extensions import db
from twins import asked_number

LISTS: dict[str, Callable[[Session, int], list[queries.Link]]] = {
    CONTEST_NO: queries.list_contest_links,
    STATION: queries.list_station_links,
    WORK_CODE: queries.list_work_links,
}


def _show(event_uid: str, layer: str) -> ResponseReturnValue:
    event = get_event(db.session(), event_uid)
    form = ContributionForm(formdata=None, data={"paper": asked_number()})
    return _layer_page(event, layer, form)


def _commit(event_uid: str, layer: str) -> ResponseReturnValue:
    event = get_event(db.session(), event_uid)
    form = _commit_form(layer)
    if not form.validate_on_submit():
        return _layer_page(event, layer, form), 422
    try:
        services.commit_layer(
            db.session(),
            event=event,
            layer=layer,
            actor=current_actor(),
            now=datetime.now(UTC),
            hall_size=(form.hall_size.data or 0) if "hall_size" in form else 0,
        )
    except ObstacleError as error:
        db.session.rollback()
        form.form_errors.extend(error.reasons)
        return _layer_page(get_event(db.session(), event_uid), layer, form), 422
    db.session.commit()
    flash(_("The commitment is published. Now call the numbers."), "success")
    return _to_layer(event, layer)


def _contribute(event_uid: str, layer: str) -> ResponseReturnValue:
    event = get_event(db.session(), event_uid)
    form = ContributionForm()
    draw = _live_draw(event, layer)
    if form.validate_on_submit():
        given = Contribution(form.kind.data, form.by.data or "", form.value.data or "")
        try:
            contribute(
                db.session(),
                draw=draw,
                given=given,
                actor=current_actor(),
                now=datetime.now(UTC),
                paper=form.paper.data or "",
            )
        except ContributionError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            return _to_layer(event, layer, paper=form.paper.data or "")
    return _layer_page(event, layer, form), 422


def _derive(event_uid: str, layer: str) -> ResponseReturnValue:
    event = get_event(db.session(), event_uid)
    count = services.derive_layer(
        db.session(),
        event=event,
        layer=layer,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("Drawn: %(count)s codes.", count=count), "success")
    return _to_layer(event, layer)


def _void(event_uid: str, layer: str) -> ResponseReturnValue:
    event = get_event(db.session(), event_uid)
    draw, form, now = _live_draw(event, layer), VoidForm(), datetime.now(UTC)
    second = second_person(form, now) if form.validate_on_submit() else None
    if second is None:
        page = render_template(
            "competition/codes/void.html",
            event=event,
            draw=draw,
            form=form,
            title=TITLES[layer],
            back=url_for(f".show_{layer}", event_uid=event.uid),
        )
        return page, 422 if form.is_submitted() else 200
    services.void_layer(
        db.session(),
        event=event,
        layer=layer,
        reason=form.reason.data or "",
        first=signed_in_user(),
        second=second,
        now=now,
    )
    db.session.commit()
    flash(_("The draw is void and has been revealed. A new one can begin."), "warning")
    return _to_layer(event, layer)


def _print(event_uid: str, layer: str) -> ResponseReturnValue:
    event = get_event(db.session(), event_uid)
    return render_template(
        "competition/codes/print.html",
        event=event,
        layer=layer,
        title=TITLES[layer],
        links=LISTS[layer](db.session(), event.id),
        draw=_live_draw(event, layer),
        back=url_for(f".show_{layer}", event_uid=event.uid),
    )


def _print_sheet(event_uid: str, layer: str) -> ResponseReturnValue:
    return send_sheet(get_event(db.session(), event_uid), layer)


def _add_pages(layer: str) -> None:
    """Give one layer its seven pages, all behind the layer's own permission."""
    guard = permission_required(PERMISSIONS[layer], within="event")
    address = f"/events/<event_uid>/codes/{SLUGS[layer]}"
    pages: tuple[
        tuple[str, str, Callable[..., ResponseReturnValue], list[str]], ...
    ] = (
        ("show", "", _show, ["GET"]),
        ("commit", "/commit", _commit, ["POST"]),
        ("contribute", "/contribute", _contribute, ["POST"]),
        ("derive", "/derive", _derive, ["POST"]),
        ("void", "/void", _void, ["GET", "POST"]),
        ("print", "/print", _print, ["GET"]),
        ("print_sheet", "/sheet.pdf", _print_sheet, ["GET"]),
    )
    for name, tail, view, methods in pages:
        bp.add_url_rule(
            address + tail,
            endpoint=f"{name}_{layer}",
            view_func=guard(view),
            methods=methods,
            defaults={"layer": layer},
        )


for _layer in LAYERS:
    _add_pages(_layer)


def _layer_page(event: Event, layer: str, form: FlaskForm) -> str:
    session = db.session()
    draw = find_live(session, event.id, layer)
    links = LISTS[layer](session, event.id) if draw and draw.drawn_at else []
    opened = find_session(session, event.id)
    earlier = LAYERS[: LAYERS.index(layer)]
    return render_template(
        "competition/codes/show_layer.html",
        event=event,
        layer=layer,
        title=TITLES[layer],
        draw=draw,
        links=links,
        small_groups=[
            group.name
            for group in event.groups
            if group.code in small_groups(link.group_code for link in links)
        ],
        voided=list_voided(session, event.id, layer),
        checkin_closed=opened is not None and opened.closed_at is not None,
        is_ready=all(queries.count_codes(session, event.id, name) for name in earlier),
        is_changeable=event.state == CHECKIN,
        commit_form=form if isinstance(form, CommitForm) else _commit_form(layer),
        form=form if isinstance(form, ContributionForm) else None,
        verdicts=list_verdicts(draw, links),
        kinds=KINDS,
        digits=sum(len(c.value) for c in draw.contributions) if draw else 0,
        digits_needed=MIN_PUBLIC_DIGITS,
    )


def _commit_form(layer: str) -> CommitForm:
    return StationCommitForm() if layer == STATION else CommitForm()


def _live_draw(event: Event, layer: str) -> Draw:
    draw = find_live(db.session(), event.id, layer)
    if draw is None:
        raise services.LayerOrderError(_("Publish the commitment first."))
    return draw


def _to_layer(event: Event, layer: str, *, paper: str = "") -> ResponseReturnValue:
    # The next number of the same sheet follows.
    return redirect(url_for(f".show_{layer}", event_uid=event.uid, paper=paper or None))
