"""Results on A4: by codes or with names to those who review, as published to all."""

import json
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock

from flask import Response, abort, request, url_for
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
from scoring.results.forms import KIND_LABELS
from scoring.results.models import Publication, ResultVersion
from scoring.results.rules.release import SCORES
from scoring.results.services import publish as publishing
from scoring.results.services.explanation_pdf import Head, explanation_pdf
from scoring.results.services.lay_out import Tree
from scoring.results.services.result_list import published_list, result_list
from scoring.results.services.rules_text import list_rules
from scoring.results.views.common import bp, event_or_404, places, sight_of
from scoring.results.views.explanations import (
    list_decisions_on,
    open_line,
    open_work,
    standing_or_404,
)
from scoring.scheme import queries as schemes

_READERS = ("marks.overview", "results.view")
_MOST_KEPT = 32  # papers of publications, which never change
_kept: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
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
        log_printed(event, result, len(rows))
        db.session.commit()
    name = f"{_('Result list')} {event.name}"
    return send_pdf(pdf, name, f"result-{event.uid[:8]}-v{result.version}")


@bp.get("/events/<event_uid>/review/<work_code>.pdf")
@login_required_only
def print_work_result(event_uid: str, work_code: str) -> ResponseReturnValue:
    """Send how the newest result of a work came about, with judges, to the panel."""
    event = event_or_404(event_uid)
    result, tree = open_work(event, work_code)
    version = queries.get_scheme(db.session(), result)
    rank, award = tree["rank"], tree["award"]["award"]
    head = Head(
        who=work_code,
        facts=[
            (_("Work code"), work_code),
            *_facts(rank["rank"], rank["of"], award, tree["total"]),
        ],
        decisions=[
            f"{KIND_LABELS[d.kind]} {d.target} {d.value}: {d.reason}"
            for d in list_decisions_on(result, work_code)
        ],
        address=_address(".show_work_result", event_uid=event.uid, work_code=work_code),
        digest=result.digest,
        scheme=result.scheme_digest,
    )
    rules = list_rules(schemes.load_scheme(version))
    pdf = explanation_pdf(event, tree, rules, head)
    name = f"{_('How this result came about')} {event.name} {work_code}"
    return send_pdf(pdf, name, f"explanation-{event.uid[:8]}-v{result.version}")


@bp.get("/results/explained/<publication_uid>/<int:line>.pdf")
@public
def print_explanation(publication_uid: str, line: int) -> ResponseReturnValue:
    """Send how a line of a publication came about, with judges as numbers."""
    publication = standing_or_404(publication_uid)
    address = _address(".show_explanation", publication_uid=publication_uid, line=line)
    key = (publication.uid, str(line), address, language())
    pdf = _keep(key, lambda: _explain(publication, line, address))
    name = f"{_('How this result came about')} {publication.event.name} {line}"
    plain = f"explanation-{publication.event.uid[:8]}-v{publication.version}-{line}"
    return _send_public(pdf, name, plain)


def _explain(publication: Publication, line: int, address: str) -> bytes:
    tree = open_line(publication, line)
    if "rank" not in tree:
        abort(404)  # no work was handed in, so there is nothing to explain
    rank, award = tree["rank"], tree["award"]["award"]
    head = Head(
        who=tree["name"],
        facts=[
            (_("Name"), tree["name"]),
            (_("Unit"), tree["unit"]),
            (_("Group"), tree["group"]),
            *_facts(rank["rank"], rank["of"], award, tree["total"]),
        ],
        decisions=[],
        address=address,
        digest=publication.digest,
        scheme=tree["scheme"],
    )
    version = queries.get_scheme(db.session(), publication.result)
    rules = list_rules(schemes.load_scheme(version))
    return explanation_pdf(publication.event, tree, rules, head)


def _facts(
    rank: int | None, of: int, award: str, total: Tree | None
) -> list[tuple[str, str]]:
    place = "" if rank is None else _("%(rank)s of %(all)s", rank=rank, all=of)
    return [
        (_("Rank"), place),
        (_("Total"), total["points"] if total else ""),
        (_("Award"), award),
    ]


def _address(endpoint: str, **values: str | int) -> str:
    return url_for(endpoint, _external=True, **values)  # type: ignore[arg-type]


@bp.get("/results/<event_uid>/list.pdf")
@public
def print_public(event_uid: str) -> ResponseReturnValue:
    """Send the published result as it is posted on a board."""
    event = event_or_404(event_uid)
    current = queries.find_current(db.session(), event.id) or abort(404)
    if not sight_of(event.uid).sees(SCORES):
        abort(404)
    pdf = _keep((current.uid, language()), lambda: _list(current))
    name = f"{_('Public notice of the result')} {event.name}"
    return _send_public(pdf, name, f"results-{event.uid[:8]}-v{current.version}")


def _list(publication: Publication) -> bytes:
    version = queries.get_scheme(db.session(), publication.result)
    return published_list(
        db.session(), publication=publication, scheme=schemes.load_scheme(version)
    )


def _send_public(pdf: bytes, name: str, plain_name: str) -> Response:
    response = send_pdf(pdf, name, plain_name)
    response.headers["Cache-Control"] = "public, no-cache"  # ask whether it stands
    response.vary.add("Cookie")  # it says the language
    response.set_etag(sha256(pdf).hexdigest())
    response.make_conditional(request)
    return response


def _keep(key: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
    """Return the paper kept under a key; made once, however many ask at a time."""
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        pdf = _kept[key] = make()
        if len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
        return pdf


def log_printed(event: Event, result: ResultVersion, count: int) -> None:
    """Log that names were taken out on paper beside what is public."""
    record(
        db.session(),
        actor=current_actor(),
        action="results.printed",
        subject=f"result:{result.uid}",
        scope=f"event:{event.uid}",
        now=datetime.now(UTC),
        body={"version": result.version, "count": count},
    )
