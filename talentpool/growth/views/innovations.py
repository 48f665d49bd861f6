"""Innovation projects: the list of one's places, one project, and deciding on it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    is_allowed,
    login_required_only,
    permission_required,
    resolves,
    signed_in_user,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from errors import DomainError
from extensions import db
from people.attachments.services import send_attachment
from talentpool.dossiers.queries import places_of as dossier_places
from talentpool.dossiers.rules import wan_text
from talentpool.growth.forms import innovations as forms
from talentpool.growth.forms.awards import LABELS, NominateForm
from talentpool.growth.models.innovations import Innovation
from talentpool.growth.queries import awards as award_queries
from talentpool.growth.queries import innovations as queries
from talentpool.growth.rules.innovations import KINDS, OPEN_STATES, STATES, faults
from talentpool.growth.services import innovations as services
from talentpool.growth.views.common import bp, by, today

NAV = (
    NavItem(_l("Innovations"), "talentpool.growth.list_innovations", "pool.view", 64),
)


@resolves("innovation")
def _innovation_places(session: Session, uid: str) -> Iterable[Scope] | None:
    innovation = queries.find_innovation(session, uid)
    return None if innovation is None else queries.places_of(innovation)


def desk_items(session: Session, _user: User, _now: datetime) -> Sequence[DeskItem]:
    """Tell an officer how many projects wait to be looked at."""
    if not is_allowed("growth.verify"):
        return []
    waiting = queries.count_waiting(session, allowed_scopes("growth.verify"))
    if not waiting:
        return []
    return [
        DeskItem(
            title=_("Innovation projects"),
            text=_("Compare them with their papers; then they stand in the dossiers."),
            url=url_for("talentpool.growth.list_innovations", state="submitted"),
            count=waiting,
            order=22,
        )
    ]


@bp.get("/innovations")
@permission_required("pool.view")
def list_innovations() -> ResponseReturnValue:
    """List the projects of the reader's places."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    year = request.args.get("year", 0, int)
    wanted = queries.Filter(
        state=state if state in STATES else "",
        kind=kind if kind in KINDS else "",
        year=year if 1900 < year < 2200 else 0,
        text=request.args.get("q", "").strip(),
    )
    asked: dict[str, Any] = {
        "state": wanted.state or None,
        "kind": wanted.kind or None,
        "year": wanted.year or None,
        "q": wanted.text or None,
    }
    return render_template(
        "talentpool/growth/list_innovations.html",
        page=queries.list_innovations(
            db.session(),
            allowed_scopes("pool.view"),
            wanted=wanted,
            page=max(request.args.get("page", 1, int), 1),
        ),
        wanted=wanted,
        kinds=KINDS,
        states=STATES,
        labels=LABELS,
        wan=wan_text,
        may_record=is_allowed("growth.record"),
        page_url=lambda number: url_for(".list_innovations", page=number, **asked),
    )


@bp.get("/innovations/<innovation_uid>")
@login_required_only
def show_innovation(innovation_uid: str) -> ResponseReturnValue:
    """Show a project to officers of its place, to its people and who recorded it."""
    return page_of(seen_or_404(innovation_uid))


@bp.get("/innovations/<innovation_uid>/papers/<proof_uid>")
@login_required_only
def show_paper(innovation_uid: str, proof_uid: str) -> ResponseReturnValue:
    """Show a paper of a project."""
    innovation = seen_or_404(innovation_uid)
    paper = queries.find_paper(db.session(), proof_uid)
    if paper is None or paper.innovation_id != innovation.id:
        abort(404)
    return send_attachment(paper.attachment)


@bp.post("/innovations/<innovation_uid>/decide")
@permission_required("growth.verify", within="innovation")
def decide(innovation_uid: str) -> ResponseReturnValue:
    """Verify a project, or return it with the reason."""
    innovation, form = seen_or_404(innovation_uid), forms.DecisionForm()
    if not form.validate_on_submit():
        return page_of(innovation, wrong=form), 422
    session, reason = db.session(), (form.reason.data or "").strip()
    try:
        if form.answer.data == "verified":
            services.verify(session, innovation, by=by())
        else:
            services.send_back(session, innovation, reason=reason, by=by())
    except DomainError as error:
        return refused(innovation_uid, form, error)
    session.commit()
    flash(_("The decision is on record."), "success")
    return redirect(url_for(".show_innovation", innovation_uid=innovation_uid))


