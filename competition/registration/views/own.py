"""The contestant's own pages: account, beginning, list, state, taking back."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    NavItem,
    current_actor,
    is_allowed,
    local_target,
    login_required_only,
    permission_required,
    public,
    sign_in,
    signed_in_user,
)
from accounts.users.models import User
from accounts.users.services import UserError
from competition.events.queries import get_event
from competition.events.rules import CLOSED, DRAFT, REGISTRATION
from competition.events.services import is_open
from competition.registration import queries
from competition.registration.forms import SignUpForm, StartForm, WithdrawForm
from competition.registration.models import Entry
from competition.registration.rules import entries as rules
from competition.registration.services.drafts import answers_of, start_entry
from competition.registration.services.guests import find_guest_entry
from competition.registration.services.sign_up import create_contestant
from competition.registration.services.submissions import withdraw_entry
from competition.registration.services.waiting import take_place
from competition.registration.views.answers import described_answers
from competition.registration.views.common import (
    bp,
    now,
    own_entry_or_404,
    own_token,
    words,
)
from competition.registration.views.guests import owner_or_guest
from errors import DomainError
from extensions import db, limiter
from people.persons.rules import mask_id, mask_phone

NAV = (
    NavItem(
        _l("My entries"), "competition.registration.list_own", "registration.own", 11
    ),
)


def desk_items(session: Session, user: User, _now: datetime) -> list[DeskItem]:
    """Tell a contestant what to do next with each entry."""
    return [
        item
        for entry in queries.list_own(session, user.id)
        if (item := _desk_item(entry)) is not None
    ]


def _desk_item(entry: Entry) -> DeskItem | None:
    name = entry.event.name
    if entry.state == rules.DRAFT and entry.event.state == REGISTRATION:
        by = _("Finish the draft before registration closes.")
        return _item(_("Go on: %(name)s", name=name), by, entry, "show_step", 5)
    if entry.state == rules.RETURNED:
        return _item(
            _("Correct: %(name)s", name=name), entry.reason, entry, "show_entry", 1
        )
    if entry.state == rules.ACCEPTED and entry.ticket is not None:
        text = _("You are accepted. Show this ticket at check-in.")
        return _item(_("Ticket: %(name)s", name=name), text, entry, "show_ticket", 10)
    return None


def _item(title: str, text: str, entry: Entry, view: str, order: int) -> DeskItem:
    # Only the page of a step asks for a step; elsewhere it would be left over.
    step = "identity" if view == "show_step" else None
    url = url_for(f"competition.registration.{view}", entry_uid=entry.uid, step=step)
    return DeskItem(title=title, text=text, url=url, order=order)


@bp.route("/sign-up", methods=["GET", "POST"])
@public
@limiter.limit("60/hour", methods=["POST"])
def sign_up() -> ResponseReturnValue:
    """Open an account as a contestant and sign in with it."""
    form, moment = SignUpForm(next=request.args.get("next", "")), now()
    if current_user.is_authenticated:
        return redirect(url_for("site.desk"))
    if form.validate_on_submit():
        try:
            user = create_contestant(
                db.session(),
                phone=form.phone.data or "",
                password=form.password.data or "",
                display_name=form.display_name.data or "",
                now=moment,
            )
        except UserError as error:
            form.form_errors.append(error.message)
        else:
            sign_in(user, moment)
            db.session.commit()
            return redirect(local_target(form.next.data or "", url_for("site.desk")))
    return render_template("competition/registration/sign_up.html", form=form)


@bp.get("/notices/registration")
@public
def show_notice() -> ResponseReturnValue:
    """Show the notice on personal information that a contestant agrees to."""
    return render_template(
        "competition/registration/show_notice.html", version=rules.NOTICE_VERSION
    )


@bp.get("/events/<event_uid>/enter")
@public
def begin(event_uid: str) -> ResponseReturnValue:
    """Say what entering needs; those who have begun go on with their entry."""
    event = get_event(db.session(), event_uid)
    if event.state == DRAFT:
        return redirect(url_for("competition.events.list_events"))
    if current_user.is_authenticated:
        entry = queries.find_own_entry(
            db.session(), event_id=event.id, user_id=signed_in_user().id
        )
        if entry is not None and entry.state != rules.WITHDRAWN:
            return redirect(url_for(".show_entry", entry_uid=entry.uid))
    begun = find_guest_entry(db.session(), event=event, token=own_token(), now=now())
    if begun is not None:
        return redirect(url_for(".show_entry", entry_uid=begun.uid))
    return render_template(
        "competition/registration/begin.html",
        event=event,
        form=StartForm(),
        open=is_open(event, now()),
        may_enter=is_allowed("registration.own"),
        **words(),
    )


@bp.post("/events/<event_uid>/enter")
@permission_required("registration.own")
def start(event_uid: str) -> ResponseReturnValue:
    """Begin an entry and go to its first step."""
    event = get_event(db.session(), event_uid)
    entry = start_entry(
        db.session(),
        event=event,
        user=signed_in_user(),
        actor=current_actor(),
        now=now(),
    )
    db.session.commit()
    return redirect(url_for(".show_step", entry_uid=entry.uid, step="identity"))


@bp.get("/entries")
@login_required_only
def list_own() -> ResponseReturnValue:
    """List one's own entries."""
    entries = queries.list_own(db.session(), signed_in_user().id)
    return render_template(
        "competition/registration/list_own.html", entries=entries, **words()
    )


