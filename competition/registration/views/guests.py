"""Entering without an account: who holds the cookie of a draft goes on with it."""

from collections.abc import Callable
from functools import wraps

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from accounts.access.services import login_required_only, public
from competition.events.queries import get_event
from competition.registration import queries
from competition.registration.forms import StartForm
from competition.registration.models import Entry
from competition.registration.services.guests import (
    LIFETIME,
    begin_as_guest,
    discard_draft,
    holds_draft,
    new_token,
)
from competition.registration.services.more import find_file
from competition.registration.views.common import (
    bp,
    cookie_name,
    now,
    own_entry_or_404,
    own_token,
)
from errors import DomainError
from extensions import db, limiter

View = Callable[..., ResponseReturnValue]


def owner_or_guest(view: View) -> View:
    """Open a view of an entry to its owner, signed in or by the cookie of a draft."""
    guarded = login_required_only(view)

    @wraps(view)
    def opened(**kwargs: str) -> ResponseReturnValue:
        if not current_user.is_authenticated and _is_guests(kwargs):
            return view(**kwargs)
        return guarded(**kwargs)

    opened.access = guarded.access  # type: ignore[attr-defined]
    return opened


@bp.post("/events/<event_uid>/enter/guest")
@public
@limiter.limit("120/hour")
def start_as_guest(event_uid: str) -> ResponseReturnValue:
    """Begin a draft without an account, or go on with the one this browser has."""
    event, token = get_event(db.session(), event_uid), own_token() or new_token()
    if not StartForm().validate_on_submit():
        return redirect(url_for(".begin", event_uid=event_uid))
    try:
        entry = begin_as_guest(db.session(), event=event, token=token, now=now())
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return redirect(url_for(".begin", event_uid=event_uid))
    db.session.commit()
    answer = redirect(url_for(".show_step", entry_uid=entry.uid, step="identity"))
    _keep(answer, token)
    return answer


@bp.post("/entries/<entry_uid>/discard")
@owner_or_guest
def discard(entry_uid: str) -> ResponseReturnValue:
    """Take a draft that was begun without an account away from the server."""
    entry = own_entry_or_404(entry_uid)
    if entry.guest is None or not StartForm().validate_on_submit():
        return redirect(url_for(".show_entry", entry_uid=entry_uid))
    event_uid = entry.event.uid
    discard_draft(db.session(), entry=entry, now=now())
    db.session.commit()
    flash(_("The draft and its files are removed."), "success")
    return redirect(url_for(".begin", event_uid=event_uid))


def _is_guests(names: dict[str, str]) -> bool:
    entry = _entry_of(names)
    return entry is not None and holds_draft(entry, own_token(), now())


def _entry_of(names: dict[str, str]) -> Entry | None:
    if "answer_uid" in names:
        file = find_file(db.session(), names["answer_uid"])
        return file.entry if file else None
    if "paper_uid" in names:
        paper = queries.find_paper(db.session(), names["paper_uid"])
        return paper.entry if paper else None
    return queries.find_entry(db.session(), names["entry_uid"])


def _keep(answer: Response, token: str) -> None:
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(
        cookie_name(),
        token,
        max_age=LIFETIME,
        secure=is_secure,
        httponly=True,
        samesite="Lax",
    )
