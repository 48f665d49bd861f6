"""The experts of award rounds: appointing them, and their sheets."""

import json
from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    is_allowed,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from accounts.users.queries import find_by_username
from errors import DomainError
from extensions import db
from scoring.scheme.rules.numbers import format_number
from talentpool.admission.forms.experts import (
    AppointForm,
    RecuseForm,
    SheetForm,
    marks_form,
)
from talentpool.dossiers.rules import wan_text
from talentpool.growth.forms.awards import LABELS
from talentpool.growth.models.awards import AwardNomination
from talentpool.growth.queries import awards as queries
from talentpool.growth.rules import awards as rules
from talentpool.growth.services import juries
from talentpool.growth.services.awards import AwardError, scheme_of
from talentpool.growth.views.awards import award_or_404, page_of, refused
from talentpool.growth.views.common import bp, by

NAV = (
    NavItem(_l("Awards to mark"), "talentpool.growth.list_judging", "pool.assess", 62),
)


def desk_items(session: Session, user: User, _now: datetime) -> Sequence[DeskItem]:
    """Tell an expert how many projects lack their sheet."""
    waiting = queries.count_unsigned(session, user) if is_allowed("pool.assess") else 0
    if not waiting:
        return []
    return [
        DeskItem(
            title=_("Innovation awards"),
            text=_("Projects that lack your sheet."),
            url=url_for("talentpool.growth.list_judging"),
            count=waiting,
            order=16,
        )
    ]


@bp.post("/awards/<award_uid>/experts")
@permission_required("growth.verify", within="award")
def appoint_expert(award_uid: str) -> ResponseReturnValue:
    """Appoint an expert of a round."""
    award_round, form = award_or_404(award_uid), AppointForm()
    if not form.validate_on_submit():
        return page_of(award_round, form), 422
    user = find_by_username(db.session(), form.username.data or "")
    try:
        if user is None:
            raise AwardError(_("There is no user of that name."))
        juries.appoint(db.session(), award_round, user, by=by())
    except DomainError as error:
        return refused(award_uid, form, error)
    db.session.commit()
    flash(_("Appointed."), "success")
    return redirect(url_for(".show_award", award_uid=award_uid))


@bp.post("/awards/<award_uid>/experts/<juror_uid>/end")
@permission_required("growth.verify", within="award")
def dismiss_expert(award_uid: str, juror_uid: str) -> ResponseReturnValue:
    """Take an expert off a round."""
    award_round, form = award_or_404(award_uid), AppointForm()
    seats = queries.list_experts(db.session(), award_round.id)
    seat = next((seat for seat in seats if seat.uid == juror_uid), None) or abort(404)
    try:
        juries.dismiss(db.session(), seat, by=by())
    except DomainError as error:
        return refused(award_uid, form, error)
    db.session.commit()
    flash(_("Taken off the panel."), "success")
    return redirect(url_for(".show_award", award_uid=award_uid))


@bp.get("/judging")
@permission_required("pool.assess")
def list_judging() -> ResponseReturnValue:
    """List the projects before the reader as an expert."""
    session, user = db.session(), signed_in_user()
    page = queries.list_to_mark(
        session, user, page=max(request.args.get("page", 1, int), 1)
    )
    return render_template(
        "talentpool/growth/list_judging.html",
        page=page,
        sheets=queries.list_own_sheets(session, user, page.items),
        page_url=lambda number: url_for(".list_judging", page=number),
        labels=LABELS,
    )


@bp.route("/judging/<nomination_uid>", methods=["GET", "POST"])
@permission_required("pool.assess")
def mark_innovation(nomination_uid: str) -> ResponseReturnValue:
    """Show a project and one's own sheet; sign it."""
    nomination = _before_me_or_404(nomination_uid)
    form = _form(nomination)
    if not form.validate_on_submit():
        return _page(nomination, form), 422 if form.errors else 200
    marks = {
        aspect.code: form[f"mark_{aspect.code}"].data or ""
        for aspect in scheme_of(nomination.round).aspects
    }
    comment = (form.comment.data or "").strip()
    try:
        juries.sign_sheet(
            db.session(), nomination, marks=marks, comment=comment, by=by()
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(_before_me_or_404(nomination_uid), form), error.status
    db.session.commit()
    flash(_("Your sheet is signed."), "success")
    return redirect(url_for(".list_judging"))


@bp.post("/judging/<nomination_uid>/stay-away")
@permission_required("pool.assess")
def stay_away(nomination_uid: str) -> ResponseReturnValue:
    """Stay away from a project, with the reason."""
    nomination, form = _before_me_or_404(nomination_uid), RecuseForm()
    if not form.validate_on_submit():
        return _page(nomination, _form(nomination, blank=True), form), 422
    reason = (form.recusal.data or "").strip()
    try:
        juries.stay_away(db.session(), nomination, reason=reason, by=by())
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        nomination = _before_me_or_404(nomination_uid)
        return _page(nomination, _form(nomination, blank=True), form), error.status
    db.session.commit()
    flash(_("You stay away from this project."), "success")
    return redirect(url_for(".list_judging"))


def _before_me_or_404(uid: str) -> AwardNomination:
    """Return a project of a round the signed-in user marks, or has marked."""
    found = queries.find_nomination(db.session(), uid) or abort(404)
    is_mine = queries.is_expert(db.session(), found.round_id, signed_in_user())
    if not is_mine or found.round.state == rules.NOMINATING:
        abort(404)
    return found


def _form(nomination: AwardNomination, *, blank: bool = False) -> SheetForm:
    aspects = scheme_of(nomination.round).aspects
    return marks_form([(a.code, a.name) for a in aspects], blank=blank)


def _page(
    nomination: AwardNomination, form: SheetForm, recusal: RecuseForm | None = None
) -> str:
    session, user = db.session(), signed_in_user()
    aspects = list(scheme_of(nomination.round).aspects)
    sheet = queries.find_sheet(session, nomination, user)
    given = json.loads(sheet.marks) if sheet else {}
    codes = juries.hindrances(session, nomination, user)
    return render_template(
        "talentpool/growth/mark_innovation.html",
        nomination=nomination,
        innovation=nomination.innovation,
        award=nomination.round,
        sheet=sheet,
        marks=[(a.name, given[a.code]) for a in aspects if a.code in given],
        is_open=nomination.round.state == rules.SCORING,
        hindrances=[juries.hindrance_text(code) for code in codes],
        sheet_fields=[
            (
                aspect.code,
                _(
                    "0 to %(most)s. %(what)s",
                    most=format_number(aspect.max),
                    what=aspect.description,
                ),
            )
            for aspect in aspects
        ],
        form=form,
        recusal=recusal or RecuseForm(formdata=None),
        labels=LABELS,
        wan=wan_text,
    )
