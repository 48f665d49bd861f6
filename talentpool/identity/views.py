"""The work list of likenesses; side by side; merge with its preview; split."""

from collections.abc import Iterable
from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
    resolves,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from errors import DomainError
from extensions import db
from talentpool.dossiers.forms import LABELS as DOSSIER_LABELS
from talentpool.identity import forms, queries
from talentpool.identity.models import Likeness
from talentpool.identity.rules.judgement import STATES
from talentpool.identity.services import show
from talentpool.identity.services.judge import judge
from talentpool.identity.services.merge import (
    find_changed_since,
    find_objections,
    merge,
    split,
)
from talentpool.identity.services.plan import make_plan

bp = Blueprint("identity", __name__, url_prefix="/pool/identity")

NAV = (
    NavItem(
        _l("Duplicates"), "talentpool.identity.list_likenesses", "identity.resolve", 64
    ),
)
LABELS = {**DOSSIER_LABELS, **forms.LABELS}
SIDES = ("first", "second")


@resolves("likeness")
def _likeness_places(session: Session, uid: str) -> Iterable[Scope] | None:
    likeness = queries.find_likeness(session, uid)
    return None if likeness is None else queries.places_of(likeness)


def desk_items(session: Session, _user: User, _now: datetime) -> list[DeskItem]:
    """Return the pairs that wait for a judgement."""
    if not is_allowed("identity.resolve"):
        return []
    counts = queries.count_by_state(session, allowed_scopes("identity.resolve"))
    waiting = counts.get("open", 0)
    if not waiting:
        return []
    return [
        DeskItem(
            title=_("Duplicates"),
            text=ngettext(
                "%(num)s pair of records may be one person",
                "%(num)s pairs of records may be one person",
                waiting,
            ),
            url=url_for("talentpool.identity.list_likenesses"),
            count=waiting,
            order=64,
        )
    ]


@bp.get("")
@permission_required("identity.resolve")
def list_likenesses() -> ResponseReturnValue:
    """List the pairs of the officer's places that may be one person."""
    session, scopes = db.session(), allowed_scopes("identity.resolve")
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    page = queries.list_likenesses(
        session, scopes, state=state, page=max(request.args.get("page", 1, int), 1)
    )
    return render_template(
        "talentpool/identity/list_likenesses.html",
        page=page,
        scores={k.id: queries.read_score(k.signals) for k in page.items},
        state=state,
        states=STATES,
        counts=queries.count_by_state(session, scopes),
        last_scan=queries.find_last_scan(session),
        labels=LABELS,
        page_url=lambda number: url_for(".list_likenesses", page=number, state=state),
    )


@bp.route("/<likeness_uid>", methods=["GET", "POST"])
@permission_required("identity.resolve", within="likeness")
def show_likeness(likeness_uid: str) -> ResponseReturnValue:
    """Show two records side by side, and keep what somebody says of them."""
    session, likeness = db.session(), _get_or_404(likeness_uid)
    form = forms.JudgeForm()
    if form.validate_on_submit():
        judge(
            session,
            likeness,
            verdict=form.verdict.data,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        db.session.commit()
        if form.verdict.data == "same":
            flash(_("Kept. Now choose what is taken over."), "success")
            return redirect(url_for(".show_merge", likeness_uid=likeness.uid))
        flash(_("Kept. You are asked again only when their data changes."), "success")
        return redirect(url_for(".list_likenesses"))
    status = 422 if form.is_submitted() else 200
    return _page("show_likeness", likeness, form=form), status


@bp.route("/<likeness_uid>/merge", methods=["GET", "POST"])
@permission_required("identity.resolve", within="likeness")
def show_merge(likeness_uid: str) -> ResponseReturnValue:
    """Choose field by field, see every row that would move, and merge."""
    session, likeness = db.session(), _get_or_404(likeness_uid)
    form = forms.MergeForm()
    keep, taken = _chosen(form)
    kept = likeness.first if keep == "first" else likeness.second
    other = likeness.second if keep == "first" else likeness.first
    if form.validate_on_submit():
        try:
            made = merge(
                session,
                likeness,
                kept=kept,
                taken=taken,
                reason=form.reason.data or "",
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.extend(error.message.split("\n"))
            return _merge_page(_get_or_404(likeness_uid), form, keep, taken), 409
        db.session.commit()
        flash(
            ngettext(
                "Merged: %(num)s row moved.", "Merged: %(num)s rows moved.", made.moved
            ),
            "success",
        )
        return redirect(url_for(".show_likeness", likeness_uid=likeness_uid))
    form.form_errors.extend(find_objections(session, kept, other))
    status = 422 if form.is_submitted() else 200
    return _merge_page(likeness, form, keep, taken), status


@bp.route("/<likeness_uid>/split", methods=["GET", "POST"])
@permission_required("identity.resolve", within="likeness")
def show_split(likeness_uid: str) -> ResponseReturnValue:
    """Show what undoing a merge puts back, and undo it."""
    session, likeness = db.session(), _get_or_404(likeness_uid)
    made = queries.find_merge(session, likeness)
    if made is None:
        abort(404)
    form = forms.SplitForm()
    if form.validate_on_submit():
        split(
            session,
            made,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        db.session.commit()
        flash(_("The two are two again. Everything stands where it stood."), "success")
        return redirect(url_for(".show_likeness", likeness_uid=likeness_uid))
    status = 422 if form.is_submitted() else 200
    changed = find_changed_since(session, made)
    return _page("show_split", likeness, form=form, made=made, changed=changed), status


def _merge_page(
    likeness: Likeness, form: forms.MergeForm, keep: str, taken: frozenset[str]
) -> str:
    session = db.session()
    kept = likeness.first if keep == "first" else likeness.second
    other = likeness.second if keep == "first" else likeness.first
    plan = make_plan(session, kept=kept, merged=other, taken=taken)
    form.keep.data, form.take.data = keep, ",".join(sorted(taken))
    return _page(
        "show_merge",
        likeness,
        form=form,
        keep=keep,
        taken=taken,
        differing=show.differing(plan),
        rows=show.moving_rows(session, plan),
        staying=show.staying_rows(session, plan),
    )


def _page(name: str, likeness: Likeness, **values: object) -> str:
    session = db.session()
    return render_template(
        f"talentpool/identity/{name}.html",
        likeness=likeness,
        sides={
            "first": show.side(session, likeness.first),
            "second": show.side(session, likeness.second),
        },
        score=queries.read_score(likeness.signals),
        judgements=queries.list_judgements(session, likeness),
        merges=queries.list_merges(session, likeness),
        labels=LABELS,
        **values,
    )


def _chosen(form: forms.MergeForm) -> tuple[str, frozenset[str]]:
    """Return which record is kept, and the fields taken from the other one."""
    if form.is_submitted():
        keep, taken = form.keep.data or "", (form.take.data or "").split(",")
    else:
        keep, taken = request.args.get("keep", ""), request.args.getlist("take")
    known = show.FIELDS.keys()
    return keep if keep in SIDES else "first", frozenset(taken) & known


def _get_or_404(uid: str) -> Likeness:
    likeness = queries.find_likeness(db.session(), uid)
    if likeness is None:
        abort(404)
    return likeness
