"""Headers of every answer, who is signed in, and which requests may write."""

from datetime import UTC, datetime

from flask import (
    Flask,
    Request,
    Response,
    abort,
    current_app,
    g,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from accounts.badges.services.device import find_device
from accounts.sessions.services import find_user
from accounts.tokens import services as tokens
from accounts.users.models import User
from extensions import db, login_manager, set_writing

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
        "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


def install(app: Flask) -> None:
    """Put the guards around every request."""
    app.before_request(_say_whether_we_write)
    app.before_request(_refuse_foreign_api_calls)
    app.before_request(_refuse_another_judge)
    app.after_request(_add_headers)
    login_manager.user_loader(_load_by_cookie)
    login_manager.request_loader(_load_by_token)
    login_manager.unauthorized_handler(_ask_to_sign_in)


def _say_whether_we_write() -> None:
    # A view that nearly always only looks says so, and takes the lock itself if not.
    view = current_app.view_functions.get(request.endpoint or "")
    only_looks = request.method in READ_METHODS or hasattr(view, "reads_first")
    set_writing(writing=not only_looks)


def _refuse_foreign_api_calls() -> None:
    """Take cookie-authenticated API writes from our own pages only."""
    if not request.path.startswith("/api/") or request.method in READ_METHODS:
        return
    if _bearer_token(request):
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin.rstrip("/") != request.host_url.rstrip("/"):
        abort(403)
    # Neither can a form of another site send: a header of ours, and JSON or a picture.
    is_ours = request.headers.get("X-Requested-With") == "jiangcai"
    if not is_ours or not (request.is_json or request.mimetype.startswith("image/")):
        abort(403)


def _refuse_another_judge() -> None:
    """Let nobody send or read through a tablet's page that another judge has open.

    The page says whose it is; a session that is somebody else's by now must not answer
    for them. The tablet then asks for a sign-in and keeps what it has.
    """
    judge = request.headers.get("X-Judge")
    if judge is None or not current_user.is_authenticated:
        return
    if judge != current_user.uid:
        abort(401)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure and not current_app.config["PRIVATE_AUTHORITY"]:
        response.headers.setdefault(
            "Strict-Transport-Security", "max-age=31536000; includeSubDomains"
        )
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _load_by_cookie(token: str) -> User | None:
    user = find_user(db.session(), token, datetime.now(UTC))
    if user is not None:
        g.token_permissions = user.session_permissions
    return user


def _bearer_token(incoming: Request) -> str:
    kind, _, token = incoming.headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def _load_by_token(incoming: Request) -> User | None:
    """Take a key on the machine addresses only: pages show more than it may."""
    token = _bearer_token(incoming)
    if not token or not incoming.path.startswith("/api/"):
        return None
    found = tokens.find(db.session(), token, datetime.now(UTC))
    if found is None:
        return None
    g.token_permissions = frozenset(found.permissions.split())
    return found.user


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.path.startswith("/api/") or request.path.endswith(".json"):
        abort(401)
    target = request.full_path if request.method == "GET" else None
    # A browser that a badge was shown to is a judge's tablet.
    door = "badges.show_door" if find_device() else "sessions.login"
    return redirect(url_for(f"accounts.{door}", next=target))
