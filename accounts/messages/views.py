"""One's messages, and the outbox for who runs the installation."""

from datetime import UTC, datetime

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from accounts.access.services import (
    INSTALLATION,
    DeskItem,
    NavItem,
    current_actor,
    login_required_only,
    permission_required,
    signed_in_user,
)
from accounts.messages import jobs, queries
from accounts.messages.forms import CHANNEL_LABELS, STATE_LABELS, AddressForm, CodeForm
from accounts.messages.rules import CHANNELS, STATES, mask_address
from accounts.messages.services import addresses, outbox
from accounts.messages.services.addresses import read_address, read_asked, set_address
from accounts.messages.services.tell import mark_read
from accounts.messages.services.texts import words_of
from accounts.users.models import User
from errors import DomainError
from extensions import db, limiter

bp = Blueprint("messages", __name__)

NAV = (
    NavItem(_l("Messages"), "accounts.messages.list_own", "login", 90),
    NavItem(_l("Outbox"), "accounts.messages.show_outbox", "system.manage", 86),
)


@bp.before_app_request
def _begin_sending() -> None:
    """Let a server send what waits, beside its requests."""
    if not current_app.testing:
        jobs.begin(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's way


@bp.get("/messages")
@login_required_only
def list_own() -> ResponseReturnValue:
    """Show one's messages, newest first."""
    form, session, user = AddressForm(formdata=None), db.session(), signed_in_user()
    asked = read_asked(session, user.id)
    form.address.data = asked.address if asked else read_address(session, user.id)
    return _own_page(form)


@bp.post("/messages/read")
@login_required_only
def read_all() -> ResponseReturnValue:
    """Note that one has read one's messages."""
    mark_read(db.session(), user_id=signed_in_user().id, now=datetime.now(UTC))
    db.session.commit()
    return redirect(url_for(".list_own"))


@bp.post("/messages/address")
@login_required_only
def save_address() -> ResponseReturnValue:
    """Say where one's messages go by mail, or that none do."""
    form = AddressForm()
    if form.validate_on_submit():
        try:
            set_address(
                db.session(),
                user=signed_in_user(),
                address=form.address.data or "",
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.address.errors = [error.message]
        else:
            db.session.commit()
            flash(_("The changes are saved."), "success")
            return redirect(url_for(".list_own"))
    return _own_page(form), 422


@bp.post("/messages/address/code")
@login_required_only
@limiter.limit("10 per hour")
def send_code() -> ResponseReturnValue:
    """Send another code to the address that is not confirmed yet."""
    try:
        addresses.send_code(
            db.session(),
            user=signed_in_user(),
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
    else:
        db.session.commit()
        flash(_("Another code is on its way."), "success")
    return redirect(url_for(".list_own"))


@bp.post("/messages/address/confirm")
@login_required_only
@limiter.limit("30 per hour")
def confirm_address() -> ResponseReturnValue:
    """Confirm one's mail address with the code that went there."""
    form = CodeForm()
    form.validate_on_submit()
    try:
        is_right = addresses.confirm_address(
            db.session(),
            user=signed_in_user(),
            typed=form.code.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return redirect(url_for(".list_own"))
    db.session.commit()  # a wrong code counts
    if is_right:
        flash(_("Your messages go to this address from now on."), "success")
    else:
        flash(_("This is not the code. Look at the newest mail."), "danger")
    return redirect(url_for(".list_own"))


@bp.get("/admin/messages")
@permission_required("system.manage", within=INSTALLATION)
def show_outbox() -> ResponseReturnValue:
    """Show what went out, and what did not."""
    counts = queries.count_states(db.session())
    page = queries.list_troubled(db.session(), request.args.get("page", 1, type=int))
    return render_template(
        "accounts/messages/show_outbox.html",
        figures=[
            (CHANNEL_LABELS[channel], STATE_LABELS[state], counts[channel, state])
            for channel in CHANNELS
            for state in STATES
            if (channel, state) in counts
        ],
        page=page,
        page_url=lambda number: url_for(".show_outbox", page=number),
        channel_labels=CHANNEL_LABELS,
        state_labels=STATE_LABELS,
        words_of=words_of,
    )


@bp.post("/admin/messages/<delivery_uid>/again")
@permission_required("system.manage", within=INSTALLATION)
def try_again(delivery_uid: str) -> ResponseReturnValue:
    """Let a delivery that was given up be tried anew."""
    delivery = queries.find_delivery(db.session(), delivery_uid) or abort(404)
    outbox.try_again(
        db.session(), delivery, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("It is tried again."), "success")
    return redirect(url_for(".show_outbox"))


def desk_items(session: Session, user: User, now: datetime) -> list[DeskItem]:
    """Tell whoever has unread messages how many."""
    count = queries.count_unread(session, user.id, now)
    if not count:
        return []
    text = ngettext("%(num)s unread message", "%(num)s unread messages", count)
    url = url_for("accounts.messages.list_own")
    return [DeskItem(title=_("Messages"), text=text, url=url, count=count, order=5)]


def _own_page(form: AddressForm) -> str:
    user_id, now = signed_in_user().id, datetime.now(UTC)
    page = queries.list_messages(
        db.session(), user_id, request.args.get("page", 1, type=int), now
    )
    return render_template(
        "accounts/messages/list_own.html",
        page=page,
        words=[(message, words_of(message)) for message in page.items],
        unread=queries.count_unread(db.session(), user_id, now),
        page_url=lambda number: url_for(".list_own", page=number),
        form=form,
        code_form=CodeForm(formdata=None),
        asked=(asked := read_asked(db.session(), user_id)),
        masked=mask_address(asked.address) if asked else "",
        is_confirmed=bool(read_address(db.session(), user_id)),
    )
