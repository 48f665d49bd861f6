"""The results list is read and signed by hand, by chief judge and supervisor."""

import json
from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
    signed_in_user,
)
from accounts.users.models import User
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import list_managed_events
from errors import DomainError
from extensions import db
from scoring.results import queries
from scoring.results.forms import SignForm
from scoring.results.models import CHIEF, SIGNERS, SUPERVISOR, ResultSignature
from scoring.results.rules.review import list_shared
from scoring.results.rules.strokes import draw_svg, read_strokes
from scoring.results.services import signing
from scoring.results.services.rules_text import name_tie
from scoring.results.views.common import bp, event_or_404, places
from scoring.scheme import queries as schemes


@bp.route("/events/<event_uid>/review/sign", methods=["GET", "POST"])
@permission_required("results.sign", within="event")
def sign_list(event_uid: str) -> ResponseReturnValue:
    """Show the list by work codes, and take a signature under it."""
    event, form = event_or_404(event_uid), SignForm()
    if not form.is_submitted():
        return _page(event, form)
    status = 422
    if form.validate():
        status = _sign(event, form)
    if status:
        return _page(event, form), status
    flash(_("You have signed the results list."), "success")
    return redirect(url_for(".show_review", event_uid=event.uid))


@bp.post("/events/<event_uid>/review/signing")
@permission_required("results.publish", within="event")
def set_signing(event_uid: str) -> ResponseReturnValue:
    """Say whether the result is published only when both have signed it."""
    event = event_or_404(event_uid)
    signing.set_terms(
        db.session(),
        event=event,
        asks=request.form.get("asks") == "yes",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The changes are saved."), "success")
    return redirect(url_for(".show_review", event_uid=event.uid))


def desk_items(session: Session, _user: User, _now: datetime) -> list[DeskItem]:
    """Tell chief judges and supervisors which lists wait for their signature."""
    return [
        DeskItem(
            title=event.name,
            text=_("Read the results list and sign it"),
            url=url_for("scoring.results.sign_list", event_uid=event.uid),
            order=11,
        )
        for event in list_managed_events(session, allowed_scopes("results.sign"))
        if event.state == life.DECODED
        and (result := queries.find_result(session, event.id)) is not None
        and role_of(event) in signing.list_missing(session, event, result)
    ]


def role_of(event: Event) -> str:
    """Return as what the signed-in user signs; the two roles exclude each other."""
    return CHIEF if is_allowed("marks.lock", places(event)) else SUPERVISOR


def show_signatures(found: list[ResultSignature]) -> list[dict[str, object]]:
    """Return both places under the list, filled or empty."""
    by_role = {signature.role: signature for signature in found}
    return [
        {
            "label": label,
            "signature": by_role.get(role),
            "picture": _picture(by_role[role]) if role in by_role else "",
        }
        for role, label in zip(SIGNERS, signing.name_signers(SIGNERS), strict=True)
    ]


def _picture(signature: ResultSignature) -> Markup:
    if not signature.strokes:
        return Markup()
    # Numbers alone, read back and checked: nothing that was typed is in it.
    return Markup(draw_svg(read_strokes(signature.strokes)))  # noqa: S704


def _sign(event: Event, form: SignForm) -> int:
    """Sign and commit; return the status of a refusal, whose reason is in the form."""
    session, user, now = db.session(), signed_in_user(), datetime.now(UTC)
    address = request.remote_addr or ""
    if not signing.is_confirmed(
        session, user=user, password=form.password.data, address=address, now=now
    ):
        session.commit()  # the count of failures stays
        form.password.errors = [_("The password is not right. Nothing was signed.")]
        return 422
    try:
        signing.sign_list(
            session,
            event=event,
            digest=form.digest.data or "",
            role=role_of(event),
            strokes=form.drawn(),
            user=user,
            now=now,
        )
    except DomainError as error:
        session.rollback()
        form.form_errors = [*form.form_errors, error.message]
        return error.status
    session.commit()
    return 0


def _page(event: Event, form: SignForm) -> str:
    session = db.session()
    result = queries.find_result(session, event.id)
    version = schemes.find_frozen(session, event.id)
    is_there = event.state == life.DECODED and result is not None
    rows = json.loads(result.rows)["results"] if is_there and result else []
    scheme = schemes.load_scheme(version) if version else None
    if scheme is not None:
        rows = [row | {"tie": name_tie(scheme, row["tied_by"])} for row in rows]
    form.digest.data = result.digest if result else ""
    found = queries.list_signatures(session, result.id) if result else []
    return render_template(
        "scoring/results/sign_list.html",
        event=event,
        form=form,
        result=result if is_there else None,
        rows=list(enumerate(rows)),
        shared=list_shared(scheme, [(r["group"], r["rank"]) for r in rows])
        if scheme
        else set(),
        scheme=scheme,
        groups={group.code: group.name for group in event.groups},
        places=show_signatures(found),
        has_signed=role_of(event) in {signature.role for signature in found},
    )
