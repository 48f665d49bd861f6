"""The scheme of an event: shown, attached, frozen."""

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    current_actor,
    is_allowed,
    login_required_only,
    permission_required,
)
from accounts.roles.rules import Scope
from competition.events.models import Event
from competition.events.queries import get_event, scopes_of
from errors import DomainError
from extensions import db
from scoring.scheme import queries
from scoring.scheme.forms import AttachForm
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.outline import outline
from scoring.scheme.rules.warnings import list_warnings
from scoring.scheme.services import versions
from scoring.scheme.views.texts import tell_with_place

bp = Blueprint("scheme", __name__)

_READERS = ("scheme.manage", "marks.enter", "marks.overview", "results.view")


@bp.get("/events/<event_uid>/scheme")
@login_required_only
def show_scheme(event_uid: str) -> ResponseReturnValue:
    """Show the scheme marks are given by, to those who work with it."""
    event = get_event(db.session(), event_uid)
    places = [Scope("event", event.uid), *scopes_of(event.competition)]
    if not any(is_allowed(permission, places) for permission in _READERS):
        abort(403)
    return _page(event, AttachForm(), may_manage=is_allowed("scheme.manage", places))


@bp.post("/events/<event_uid>/scheme")
@permission_required("scheme.manage", within="event")
def attach_scheme(event_uid: str) -> ResponseReturnValue:
    """Attach a scheme from a file or an example; all faults are shown."""
    event = get_event(db.session(), event_uid)
    form = AttachForm()
    if form.validate_on_submit():
        try:
            versions.attach_scheme(
                db.session(),
                event=event,
                text=form.text(),
                reason=form.reason.data or "",
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except UnicodeDecodeError:
            form.form_errors.append(_("The file is not UTF-8 text."))
        except SchemeError as error:
            return _page(
                event, form, faults=list(map(tell_with_place, error.details))
            ), 422
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The scheme is attached. Check it, then freeze it."), "success")
            return redirect(url_for(".show_scheme", event_uid=event.uid))
    return _page(event, form), 422


@bp.post("/events/<event_uid>/scheme/<uid>/freeze")
@permission_required("scheme.manage", within="event")
def freeze_scheme(event_uid: str, uid: str) -> ResponseReturnValue:
    """Freeze the newest version; from here on marks are given by it."""
    event = get_event(db.session(), event_uid)
    versions.freeze_scheme(
        db.session(),
        version=_get_version(event, uid),
        event=event,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The scheme is frozen."), "success")
    return redirect(url_for(".show_scheme", event_uid=event.uid))


@bp.get("/events/<event_uid>/scheme/<uid>.toml")
@permission_required("scheme.manage", within="event")
def download_scheme(event_uid: str, uid: str) -> ResponseReturnValue:
    """Hand out a version as the file it came as."""
    version = _get_version(get_event(db.session(), event_uid), uid)
    name = f"v{version.version}.scheme.toml"
    return Response(
        version.text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _get_version(event: Event, uid: str) -> SchemeVersion:
    versions = {v.uid: v for v in queries.list_versions(db.session(), event.id)}
    return versions.get(uid) or abort(404)


def _page(
    event: Event,
    form: AttachForm,
    *,
    faults: list[str] | None = None,
    may_manage: bool = True,
) -> str:
    versions = queries.list_versions(db.session(), event.id)
    shown = next((v for v in versions if may_manage or v.frozen_at), None)
    scheme = queries.load_scheme(shown) if shown else None
    return render_template(
        "scoring/scheme/show_scheme.html",
        event=event,
        form=form,
        faults=faults or [],
        versions=versions if may_manage else [],
        shown=shown,
        outline=outline(scheme) if scheme else (),
        scheme=scheme,
        warnings=list(map(tell_with_place, list_warnings(scheme))) if scheme else [],
        may_manage=may_manage,
    )
