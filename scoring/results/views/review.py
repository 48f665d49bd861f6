"""The computed result before the public sees it: by codes, then with names."""

import json
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    login_required_only,
    permission_required,
)
from accounts.roles.rules import Scope
from accounts.users.models import User
from competition.codes.queries import list_decoded
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import list_managed_events
from extensions import db
from scoring.evidence.queries import may_read_comments
from scoring.evidence.services.policy import set_policy
from scoring.marking import queries as marking
from scoring.results import queries
from scoring.results.forms import ReasonForm
from scoring.results.models import ResultVersion
from scoring.results.rules.review import Row, list_shared
from scoring.results.services import publish as publishing
from scoring.results.services import signing
from scoring.results.services.compute import is_shut
from scoring.results.services.gate import (
    ResultsDisagreeError,
    list_disagreeing,
    record_disagreement,
)
from scoring.results.services.rules_text import name_tie
from scoring.results.views.common import bp, event_or_404, places
from scoring.results.views.signing import role_of, show_signatures
from scoring.scheme import queries as schemes
from scoring.scheme.rules.tree import Scheme

_READERS = ("marks.overview", "results.view")


@bp.get("/events/<event_uid>/review")
@login_required_only
def show_review(event_uid: str) -> ResponseReturnValue:
    """Show the newest result: by codes to the panel, with names once decoded."""
    event = event_or_404(event_uid)
    here = places(event)
    if not any(is_allowed(permission, here) for permission in _READERS):
        abort(403)
    result = queries.find_result(db.session(), event.id)
    version = schemes.find_frozen(db.session(), event.id)
    content = json.loads(result.rows) if result else {"results": [], "warnings": []}
    if result is not None and is_shut(result):
        content = {**content, "results": []}
    named = event.state in {life.DECODED, life.PUBLISHED} and is_allowed(
        "results.view", here
    )
    scheme = schemes.load_scheme(version) if version else None
    rows = _named(event, content["results"]) if named else content["results"]
    group = "group_code" if named else "group"
    return render_template(
        "scoring/results/show_review.html",
        event=event,
        result=result,
        rows=list(enumerate(_tell_ties(scheme, rows))),
        shared=list_shared(scheme, [(r[group], r["rank"]) for r in rows])
        if scheme
        else set(),
        warnings=content["warnings"],
        provisional=content.get("provisional", ()),
        scheme=scheme,
        is_named=named,
        is_current=_is_current(event, result),
        publications=queries.list_publications(db.session(), event.id),
        form=ReasonForm(formdata=None),
        may_publish=is_allowed("results.publish", here),
        are_comments_released=may_read_comments(db.session(), event.id),
        may_ask=_is_current(event, result) and is_allowed("marks.overview", here),
        may_bundle=is_allowed("bundle.make", here),
        may_hear=is_allowed("appeals.decide", here),
        is_doubted=bool(list_disagreeing(db.session(), [event])),
        **_signing(event, result, here),
        groups={group.code: group.name for group in event.groups},
    )


def _signing(
    event: Event, result: ResultVersion | None, here: list[Scope]
) -> dict[str, Any]:
    """Return who has signed the newest result, and who has yet to."""
    session = db.session()
    found = queries.list_signatures(session, result.id) if result else []
    missing = signing.list_missing(session, event, result) if result else []
    is_here = event.state == life.DECODED and is_allowed("results.sign", here)
    signed = {signature.role for signature in found}
    return {
        "asks_signatures": queries.asks_signatures(session, event.id),
        "places": show_signatures(found),
        "is_signed": bool(found),
        "unsigned": signing.name_signers(missing),
        "may_waive": signing.may_waive(event) and is_allowed("results.publish", here),
        "may_sign": is_here and role_of(event) not in signed,
    }


def _tell_ties(scheme: Scheme | None, rows: list[Row]) -> list[Row]:
    if scheme is None:
        return rows
    return [row | {"tie": name_tie(scheme, row["tied_by"])} for row in rows]


@bp.post("/events/<event_uid>/publish")
@permission_required("results.publish", within="event")
def publish(event_uid: str) -> ResponseReturnValue:
    """Publish the result; somebody else has locked the marks."""
    event, now = event_or_404(event_uid), datetime.now(UTC)
    try:
        publishing.publish(db.session(), event=event, actor=current_actor(), now=now)
    except ResultsDisagreeError as error:
        # The alarm has to outlive the refusal.
        db.session.rollback()
        record_disagreement(
            db.session(),
            event=event_or_404(event_uid),
            result_uid=error.result_uid,
            rechecks=error.rechecks,
            now=now,
        )
        db.session.commit()
        raise
    db.session.commit()
    flash(_("The result is published."), "success")
    return redirect(url_for(".show_public", event_uid=event.uid))


@bp.post("/events/<event_uid>/withdraw")
@permission_required("results.publish", within="event")
def withdraw(event_uid: str) -> ResponseReturnValue:
    """Withdraw the publication, with a reason the public sees."""
    event, form = event_or_404(event_uid), ReasonForm()
    if not form.validate_on_submit():
        flash(_("Give a reason."), "danger")
        return redirect(url_for(".show_review", event_uid=event.uid))
    publishing.withdraw(
        db.session(),
        event=event,
        reason=form.reason.data or "",
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("The publication is withdrawn."), "success")
    return redirect(url_for(".show_review", event_uid=event.uid))


@bp.post("/events/<event_uid>/comments")
@permission_required("results.publish", within="event")
def release_comments(event_uid: str) -> ResponseReturnValue:
    """Say whether contestants read the comments on their work, once published."""
    event = event_or_404(event_uid)
    is_released = request.form.get("release") == "yes"
    set_policy(
        db.session(),
        event=event,
        is_released=is_released,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    if is_released:
        flash(_("Contestants read the comments once the result is public."), "success")
    else:
        flash(_("Contestants do not read the comments."), "success")
    return redirect(url_for(".show_review", event_uid=event.uid))


def desk_items(session: Session, _user: User, _now: datetime) -> list[DeskItem]:
    """Tell those who publish which results are decoded and wait for them."""
    events = [
        event
        for event in list_managed_events(session, allowed_scopes("results.publish"))
        if event.state in {life.LOCKED, life.DECODED}
    ]
    doubted = list_disagreeing(session, events)
    return [
        DeskItem(
            title=event.name,
            text=_("Alarm: the independent verifier comes to another result")
            if event.uid in doubted
            else _("Decoded: check the result and publish it"),
            url=url_for("scoring.results.show_review", event_uid=event.uid),
            order=2 if event.uid in doubted else 12,
        )
        for event in events
        if event.state == life.DECODED or event.uid in doubted
    ]


def _named(event: Event, rows: list[Row]) -> list[Row]:
    groups = {group.code: group.name for group in event.groups}
    return publishing.join_names(rows, list_decoded(db.session(), event.id), groups)


def _is_current(event: Event, result: ResultVersion | None) -> bool:
    """Tell whether the result is of the lock that stands now."""
    lock = marking.find_lock(db.session(), event.id)
    return result is not None and lock is not None and lock.round == result.round
