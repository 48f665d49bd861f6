"""The kiosk app at a gate: its page, its worker, its manifest, the lists it keeps.

The page is public because it holds no data: the same text for everybody. Who may pass
comes by `list.json`, which asks for the officer's sign-in.
"""

from datetime import UTC, datetime

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from accounts.access.services import (
    allowed_scopes,
    permission_required,
    public,
    signed_in_user,
)
from appshell import Page, Shell, build_shell, send_manifest, send_worker
from competition.checkin.forms import REASONS
from competition.checkin.rules import OFFICER_REASONS
from competition.checkin.services.lists import make_list
from competition.checkin.views.common import PERMISSION, bp
from competition.events.queries import get_event, list_managed_events
from competition.events.rules import CHECKIN, CLOSED, MARKING
from extensions import db

# As HTML names them, and as translations do.
LANGUAGES = {"zh-CN": "zh_CN", "en": "en"}
# Rooms are left and entered while works are marked, too.
STAGES = (CLOSED, CHECKIN, MARKING)


@bp.get("/checkin/app")
@public
def show_kiosk() -> ResponseReturnValue:
    """Show the kiosk; whom it lets in it reads from what the device keeps."""
    return _render_page(_own_language())


@bp.get("/checkin/app/page")
@public
def show_kiosk_page() -> ResponseReturnValue:
    """Give a device the page to keep, in the language it asks for."""
    return _render_page(_language())


@bp.get("/checkin/worker.js")
@public
def show_worker() -> ResponseReturnValue:
    """Give a device the worker that opens the kiosk without a network."""
    return send_worker(
        _shell(_language()), prefix="jiangcai-checkin-", pages={"app": "^app$"}
    )


@bp.get("/checkin/app.webmanifest")
@public
def show_manifest() -> ResponseReturnValue:
    """Tell a browser how the kiosk is called and looks on the home screen."""
    language = _language()
    with force_locale(LANGUAGES[language]):
        name, short = _("Jiangcai: check-in"), _("Check-in")
    return send_manifest(
        name=name, short_name=short, lang=language, start=url_for(".show_kiosk")
    )


@bp.get("/checkin/app/status.json")
@permission_required(PERMISSION)
def show_status() -> ResponseReturnValue:
    """Tell the kiosk whose it is, which events there are, the clock and the version."""
    events = list_managed_events(db.session(), allowed_scopes(PERMISSION))
    language = _own_language()
    return jsonify(
        judge=signed_in_user().uid,
        now=datetime.now(UTC).isoformat(timespec="milliseconds"),
        language=language,
        version=_shell(language).version,
        events=[
            {
                "event": event.uid,
                "name": event.name,
                "list": url_for(".show_list", event_uid=event.uid),
            }
            for event in events
            if event.state in STAGES
        ],
    )


@bp.get("/events/<event_uid>/checkin/list.json")
@permission_required(PERMISSION, within="event")
def show_list(event_uid: str) -> ResponseReturnValue:
    """Give a kiosk what it needs to tell, without a network, who may pass."""
    event = get_event(db.session(), event_uid)
    return jsonify(make_list(db.session(), event, datetime.now(UTC)))


def _render_page(language: str) -> str:
    with force_locale(LANGUAGES[language]):
        return render_template(
            "competition/checkin/kiosk.html",
            reasons={code: str(text) for code, text in REASONS.items()},
            officer_reasons=OFFICER_REASONS,
        )


def _shell(language: str) -> Shell:
    source = url_for(".show_kiosk_page", lang=language)
    return build_shell({"app": Page(source=source, text=_render_page(language))})


def _language() -> str:
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else _own_language()


def _own_language() -> str:
    return "en" if str(get_locale()) == "en" else "zh-CN"
