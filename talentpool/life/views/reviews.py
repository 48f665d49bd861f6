"""Re-confirmations that wait for a person, and dossiers to be brought up to date."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
)
from accounts.users.models import User
from errors import DomainError
from extensions import LOCAL, db
from people.districts.queries import find_district
from talentpool.life.forms.labels import LABELS
from talentpool.life.forms.state import ConfirmForm, UpdateForm
from talentpool.life.models import Review
from talentpool.life.queries import reviews as queries
from talentpool.life.rules.review import CAUSES, REVIEW_STATES
from talentpool.life.services import reviews
from talentpool.life.views.common import bp, get_or_404
from talentpool.standard.queries import read_in_force

NAV = (NavItem(_l("Re-confirmation"), "talentpool.life.list_reviews", "pool.edit", 63),)
MOST_BATCHES = 5  # of a run by hand; the nightly one has no limit


def desk_items(session: Session, _user: User, now: datetime) -> Sequence[DeskItem]:
    """Tell what waits: re-confirmations, and dossiers nobody brought up to date."""
    found = []
    if is_allowed("pool.edit"):
        waiting = queries.count_reviews(session, allowed_scopes("pool.edit"))
        found.append(
            DeskItem(
                title=_("Re-confirmations"),
                text=_("These dossiers did not renew by themselves; you decide."),
                url=url_for("talentpool.life.list_reviews"),
                count=waiting,
                order=25 if waiting else 65,
            )
        )
    if is_allowed("pool.recommend"):
        profile = read_in_force(session, now.astimezone(LOCAL).date())
        scopes = allowed_scopes("pool.recommend")
        before = reviews.outdated_before(profile, now)
        old = queries.count_outdated(session, scopes, before=before)
        found.append(
            DeskItem(
                title=_("Craftsmen of your unit"),
                text=_("Dossiers that nobody brought up to date for a year."),
                url=url_for("talentpool.life.list_outdated"),
                count=old,
                order=30 if old else 70,
            )
        )
    return found


@bp.get("/renewals")
@permission_required("pool.edit")
def list_reviews() -> ResponseReturnValue:
    """List the re-confirmations of the officer's places."""
    wanted = _filter(CAUSES)
    scopes = allowed_scopes("pool.edit")
    return render_template(
        "talentpool/life/list_reviews.html",
        page=queries.list_reviews(db.session(), scopes, wanted=wanted, page=_page()),
        wanted=wanted,
        causes=CAUSES,
        districts=queries.count_reviews_by_district(db.session(), scopes),
        states=REVIEW_STATES,
        labels=LABELS,
        page_url=lambda number: url_for(
            ".list_reviews",
            page=number,
            code=wanted.code or None,
            district=wanted.district or None,
            state=wanted.state or "all",
        ),
    )


@bp.post("/renewals/run")
@permission_required("pool.edit")
def run_reviews() -> ResponseReturnValue:
    """Look at what is due in the officer's places now, as the nightly run does."""
    session, ran, last = db.session(), reviews.Ran(), 0
    for _batch in range(MOST_BATCHES):
        reached = reviews.run_batch(
            session,
            last,
            ran,
            scopes=allowed_scopes("pool.edit"),
            actor=current_actor(),
            now=datetime.now(UTC),
        )
        db.session.commit()
        if reached is None:
            break
        last = reached
    else:
        flash(_("There is more; run it again, or leave it to the night."), "info")
    flash(
        _(
            "%(looked_at)s dossiers were due: %(renewed)s renewed by themselves, "
            "%(opened)s now wait for a person, %(waiting)s waited already.",
            looked_at=ran.looked_at,
            renewed=ran.renewed,
            opened=ran.opened,
            waiting=ran.waiting,
        ),
        "success",
    )
    return redirect(url_for(".list_reviews"))


