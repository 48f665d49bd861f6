"""Recording and listing mentor–apprentice pairs."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    allowed_scopes,
    current_actor,
    permission_required,
)
from errors import DomainError
from extensions import db
from people.codes.queries import list_levels
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.services.panels import Panel, panels
from talentpool.identity.services.entry import register_and_look
from talentpool.mentorship.forms import pairs as forms
from talentpool.mentorship.models import Pair
from talentpool.mentorship.queries import pairs as queries
from talentpool.mentorship.queries.agreements import find_newest
from talentpool.mentorship.rules.pairs import (
    LIVE_STATES,
    OFFICER,
    STATES,
    capacity_left,
)
from talentpool.mentorship.services import pairs as services
from talentpool.mentorship.services.wishes import ask_again
from talentpool.mentorship.views.common import (
    LABELS,
    bp,
    mentor_or_404,
    moment,
    pair_or_404,
    today,
)


def _panel(session: Session, craftsman: Craftsman, now: datetime) -> Panel:
    """Return what a dossier shows of its pairs."""
    pairs = queries.list_of_craftsman(session, craftsman)
    live = sum(p.mentor_id == craftsman.id and p.state in LIVE_STATES for p in pairs)
    limits = services.limits_in_force(session, now)
    return "talentpool/mentorship/_panel.html", {
        "as_mentor": [p for p in pairs if p.mentor_id == craftsman.id],
        "as_apprentice": [p for p in pairs if p.mentor_id != craftsman.id],
        "capacity_left": capacity_left(
            limits, live, queries.find_rank(session, craftsman.id)
        ),
        "labels": LABELS,
    }


panels["mentorship"] = _panel


@bp.get("/pairs")
@permission_required("mentorship.manage")
def list_pairs() -> ResponseReturnValue:
    """List the pairs of the officer's places, with the capacity left."""
    session, now = db.session(), datetime.now(UTC)
    state, text = request.args.get("state", ""), request.args.get("q", "").strip()
    wanted = queries.Filter(state=state if state in STATES else "", text=text)
    page = queries.list_pairs(
        session,
        allowed_scopes("mentorship.manage"),
        wanted=wanted,
        page=max(request.args.get("page", 1, int), 1),
    )
    mentors = [pair.mentor_id for pair in page.items]
    live = queries.count_live(session, mentors)
    ranks = queries.find_ranks(session, mentors)
    limits = services.limits_in_force(session, now)
    return render_template(
        "talentpool/mentorship/list_pairs.html",
        page=page,
        left={
            mentor: capacity_left(limits, live.get(mentor, 0), ranks.get(mentor))
            for mentor in mentors
        },
        wanted=wanted,
        states=STATES,
        labels=LABELS,
        page_url=lambda number: url_for(
            ".list_pairs", page=number, state=wanted.state or None, q=text or None
        ),
    )


@bp.route("/craftsmen/<craftsman_uid>/pairs/new", methods=["GET", "POST"])
@permission_required("mentorship.manage", within="craftsman")
def new_pair(craftsman_uid: str) -> ResponseReturnValue:
    """Record a pair with this craftsman as the mentor."""
    mentor = mentor_or_404(craftsman_uid)
    form = forms.PairForm(data=None if request.form else {"trade": mentor.trade})
    levels = [SelectChoice(v.code, v.name) for v in list_levels(db.session())]
    form.apprentice_level.choices = [SelectChoice("", _("None yet")), *levels]
    if form.validate_on_submit():
        try:
            pair = _record(mentor, form)
        except services.PairRefusedError as error:
            db.session.rollback()
            form.form_errors.extend(error.messages)
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            if pair.state == "draft":
                flash(_("The pair is a draft. Draw up its agreement."), "success")
                return redirect(url_for(".edit_agreement", pair_uid=pair.uid))
            flash(_("The pair is recorded."), "success")
            return redirect(
                url_for("talentpool.dossiers.show_dossier", craftsman_uid=craftsman_uid)
            )
    return _form_page(craftsman_uid, form)


