"""Suspending, leaving, revoking, returning, joining a further tier."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from accounts.access.services import current_actor, permission_required
from errors import DomainError
from extensions import LOCAL, db
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import load_dossier
from talentpool.dossiers.rules import GONE_STATES
from talentpool.dossiers.services import returns
from talentpool.dossiers.services.memberships import Tier
from talentpool.life.forms.labels import LABELS
from talentpool.life.forms.lines import describe
from talentpool.life.forms.state import StateForm
from talentpool.life.queries.reviews import list_reviews_of
from talentpool.life.services import states
from talentpool.life.views.common import bp, get_or_404
from talentpool.standard.queries import read_in_force


@bp.route("/craftsmen/<craftsman_uid>/state", methods=["GET", "POST"])
@permission_required("pool.edit", within="craftsman")
def change_state(craftsman_uid: str) -> ResponseReturnValue:
    """Change where a dossier stands, by a cause of the standard and a document."""
    craftsman, form = get_or_404(craftsman_uid), StateForm()
    session, now = db.session(), datetime.now(UTC)
    today = now.astimezone(LOCAL).date()
    profile = read_in_force(session, today)
    form.prepare(profile, craftsman, today)
    if form.validate_on_submit():
        try:
            _apply(craftsman, form, now)
        except DomainError as error:
            session.rollback()
            form.form_errors.append(error.message)
        else:
            session.commit()
            flash(_("Recorded: %(state)s.", state=_state(craftsman)), "success")
            return redirect(
                url_for("talentpool.dossiers.show_dossier", craftsman_uid=craftsman.uid)
            )
    gone = craftsman.state in GONE_STATES
    return (
        render_template(
            "talentpool/life/change_state.html",
            craftsman=craftsman,
            form=form,
            profile=profile,
            locale=str(get_locale()),
            dossier=load_dossier(session, craftsman),
            reviews=list_reviews_of(session, craftsman.id),
            earliest=returns.earliest_return(session, craftsman, today=today)
            if gone
            else None,
            today=today,
            labels=LABELS,
            describe=describe,
        ),
        422 if form.errors or form.form_errors else 200,
    )


def _apply(craftsman: Craftsman, form: StateForm, now: datetime) -> None:
    session, actor = db.session(), current_actor()
    deed, _colon, cause = (form.deed.data or "").partition(":")
    ground = returns.Ground(
        on=form.on.data or now.astimezone(LOCAL).date(),
        reason=form.reason.data or "",
        document=form.document.data or "",
        decided_by=form.decided_by.data or "",
    )
    tier = Tier(form.level.data, form.pool_class.data, ground.document)
    if deed == "exit":
        states.leave(
            session, craftsman, cause=cause, ground=ground, actor=actor, now=now
        )
    elif deed == "suspend":
        states.suspend(
            session, craftsman, cause=cause, ground=ground, actor=actor, now=now
        )
    elif deed == "resume":
        states.resume(session, craftsman, ground=ground, actor=actor, now=now)
    elif deed == "return":
        returns.re_enter(
            session, craftsman, tier=tier, ground=ground, actor=actor, now=now
        )
    else:
        states.join_tier(
            session, craftsman, tier=tier, on=ground.on, actor=actor, now=now
        )


def _state(craftsman: Craftsman) -> str:
    return str(LABELS["state"][craftsman.state])
