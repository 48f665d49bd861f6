"""One's own pairs, and mutual choice: who looks for whom."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    DeskItem,
    current_actor,
    login_required_only,
    signed_in_user,
)
from accounts.users.models import User
from errors import DomainError
from extensions import db
from people.codes.queries import find_occupation, list_occupations
from people.consent.rules import guardian_part
from people.persons.rules import mask_name
from talentpool.dossiers.queries import find_by_person
from talentpool.mentorship.forms import agreements as forms
from talentpool.mentorship.models import Offer
from talentpool.mentorship.queries import agreements as reading
from talentpool.mentorship.queries import wishes as queries
from talentpool.mentorship.queries.open_work import count_to_sign
from talentpool.mentorship.services import wishes as services
from talentpool.mentorship.services.pairs import PairRefusedError
from talentpool.mentorship.views.common import LABELS, bp, moment, own_units, today

_USUAL_TERM = timedelta(days=729)  # two years


def desk_items(session: Session, user: User, _now: datetime) -> Sequence[DeskItem]:
    """Lead to agreements that wait for a signature, and to one's pairs."""
    units = own_units()
    if user.person_id is None and not units:
        return []
    count = count_to_sign(session, person_id=user.person_id, units=units)
    if not count:
        return []
    return [
        DeskItem(
            title=_("Agreements to sign"),
            text=_("Mentor, apprentice and unit sign each section."),
            url=url_for("talentpool.mentorship.list_mine"),
            count=count,
            order=13,
        )
    ]


@bp.get("/mentoring")
@login_required_only
def list_mine() -> ResponseReturnValue:
    """List the pairs one is in or speaks for, and where one looks."""
    return _page()


@bp.post("/mentoring/offers")
@login_required_only
def make_offer() -> ResponseReturnValue:
    """Say that one looks for an apprentice or a mentor."""
    user, form, session = signed_in_user(), _offer_form(), db.session()
    if user.person is None:
        abort(404)
    if not form.validate():
        return _page(form), 422
    occupation = find_occupation(session, form.occupation.data)
    if occupation is None:
        abort(404)
    try:
        search = services.Search(
            side=form.side.data,
            occupation=occupation,
            trade=form.trade.data or "",
            text=form.text.data or "",
        )
        offer = services.look_for(
            session, user.person, search, actor=current_actor(), now=moment()
        )
    except DomainError as error:
        session.rollback()
        form.form_errors = [*form.form_errors, error.message]
        return _page(form), error.status
    session.commit()
    return redirect(url_for(".show_offer", offer_uid=offer.uid))


@bp.post("/mentoring/offers/<offer_uid>/answer")
@login_required_only
def answer_offer(offer_uid: str) -> ResponseReturnValue:
    """Say that one looks (again), or no longer."""
    offer, looks = _own_or_404(offer_uid), request.form.get("looks") == "yes"
    services.answer(
        db.session(), offer, looks=looks, actor=current_actor(), now=moment()
    )
    db.session.commit()
    if looks:
        return redirect(url_for(".show_offer", offer_uid=offer_uid))
    flash(_("Closed: you are shown to nobody."), "success")
    return redirect(url_for(".list_mine"))


@bp.get("/mentoring/offers/<offer_uid>")
@login_required_only
def show_offer(offer_uid: str) -> ResponseReturnValue:
    """Show who of the other side looks, one's own wishes, and the matches."""
    offer, session = _own_or_404(offer_uid), db.session()
    if offer.state != "looking":
        return redirect(url_for(".list_mine"))
    wishes = queries.list_wishes(session, offer.id)
    wished_by = queries.list_wished_by(session, offer.id)
    page = queries.list_others(session, offer, max(request.args.get("page", 1, int), 1))
    wanted = {wish.wanted_id: wish for wish in wishes}
    term = forms.MatchForm(formdata=None)
    term.starts_on.data, term.ends_on.data = today(), today() + _USUAL_TERM
    return render_template(
        "talentpool/mentorship/show_offer.html",
        offer=offer,
        page=page,
        wishes=wishes,
        wanted=wanted,
        wished_by=wished_by,
        matches=[w for w in wishes if w.wanted_id in wished_by and not w.pair_id],
        ranks=forms.WishForm(formdata=None).rank.choices,
        term=term,
        shown_name=lambda other: _shown_name(
            other, is_match=other.id in wanted and other.id in wished_by
        ),
        page_url=lambda number: url_for(
            ".show_offer", offer_uid=offer_uid, page=number
        ),
        labels=LABELS,
    )


