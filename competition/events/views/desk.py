"""The desk of one event: where it stands, what comes next."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    current_actor,
    permission_required,
)
from accounts.users.models import User
from competition.events import queries, rules, services
from competition.events.forms import MOVE_LABELS, NEXT_TEXTS, STATE_LABELS, MoveForm
from competition.events.models import Event
from competition.events.views.common import (
    bp,
    event_or_404,
    link,
    may_open,
    places,
    words,
)
from errors import DomainError
from extensions import db

NAV = (
    NavItem(_l("Competitions"), "competition.events.list_events", order=10),
    NavItem(
        _l("Organise"), "competition.events.list_competitions", "events.manage", 20
    ),
)

# What other rooms offer for an event: endpoint, name and what it is for. Who may open
# it is asked of the page itself; one that is not there is left out.
_TOOLS = (
    (
        "competition.sessions.show_timetable",
        _l("Timetable"),
        _l("Stages and sessions with stations, times and rooms."),
    ),
    (
        "competition.registration.list_review",
        _l("Review entries"),
        _l("Accept, return or reject what was submitted."),
    ),
    (
        "competition.registration.list_waiting",
        _l("Waiting list"),
        _l("Who waits for a place, and the places that are offered."),
    ),
    (
        "competition.registration.edit_rules",
        _l("Who may enter"),
        _l("The rules, and whom they would have refused last year."),
    ),
    (
        "competition.questions.list_questions",
        _l("Questions of the entry form"),
        _l("What is asked besides, of whom, with a preview."),
    ),
    (
        "competition.teams.list_teams",
        _l("Teams"),
        _l("Leaders, coaches, members and substitutes."),
    ),
    (
        "competition.bulk.list_batches",
        _l("Register in bulk"),
        _l("Bring many people in from a workbook."),
    ),
    (
        "scoring.scheme.show_scheme",
        _l("Scoring scheme"),
        _l("Load, check and freeze how the event is marked."),
    ),
    (
        "scoring.judges.list_seats",
        _l("Judges"),
        _l("Seat the panel and name the chief judge."),
    ),
    (
        "competition.prints.show_prints",
        _l("Papers of the day"),
        _l("Tickets, badges, name lists, door signs, station plan, timetable."),
    ),
    (
        "competition.checkin.show_desk",
        _l("Check-in"),
        _l("Scan tickets, compare photos."),
    ),
    (
        "competition.stations.edit_plan",
        _l("Plan of the hall"),
        _l("Stations, and what their draw keeps: units apart, equipment, needs."),
    ),
    (
        "competition.checkin.list_entries",
        _l("Who is here"),
        _l("Present, late and missing contestants."),
    ),
    (
        "competition.codes.show_chain",
        _l("Blind codes"),
        _l("Contest numbers, stations and work codes."),
    ),
    (
        "competition.draw.list_draws",
        _l("Draw of lots"),
        _l("The public record of the draws, to be checked by anybody."),
    ),
    (
        "scoring.results.show_overview",
        _l("Progress of marking"),
        _l("Which works are marked, signed and locked."),
    ),
    (
        "scoring.board.show_desk",
        _l("Hall board"),
        _l("What the hall sees, the freeze and the reveal."),
    ),
    (
        "scoring.carry.show_desk",
        _l("Carried marks"),
        _l("Take marks from a tablet that does not get through."),
    ),
    (
        "scoring.keying.show_keying",
        _l("Paper sheets"),
        _l("Key in, twice and blind, what judges marked on paper."),
    ),
    (
        "scoring.theory.show_theory",
        _l("Results from a file"),
        _l("Take the results of a theory paper from a workbook or CSV."),
    ),
    (
        "scoring.results.show_review",
        _l("Results"),
        _l("Review, publish or withdraw the results."),
    ),
    (
        "scoring.results.show_outcomes",
        _l("Awards, promotions and honours"),
        _l("The lists with the rules, ties at the cut and reasons, to print."),
    ),
    (
        "scoring.certificates.show_register",
        _l("Certificates"),
        _l("Issue, print, correct and revoke them."),
    ),
    (
        "scoring.ladder.take",
        _l("Qualifiers"),
        _l("Take the winners of an earlier stage as entries."),
    ),
    (
        "scoring.ladder.send",
        _l("Send on"),
        _l("A signed file of those who go on to the next level."),
    ),
    (
        "competition.cancelling.cancel_event",
        _l("Cancel the event"),
        _l("It is not held: entrants are told, and no step leads on."),
    ),
)


def desk_items(session: Session, _user: User, now: datetime) -> list[DeskItem]:
    """Tell the committee which events can take their next step."""
    waiting = [
        event
        for event in queries.list_managed_events(
            session, allowed_scopes("events.manage")
        )
        if rules.is_due(event.state, services.timetable_of(event), now)
    ]
    return [
        DeskItem(
            title=event.name,
            text=_("%(competition)s: the next step is due", competition=name),
            url=url_for("competition.events.show_desk", event_uid=event.uid),
            order=30,
        )
        for event in waiting[:8]
        for name in (event.competition.name,)
    ]


@bp.get("/events/<event_uid>/desk")
@permission_required("events.manage", within="event")
def show_desk(event_uid: str) -> ResponseReturnValue:
    """Show the committee where an event stands and what comes next."""
    event, now = event_or_404(event_uid), datetime.now(UTC)
    return _desk_page(event, MoveForm(), now)


@bp.post("/events/<event_uid>/move/<state>")
@permission_required("events.manage", within="event")
def move_event(event_uid: str, state: str) -> ResponseReturnValue:
    """Take the event one step on, or back with a reason."""
    event, now, form = event_or_404(event_uid), datetime.now(UTC), MoveForm()
    if state not in rules.COMMITTEE_STEPS.get(event.state, ()):
        abort(409)
    if not form.validate_on_submit():
        return _desk_page(event, form, now), 422
    try:
        services.move_event(
            db.session(),
            event=event,
            to=state,
            actor=current_actor(),
            now=now,
            reason=form.reason.data or "",
        )
    except DomainError as error:
        form.form_errors.append(error.message)
        return _desk_page(event, form, now), 409
    db.session.commit()
    flash(_("State: %(state)s", state=STATE_LABELS[state]), "success")
    return redirect(url_for(".show_desk", event_uid=event.uid))


def _desk_page(event: Event, form: MoveForm, now: datetime) -> str:
    session, is_held = db.session(), event.state != rules.CANCELLED
    reached = rules.WAY.index(event.state) if is_held else len(rules.WAY)
    counts = dict(queries.count_entries(session, [event]).get(event.id, {}))
    return render_template(
        "competition/events/show_desk.html",
        event=event,
        form=form,
        counts=counts,
        steps=[
            {"label": STATE_LABELS[state], "state": _step_state(number, reached)}
            for number, state in enumerate(rules.WAY if is_held else ())
        ],
        moves=[
            (state, rules.needs_reason(event.state, state))
            for state in rules.COMMITTEE_STEPS.get(event.state, ())
        ],
        move_labels=MOVE_LABELS,
        next_text=NEXT_TEXTS.get(event.state, ""),
        tools=_tools(event),
        waiting_text=ngettext(
            "%(num)s entry still waits for a decision.",
            "%(num)s entries still wait for a decision.",
            counts.get("submitted", 0),
        ),
        **words(now),
    )


def _step_state(number: int, reached: int) -> str:
    if number == reached:
        return "current"
    return "done" if number < reached else "todo"


def _tools(event: Event) -> list[dict[str, Any]]:
    here = places(event)
    return [
        {"url": url, "label": label, "text": text}
        for endpoint, label, text in _TOOLS
        if (url := link(endpoint, event.uid)) and may_open(endpoint, here)
    ]
