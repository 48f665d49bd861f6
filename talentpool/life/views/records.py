"""Findings about records that cannot be right: a work list per district."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    allowed_scopes,
    current_actor,
    permission_required,
)
from errors import DomainError
from extensions import db
from talentpool.life.forms.labels import LABELS
from talentpool.life.forms.state import AcceptForm
from talentpool.life.queries import reviews as queries
from talentpool.life.rules.consistency import RULES
from talentpool.life.services import consistency
from talentpool.life.views.common import bp

STATES = ("open", "accepted", "gone")


@bp.get("/records")
@permission_required("pool.edit")
def list_findings() -> ResponseReturnValue:
    """List the findings of the officer's places, district by district."""
    session, scopes = db.session(), allowed_scopes("pool.edit")
    state, code = request.args.get("state", "open"), request.args.get("code", "")
    wanted = queries.Filter(
        code=code if code in RULES else "",
        district=request.args.get("district", "")[:6],
        state=state if state in STATES else "open",
    )
    page = queries.list_findings(
        session, scopes, wanted=wanted, page=max(request.args.get("page", 1, int), 1)
    )
    return render_template(
        "talentpool/life/list_findings.html",
        page=page,
        wanted=wanted,
        districts=queries.count_findings_by_district(session, scopes),
        codes=list(RULES),
        states=STATES,
        labels=LABELS,
        form=AcceptForm(formdata=None),
        page_url=lambda number: url_for(
            ".list_findings",
            page=number,
            code=wanted.code or None,
            district=wanted.district or None,
            state=wanted.state,
        ),
    )


@bp.post("/records/<finding_uid>/accept")
@permission_required("pool.edit", within="finding")
def accept_finding(finding_uid: str) -> ResponseReturnValue:
    """Say that a record is true all the same, and why."""
    form = AcceptForm()
    finding = queries.find_finding(db.session(), finding_uid)
    assert finding is not None  # noqa: S101 - the guard of the view has found it
    if not form.validate_on_submit():
        flash(_("Give the reason."), "danger")
        return redirect(url_for(".list_findings"))
    try:
        consistency.accept(
            db.session(),
            finding,
            reason=form.reason.data or "",
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return redirect(url_for(".list_findings"))
    db.session.commit()
    flash(_("Kept as it is; it is not shown again unless it changes."), "success")
    return redirect(url_for(".list_findings"))
