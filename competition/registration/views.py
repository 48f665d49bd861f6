"""Entering events (pages follow)."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts.access.services import login_required_only, public

bp = Blueprint("registration", __name__)


@bp.get("/sign-up")
@public
def sign_up() -> ResponseReturnValue:
    """Open an account."""
    return redirect(url_for("accounts.sessions.login"))


@bp.get("/events/<event_uid>/enter")
@public
def begin(event_uid: str) -> ResponseReturnValue:
    """Begin an entry."""
    return redirect(url_for("competition.events.show_event", event_uid=event_uid))


@bp.get("/entries")
@login_required_only
def list_own() -> ResponseReturnValue:
    """Show one's own entries."""
    return redirect(url_for("competition.events.list_events"))
