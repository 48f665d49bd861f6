"""The front door: first page, the desk of who is signed in, language, health."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import (
    Blueprint,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import text
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    local_target,
    permission_limit,
    public,
    signed_in_somehow,
    signed_in_user,
)
from accounts.users.models import User
from extensions import api_spec, db
from web.i18n import COOKIE, LANGUAGES

bp = Blueprint("site", __name__)

DeskProvider = Callable[[Session, User, datetime], Sequence[DeskItem]]


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Show the first page; those signed in go on to their desk."""
    if current_user.is_authenticated:
        return redirect(url_for("site.desk"))
    return redirect(url_for("competition.events.list_events"))


@bp.get("/desk")
@signed_in_somehow
def desk() -> ResponseReturnValue:
    """Show what waits for the signed-in user, from every room.

    Who came by badge is here to mark: the desk speaks of other duties too.
    """
    if permission_limit() is not None:
        return redirect(url_for("scoring.shell.show_app"))
    user, now = signed_in_user(), datetime.now(UTC)
    providers: list[DeskProvider] = current_app.extensions["desk"]
    items = [item for provide in providers for item in provide(db.session(), user, now)]
    items.sort(key=lambda item: (item.order, item.title))
    return render_template("site/desk.html", items=items)


@bp.post("/language/<code>")
@public
def set_language(code: str) -> ResponseReturnValue:
    """Remember the chosen language, in the cookie and for the user."""
    if code not in LANGUAGES:
        abort(404)
    if current_user.is_authenticated:
        signed_in_user().locale = code
        db.session.commit()
    return _speak(code, request.form.get("next", ""))


@bp.get("/language/<code>")
@public
def choose_language(code: str) -> ResponseReturnValue:
    """Remember a visitor's language, in the cookie alone.

    A link, because pages that are handed out to everybody as they are carry no token.
    """
    if code not in LANGUAGES:
        abort(404)
    return _speak(code, request.args.get("next", ""))


def _speak(code: str, target: str) -> ResponseReturnValue:
    response = redirect(local_target(target, url_for("site.index")))
    response.set_cookie(COOKIE, code, max_age=31536000, samesite="Lax", httponly=True)
    return response


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Answer that the process is up."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Answer whether the database is reachable and migrated to this version."""
    connection = db.session.connection()
    connection.execute(text("select 1"))
    current = MigrationContext.configure(connection).get_current_revision()
    wanted = ScriptDirectory(current_app.extensions["migrate"].directory)
    ready = current == wanted.get_current_head()
    return jsonify(status="ok" if ready else "not migrated"), 200 if ready else 503


@bp.get("/api/v1/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """Describe the machine addresses."""
    api_spec.app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the documented way
    return jsonify(api_spec.spec)
