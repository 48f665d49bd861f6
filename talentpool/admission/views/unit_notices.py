"""The unit's own notice: put up, and reported on when its days are over."""

from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
    signed_in_user,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from errors import DomainError
from extensions import LOCAL, db
from talentpool.admission.forms.reviews import ReturnForm, UnitNoticeForm
from talentpool.admission.models.applications import Application
from talentpool.admission.queries.notices import find_unit_notice, list_at_units
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules.batches import UNIT_NOTICE
from talentpool.admission.services import review
from talentpool.admission.views.common import LABELS, application_or_404, bp, now


def desk_items(session: Session, _user: User, now: datetime) -> Sequence[DeskItem]:
    """Tell a unit whose notice it puts up, or reports on, now."""
    if not is_allowed("pool.recommend"):
        return []
    today = now.astimezone(LOCAL).date()
    waiting = list_at_units(session, allowed_scopes("pool.recommend"), today)
    return [
        DeskItem(
            title=_("Notice in the unit"),
            text=_(
                "%(name)s: the days are over, report on the notice.",
                name=application.person.name,
            )
            if notice
            else _("%(name)s: put the notice up.", name=application.person.name),
            url=url_for(
                "talentpool.admission.show_unit_notice",
                application_uid=application.uid,
            ),
            order=4,
        )
        for application, notice in waiting
        if application.person
    ]


@bp.get("/applications/<application_uid>/unit-notice")
@permission_required("pool.recommend", within="application")
def show_unit_notice(application_uid: str) -> ResponseReturnValue:
    """Show the unit's notice, or ask for it."""
    return _page(_own_unit_or_404(application_uid), UnitNoticeForm(formdata=None))


@bp.post("/applications/<application_uid>/unit-notice")
@permission_required("pool.recommend", within="application")
def put_up(application_uid: str) -> ResponseReturnValue:
    """Note that the notice hangs from today; the last day is counted."""
    application, form = _own_unit_or_404(application_uid), UnitNoticeForm()
    if not form.validate_on_submit():
        return _page(application, form), 422
    try:
        review.put_up_unit_notice(
            db.session(),
            application,
            place=form.place.data or "",
            actor=current_actor(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(_own_unit_or_404(application_uid), form), error.status
    db.session.commit()
    flash(_("The notice is on record; its days are counted."), "success")
    return redirect(url_for(".show_unit_notice", application_uid=application_uid))


@bp.post("/applications/<application_uid>/unit-notice/clear")
@permission_required("pool.recommend", within="application")
def report_clear(application_uid: str) -> ResponseReturnValue:
    """Report that nobody objected to the unit's notice."""
    application, form = _own_unit_or_404(application_uid), FlaskForm()
    if not form.validate_on_submit():
        abort(400)
    review.pass_step(
        db.session(), application, UNIT_NOTICE, user=signed_in_user(), now=now()
    )
    db.session.commit()
    flash(_("Reported. The application goes to the office."), "success")
    return redirect(url_for(".show_unit_notice", application_uid=application_uid))


@bp.post("/applications/<application_uid>/unit-notice/objected")
@permission_required("pool.recommend", within="application")
def report_objection(application_uid: str) -> ResponseReturnValue:
    """Give the application back because somebody in the unit objected."""
    application, form = _own_unit_or_404(application_uid), ReturnForm()
    form.to.data = ""
    if not form.validate_on_submit():
        return _page(application, UnitNoticeForm(formdata=None), form), 422
    review.return_to(
        db.session(),
        application,
        "",
        reason=form.return_reason.data or "",
        user=signed_in_user(),
        now=now(),
    )
    db.session.commit()
    flash(_("Returned; the reason is on record."), "success")
    return redirect(url_for(".show_unit_notice", application_uid=application_uid))


def _own_unit_or_404(uid: str) -> Application:
    """Return an application of the user's own unit; others have no notice to hang."""
    application = application_or_404(uid)
    unit = application.unit
    if application.round == 0 or unit is None:
        abort(404)
    if not is_allowed("pool.recommend", [Scope("unit", unit.uid)]):
        abort(404)
    return application


def _page(
    application: Application, form: UnitNoticeForm, back: ReturnForm | None = None
) -> str:
    notice = find_unit_notice(db.session(), application)
    at_step = application.state == rules.RUNNING and application.step == UNIT_NOTICE
    today = now().astimezone(LOCAL).date()
    return render_template(
        "talentpool/admission/show_unit_notice.html",
        application=application,
        notice=notice,
        at_step=at_step,
        is_over=notice is not None and today > notice.last_day,
        form=form,
        return_form=back or ReturnForm(formdata=None),
        labels=LABELS,
    )
