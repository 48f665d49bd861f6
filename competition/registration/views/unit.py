"""The unit officer's pages: its people's entries, each with the unit's word on it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    current_actor,
    permission_required,
)
from competition.registration import queries
from competition.registration.forms import UnitWordForm
from competition.registration.models import Entry
from competition.registration.rules import entries as rules
from competition.registration.services.checks import check_submitted
from competition.registration.services.unit_word import find_word, give_word
from competition.registration.views.answers import described_answers
from competition.registration.views.common import (
    bp,
    described,
    entry_or_404,
    is_of_own_unit,
    now,
    words,
)
from competition.registration.views.corrections import described_changes
from errors import DomainError
from extensions import db

NAV = (
    NavItem(
        _l("Entries of my unit"),
        "competition.registration.list_unit",
        "registration.unit",
        22,
    ),
)


@bp.get("/unit/entries")
@permission_required("registration.unit")
def list_unit() -> ResponseReturnValue:
    """List the entries of the officer's own unit."""
    page = queries.list_of_units(
        db.session(),
        allowed_scopes("registration.unit"),
        request.args.get("page", 1, type=int),
    )
    return render_template(
        "competition/registration/list_unit.html", page=page, **words()
    )


@bp.get("/unit/entries/<entry_uid>")
@permission_required("registration.unit")
def show_unit_entry(entry_uid: str) -> ResponseReturnValue:
    """Show an entry of the officer's own unit: facts, papers, rules."""
    return _page(_own_or_404(entry_uid), UnitWordForm())


@bp.post("/unit/entries/<entry_uid>/word")
@permission_required("registration.unit")
def say_word(entry_uid: str) -> ResponseReturnValue:
    """Confirm the entry, or object to it with a reason."""
    entry, form = _own_or_404(entry_uid), UnitWordForm()
    form.validate_on_submit()
    try:
        give_word(
            db.session(),
            entry=entry,
            word=request.form.get("word", ""),
            reason=form.reason.data or "",
            actor=current_actor(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _page(_own_or_404(entry_uid), form), error.status
    db.session.commit()
    flash(_("The committee sees what your unit says."), "success")
    return redirect(url_for(".list_unit"))


def _own_or_404(uid: str) -> Entry:
    entry = entry_or_404(uid)
    is_shown = entry.person is not None and entry.state != rules.DRAFT
    return entry if is_shown and is_of_own_unit(entry) else abort(404)


def _page(entry: Entry, form: UnitWordForm) -> str:
    return render_template(
        "competition/registration/show_unit_entry.html",
        entry=entry,
        form=form,
        checks=described(check_submitted(db.session(), entry=entry), entry.event),
        more=described_answers(entry),
        changes=described_changes(entry, numbers=False),
        word=find_word(db.session(), entry),
        can_say=entry.state == rules.SUBMITTED,
        **words(),
    )