@bp.post("/mentoring/offers/<offer_uid>/wish")
@login_required_only
def wish(offer_uid: str) -> ResponseReturnValue:
    """Put somebody of the other side on one's list."""
    own, form, session = _own_or_404(offer_uid), forms.WishForm(), db.session()
    wanted = queries.find_offer(session, form.wanted.data or "")
    if wanted is None or not form.validate():
        abort(404)
    services.wish_for(
        session,
        own,
        wanted,
        rank=int(form.rank.data),
        actor=current_actor(),
        now=moment(),
    )
    session.commit()
    return redirect(url_for(".show_offer", offer_uid=offer_uid))


@bp.post("/mentoring/offers/<offer_uid>/pair")
@login_required_only
def match(offer_uid: str) -> ResponseReturnValue:
    """Make two wishes a pair in draft."""
    own, form, session = _own_or_404(offer_uid), forms.MatchForm(), db.session()
    other = queries.find_offer(session, form.wanted.data or "")
    if other is None:
        abort(404)
    if not form.validate():
        for errors in form.errors.values():
            flash(str(errors[0]), "danger")
        return redirect(url_for(".show_offer", offer_uid=offer_uid))
    term = services.Term(starts_on=form.starts_on.data, ends_on=form.ends_on.data)
    try:
        services.draw_pair(
            session, own, other, term, actor=current_actor(), now=moment()
        )
    except PairRefusedError as error:
        session.rollback()
        for message in error.messages:
            flash(message, "danger")
        return redirect(url_for(".show_offer", offer_uid=offer_uid))
    session.commit()
    flash(_("You are a pair in draft. The unit draws up the agreement."), "success")
    return redirect(url_for(".list_mine"))


def _page(form: forms.OfferForm | None = None) -> str:
    session, user, units = db.session(), signed_in_user(), own_units()
    page = reading.list_own_pairs(
        session,
        person_id=user.person_id,
        units=units,
        page=max(request.args.get("page", 1, int), 1),
    )
    return render_template(
        "talentpool/mentorship/list_mine.html",
        page=page,
        offers=queries.list_own_offers(session, user.person_id)
        if user.person_id
        else [],
        matches=queries.list_matches(session, units) if units else [],
        form=(form or _offer_form(empty=True)) if user.person_id else None,
        labels=LABELS,
        page_url=lambda number: url_for(".list_mine", page=number),
    )


def _offer_form(*, empty: bool = False) -> forms.OfferForm:
    form = forms.OfferForm(formdata=None) if empty else forms.OfferForm()
    session, user = db.session(), signed_in_user()
    known = {o.code: o.name for o in list_occupations(session, common=True)}
    own = find_by_person(session, user.person_id) if user.person_id else None
    if own is not None:
        known.setdefault(own.occupation_code, own.occupation.name)
    form.occupation.choices = [SelectChoice(*item) for item in known.items()]
    if empty and own is not None:
        form.occupation.data, form.trade.data = own.occupation_code, own.trade
    return form


def _shown_name(offer: Offer, *, is_match: bool) -> str:
    """Return a name; a minor's is masked until both have wished."""
    name = offer.person.name
    is_minor = guardian_part(offer.person.birth_date, today())
    return mask_name(name) if is_minor and not is_match else name


def _own_or_404(uid: str) -> Offer:
    offer = queries.find_offer(db.session(), uid)
    if offer is None or offer.person_id != signed_in_user().person_id:
        abort(404)
    return offer