@bp.route("/craftsmen/<craftsman_uid>/apprentices/new", methods=["GET", "POST"])
@permission_required("mentorship.sign", within="craftsman")
def assign_apprentice(craftsman_uid: str) -> ResponseReturnValue:
    """Assign an apprentice to a mentor of the unit, as a draft to be agreed on."""
    mentor = mentor_or_404(craftsman_uid)
    form = forms.PairForm(data=None if request.form else {"trade": mentor.trade})
    levels = [SelectChoice(v.code, v.name) for v in list_levels(db.session())]
    form.apprentice_level.choices = [SelectChoice("", _("None yet")), *levels]
    form.state.choices = [SelectChoice("draft", LABELS["pair_state"]["draft"])]
    form.relation.data = form.relation.data or "assigned"
    if form.validate_on_submit():
        try:
            pair = _record(mentor, form)
        except services.PairRefusedError as error:
            db.session.rollback()
            form.form_errors.extend(error.messages)
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The pair is a draft. Draw up its agreement."), "success")
            return redirect(url_for(".edit_agreement", pair_uid=pair.uid))
    return _form_page(craftsman_uid, form)


def _form_page(craftsman_uid: str, form: forms.PairForm) -> str:
    session, mentor = db.session(), mentor_or_404(craftsman_uid)
    limits = services.limits_in_force(session, moment())
    return render_template(
        "talentpool/mentorship/new_pair.html",
        mentor=mentor,
        form=form,
        limits=limits,
        quota=limits.quota(queries.find_rank(session, mentor.id)),
    )


@bp.route("/pairs/<pair_uid>", methods=["GET", "POST"])
@permission_required("mentorship.manage", within="pair")
def show_pair(pair_uid: str) -> ResponseReturnValue:
    """Show a pair and move it on."""
    pair, session = pair_or_404(pair_uid), db.session()
    agreement = find_newest(session, pair.id)
    form = forms.MoveForm(
        data=None if request.form else {"on": today(), "rematch": True}
    )
    form.offer(pair.state, has_agreement=agreement is not None)
    if form.validate_on_submit():
        _move(pair, form)
        flash(_("The pair was moved on."), "success")
        return redirect(url_for(".show_pair", pair_uid=pair.uid))
    return render_template(
        "talentpool/mentorship/show_pair.html",
        pair=pair,
        agreement=agreement,
        form=form if form.to.choices else None,
        labels=LABELS,
    )


def _move(pair: Pair, form: forms.MoveForm) -> None:
    session, now, actor = db.session(), moment(), current_actor()
    step = services.Step(
        to=form.to.data,
        cause=form.cause.data,
        on=form.on.data or today(),
        ends_on=form.ends_on.data if form.to.data == "extended" else None,
    )
    services.move_pair(session, pair, step=step, who=OFFICER, actor=actor, now=now)
    if step.to == "terminated" and form.rematch.data:
        ask_again(session, pair, actor=actor, now=now)
    db.session.commit()


def _record(mentor: Craftsman, form: forms.PairForm) -> Pair:
    session, now, actor = db.session(), datetime.now(UTC), current_actor()
    apprentice = register_and_look(
        session,
        name=form.name.data or "",
        id_number=form.id_number.data or "",
        phone=form.phone.data or "",
        unit=None if form.relation.data == "cross_firm" else mentor.person.unit,
        now=now,
        actor=actor,
    )
    new = services.NewPair(
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        relation=form.relation.data,
        trade=form.trade.data or "",
        state=form.state.data,
        agreement_number=(form.agreement_number.data or "").strip(),
        apprentice_level=form.apprentice_level.data or "",
        goals=form.goals.data or "",
        exception_reason=(form.exception_reason.data or "").strip(),
    )
    return services.record_pair(
        session, mentor=mentor, apprentice=apprentice, new=new, actor=actor, now=now
    )
