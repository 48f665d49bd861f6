"""The recheck after the lock, by codes, for who did not mark."""

import json
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from accounts.users.queries import names_of
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import get_event, list_managed_events
from errors import DomainError
from extensions import db
from paper import send_pdf
from scoring.evidence import queries as evidence
from scoring.judges import queries as judges
from scoring.marking import queries as marking
from scoring.recheck import queries, services
from scoring.recheck.forms import FindingForm, PlanForm
from scoring.recheck.models import RecheckSample
from scoring.results.services.compute import read_frame
from scoring.results.views.explanations import explain_work
from scoring.scheme import queries as schemes
from twins import Blank, Heading, Table, Twin, asked_number, new_number, twins_pdf

bp = Blueprint("recheck", __name__)


@bp.get("/events/<event_uid>/recheck")
@permission_required("recheck.do", within="event")
def show_recheck(event_uid: str) -> ResponseReturnValue:
    """Show what is rechecked, how it was drawn, and what was found."""
    event, session = get_event(db.session(), event_uid), db.session()
    rows = queries.list_rows(session, event.id)
    row = _find_row(event)
    findings = queries.list_findings(session, row) if row else []
    return render_template(
        "scoring/recheck/show_recheck.html",
        event=event,
        row=row,
        sample=queries.read_sample(row) if row else None,
        state=queries.find_state(session, row) if row else None,
        findings={finding.entry: finding for finding in findings},
        names=names_of(session, {finding.found_by for finding in findings}),
        plan=queries.find_plan(session, event.id),
        earlier=[
            (old.round, queries.find_state(session, old)) for old in rows if old != row
        ],
        drawn_by=json.loads(row.works) if row else {},
        is_open=event.state == life.LOCKED,
    )


@bp.route("/events/<event_uid>/recheck/plan", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def set_plan(event_uid: str) -> ResponseReturnValue:
    """Say what the recheck asks for, before the marks are locked."""
    event = get_event(db.session(), event_uid)
    plan = queries.find_plan(db.session(), event.id)
    form = PlanForm(obj=plan)
    if form.validate_on_submit():
        try:
            services.set_plan(
                db.session(),
                event=event,
                plan=form.plan(),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The plan of the recheck is kept."), "success")
            return redirect(url_for(".set_plan", event_uid=event.uid))
    return render_template("scoring/recheck/set_plan.html", event=event, form=form)


@bp.route("/events/<event_uid>/recheck/<work_code>", methods=["GET", "POST"])
@permission_required("recheck.do", within="event")
def check_work(event_uid: str, work_code: str) -> ResponseReturnValue:
    """Show a work's marks with their arithmetic, and take what was found in it."""
    event = get_event(db.session(), event_uid)
    form = FindingForm(data={"paper": asked_number()})
    row = _find_row(event) or abort(404)
    state = queries.find_state(db.session(), row)
    if work_code not in state.works:
        abort(404)
    if form.validate_on_submit():
        try:
            after = services.find_work(
                db.session(),
                event=event,
                work=work_code,
                verdict=services.Verdict(
                    outcome=form.outcome.data or "",
                    cells=form.cells.data or "",
                    reason=form.reason.data or "",
                    paper=form.paper.data or "",
                ),
                user=signed_in_user(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            if after.is_grown and not state.is_grown:
                flash(
                    _(
                        "More than one in twenty are wrong: every work is "
                        "rechecked now."
                    ),
                    "warning",
                )
            flash(_("The finding is recorded."), "success")
            return redirect(url_for(".show_recheck", event_uid=event.uid))
    return _work_page(event, work_code, form, is_found=work_code in state.found)


@bp.get("/events/<event_uid>/recheck/sheets.pdf")
@permission_required("recheck.do", within="event")
def print_sheets(event_uid: str) -> ResponseReturnValue:
    """Print a sheet for each work that is left to recheck, or for `work` alone."""
    event = get_event(db.session(), event_uid)
    row = _find_row(event) or abort(404)
    asked = request.args.get("work", "")
    left = queries.find_state(db.session(), row).waiting
    works = [work for work in left if asked in {"", work}] or abort(404)
    heading = Heading(
        title=_("Recheck of a work"),
        competition=event.competition.name,
        event=event.name,
        signs=[_("Rechecked by"), _("Date")],
    )
    pdf = twins_pdf(heading, [_twin(event, row.round, work) for work in works])
    return send_pdf(pdf, f"{event.name} {heading.title}", f"recheck-{event.uid[:8]}")


def desk_items(session: Session, _user: User, _now: datetime) -> list[DeskItem]:
    """Tell supervisors and chief judges what is left to recheck."""
    items = []
    events = list_managed_events(session, allowed_scopes("recheck.do"))
    locked = [event for event in events if event.state == life.LOCKED]
    states = queries.list_states(session, [event.id for event in locked])
    for event in locked:
        state = states.get(event.id)
        if state is not None and not state.is_complete:
            items.append(
                DeskItem(
                    title=event.name,
                    text=_("Works to recheck before decoding"),
                    url=url_for("scoring.recheck.show_recheck", event_uid=event.uid),
                    count=len(state.waiting),
                    order=16,
                )
            )
    return items


def _work_page(
    event: Event, work_code: str, form: FindingForm, *, is_found: bool
) -> ResponseReturnValue:
    session = db.session()
    version, _facts = read_frame(session, event.id)
    counted = marking.list_counted(session, event.id, entry=work_code)
    tree, rules = explain_work(event, work_code)
    return render_template(
        "scoring/recheck/check_work.html",
        event=event,
        work_code=work_code,
        aspects=list(schemes.load_scheme(version).aspects),
        seats=judges.list_seats(session, event.id),
        marks={(mark.aspect, mark.judge): mark for mark in counted},
        photos=evidence.list_photos(session, event.id, work_code),
        notes=evidence.list_notes(session, event.id, work_code),
        tree=tree,
        rules=rules,
        form=form,
        is_found=is_found,
        is_open=event.state == life.LOCKED,
    )


def _twin(event: Event, round_: int, work: str) -> Twin:
    session, number = db.session(), new_number()
    version, _facts = read_frame(session, event.id)
    seats = [seat.seat for seat in judges.list_seats(session, event.id)]
    marks = {
        (mark.aspect, mark.judge): mark.value
        for mark in marking.list_counted(session, event.id, entry=work)
    }
    form = FindingForm(formdata=None)
    return Twin(
        number=number,
        address=url_for(
            ".check_work",
            event_uid=event.uid,
            work_code=work,
            paper=number,
            _external=True,
        ),
        facts=[(_("Work code"), work), (_("Round"), str(round_))],
        table=Table(
            headings=[_("Aspect"), *seats, _("Wrong here")],
            rows=[
                [
                    f"{aspect.code} {aspect.name}",
                    *(marks.get((aspect.code, seat), "–") for seat in seats),
                    "",
                ]
                for aspect in schemes.load_scheme(version).aspects
            ],
            widths=[8, *(2 for _seat in seats), 5],
        ),
        blanks=[
            Blank(
                label=_("What you found"),
                choices=[_("Everything is right"), _("Something is wrong")],
            ),
            Blank(label=str(form.cells.label.text)),
            Blank(label=str(form.reason.label.text), lines=3),
        ],
    )


def _find_row(event: Event) -> RecheckSample | None:
    """Return the sample of the lock that stands."""
    lock = marking.find_lock(db.session(), event.id)
    return queries.find_row(db.session(), event.id, lock.round) if lock else None
