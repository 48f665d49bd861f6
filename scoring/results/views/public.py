"""What the public, the contestants and the dossiers see of published results."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    NavItem,
    login_required_only,
    public,
    signed_in_user,
)
from extensions import db
from scoring.results import queries
from scoring.results.models import Publication
from scoring.results.queries import PublishedResults
from scoring.results.rules.release import (
    EXPLANATIONS,
    LIST,
    SCORES,
    Sight,
    opens_at,
)
from scoring.results.rules.render import render_csv
from scoring.results.rules.review import Row, list_shared
from scoring.results.rules.table import Cell, Plain
from scoring.results.services.beside import team_of
from scoring.results.services.notes import list_event_notes
from scoring.results.services.rules_text import list_rules, say_ties
from scoring.results.services.signing import name_signers
from scoring.results.views.common import bp, sight_of
from scoring.results.views.pages import serve
from scoring.scheme import queries as schemes

NAV = (NavItem(_l("Results"), "scoring.results.list_public", order=12),)


@bp.get("/results")
@public
def list_public() -> ResponseReturnValue:
    """List the published results, newest first."""
    page = queries.list_current(
        db.session(),
        text=request.args.get("q", "").strip(),
        page=request.args.get("page", 1, type=int),
        now=datetime.now(UTC),
    )
    return render_template(
        "scoring/results/list_public.html",
        page=page,
        text=request.args.get("q", "").strip(),
    )


@bp.get("/results/<event_uid>")
@public
def show_public(event_uid: str) -> ResponseReturnValue:
    """Show an event's published result: name, unit, scores, rank, award."""
    stand = queries.list_stand(db.session(), event_uid)
    if not stand:
        abort(404)
    notes = list_event_notes(db.session(), event_uid)
    sight = sight_of(event_uid)
    # The page says when what is closed will open.
    moments = [opens_at(sight.plan, sight.audiences, part) for part in (LIST, SCORES)]
    return serve(
        (*stand, notes, sight.key(), *moments),
        lambda: make_page(queries.list_of_event(db.session(), event_uid), notes, sight),
    )


def make_page(
    publications: list[Publication],
    notes: tuple[str, ...],
    sight: Sight,
    preview: dict[str, Any] | None = None,
) -> str:
    """Return the page of a result as one reader sees it.

    Args:
        publications: of the event, newest first.
        notes: what else is said about the event.
        sight: what the reader sees.
        preview: of a page that nobody else sees: for whom, and at which moment.
    """
    newest = publications[0]
    current = next((p for p in publications if p.withdrawn_at is None), None)
    scheme = schemes.load_scheme(queries.get_scheme(db.session(), newest.result))
    published = _read(current) if current and sight.sees(LIST) else None
    rows = published.rows if published else ()
    sees_scores = sight.sees(SCORES)
    return render_template(
        "scoring/results/show_public.html",
        event=newest.event,
        current=current,
        published=published,
        rows=list(enumerate(rows)),
        shared=list_shared(scheme, [(r.group_code, r.rank) for r in rows]),
        scheme=scheme,
        rules=list_rules(scheme),
        policy=say_ties(scheme),
        publications=publications,
        notes=notes,
        signed=_list_signed(current) if current else [],
        sees_scores=sees_scores,
        sees_explanations=sight.sees(EXPLANATIONS),
        opening=opens_at(sight.plan, sight.audiences, SCORES if published else LIST),
        preview=preview,
    )


def _list_signed(publication: Publication) -> list[tuple[str, datetime]]:
    """Return which duties signed the result, and when; names stand on the list."""
    found = queries.list_signatures(db.session(), publication.result_id)
    roles = name_signers([signature.role for signature in found])
    return [
        (who, signature.signed_at) for who, signature in zip(roles, found, strict=True)
    ]


@bp.get("/results/<event_uid>/<any(csv, json):kind>")
@public
def download(event_uid: str, kind: str) -> ResponseReturnValue:
    """Hand out the published result: a table, or the signed snapshot as it is."""
    publications = queries.list_of_event(db.session(), event_uid)
    current = next((p for p in publications if p.withdrawn_at is None), None)
    if current is None or not sight_of(event_uid).sees(SCORES):
        abort(404)
    tag = f"{current.digest}-{kind}"
    if request.if_none_match.contains(tag):
        body, mimetype, status = "", "text/plain", 304
    elif kind == "json":
        body, mimetype, status = current.snapshot, "application/json", 200
    else:
        body, mimetype, status = _csv(current), "text/csv", 200
    name = f"results-{event_uid[:8]}-v{current.version}.{kind}"
    response = Response(
        body,
        status=status,
        content_type=f"{mimetype}; charset=utf-8",
        headers={
            "Cache-Control": "public, no-cache",
            "Content-Disposition": f"attachment; filename={name}",
            "X-Signature-Ed25519": current.signature,
        },
    )
    response.set_etag(tag)
    return response


@bp.get("/my-results")
@login_required_only
def list_own() -> ResponseReturnValue:
    """Show the signed-in person's own published results."""
    person_id = signed_in_user().person_id
    found = []
    if person_id is not None:
        found = queries.list_of_person(db.session(), person_id)
    seen = [(p, row, sight_of(p.event.uid)) for p, row in found]
    return render_template(
        "scoring/results/list_own.html",
        found=[each for each in seen if each[2].sees(LIST)],
    )


def _read(publication: Publication) -> PublishedResults:
    return queries.read_publication(db.session(), publication)


def _csv(publication: Publication) -> str:
    """Return the columns of `jiangcai score`, with a name in place of the entry."""
    snapshot = json.loads(publication.snapshot)
    codes = list(
        dict.fromkeys(code for row in snapshot["rows"] for code in row["components"])
    )
    columns = [
        *("rank", "name", "group", "unit", "team", "status"),
        *codes,
        *("penalty", "total", "scale", "passed", "tied_by", "award"),
    ]
    teams = _teams(snapshot)
    rows = [
        _csv_row(row, codes, team)
        for row, team in zip(snapshot["rows"], teams, strict=True)
    ]
    # With a byte order mark, so that spreadsheets read it as UTF-8.
    return "\ufeff" + render_csv(columns, rows)


def _teams(snapshot: Mapping[str, Any]) -> list[str]:
    """Return the team of every row; none where the event ranks no teams."""
    rows = snapshot["rows"]
    has_teams = any("team" in row for row in rows)
    if not has_teams and "teams" not in snapshot:
        return [""] * len(rows)
    return [team_of(row, has_teams=has_teams) for row in rows]


def _csv_row(row: Row, codes: list[str], team: str) -> dict[str, Cell]:
    passed = {True: "yes", False: "no", None: ""}[row["passed"]]
    return {
        "rank": _whole(row["rank"]),
        "name": row["name"],
        "group": row["group_code"],
        "unit": row["unit_name"],
        "team": team,
        "status": row["status"],
        **{code: Plain(row["components"].get(code, "")) for code in codes},
        "penalty": Plain(row["penalty"]),
        "total": Plain(row["total"]),
        "scale": _whole(row["scale"]),
        "passed": passed,
        "tied_by": row["tied_by"],
        "award": row["award"],
    }


def _whole(value: int | None) -> Plain | None:
    return None if value is None else Plain(str(value))
