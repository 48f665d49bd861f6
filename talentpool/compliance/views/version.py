"""Another version of the standard: faults, what it would change, putting it in force.

A text is put in force only after the page has shown what exactly this text changes.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from accounts.access.services import (
    INSTALLATION,
    current_actor,
    permission_required,
)
from accounts.roles.rules import EVERYWHERE
from errors import DomainError
from extensions import db
from scoring.scheme.rules.faults import Fault
from scoring.scheme.views.texts import tell_with_place
from talentpool.compliance.forms import DIFFERENCES, OUTCOMES, VersionForm
from talentpool.compliance.queries.dossiers import list_page
from talentpool.compliance.services.preview import Preview, preview
from talentpool.compliance.views.common import bp, is_english, today
from talentpool.dossiers.models import Craftsman
from talentpool.standard.queries import (
    list_shipped,
    read_in_force,
    read_profile,
    read_shipped_text,
)
from talentpool.standard.rules.parse import parse_profile
from talentpool.standard.rules.profile import Profile, ProfileError
from talentpool.standard.services import put_in_force


@dataclass(frozen=True, slots=True)
class Seen:
    """A text without faults, and what it would change."""

    profile: Profile
    preview: Preview
    falls_out: list[Craftsman]
    comes_clear: list[Craftsman]
    is_backdated: bool  # it would hold for days that have passed


@bp.get("/standards/new")
@permission_required("standard.adopt", within=INSTALLATION)
def prepare_version() -> ResponseReturnValue:
    """Ask for a text; one that the product comes with can be begun from."""
    text = read_shipped_text(request.args.get("from", "")) or ""
    return _page(VersionForm(None, toml=text))


@bp.post("/standards/new")
@permission_required("standard.adopt", within=INSTALLATION)
def adopt_version() -> ResponseReturnValue:
    """Show what a text would change; put it in force once this has been seen."""
    form = VersionForm()
    if not form.validate():
        return _page(form), 422
    text = _text(form)
    try:
        profile = parse_profile(text)
    except ProfileError as error:
        return _page(form, faults=error.details), 422
    digest = hashlib.sha256(text.encode()).hexdigest()
    if "adopt" not in request.form or form.seen.data != digest:
        form.seen.data = digest
        return _page(form, seen=_seen(profile))
    if not form.reason.data:
        form.reason.errors = [_("Name the decision, with its number.")]
        return _page(form, seen=_seen(profile)), 422
    try:
        version = put_in_force(
            db.session(),
            toml=text,
            actor=current_actor(),
            now=datetime.now(UTC),
            reason=form.reason.data,
        )
    except DomainError as error:
        form.form_errors.append(error.message)
        return _page(form, seen=_seen(profile)), 409
    db.session.commit()
    name = f"{version.code} {version.version}"
    flash(_("%(version)s is stored and holds from its day.", version=name), "success")
    return redirect(
        url_for("talentpool.standard.show_standard", version_uid=version.uid)
    )


def _text(form: VersionForm) -> str:
    """Return the text of the file, else of the field; line ends as a file has them."""
    upload = form.file.data
    if isinstance(upload, FileStorage) and upload.filename:
        form.toml.data = upload.read().decode("utf-8-sig", errors="replace")
    form.toml.data = (form.toml.data or "").replace("\r\n", "\n")
    return str(form.toml.data)


def _seen(profile: Profile) -> Seen:
    session, on = db.session(), today()
    before = read_in_force(session, on)
    found = preview(session, before, profile, [EVERYWHERE], on)
    return Seen(
        profile,
        found,
        list_page(session, found.falls_out, 1),
        list_page(session, found.comes_clear, 1),
        profile.in_force_from < on,
    )


def _title(name: str) -> str:
    """Return the title of a text the product comes with."""
    title = read_profile(read_shipped_text(name) or "").title
    return title.en if is_english() else title.zh


def _page(
    form: VersionForm, seen: Seen | None = None, faults: tuple[Fault, ...] = ()
) -> str:
    return render_template(
        "talentpool/compliance/prepare_version.html",
        form=form,
        seen=seen,
        faults=[tell_with_place(fault) for fault in faults],
        shipped=[(name, _title(name)) for name in list_shipped()],
        outcomes=OUTCOMES,
        kinds=DIFFERENCES,
        is_english=is_english(),
    )
