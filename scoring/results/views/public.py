"""What the public, the contestants and the dossiers see of published results."""

import json

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    NavItem,
    is_allowed,
    login_required_only,
    public,
    signed_in_user,
)
from accounts.roles.rules import Scope
from competition.events.models import Event
from competition.events.queries import districts_around
from competition.registration.queries import find_entry
from extensions import db
from scoring.marking import queries as marking
from scoring.marking.rules.cells import as_marks
from scoring.results import queries
from scoring.results.forms import KIND_LABELS
from scoring.results.models import Publication
from scoring.results.queries import PublishedResults, PublishedRow
from scoring.results.rules.render import render_csv
from scoring.results.rules.review import explain
from scoring.results.rules.table import Cell, Plain
from scoring.results.views.common import bp, event_or_404, places
from scoring.scheme import queries as schemes
from scoring.scheme.models import SchemeVersion

NAV = (NavItem(_l("Results"), "scoring.results.list_public", order=12),)


@bp.get("/results")
@public
def list_public() -> ResponseReturnValue:
    """List the published results, newest first."""
    page = queries.list_current(
        db.session(),
        text=request.args.get("q", "").strip(),
        page=request.args.get("page", 1, type=int),
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
    event = event_or_404(event_uid)
    publications = queries.list_publications(db.session(), event.id)
    if not publications:
        abort(404)
    current = queries.find_current(db.session(), event.id)
    version = _get_scheme(event, current or publications[0])
    return render_template(
        "scoring/results/show_public.html",
        event=event,
        current=current,
        published=_read(current) if current else None,
        components=schemes.load_scheme(version).components,
        awards=schemes.load_scheme(version).awards,
        publications=publications,
    )


@bp.get("/results/<event_uid>/<any(csv, json):kind>")
@public
def download(event_uid: str, kind: str) -> ResponseReturnValue:
    """Hand out the published result: a table, or the signed snapshot as it is."""
    event = event_or_404(event_uid)
    current = queries.find_current(db.session(), event.id) or abort(404)
    if kind == "json":
        body, mimetype = current.snapshot, "application/json"
    else:
        body, mimetype = _csv(_read(current)), "text/csv"
    name = f"results-{event.uid[:8]}-v{current.version}.{kind}"
    return Response(
        body,
        content_type=f"{mimetype}; charset=utf-8",
        headers={
            "Content-Disposition": f"attachment; filename={name}",
            "X-Signature-Ed25519": current.signature,
        },
    )


@bp.get("/my-results")
@login_required_only
def list_own() -> ResponseReturnValue:
    """Show the signed-in person's own published results."""
    person_id = signed_in_user().person_id
    found = []
    if person_id is not None:
        found = queries.list_of_person(db.session(), person_id)
    return render_template("scoring/results/list_own.html", found=found)


@bp.get("/results/sheets/<publication_uid>/<entry_uid>")
@login_required_only
def show_sheet(publication_uid: str, entry_uid: str) -> ResponseReturnValue:
    """Explain one published result: each judge's mark, by seat, up to the award."""
    publication = queries.find_publication(db.session(), publication_uid) or abort(404)
    published = _read(publication)
    row = next((r for r in published.rows if r.entry_uid == entry_uid), None)
    if row is None:
        abort(404)
    if not _may_read(publication.event, row):
        abort(403)
    version = _get_scheme(publication.event, publication)
    return render_template(
        "scoring/results/show_sheet.html",
        event=publication.event,
        publication=publication,
        row=row,
        scheme=schemes.load_scheme(version),
        version=version,
        parts=_explain(publication, version, row),
        decisions=[
            d
            for d in queries.list_standing(db.session(), publication.event_id)
            if row.work_code
            and d.entry == row.work_code
            and d.kind != "set_aside"
            and d.made_at <= publication.published_at
        ],
        kind_labels=KIND_LABELS,
    )


def _may_read(event: Event, row: PublishedRow) -> bool:
    mine = signed_in_user().person_id
    if mine is not None and mine == row.person_id:
        return True
    if is_allowed("results.view", places(event)):
        return True
    return is_allowed("pool.view", [*places(event), *_places_of_entry(row)])


def _places_of_entry(row: PublishedRow) -> list[Scope]:
    """Return where the person of a row is at home: then, by the entry, and now."""
    entry = find_entry(db.session(), row.entry_uid)
    if entry is None or entry.person is None:
        return []
    units = [unit for unit in (entry.unit, entry.person.unit) if unit is not None]
    return [
        place
        for unit in units
        for place in (
            Scope("unit", unit.uid),
            *districts_around(unit.district_code),
        )
    ]


def _explain(
    publication: Publication, version: SchemeVersion, row: PublishedRow
) -> object:
    rows = json.loads(publication.result.rows)["results"]
    computed = next((r for r in rows if r["entry"] == row.work_code), None)
    if computed is None or (computed["rank"] is None and not computed["components"]):
        return ()
    counted = marking.list_counted(
        db.session(), publication.event_id, up_to=publication.result.last_seq
    )
    marks = as_marks(c for c in counted if c.entry == row.work_code)
    return explain(schemes.load_scheme(version), computed, marks)


def _get_scheme(event: Event, publication: Publication) -> SchemeVersion:
    digest = publication.result.scheme_digest
    versions = schemes.list_versions(db.session(), event.id)
    return next(v for v in versions if v.frozen_at and v.digest == digest)


def _read(publication: Publication) -> PublishedResults:
    return queries.read_publication(db.session(), publication)


def _csv(published: PublishedResults) -> str:
    codes = list(
        dict.fromkeys(code for row in published.rows for code in row.components)
    )
    columns = [
        *(_("rank"), _("name"), _("unit"), _("group"), _("status")),
        *codes,
        *(_("penalty"), _("total"), _("award")),
    ]
    rows: list[dict[str, Cell]] = [
        dict(zip(columns, _csv_cells(row, codes), strict=True))
        for row in published.rows
    ]
    # With a byte order mark, so that spreadsheets read it as UTF-8.
    return "\ufeff" + render_csv(columns, rows)


def _csv_cells(row: PublishedRow, codes: list[str]) -> list[Cell]:
    return [
        None if row.rank is None else Plain(str(row.rank)),
        row.name,
        row.unit_name,
        row.group_name,
        row.status,
        *(Plain(row.components.get(code, "")) for code in codes),
        Plain(row.penalty),
        Plain(row.total),
        row.award,
    ]
