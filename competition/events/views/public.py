"""The first page of all: what the public sees of competitions."""

from datetime import UTC, datetime

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import is_allowed, public
from competition.events import queries, rules
from competition.events.forms import STAGE_LABELS, EventFilter, options
from competition.events.views.common import (
    bp,
    event_or_404,
    link,
    list_links,
    places,
    taken,
    words,
)
from extensions import db


@bp.get("/events")
@public
def list_events() -> ResponseReturnValue:
    """Show the public the events: open for registration first."""
    session, now, form = db.session(), datetime.now(UTC), EventFilter(request.args)
    years = [str(year) for year in queries.list_years(session)]
    form.stage.choices = options(STAGE_LABELS.items(), _("All states"))
    form.year.choices = options(zip(years, years, strict=True), _("All years"))
    stage, year, text = form.stage.data, form.year.data, form.q.data or ""
    page = queries.list_events(
        session,
        now=now,
        stage=stage if stage in STAGE_LABELS else "",
        year=int(year) if year in years else None,
        text=text,
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "competition/events/list_events.html",
        page=page,
        form=form,
        counts=queries.count_entries(session, page.items),
        is_narrowed=bool(stage or year or text),
        **words(now),
    )


@bp.get("/events/<event_uid>")
@public
def show_event(event_uid: str) -> ResponseReturnValue:
    """Show the public one event; a draft only to those who prepare it."""
    session, now, event = db.session(), datetime.now(UTC), event_or_404(event_uid)
    can_manage = is_allowed("events.manage", places(event))
    if event.state == rules.DRAFT and not can_manage:
        abort(404)
    return render_template(
        "competition/events/show_event.html",
        event=event,
        can_manage=can_manage,
        taken=taken(queries.count_entries(session, [event]).get(event.id, {})),
        results_url=link("scoring.results.show_public", event.uid)
        if event.state == rules.PUBLISHED
        else "",
        links=list_links(session, event),
        **words(now),
    )
