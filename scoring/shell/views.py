"""The marking app on a tablet: its start page, its worker, its manifest.

The pages are public because they hold no data: the same text for everybody. What is to
be marked comes by `sheet.json`, which asks for the judge's sign-in.
"""

from datetime import UTC, datetime

from flask import Blueprint, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from accounts.access.services import permission_required, public, signed_in_user
from appshell import Shell, send_manifest, send_worker
from extensions import db
from scoring.judges.queries import list_seats_of
from scoring.sheets.views import mark_addresses
from scoring.shell import services

bp = Blueprint("shell", __name__)
# As HTML names them, and as translations do.
LANGUAGES = {"zh-CN": "zh_CN", "en": "en"}


@bp.get("/judging/app")
@public
def show_app() -> ResponseReturnValue:
    """Show the app's start page: the judge's events, from what the tablet keeps."""
    return render_template("scoring/shell/app.html")


@bp.get("/judging/app/pages/<name>")
@public
def show_page(name: str) -> ResponseReturnValue:
    """Give a tablet one page to keep, in the language it asks for."""
    if name not in services.PAGES:
        abort(404)
    return services.render_page(name, LANGUAGES[_language()], mark_addresses())


@bp.get("/judging/worker.js")
@public
def show_worker() -> ResponseReturnValue:
    """Give a tablet the worker that opens the app without a network."""
    return send_worker(
        _build_shell(_language()),
        prefix="jiangcai-shell-",
        pages={"app": "^app$", "mark": "^[^/]+/mark$"},
    )


@bp.get("/judging/app.webmanifest")
@public
def show_manifest() -> ResponseReturnValue:
    """Tell a browser how the app is called and looks on the home screen."""
    with force_locale(LANGUAGES[_language()]):
        name, short = _("Jiangcai: marking"), _("Marking")
    return send_manifest(
        name=name, short_name=short, lang=_language(), start=url_for(".show_app")
    )


@bp.get("/judging/app/status.json")
@permission_required("marks.enter")
def show_status() -> ResponseReturnValue:
    """Tell the app whose it is, which events there are, the clock and the version."""
    user = signed_in_user()
    language = _own_language()
    return jsonify(
        judge=user.uid,
        now=datetime.now(UTC).isoformat(timespec="milliseconds"),
        language=language,
        version=_build_shell(language).version,
        events=[
            {
                "event": seat.event.uid,
                "name": seat.event.name,
                "seat": seat.seat,
                "state": seat.event.state,
                "covers": bool(seat.covers),
            }
            for seat in list_seats_of(db.session(), user.id)
        ],
    )


def _build_shell(language: str) -> Shell:
    return services.build_shell(LANGUAGES[language], language, mark_addresses())


def _language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else _own_language()


def _own_language() -> str:
    return "en" if str(get_locale()) == "en" else "zh-CN"