@bp.get("/entries/<entry_uid>")
@owner_or_guest
def show_entry(entry_uid: str) -> ResponseReturnValue:
    """Show one's entry: where it stands, why, and what comes next."""
    return _entry_page(own_entry_or_404(entry_uid), WithdrawForm())


@bp.post("/entries/<entry_uid>/withdraw")
@login_required_only
def withdraw(entry_uid: str) -> ResponseReturnValue:
    """Take one's entry back."""
    entry, form = own_entry_or_404(entry_uid), WithdrawForm()
    if not form.validate_on_submit():
        return _entry_page(entry, form), 422
    try:
        withdraw_entry(
            db.session(),
            entry=entry,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
    else:
        db.session.commit()
        flash(_("Your entry is withdrawn."), "success")
    return redirect(url_for(".show_entry", entry_uid=entry_uid))


@bp.post("/entries/<entry_uid>/take-place")
@login_required_only
def take_offered_place(entry_uid: str) -> ResponseReturnValue:
    """Take the place that the waiting list offers."""
    entry = own_entry_or_404(entry_uid)
    try:
        take_place(db.session(), entry=entry, actor=current_actor(), now=now())
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
    else:
        db.session.commit()
        flash(_("The place is yours. The committee reviews your entry."), "success")
    return redirect(url_for(".show_entry", entry_uid=entry_uid))


def _entry_page(entry: Entry, form: WithdrawForm) -> str:
    answers = answers_of(entry)
    may_withdraw = (
        entry.guest is None
        and rules.is_step(entry.state, rules.WITHDRAWN)
        and entry.event.state in (REGISTRATION, CLOSED)
    )
    return render_template(
        "competition/registration/show_entry.html",
        entry=entry,
        form=form,
        answers=answers,
        masked_id=mask_id(answers.id_number),
        masked_phone=mask_phone(answers.phone),
        unit_name=entry.unit.name if entry.unit else answers.unit_name,
        steps=_steps(entry),
        waiting=(waiting := queries.find_waiting(db.session(), entry.id)),
        place=queries.count_before(db.session(), waiting) + 1 if waiting else 0,
        now=now(),
        may_withdraw=may_withdraw,
        may_restart=entry.state == rules.WITHDRAWN and is_open(entry.event, now()),
        more=described_answers(entry),
        verdicts=queries.list_verdicts(db.session(), entry.id),
        **words(),
    )


def _steps(entry: Entry) -> list[dict[str, object]]:
    reached = {"draft": 0, "returned": 0, "submitted": 1}
    at = reached.get(entry.state, 3 if entry.state == rules.ACCEPTED else 2)
    labels = (_("Fill in"), _("Review"), _("Decision"))
    states = [
        "done" if number < at else "current" if number == at else "todo"
        for number in range(len(labels))
    ]
    return [
        {"label": label, "state": state}
        for label, state in zip(labels, states, strict=True)
    ]
