"""Experts mark on sheets of their own; nobody sees another's."""

from collections.abc import Sequence
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    current_actor,
    is_allowed,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from accounts.users.queries import find_by_username
from errors import DomainError
from extensions import db
from people.codes.queries import list_levels
from talentpool.admission.forms.evidence import text_of
from talentpool.admission.forms.experts import (
    LABELS as EXPERT_LABELS,
)
from talentpool.admission.forms.experts import (
    AppointForm,
    ClosePanelForm,
    RecuseForm,
    SheetForm,
    name_of,
    sheet_form,
)
from talentpool.admission.models.applications import Application
from talentpool.admission.queries import applications as queries
from talentpool.admission.queries import batches as batch_queries
from talentpool.admission.queries import experts as expert_queries
from talentpool.admission.rules.batches import EXPERTS
from talentpool.admission.rules.conflicts import EXPERT
from talentpool.admission.services import experts
from talentpool.admission.services.assess import judge_application
from talentpool.admission.services.parties import conflict_message, conflicts_of
from talentpool.admission.services.points import points_of_application
from talentpool.admission.services.snapshots import read_snapshot
from talentpool.admission.views.common import (
    LABELS,
    application_or_404,
    batch_or_404,
    bp,
    is_english,
    now,
)
from talentpool.standard.forms import LABELS as POINTS_LABELS
from talentpool.standard.queries import read_profile

NAV = (
    NavItem(
        _l("Expert review"), "talentpool.admission.list_to_mark", "pool.assess", 61
    ),
)


def desk_items(session: Session, user: User, _now: datetime) -> Sequence[DeskItem]:
    """Tell an expert how many applications lack their sheet."""
    if not is_allowed("pool.assess"):
        return []
    waiting = expert_queries.count_unsigned(session, user)
    return [
        DeskItem(
            title=_("Expert review"),
            text=_("Applications that lack your sheet."),
            url=url_for("talentpool.admission.list_to_mark"),
            count=waiting,
            order=15 if waiting else 66,
        )
    ]


@bp.get("/assessments")
@permission_required("pool.assess")
def list_to_mark() -> ResponseReturnValue:
    """List what lies before the panels one sits on."""
    session, user = db.session(), signed_in_user()
    page = expert_queries.list_to_mark(
        session, user, page=max(request.args.get("page", 1, int), 1)
    )
    sheets = expert_queries.list_own_sheets(session, user, page.items)
    return render_template(
        "talentpool/admission/list_to_mark.html",
        applications=[
            (application, sheets.get(application.id)) for application in page.items
        ],
        page=page,
        page_url=lambda number: url_for(".list_to_mark", page=number),
        labels={**LABELS, **EXPERT_LABELS},
    )


