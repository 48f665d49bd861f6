"""The scheme of an event: shown, attached, frozen."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    current_actor,
    is_allowed,
    permission_required,
    signed_in_somehow,
)
from competition.events.models import Event
from errors import DomainError
from extensions import db
from scoring.scheme import queries
from scoring.scheme.forms.attach import AttachForm
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.faults import SchemeError
from scoring.scheme.rules.outline import outline
from scoring.scheme.rules.warnings import list_warnings
from scoring.scheme.services import versions
from scoring.scheme.views.common import bp, event_or_404, places
from scoring.scheme.views.documents import send_scheme
from scoring.scheme.views.texts import tell_with_place

_READERS = (
    "scheme.manage",
    "scheme.draft",
    "marks.enter",
    "marks.overview",
    "results.view",
)


@bp.get("/events/<event_uid>/scheme")
@signed_in_somehow
def show_scheme(event_uid: str) -> ResponseReturnValue:
    """Show the scheme marks are given by, to those who work with it."""
    event = event_or_404(event_uid)
    if not any(is_allowed(permission, places(event)) for permission in _READERS):
        abort(403)
    return _page(event, AttachForm())


@bp.post("/events/<event_uid>/scheme")
@permission_required("scheme.manage", within="event")
def attach_scheme(event_uid: str) -> ResponseReturnValue:
    """Attach a scheme from a file or an example; all faults are shown."""
    event = event_or_404(event_uid)
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
    event = event_or_404(event_uid)
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


@bp.get("/events/<event_uid>/scheme/<uid>.<kind>")
@permission_required("scheme.draft", within="event")
def download_scheme(event_uid: str, uid: str, kind: str) -> ResponseReturnValue:
    """Hand out a version: the file it came as, or as JSON or a workbook."""
    version = _get_version(event_or_404(event_uid), uid)
    return send_scheme(version.text, kind, f"v{version.version}")


def _get_version(event: Event, uid: str) -> SchemeVersion:
    versions = {v.uid: v for v in queries.list_versions(db.session(), event.id)}
    return versions.get(uid) or abort(404)


def _page(event: Event, form: AttachForm, *, faults: list[str] | None = None) -> str:
    here = places(event)
    may_manage = is_allowed("scheme.manage", here)
    may_draft = is_allowed("scheme.draft", here)
    versions = queries.list_versions(db.session(), event.id)
    frozen = next((v for v in versions if v.frozen_at), None)
    waiting = queries.find_waiting(db.session(), event.id)
    # What marks are given by; before anything is frozen, what is to be.
    shown = frozen or (versions[0] if versions and (may_manage or may_draft) else None)
    scheme = queries.load_scheme(shown) if shown else None
    return render_template(
        "scoring/scheme/show_scheme.html",
        event=event,
        form=form,
        faults=faults or [],
        versions=versions if may_manage or may_draft else [],
        shown=shown,
        waiting=waiting,
        draft=queries.find_draft(db.session(), event.id) if may_draft else None,
        outline=outline(scheme) if scheme else (),
        scheme=scheme,
        warnings=list(map(tell_with_place, list_warnings(scheme))) if scheme else [],
        may_manage=may_manage,
        may_draft=may_draft,
        may_confirm=is_allowed("scheme.confirm", here),
    )
