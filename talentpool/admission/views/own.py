"""One's own applications: the list, where each stands, taking one back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    current_actor,
    is_allowed,
    login_required_only,
    signed_in_user,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from extensions import db
from talentpool.admission.forms.applications import (
    WithdrawForm,
)
from talentpool.admission.models.applications import Application
from talentpool.admission.queries import applications as queries
from talentpool.admission.rules import applications as rules
from talentpool.admission.rules.batches import UNIT_NOTICE
from talentpool.admission.services import drafts
from talentpool.admission.services.submit import decline
from talentpool.admission.views.common import (
    LABELS,
    bp,
    history,
    now,
    own_or_404,
)
from talentpool.admission.views.draft_frame import (
    name_of,
)

BEGUN = 5  # more of them are one item of the desk


def desk_items(session: Session, user: User, _now: Any) -> list[DeskItem]:  # noqa: ANN401
    """Tell applicants and nominees what waits for them."""
    items = [
        DeskItem(
            title=_("You are nominated for the talent pool"),
            text=_("%(nominator)s asks for your agreement.", nominator=a.nominator),
            url=url_for("talentpool.admission.show_nomination", application_uid=a.uid),
            order=2,
        )
        for a in queries.list_waiting_for_nominee(session, user)
    ]
    begun = [
        application
        for application in queries.list_editable(session, user)
        if drafts.is_owner(application, user)
    ]
    if len(begun) > BEGUN:
        items.append(
            DeskItem(
                title=_("Applications you have begun or have to correct"),
                text=begun[0].batch.name,
                url=url_for("talentpool.admission.list_applications"),
                count=len(begun),
                order=3,
            )
        )
        return items
    for application in begun:
        returned = application.state == rules.RETURNED
        items.append(
            DeskItem(
                title=_("Correct your application for the talent pool")
                if returned
                else _("Go on with your application for the talent pool"),
                text=application.reason or application.batch.name,
                url=url_for(
                    "talentpool.admission.show_application",
                    application_uid=application.uid,
                ),
                order=3 if returned else 8,
            )
        )
    return items


@bp.get("/applications")
@login_required_only
def list_applications() -> ResponseReturnValue:
    """List what one fills in or is nominated by."""
    page = queries.list_own(
        db.session(),
        signed_in_user(),
        page=max(request.args.get("page", 1, int), 1),
    )
    return render_template(
        "talentpool/admission/list_applications.html",
        applications=[(a, name_of(a)) for a in page.items],
        page=page,
        page_url=lambda number: url_for(".list_applications", page=number),
        labels=LABELS,
    )


@bp.get("/applications/<application_uid>")
@login_required_only
def show_application(application_uid: str) -> ResponseReturnValue:
    """Show where one's application stands, why, and what comes next."""
    return _own_page(own_or_404(application_uid), WithdrawForm(formdata=None))


@bp.post("/applications/<application_uid>/withdraw")
@login_required_only
def withdraw(application_uid: str) -> ResponseReturnValue:
    """Take an application back, or decline a nomination."""
    application, form = own_or_404(application_uid), WithdrawForm()
    if not form.validate_on_submit():
        return _own_page(application, form), 422
    decline(
        db.session(),
        application,
        user=signed_in_user(),
        reason=form.reason.data or "",
        actor=current_actor(),
        now=now(),
    )
    db.session.commit()
    flash(_("The application is withdrawn."), "success")
    return redirect(url_for(".show_application", application_uid=application_uid))


def _own_page(application: Application, form: WithdrawForm) -> str:
    session, user = db.session(), signed_in_user()
    answers = drafts.answers_of(application)
    chain = application.batch.steps
    here = chain.index(application.step) if application.step else -1
    is_done = application.state == rules.ADMITTED
    return render_template(
        "talentpool/admission/show_application.html",
        application=application,
        name=name_of(application),
        answers=answers,
        form=form,
        is_owner=drafts.is_owner(application, user),
        is_editable=application.state in rules.EDITABLE,
        may_withdraw=rules.is_state_step(application.state, rules.WITHDRAWN),
        may_hang=_may_hang_notice(application),
        claims=queries.list_claims(session, application.id),
        references=queries.list_references(session, application.id),
        steps=[
            {
                "label": LABELS["step"][step],
                "state": "done"
                if is_done or number < here
                else "current"
                if number == here
                else "todo",
            }
            for number, step in enumerate(chain)
        ],
        history=history(queries.list_moves(session, application.id)),
        labels=LABELS,
    )


def _may_hang_notice(application: Application) -> bool:
    """Tell whether it is the turn of the signed-in user's unit."""
    unit = application.unit
    if application.step != UNIT_NOTICE or unit is None:
        return False
    return is_allowed("pool.recommend", [Scope("unit", unit.uid)])
