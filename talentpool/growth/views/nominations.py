"""Nominating a project, and what became of a nomination."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from accounts.access.services import is_allowed, permission_required, signed_in_user
from errors import DomainError
from extensions import db
from talentpool.growth.forms.awards import LABELS, NominateForm, WithdrawForm
from talentpool.growth.models.awards import AwardNomination
from talentpool.growth.queries import awards as queries
from talentpool.growth.queries.innovations import places_of as project_places
from talentpool.growth.rules import awards as rules
from talentpool.growth.services import awards as services
from talentpool.growth.services import prizes
from talentpool.growth.views.common import bp, by
from talentpool.growth.views.innovations import page_of, refused, seen_or_404


@bp.post("/innovations/<innovation_uid>/nominate")
@permission_required("growth.record", within="innovation")
def nominate(innovation_uid: str) -> ResponseReturnValue:
    """Nominate a project into a round."""
    session, innovation = db.session(), seen_or_404(innovation_uid)
    form = NominateForm()
    form.award_round.validate_choice = False  # the service says why it is refused
    if not form.validate_on_submit():
        return page_of(innovation, wrong=form), 422
    award_round = queries.find_round(session, form.award_round.data) or abort(404)
    statement = (form.statement.data or "").strip()
    try:
        made = services.nominate(
            session, award_round, innovation, statement=statement, by=by()
        )
    except DomainError as error:
        return refused(innovation_uid, form, error)
    session.commit()
    flash(_("Nominated for %(name)s.", name=made.round.name), "success")
    return redirect(
        url_for("talentpool.growth.show_innovation", innovation_uid=innovation_uid)
    )


@bp.get("/awards/nominations/<nomination_uid>")
@permission_required("pool.view")
def show_nomination(nomination_uid: str) -> ResponseReturnValue:
    """Show what became of a nomination, and how its result came about."""
    return _page(_seen_or_404(nomination_uid))


@bp.post("/awards/nominations/<nomination_uid>/withdraw")
@permission_required("growth.record")
def withdraw_nomination(nomination_uid: str) -> ResponseReturnValue:
    """Take a nomination out while nominations are taken."""
    nomination, form = _seen_or_404(nomination_uid), WithdrawForm()
    if not _may_withdraw(nomination):
        abort(403)
    if not form.validate_on_submit():
        return _page(nomination, form), 422
    reason = (form.reason.data or "").strip()
    try:
        services.withdraw(db.session(), nomination, reason=reason, by=by())
    except DomainError as error:
        return _refused(nomination_uid, form, error)
    db.session.commit()
    flash(_("The nomination is withdrawn."), "success")
    return _back(nomination_uid)


@bp.post("/awards/nominations/<nomination_uid>/take-back")
@permission_required("growth.verify")
def take_back_award(nomination_uid: str) -> ResponseReturnValue:
    """Take a published award back: it is disputed in the dossiers."""
    nomination, form = _seen_or_404(nomination_uid), WithdrawForm()
    if not _is_officer(nomination):
        abort(403)
    if not form.validate_on_submit():
        return _page(nomination, form), 422
    reason = (form.reason.data or "").strip()
    try:
        prizes.take_back(db.session(), nomination, reason=reason, by=by())
    except DomainError as error:
        return _refused(nomination_uid, form, error)
    db.session.commit()
    flash(_("The award is taken back."), "success")
    return _back(nomination_uid)


def _seen_or_404(uid: str) -> AwardNomination:
    found = queries.find_nomination(db.session(), uid) or abort(404)
    is_own = is_allowed("pool.view", project_places(found.innovation))
    if not is_own and not _is_officer(found):
        abort(404)
    return found


def _is_officer(nomination: AwardNomination) -> bool:
    return is_allowed("growth.verify", queries.places_of(nomination.round))


def _may_withdraw(nomination: AwardNomination) -> bool:
    return (
        _is_officer(nomination)
        or nomination.nominated_by == signed_in_user().uid
        or is_allowed("growth.record", project_places(nomination.innovation))
    )


def _back(uid: str) -> ResponseReturnValue:
    return redirect(url_for(".show_nomination", nomination_uid=uid))


def _refused(uid: str, form: FlaskForm, error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    form.form_errors.append(error.message)
    return _page(_seen_or_404(uid), form), error.status


def _page(nomination: AwardNomination, wrong: FlaskForm | None = None) -> str:
    award_round, is_officer = nomination.round, _is_officer(nomination)
    shown = {rules.PUBLISHED, rules.CLOSED} if is_officer else {rules.PUBLISHED}
    tree, result = None, None
    if award_round.state in shown:
        ranking = prizes.rank(db.session(), award_round)
        if nomination.uid in ranking.nominations:
            tree = prizes.explain(ranking, nomination)
            result = next(r for n, r in ranking.lines if n is nomination)
    return render_template(
        "talentpool/growth/show_nomination.html",
        nomination=nomination,
        award=award_round,
        tree=tree,
        result=result,
        labels=LABELS,
        wrong=wrong if wrong is not None and wrong.errors else None,
        form=wrong or WithdrawForm(formdata=None),
        may_withdraw=nomination.state == rules.NOMINATED
        and award_round.state == rules.NOMINATING
        and _may_withdraw(nomination),
        may_take_back=nomination.state == rules.AWARDED and is_officer,
    )
