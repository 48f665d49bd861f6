"""The committee makes and changes competitions and events."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
)
from competition.events import queries, services
from competition.events.forms import (
    CloneForm,
    CompetitionForm,
    EventForm,
    competition_data,
    event_data,
    options,
)
from competition.events.models import Competition, Event
from competition.events.views.common import (
    bp,
    competition_or_404,
    event_or_404,
    words,
)
from extensions import db
from people.codes.queries import OccupationHit, list_levels, search_occupations


@bp.get("/competitions")
@permission_required("events.manage")
def list_competitions() -> ResponseReturnValue:
    """List the competitions the user organises, with their events."""
    session = db.session()
    page = queries.list_competitions(
        session, allowed_scopes("events.manage"), request.args.get("page", 1, type=int)
    )
    events = [event for competition in page.items for event in competition.events]
    return render_template(
        "competition/events/list_competitions.html",
        page=page,
        counts=queries.count_entries(session, events),
        **words(datetime.now(UTC)),
    )


@bp.route("/competitions/new", methods=["GET", "POST"])
@permission_required("events.manage")
def new_competition() -> ResponseReturnValue:
    """Make a competition in a district the user organises for."""
    form = _competition_form()
    if form.validate_on_submit():
        code = form.district_code.data
        if is_allowed("events.manage", queries.districts_around(code)):
            competition = services.create_competition(
                db.session(),
                values=form.values(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
            db.session.commit()
            flash(_("The competition is made. Add its first event."), "success")
            return redirect(url_for(".new_event", competition_uid=competition.uid))
        form.form_errors.append(_("You do not organise competitions in this district."))
    found = queries.list_competitions(db.session(), allowed_scopes("events.manage"))
    return render_template(
        "competition/events/edit_competition.html",
        form=form,
        competition=None,
        earlier=[competition for competition in found.items if competition.events],
    )


@bp.route("/competitions/<competition_uid>/edit", methods=["GET", "POST"])
@permission_required("events.manage", within="competition")
def edit_competition(competition_uid: str) -> ResponseReturnValue:
    """Change a competition."""
    competition = competition_or_404(competition_uid)
    form = _competition_form(competition)
    if form.validate_on_submit():
        services.edit_competition(
            db.session(),
            competition=competition,
            values=form.values(),
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        db.session.commit()
        flash(_("The changes are saved."), "success")
        return redirect(url_for(".list_competitions"))
    return render_template(
        "competition/events/edit_competition.html",
        form=form,
        competition=competition,
        earlier=[],
    )


@bp.route("/competitions/<competition_uid>/events/new", methods=["GET", "POST"])
@permission_required("events.manage", within="competition")
def new_event(competition_uid: str) -> ResponseReturnValue:
    """Make an event of a competition."""
    competition = competition_or_404(competition_uid)
    form = _event_form()
    occupation, suggestions = _chosen_occupation(form)
    if occupation and form.validate_on_submit():
        try:
            event = services.create_event(
                db.session(),
                competition=competition,
                values=form.values(occupation),
                groups=form.group_names(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except services.EventFixedError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The event is saved. Open its registration when ready."), "success")
            return redirect(url_for(".show_desk", event_uid=event.uid))
    return _event_page(form, suggestions, competition)


@bp.route("/events/<event_uid>/edit", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def edit_event(event_uid: str) -> ResponseReturnValue:
    """Change an event."""
    event = event_or_404(event_uid)
    form = _event_form(event)
    occupation, suggestions = _chosen_occupation(form)
    if occupation and form.validate_on_submit():
        try:
            services.edit_event(
                db.session(),
                event=event,
                values=form.values(occupation),
                groups=form.group_names(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except services.EventFixedError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The changes are saved."), "success")
            return redirect(url_for(".show_desk", event_uid=event.uid))
    return _event_page(form, suggestions, event.competition, event)


@bp.route("/events/<event_uid>/clone", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def clone_event(event_uid: str) -> ResponseReturnValue:
    """Make a draft like this event, in this or another competition."""
    event = event_or_404(event_uid)
    page = queries.list_competitions(db.session(), allowed_scopes("events.manage"))
    own = event.competition
    choices = {c.uid: c.name for c in (own, *page.items) if not c.cancelled_reason}
    form = CloneForm(name=event.name)
    form.competition.choices = options(choices.items())
    if form.validate_on_submit():
        copy = services.clone_event(
            db.session(),
            event=event,
            competition=competition_or_404(form.competition.data),
            name=form.name.data,
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        db.session.commit()
        flash(_("The copy is a draft. Check its dates."), "success")
        return redirect(url_for(".edit_event", event_uid=copy.uid))
    return render_template(
        "competition/events/clone_event.html", form=form, event=event
    )


def _competition_form(competition: Competition | None = None) -> CompetitionForm:
    form = CompetitionForm(data=competition_data(competition) if competition else None)
    form.district_code.choices = options(
        (district.code, district.name)
        for district in queries.list_districts(db.session())
    )
    return form


def _event_form(event: Event | None = None) -> EventForm:
    form = EventForm(data=event_data(event) if event else {"papers": ["id_card"]})
    form.min_level_code.choices = options(
        ((level.code, level.name) for level in list_levels(db.session())), _("None")
    )
    return form


def _chosen_occupation(
    form: EventForm,
) -> tuple[OccupationHit | None, list[OccupationHit]]:
    """Return the occupation typed, or else those it may mean."""
    text = " ".join((form.occupation.data or "").split())
    if not form.is_submitted() or not text:
        return None, []
    # What was picked from the list reads "code name".
    wanted = text.split(" ")[0] if text[0].isdigit() else text
    found = search_occupations(db.session(), wanted, limit=12)
    exact = [hit for hit in found if wanted in (hit.code, hit.name)]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0], []
    return None, found


def _event_page(
    form: EventForm,
    suggestions: list[OccupationHit],
    competition: Competition,
    event: Event | None = None,
) -> str:
    if form.is_submitted() and not form.occupation.errors and suggestions:
        form.occupation.errors = [_("Several occupations match: choose one below.")]
    elif form.is_submitted() and not form.errors and not suggestions:
        form.occupation.errors = [_("No occupation is called that.")]
    return render_template(
        "competition/events/edit_event.html",
        form=form,
        suggestions=suggestions,
        competition=competition,
        event=event,
    )