@bp.get("/renewals/<review_uid>")
@permission_required("pool.edit", within="review")
def show_review(review_uid: str) -> ResponseReturnValue:
    """Show why a dossier did not renew by itself, clause by clause."""
    return _review_page(_get(review_uid), ConfirmForm())


@bp.post("/renewals/<review_uid>/confirm")
@permission_required("pool.edit", within="review")
def confirm_review(review_uid: str) -> ResponseReturnValue:
    """Confirm a dossier: a person has looked, and says why."""
    review, form = _get(review_uid), ConfirmForm()
    if not form.validate_on_submit():
        return _review_page(review, form), 422
    try:
        reviews.confirm(
            db.session(),
            review,
            reason=form.reason.data or "",
            document=form.document.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _review_page(_get(review_uid), form), 409
    db.session.commit()
    flash(_("Confirmed; the next term has begun."), "success")
    return redirect(url_for(".list_reviews"))


@bp.get("/updates")
@permission_required("pool.recommend")
def list_outdated() -> ResponseReturnValue:
    """List the unit's craftsmen whose dossiers are out of date."""
    session, now = db.session(), datetime.now(UTC)
    profile = read_in_force(session, now.astimezone(LOCAL).date())
    return render_template(
        "talentpool/life/list_outdated.html",
        page=queries.list_outdated(
            session,
            allowed_scopes("pool.recommend"),
            before=reviews.outdated_before(profile, now),
            page=_page(),
        ),
        months=profile.life.update_months,
        labels=LABELS,
        form=UpdateForm(),
        page_url=lambda number: url_for(".list_outdated", page=number),
    )


@bp.post("/updates")
@permission_required("pool.recommend")
def confirm_current() -> ResponseReturnValue:
    """Say of the chosen craftsmen of the unit that their dossiers are right."""
    session, form = db.session(), UpdateForm()
    chosen = queries.list_outdated_by_uids(
        session, allowed_scopes("pool.recommend"), request.form.getlist("craftsman")
    )
    if not chosen or not form.validate_on_submit():
        flash(_("Choose at least one."), "danger")
        return redirect(url_for(".list_outdated"))
    for craftsman in chosen:
        reviews.record_update(
            session,
            craftsman,
            role="unit",
            note=form.note.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    db.session.commit()
    flash(_("%(count)s dossiers are up to date.", count=len(chosen)), "success")
    return redirect(url_for(".list_outdated"))


@bp.post("/craftsmen/<craftsman_uid>/up-to-date")
@permission_required("pool.edit", within="craftsman")
def record_update(craftsman_uid: str) -> ResponseReturnValue:
    """Say that a dossier was looked through and is right."""
    craftsman = get_or_404(craftsman_uid)
    reviews.record_update(
        db.session(),
        craftsman,
        role="officer",
        note="",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The dossier is up to date."), "success")
    return redirect(
        url_for("talentpool.dossiers.show_dossier", craftsman_uid=craftsman.uid)
    )


def _get(uid: str) -> Review:
    found = queries.find_review(db.session(), uid)
    assert found is not None  # noqa: S101 - the guard of the view has found it
    return found


def _review_page(review: Review, form: ConfirmForm) -> str:
    looked = reviews.look(db.session(), review.craftsman, now=datetime.now(UTC))
    return render_template(
        "talentpool/life/show_review.html",
        review=review,
        craftsman=review.craftsman,
        looked=looked,
        again=looked.profile.review.again if looked.profile.review else (),
        conditions={c.id: c for c in looked.profile.conditions},
        labels=LABELS,
        form=form,
    )


def _filter(codes: Sequence[str]) -> queries.Filter:
    state, code = request.args.get("state", "open"), request.args.get("code", "")
    place = request.args.get("district", "")
    known = place and find_district(db.session(), place) is not None
    return queries.Filter(
        code=code if code in codes else "",
        district=place if known else "",
        state="" if state == "all" else state if state in REVIEW_STATES else "open",
    )


def _page() -> int:
    return max(request.args.get("page", 1, int), 1)
