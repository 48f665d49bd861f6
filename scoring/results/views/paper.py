"""Results on A4: by codes or with names to those who review, as published to all."""

import json
from collections import OrderedDict
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    current_actor,
    is_allowed,
    login_required_only,
    public,
)
from competition.codes.queries import list_decoded
from competition.events import rules as life
from competition.events.models import Event
from extensions import db
from ledger.log.services import record
from paper import language, send_pdf
from scoring.marking import queries as marking
from scoring.results import queries
from scoring.results.models import Publication, ResultVersion
from scoring.results.services import publish as publishing
from scoring.results.services.result_list import published_list, result_list
from scoring.results.views.common import bp, event_or_404, places
from scoring.scheme import queries as schemes

_READERS = ("marks.overview", "results.view")
_MOST_KEPT = 8  # published lists; a publication never changes
_kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
_lock = Lock()


@bp.get("/events/<event_uid>/review.pdf")
@login_required_only
def print_review(event_uid: str) -> ResponseReturnValue:
    """Send the newest result: by codes to the panel, with names once decoded."""
    event = event_or_404(event_uid)
    here = places(event)
    if not any(is_allowed(permission, here) for permission in _READERS):
        abort(403)
    result = queries.find_result(db.session(), event.id) or abort(404)
    named = event.state in {life.DECODED, life.PUBLISHED} and is_allowed(
        "results.view", here
    )
    rows = json.loads(result.rows)["results"]
    if named:
        groups = {group.code: group.name for group in event.groups}
        decoded = list_decoded(db.session(), event.id)
        rows = publishing.join_names(rows, decoded, groups)
    lock = marking.find_lock(db.session(), event.id)
    pdf = result_list(
        db.session(),
        result=result,
        scheme=schemes.load_scheme(queries.get_scheme(db.session(), result)),
        rows=rows,
        named=named,
        is_current=lock is not None and lock.round == result.round,
    )
    if named and event.state != life.PUBLISHED:
        _log(event, result, len(rows))
        db.session.commit()
    name = f"{_('Result list')} {event.name}"
    return send_pdf(pdf, name, f"result-{event.uid[:8]}-v{result.version}")


@bp.get("/results/<event_uid>/list.pdf")
@public
def print_public(event_uid: str) -> ResponseReturnValue:
    """Send the published result as it is posted on a board."""
    event = event_or_404(event_uid)
    current = queries.find_current(db.session(), event.id) or abort(404)
    pdf = _published(current)
    name = f"{_('Published result')} {event.name}"
    response = send_pdf(pdf, name, f"results-{event.uid[:8]}-v{current.version}")
    response.headers["Cache-Control"] = "public, no-cache"  # ask whether it stands
    response.vary.add("Cookie")  # it says the language
    response.set_etag(sha256(pdf).hexdigest())
    return response.make_conditional(request)


def _published(publication: Publication) -> bytes:
    key = (publication.uid, language())
    # One at a time: a crowd that asks for a new list makes it once.
    with _lock:
        pdf = _kept.get(key)
        if pdf is None:
            version = queries.get_scheme(db.session(), publication.result)
            pdf = published_list(
                db.session(),
                publication=publication,
                scheme=schemes.load_scheme(version),
            )
            _kept[key] = pdf
            if len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
    return pdf


def _log(event: Event, result: ResultVersion, count: int) -> None:
    """Log that names were taken out on paper before the public has them."""
    record(
        db.session(),
        actor=current_actor(),
        action="results.printed",
        subject=f"result:{result.uid}",
        scope=f"event:{event.uid}",
        now=datetime.now(UTC),
        body={"version": result.version, "count": count},
    )
