"""The craftsman's side: what one is asked for, why, and one's own answer."""

import json
from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import DeskItem, login_required_only, signed_in_user
from accounts.users.models import User
from extensions import db
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.services.panels import Panel, panels
from talentpool.matching.forms import AnswerForm, reason_texts
from talentpool.matching.models import Assignment
from talentpool.matching.queries import demands as queries
from talentpool.matching.services import desk
from talentpool.matching.views.common import LABELS, bp, by, level_names


def _panel(session: Session, craftsman: Craftsman, _now: datetime) -> Panel:
    """Return what a dossier shows of the demands its craftsman was asked to serve."""
    return "talentpool/matching/_panel.html", {
        "assignments": queries.list_of_craftsman(session, craftsman.id)[:10],
        "is_own": signed_in_user().person_id == craftsman.person_id,
        "labels": LABELS,
    }


panels["matching"] = _panel


def desk_items(session: Session, user: User, _now: datetime) -> Sequence[DeskItem]:
    """Tell a craftsman that a firm asks for their help."""
    asked = queries.count_asked(session, user.person_id) if user.person_id else 0
    if not asked:
        return []
    return [
        DeskItem(
            title=_("Firms ask for your help"),
            text=_("Read what is needed and why you were chosen; accept or decline."),
            url=url_for("talentpool.dossiers.show_mine"),
            count=asked,
            order=15,
        )
    ]


@bp.get("/asked/<assignment_uid>")
@login_required_only
def show_asked(assignment_uid: str) -> ResponseReturnValue:
    """Show a craftsman what they are asked for, and all that spoke for them."""
    return _page(_own_or_404(assignment_uid), AnswerForm())


@bp.post("/asked/<assignment_uid>")
@login_required_only
def answer_own(assignment_uid: str) -> ResponseReturnValue:
    """Accept or decline; nobody has to say why."""
    assignment, form = _own_or_404(assignment_uid), AnswerForm()
    if not form.validate_on_submit():
        return _page(assignment, form), 422
    desk.answer(
        db.session(),
        assignment,
        accepts=form.answer.data == "accepted",
        text=(form.text.data or "").strip(),
        by=by(),
    )
    db.session.commit()
    flash(_("Your answer is on record."), "success")
    return redirect(url_for(".show_asked", assignment_uid=assignment_uid))


def _page(assignment: Assignment, form: AnswerForm) -> str:
    demand = assignment.demand
    reasons = assignment.reasons
    return render_template(
        "talentpool/matching/show_asked.html",
        assignment=assignment,
        demand=demand,
        reasons=reason_texts(
            json.loads(reasons), kind=demand.kind, levels=level_names()
        )
        if reasons
        else [],
        form=form,
        labels=LABELS,
    )


def _own_or_404(uid: str) -> Assignment:
    session, person_id = db.session(), signed_in_user().person_id
    own = find_by_person(session, person_id) if person_id else None
    found = queries.find_assignment(session, uid)
    if own is None or found is None or found.craftsman_id != own.id:
        abort(404)
    return found
