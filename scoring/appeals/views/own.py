"""Appeals as who files them sees them."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    login_required_only,
    signed_in_user,
)
from competition.registration.queries import find_entry
from errors import DomainError
from extensions import db
from paper import send_pdf
from people.attachments.services import send_attachment
from scoring.appeals import queries, rules
from scoring.appeals.forms import AppealForm, ReasonForm
from scoring.appeals.models import Appeal
from scoring.appeals.services import steps
from scoring.appeals.services.letter import ANSWERED, letter_pdf
from scoring.appeals.services.notes import say_step
from scoring.appeals.services.words import (
    OUTCOME_LABELS,
    STATE_LABELS,
    WINDOW_LABELS,
)
from scoring.appeals.views.common import bp, may_act_for, own_or_404
from twins import Heading, Twin, asked_number, blanks_of, new_number, twins_pdf

NAV = (
    NavItem(_l("Appeals"), "scoring.appeals.list_own", "registration.own", 40),
    NavItem(_l("Appeals"), "scoring.appeals.list_own", "registration.unit", 40),
)


@bp.get("/my-appeals")
@login_required_only
def list_own() -> ResponseReturnValue:
    """Show one's appeals, and the entries an appeal can be filed for now."""
    session, user, now = db.session(), signed_in_user(), datetime.now(UTC)
    windows = [
        (entry, window)
        for entry in queries.list_entries_of(session, user, _led_units())
        if (window := steps.find_window(session, entry.event, now)) is not None
    ]
    return render_template(
        "scoring/appeals/list_own.html",
        appeals=queries.list_of_user(session, user),
        windows=windows,
        states=STATE_LABELS,
        window_labels=WINDOW_LABELS,
    )


@bp.route("/appeals/new/<entry_uid>", methods=["GET", "POST"])
@login_required_only
def file_appeal(entry_uid: str) -> ResponseReturnValue:
    """File an appeal for an entry, by the contestant or who leads the unit's."""
    session, now = db.session(), datetime.now(UTC)
    entry = find_entry(session, entry_uid) or abort(404)
    if not may_act_for(entry):
        abort(404)
    form = AppealForm(data={"paper": asked_number()})
    if form.validate_on_submit():
        try:
            appeal = steps.file_appeal(
                session,
                entry=entry,
                user=signed_in_user(),
                grounds=form.grounds.data or "",
                papers=form.files(),
                now=now,
                sheet=form.paper.data or "",
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(
                _("Received. The receipt is %(receipt)s.", receipt=appeal.receipt),
                "success",
            )
            return redirect(url_for(".show_appeal", appeal_uid=appeal.uid))
    return render_template(
        "scoring/appeals/file_appeal.html",
        entry=entry,
        form=form,
        window=steps.find_window(session, entry.event, now),
        window_labels=WINDOW_LABELS,
        most=steps.MOST_PAPERS,
    )


@bp.get("/appeals/new/<entry_uid>/sheet.pdf")
@login_required_only
def print_sheet(entry_uid: str) -> ResponseReturnValue:
    """Send a sheet to write an appeal on, to whoever may file one for the entry."""
    entry = find_entry(db.session(), entry_uid) or abort(404)
    if not may_act_for(entry):
        abort(404)
    number = new_number()
    heading = Heading(
        title=_("Written appeal"),
        competition=entry.event.competition.name,
        event=entry.event.name,
        signs=[_("Who appeals"), _("Received by"), _("Date and time")],
    )
    sheet = Twin(
        number=number,
        address=url_for(
            ".file_appeal", entry_uid=entry.uid, paper=number, _external=True
        ),
        facts=[
            (_("Contestant"), entry.person.name if entry.person else ""),
            (_("Unit"), entry.unit.name if entry.unit else ""),
            (_("Ticket"), entry.ticket.number if entry.ticket else ""),
        ],
        blanks=blanks_of(AppealForm(formdata=None)),
    )
    pdf = twins_pdf(heading, [sheet])
    return send_pdf(pdf, f"{heading.title} {entry.event.name}", f"appeal-{number}")


@bp.get("/appeals/<appeal_uid>")
@login_required_only
def show_appeal(appeal_uid: str) -> ResponseReturnValue:
    """Show an appeal with its course, to its parties and those who decide."""
    return _page(own_or_404(appeal_uid), ReasonForm(formdata=None))


@bp.post("/appeals/<appeal_uid>/second")
@login_required_only
def ask_second(appeal_uid: str) -> ResponseReturnValue:
    """Bring an appeal before the second instance."""
    appeal, form = own_or_404(appeal_uid), ReasonForm()
    if not may_act_for(appeal.entry):
        abort(403)
    if form.validate_on_submit():
        try:
            steps.ask_second(
                db.session(),
                appeal=appeal,
                reason=form.reason.data or "",
                user=signed_in_user(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The second instance has your appeal."), "success")
            return redirect(url_for(".show_appeal", appeal_uid=appeal.uid))
    return _page(appeal, form), 422


@bp.get("/appeals/<appeal_uid>/letter.pdf")
@login_required_only
def print_letter(appeal_uid: str) -> ResponseReturnValue:
    """Send the reply as a PDF."""
    appeal = own_or_404(appeal_uid)
    if appeal.state not in ANSWERED:
        abort(404)
    pdf = letter_pdf(db.session(), appeal)
    return send_pdf(pdf, f"{_('Reply to an appeal')} {appeal.receipt}", "reply")


@bp.get("/appeals/<appeal_uid>/papers/<uid>")
@login_required_only
def show_paper(appeal_uid: str, uid: str) -> ResponseReturnValue:
    """Show a paper that was handed in."""
    appeal = own_or_404(appeal_uid)
    paper = queries.find_paper(db.session(), appeal, uid) or abort(404)
    return send_attachment(paper.attachment)


def _led_units() -> list[str]:
    """Return the units whose entries the reader leads."""
    scopes = allowed_scopes("registration.unit")
    return [scope.key for scope in scopes if scope.kind == "unit"]


def _page(appeal: Appeal, form: ReasonForm) -> str:
    may_go_on = appeal.state in {rules.DECIDED, rules.REFUSED} and (
        appeal.second_until is None or datetime.now(UTC) < appeal.second_until
    )
    return render_template(
        "scoring/appeals/show_appeal.html",
        appeal=appeal,
        grounds=steps.read_grounds(appeal),
        course=[say_step(step) for step in appeal.steps],
        correction=queries.find_correction(db.session(), appeal),
        form=form,
        may_go_on=may_go_on and may_act_for(appeal.entry),
        has_letter=appeal.state in ANSWERED,
        states=STATE_LABELS,
        outcomes=OUTCOME_LABELS,
        window_labels=WINDOW_LABELS,
    )
