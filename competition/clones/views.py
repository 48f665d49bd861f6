"""The committee copies a competition and opens what it has prepared."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from accounts.access.services import (
    current_actor,
    is_allowed,
    permission_required,
)
from competition.clones import services
from competition.clones.forms import CopyForm, OpenForm
from competition.clones.rules import list_stray_years, next_first_day, next_name
from competition.events import queries as events
from competition.events import rules as life
from competition.events.forms import STATE_LABELS, options
from competition.events.models import Competition, Event
from competition.events.services import fault_texts
from errors import DomainError
from extensions import LOCAL, db

bp = Blueprint("clones", __name__)


@bp.route("/competitions/<competition_uid>/clone", methods=["GET", "POST"])
@permission_required("events.manage", within="competition")
def clone_competition(competition_uid: str) -> ResponseReturnValue:
    """Make a competition like this one, its dates moved."""
    source, now = _competition_or_404(competition_uid), datetime.now(UTC)
    form = CopyForm(
        name=next_name(source.name, source.year),
        starts_on=next_first_day(source.starts_on, now.astimezone(LOCAL).date()),
        events=[event.uid for event in source.events],
    )
    form.events.choices = options((event.uid, event.name) for event in source.events)
    if form.validate_on_submit():
        try:
            copy = _copy(source, form, now)
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The copy is made. Check it, then open registration."), "success")
            return redirect(url_for(".prepare", competition_uid=copy.uid))
    return render_template(
        "competition/clones/clone_competition.html", form=form, source=source
    )


@bp.route("/competitions/<competition_uid>/prepare", methods=["GET", "POST"])
@permission_required("events.manage", within="competition")
def prepare(competition_uid: str) -> ResponseReturnValue:
    """Show what each draft still lacks, and open registration of many at once."""
    competition, now = _competition_or_404(competition_uid), datetime.now(UTC)
    form, refusals = OpenForm(), tuple[services.Refusal, ...]()
    if form.validate_on_submit():
        try:
            count = services.open_registrations(
                db.session(),
                competition=competition,
                chosen=form.events.data or (),
                actor=current_actor(),
                now=now,
            )
        except services.CannotOpenError as error:
            refusals = error.refusals
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            told = ngettext(
                "Registration of %(num)s event is open.",
                "Registration of %(num)s events is open.",
                count,
            )
            flash(told, "success")
            return redirect(url_for("competition.events.list_competitions"))
    rows = [_row(event, competition.year, now) for event in competition.events]
    return render_template(
        "competition/clones/prepare.html",
        competition=competition,
        form=form,
        rows=rows,
        refusals=refusals,
        ready=sum(row["is_ready"] for row in rows),
        state_labels=STATE_LABELS,
    )


def _row(event: Event, year: int, now: datetime) -> dict[str, Any]:
    is_draft = event.state == life.DRAFT
    faults = fault_texts(event, life.REGISTRATION, now) if is_draft else []
    return {
        "event": event,
        "faults": faults,
        "is_ready": is_draft and not faults,
        "years": list_stray_years(event.notice, year),
    }


def _copy(source: Competition, form: CopyForm, now: datetime) -> Competition:
    if not is_allowed("events.manage", events.districts_around(source.district_code)):
        raise _NotHereError(_("You do not organise competitions in this district."))
    return services.clone_competition(
        db.session(),
        source=source,
        name=form.name.data,
        starts_on=form.starts_on.data,
        chosen=form.events.data or (),
        actor=current_actor(),
        now=now,
    )


class _NotHereError(DomainError):
    """The user organises this competition only."""

    status = 403


def _competition_or_404(uid: str) -> Competition:
    return events.find_competition(db.session(), uid) or abort(404)