@bp.route("/assessments/<application_uid>", methods=["GET", "POST"])
@permission_required("pool.assess", within="application")
def mark_application(application_uid: str) -> ResponseReturnValue:
    """Show what was submitted and one's own sheet; sign it."""
    application = _before_me_or_404(application_uid)
    form = _sheet(application)
    if not form.validate_on_submit():
        return _sheet_page(application, form, None), 422 if form.errors else 200
    try:
        experts.sign_sheet(
            db.session(),
            application,
            marks={
                item.code: form[f"mark_{item.code}"].data or ""
                for item in experts.criteria_of(application.batch)
            },
            comment=form.comment.data or "",
            user=signed_in_user(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _sheet_page(_before_me_or_404(application_uid), form, None), error.status
    db.session.commit()
    flash(_("Your sheet is signed."), "success")
    return redirect(url_for(".list_to_mark"))


@bp.post("/assessments/<application_uid>/stay-away")
@permission_required("pool.assess", within="application")
def stay_away(application_uid: str) -> ResponseReturnValue:
    """Stay away from an application, with the reason."""
    application, form = _before_me_or_404(application_uid), RecuseForm()
    if not form.validate_on_submit():
        return _sheet_page(application, _sheet(application, blank=True), form), 422
    experts.recuse(
        db.session(),
        application,
        reason=form.recusal.data or "",
        user=signed_in_user(),
        now=now(),
    )
    db.session.commit()
    flash(_("You stay away from this application."), "success")
    return redirect(url_for(".list_to_mark"))


@bp.route("/batches/<intake_uid>/experts", methods=["GET", "POST"])
@permission_required("pool.admit", within="intake")
def show_panel(intake_uid: str) -> ResponseReturnValue:
    """Show the panel of a batch; appoint an expert."""
    batch, form = batch_or_404(intake_uid), AppointForm()
    if form.validate_on_submit():
        user = find_by_username(db.session(), form.username.data or "")
        try:
            if user is None:
                raise experts.NoExpertError(_("There is no user of that name."))
            experts.appoint(db.session(), batch, user, actor=current_actor(), now=now())
        except DomainError as error:
            db.session.rollback()
            form.username.errors = [error.message]
            batch = batch_or_404(intake_uid)
        else:
            db.session.commit()
            flash(_("Appointed."), "success")
            return redirect(request.path)
    page = render_template(
        "talentpool/admission/show_panel.html",
        batch=batch,
        seats=expert_queries.list_experts(db.session(), batch.id),
        criteria=[
            (name_of(item, str(get_locale())), item.most)
            for item in experts.criteria_of(batch)
        ],
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.post("/batches/<intake_uid>/experts/<expert_uid>/end")
@permission_required("pool.admit", within="intake")
def dismiss_expert(intake_uid: str, expert_uid: str) -> ResponseReturnValue:
    """Take an expert off the panel."""
    batch = batch_or_404(intake_uid)
    seats = expert_queries.list_experts(db.session(), batch.id)
    seat = next((seat for seat in seats if seat.uid == expert_uid), None)
    if seat is None:
        abort(404)
    experts.dismiss(db.session(), seat, actor=current_actor(), now=now())
    db.session.commit()
    flash(_("Taken off the panel."), "success")
    return redirect(url_for(".show_panel", intake_uid=intake_uid))


@bp.route("/reviews/<application_uid>/experts", methods=["GET", "POST"])
@permission_required("pool.admit", within="application")
def close_panel(application_uid: str) -> ResponseReturnValue:
    """Show what the panel comes to; close the step."""
    application, form = application_or_404(application_uid), ClosePanelForm()
    if not is_allowed("pool.admit", batch_queries.places_of(application.batch)):
        abort(403)
    if application.step != EXPERTS:
        return redirect(url_for(".show_review", application_uid=application_uid))
    status = 200
    if form.validate_on_submit():
        try:
            experts.close_panel(
                db.session(),
                application,
                reason=form.closing_reason.data or "",
                user=signed_in_user(),
                now=now(),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            application, status = application_or_404(application_uid), error.status
        else:
            db.session.commit()
            flash(_("Closed; the decision comes next."), "success")
            return redirect(url_for(".show_review", application_uid=application_uid))
    page = render_template(
        "talentpool/admission/close_panel.html",
        application=application,
        result=experts.result_of(db.session(), application),
        sheets=expert_queries.list_sheets(db.session(), application),
        form=form,
        labels={**LABELS, **EXPERT_LABELS},
    )
    return page, status


def _before_me_or_404(uid: str) -> Application:
    """Return an application before a panel the signed-in user sits on."""
    application = application_or_404(uid)
    is_mine = expert_queries.is_expert(db.session(), application, signed_in_user())
    if application.step != EXPERTS or not is_mine:
        abort(404)
    return application


def _sheet(application: Application, *, blank: bool = False) -> SheetForm:
    criteria = experts.criteria_of(application.batch)
    return sheet_form(criteria, str(get_locale()), blank=blank)


def _sheet_page(
    application: Application, form: SheetForm, recusal: RecuseForm | None
) -> str:
    session, user = db.session(), signed_in_user()
    profile = read_profile(application.batch.profile_version.toml)
    levels = {str(level.rank): level.name for level in list_levels(session)}
    claims = queries.list_claims(session, application.id)
    snapshots = queries.list_snapshots(session, application.id)
    codes = conflicts_of(session, application, user, EXPERT)
    return render_template(
        "talentpool/admission/mark_application.html",
        application=application,
        frozen=read_snapshot(snapshots[-1]) if snapshots else {},
        claims=[(claim, text_of(claim.field, claim.value, levels)) for claim in claims],
        verdict=judge_application(session, application, now()),
        conditions={c.id: c for c in profile.conditions},
        waivers={w.clause: w for w in profile.waivers},
        points=points_of_application(session, application, now()),
        points_labels=POINTS_LABELS,
        level_names=levels,
        references=queries.list_references(session, application.id),
        sheet=expert_queries.find_sheet(session, application, user),
        hindrances=[conflict_message(code) for code in codes],
        sheet_fields=[
            (item.code, _("0 to %(most)s, halves too", most=item.most))
            for item in profile.sheet
        ],
        form=form,
        recusal=recusal or RecuseForm(formdata=None),
        is_english=is_english(),
        labels={**LABELS, **EXPERT_LABELS},
    )