@bp.post("/innovations/<innovation_uid>/revoke")
@permission_required("growth.verify", within="innovation")
def revoke(innovation_uid: str) -> ResponseReturnValue:
    """Take a verified project back: what stands in the dossiers is disputed."""
    innovation, form = seen_or_404(innovation_uid), forms.RevokeForm()
    if not form.validate_on_submit():
        return page_of(innovation, wrong=form), 422
    reason = (form.reason.data or "").strip()
    try:
        services.revoke(db.session(), innovation, reason=reason, by=by())
    except DomainError as error:
        return refused(innovation_uid, form, error)
    db.session.commit()
    flash(_("The project is taken back."), "success")
    return redirect(url_for(".show_innovation", innovation_uid=innovation_uid))


def seen_or_404(uid: str) -> Innovation:
    """Return a project the reader may see: its place's officers, its people.

    Experts see what lies before them.
    """
    session, user = db.session(), signed_in_user()
    found = queries.find_innovation(session, uid)
    if found is None:
        abort(404)
    places = queries.places_of(found)
    is_own = found.recorded_by == user.uid or (
        queries.is_part(session, found, user.person_id)
        or award_queries.is_before(session, found, user)
    )
    if not is_own and not is_allowed("pool.view", places):
        abort(404)
    return found


def may_edit(innovation: Innovation) -> bool:
    """Tell whether the user may change a project that is not handed in."""
    if innovation.state not in OPEN_STATES:
        return False
    return innovation.recorded_by == signed_in_user().uid or is_allowed(
        "growth.record", queries.places_of(innovation)
    )


def refused(uid: str, form: FlaskForm, error: DomainError) -> ResponseReturnValue:
    """Show the project again with what is wrong, nothing kept."""
    db.session.rollback()
    if isinstance(error, services.ProjectFaultsError):
        words = LABELS["innovation_fault"]
        form.form_errors.extend(str(words[code]) for code in error.codes)
    else:
        form.form_errors.append(error.message)
    return page_of(seen_or_404(uid), wrong=form), error.status


def page_of(innovation: Innovation, wrong: FlaskForm | None = None) -> str:
    """Return the page of a project; `wrong` is the form that was not taken."""
    places = queries.places_of(innovation)

    def form_of(kind: type[FlaskForm]) -> FlaskForm:
        if wrong is not None and type(wrong) is kind:
            return wrong
        return kind(formdata=None)

    session = db.session()
    nominate_form = form_of(NominateForm)
    nominate_form["award_round"].choices = [
        SelectChoice(found.uid, found.name)
        for found in award_queries.list_open_rounds(session, innovation)
    ]
    is_officer = is_allowed("growth.verify", places)
    outside = services.may_decide(innovation, signed_in_user())
    return render_template(
        "talentpool/growth/show_innovation.html",
        innovation=innovation,
        lacks=faults(services.work_of(innovation), today()),
        labels=LABELS,
        wan=wan_text,
        wrong=wrong if wrong is not None and wrong.errors else None,
        may_edit=may_edit(innovation),
        may_view=is_allowed("pool.view", places),
        is_officer=is_officer,
        is_outside=outside,
        part_form=form_of(forms.PartForm),
        paper_form=form_of(forms.PaperForm),
        decision_form=form_of(forms.DecisionForm),
        revoke_form=form_of(forms.RevokeForm),
        dossiers=_dossiers(innovation),
        nominate_form=nominate_form,
        may_nominate=is_allowed("growth.record", places),
        nominations=award_queries.list_of_innovation(session, innovation),
    )


def _dossiers(innovation: Innovation) -> dict[int, str]:
    """Return the dossiers that may be opened from here, by id of the share."""
    return {
        share.id: share.craftsman.uid
        for share in innovation.shares
        if is_allowed("pool.view", dossier_places(share.craftsman))
    }
