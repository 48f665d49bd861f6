"""The reward ledger, and what of pairs is overdue by county."""

from collections.abc import Iterable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    allowed_scopes,
    permission_required,
    resolves,
    signed_in_user,
)
from accounts.roles.rules import Scope
from errors import DomainError
from extensions import db
from talentpool.dossiers.queries import places_of
from talentpool.mentorship.forms import rewards as forms
from talentpool.mentorship.models import Reward
from talentpool.mentorship.queries import due as overdue
from talentpool.mentorship.queries import rewards as queries
from talentpool.mentorship.rules.rewards import REWARD_STATES, load_rules, rules_of
from talentpool.mentorship.services import rewards as services
from talentpool.mentorship.services.pairs import limits_in_force
from talentpool.mentorship.views.common import LABELS, bp, language, moment, today

PAGES = {"signature": "show_agreement", "milestone": "show_plan"}


@resolves("reward")
def _reward_places(session: Session, uid: str) -> Iterable[Scope] | None:
    reward = queries.find_reward(session, uid)
    return None if reward is None else places_of(reward.pair.mentor)


@bp.get("/pairs/overdue")
@permission_required("mentorship.manage")
def list_overdue() -> ResponseReturnValue:
    """List what of pairs is overdue in the officer's places, by county."""
    session, scopes = db.session(), allowed_scopes("mentorship.manage")
    district, kind = request.args.get("district", ""), request.args.get("kind", "")
    kind = kind if kind in overdue.KINDS else ""
    late, page = overdue.list_overdue(
        session,
        scopes,
        today=today(),
        district=district if district.isdigit() else "",
        kind=kind,
        page=max(request.args.get("page", 1, int), 1),
    )
    return render_template(
        "talentpool/mentorship/list_overdue.html",
        late=late,
        page=page,
        pairs=overdue.read_pairs(session, [row.pair_id for row in late]),
        counts=overdue.count_overdue(session, scopes, today=today()),
        kinds=overdue.KINDS,
        kind=kind,
        district=district,
        pages=PAGES,
        labels={**LABELS, **forms.LABELS},
        page_url=lambda number: url_for(
            ".list_overdue", page=number, district=district or None, kind=kind or None
        ),
    )


@bp.get("/pairs/rewards")
@permission_required("mentorship.manage")
def list_rewards() -> ResponseReturnValue:
    """List the rewards of the officer's places."""
    state = request.args.get("state", "")
    state = state if state in REWARD_STATES else ""
    page = queries.list_rewards(
        db.session(),
        allowed_scopes("mentorship.manage"),
        state=state,
        page=max(request.args.get("page", 1, int), 1),
    )
    return render_template(
        "talentpool/mentorship/list_rewards.html",
        page=page,
        state=state,
        states=REWARD_STATES,
        rules=_words(),
        labels={**LABELS, **forms.LABELS},
        page_url=lambda number: url_for(
            ".list_rewards", page=number, state=state or None
        ),
    )


@bp.route("/pairs/rewards/<reward_uid>", methods=["GET", "POST"])
@permission_required("mentorship.manage", within="reward")
def decide_reward(reward_uid: str) -> ResponseReturnValue:
    """Approve or refuse a reward, or note by what document it was paid."""
    reward, session = _reward_or_404(reward_uid), db.session()
    is_open = reward.state == "proposed"
    form = forms.DecideRewardForm() if is_open else forms.PaymentForm()
    if form.validate_on_submit():
        try:
            _decide(reward, form)
        except DomainError as error:
            session.rollback()
            form.form_errors = [*form.form_errors, error.message]
        else:
            session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for(".list_rewards"))
    reward = _reward_or_404(reward_uid)
    return (
        render_template(
            "talentpool/mentorship/decide_reward.html",
            reward=reward,
            form=form if reward.state in {"proposed", "approved"} else None,
            rules=_words(),
            labels={**LABELS, **forms.LABELS},
        ),
        422 if form.errors else 200,
    )


def _words() -> dict[str, str]:
    """Return what each rule says, those of the standard in force before the shipped."""
    rules = rules_of(limits_in_force(db.session(), moment()))
    return {rule.code: rule.words[language()] for rule in (*load_rules(), *rules)}


def _decide(reward: Reward, form: forms.DecideRewardForm | forms.PaymentForm) -> None:
    session, user, now = db.session(), signed_in_user(), moment()
    if isinstance(form, forms.PaymentForm):
        payment = (form.payment.data or "").strip()
        services.note_payment(session, reward, payment=payment, user=user, now=now)
        return
    reason = (form.reason.data or "").strip()
    services.decide(session, reward, to=form.to.data, reason=reason, user=user, now=now)


def _reward_or_404(uid: str) -> Reward:
    reward = queries.find_reward(db.session(), uid)
    if reward is None:
        abort(404)
    return reward
