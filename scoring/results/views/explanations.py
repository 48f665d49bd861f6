"""How one result came about, before four kinds of readers.

The public and the contestants see judges as numbers; the chief judge and the committee
see seats and names. Before the codes are decoded there are works, not people.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
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
from scoring.evidence.queries import list_comments, may_read_comments
from scoring.judges import queries as judges
from scoring.results import queries
from scoring.results.forms import KIND_LABELS
from scoring.results.models import Decision, Publication, ResultVersion
from scoring.results.queries import PublishedResults, PublishedRow
from scoring.results.rules.release import EXPLANATIONS
from scoring.results.services.explain import Explained, explain_result
from scoring.results.services.lay_out import Tree, Voice, lay_out
from scoring.results.services.notes import list_sheet_notes
from scoring.results.services.rules_more import Rule
from scoring.results.services.rules_text import list_rules
from scoring.results.services.tell import Namer
from scoring.results.views.common import bp, event_or_404, places, sight_of
from scoring.results.views.pages import serve

_PANEL = ("marks.overview", "results.view")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One published row with its explanation; no tree where nothing was marked."""

    publication: Publication
    published: PublishedResults
    row: PublishedRow
    explained: Explained
    tree: Tree | None


@bp.get("/results/explained/<publication_uid>/<int:line>")
@public
def show_explanation(publication_uid: str, line: int) -> ResponseReturnValue:
    """Explain a line of a publication that stands to everybody."""
    publication = standing_or_404(publication_uid)

    def render() -> str:
        row = _line_or_404(publication, line)
        return _page(_open(publication, row, is_panel=False), is_public=True)

    return serve((publication.digest,), render)


@bp.get("/results/explained/<publication_uid>/<int:line>.json")
@public
def show_explanation_json(publication_uid: str, line: int) -> ResponseReturnValue:
    """Hand out the public explanation of a line."""
    publication = standing_or_404(publication_uid)
    sheet = _open(publication, _line_or_404(publication, line), is_panel=False)
    return answer(_document(sheet, line))


@bp.get("/results/sheets/<publication_uid>/<entry_uid>")
@login_required_only
def show_sheet(publication_uid: str, entry_uid: str) -> ResponseReturnValue:
    """Explain a published result to the contestant and to those who work with it."""
    publication = queries.find_publication(db.session(), publication_uid) or abort(404)
    rows = queries.read_publication(db.session(), publication).rows
    row = next((r for r in rows if r.entry_uid == entry_uid), None) or abort(404)
    if not _may_read(publication.event, row):
        abort(403)
    is_panel = is_panel_of(publication.event)
    is_own = signed_in_user().person_id == row.person_id
    if is_own and not is_panel:
        _require_open(publication)
    return _page(_open(publication, row, is_panel=is_panel), is_public=False)


@bp.get("/events/<event_uid>/review/<work_code>")
@login_required_only
def show_work_result(event_uid: str, work_code: str) -> ResponseReturnValue:
    """Explain the newest result of a work, by codes, to the panel."""
    event = event_or_404(event_uid)
    result, tree = open_work(event, work_code)
    return render_template(
        "scoring/results/show_work_result.html",
        event=event,
        result=result,
        work_code=work_code,
        tree=tree,
        rules=list_rules(explain_result(db.session(), result).scheme),
        decisions=list_decisions_on(result, work_code),
        kind_labels=KIND_LABELS,
    )


@bp.get("/events/<event_uid>/review/<work_code>.json")
@login_required_only
def show_work_result_json(event_uid: str, work_code: str) -> ResponseReturnValue:
    """Hand out the explanation of a work, by codes, to the panel."""
    event = event_or_404(event_uid)
    result, tree = open_work(event, work_code)
    head = {"event": event.uid, "scheme": result.scheme_digest, "work": work_code}
    return answer({**tree, **head})


@bp.get("/results/<event_uid>/scheme.toml")
@public
def show_rules(event_uid: str) -> ResponseReturnValue:
    """Hand out the frozen scheme a published result was computed by, as it is."""
    event = event_or_404(event_uid)
    current = queries.find_current(db.session(), event.id) or abort(404)
    version = queries.get_scheme(db.session(), current.result)
    return Response(
        version.text.encode(),
        content_type="application/toml; charset=utf-8",
        headers={"Cache-Control": "public, no-cache"},
    )


def answer(document: Mapping[str, Any]) -> Response:
    """Return JSON in which Chinese stays readable."""
    body = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return Response(body, content_type="application/json; charset=utf-8")


def open_line(publication: Publication, line: int) -> Tree:
    """Return the public explanation of a line as a document; 404 beyond the last."""
    row = _line_or_404(publication, line)
    return _document(_open(publication, row, is_panel=False), line)


def is_panel_of(event: Event) -> bool:
    """Tell whether the reader may see which judge sat where."""
    return any(is_allowed(permission, places(event)) for permission in _PANEL)


def name_judges(event: Event, explained: Explained, *, is_panel: bool) -> Namer:
    """Return how judges are called: by seat and name, or by number."""
    if is_panel:
        names = judges.list_seat_names(db.session(), event.id)
        return lambda seat: f"{seat} {names.get(seat, '')}".strip()
    numbers = {seat: at for at, seat in enumerate(explained.judges, start=1)}
    return lambda seat: str(_("Judge %(number)s", number=numbers[seat]))


def standing_or_404(publication_uid: str) -> Publication:
    """Return a publication that stands and whose explanations the reader may see."""
    found = queries.find_publication(db.session(), publication_uid)
    if found is None or found.withdrawn_at is not None:
        abort(404)
    _require_open(found)
    return found


def _require_open(publication: Publication) -> None:
    """Answer 404 where the reader may not see explanations of this event yet."""
    if not sight_of(publication.event.uid).sees(EXPLANATIONS):
        abort(404)


def _line_or_404(publication: Publication, line: int) -> PublishedRow:
    rows = queries.read_publication(db.session(), publication).rows
    return rows[line - 1] if 0 < line <= len(rows) else abort(404)


def _open(publication: Publication, row: PublishedRow, *, is_panel: bool) -> Sheet:
    explained = explain_result(db.session(), publication.result)
    published = queries.read_publication(db.session(), publication)
    names = {r.work_code: r.name for r in published.rows}
    tree = None
    if row.work_code:
        judge = name_judges(publication.event, explained, is_panel=is_panel)
        voice = Voice(judge=judge, entry=lambda code: names.get(code, "–"))
        tree = lay_out(explained.scheme, explained.trace(row.work_code), voice)
    return Sheet(
        publication=publication,
        published=published,
        row=row,
        explained=explained,
        tree=tree,
    )


def open_work(event: Event, work_code: str) -> tuple[ResultVersion, Tree]:
    """Return the newest result and how it came about, for the panel; else 403."""
    if not is_panel_of(event):
        abort(403)
    result = queries.find_result(db.session(), event.id) or abort(404)
    explained = explain_result(db.session(), result)
    if work_code not in explained.tracer.results:
        abort(404)
    voice = Voice(
        judge=name_judges(event, explained, is_panel=True), entry=lambda code: code
    )
    return result, lay_out(explained.scheme, explained.trace(work_code), voice)


def explain_work(event: Event, work_code: str) -> tuple[Tree, list[Rule]]:
    """Return how the newest result of a work came about, and the rules it names."""
    result, tree = open_work(event, work_code)
    return tree, list_rules(explain_result(db.session(), result).scheme)


def _page(sheet: Sheet, *, is_public: bool) -> str:
    publication, row = sheet.publication, sheet.row
    decisions: list[Decision] = []
    if row.work_code and not is_public:
        decisions = list_decisions_on(publication.result, row.work_code)
    lines = [r.entry_uid for r in sheet.published.rows]
    return render_template(
        "scoring/results/show_sheet.html",
        event=publication.event,
        publication=publication,
        row=row,
        line=lines.index(row.entry_uid) + 1,
        tree=sheet.tree,
        rules=list_rules(sheet.explained.scheme),
        scheme_digest=sheet.explained.scheme_digest,
        decisions=decisions,
        comments=[] if is_public else _list_comments(sheet),
        kind_labels=KIND_LABELS,
        is_public=is_public,
        notes=[] if is_public else list_sheet_notes(db.session(), row.entry_uid),
    )


def _list_comments(sheet: Sheet) -> list[tuple[str, str, str]]:
    """Return aspect, judge and words of what judges noted; by policy to contestants."""
    event, work = sheet.publication.event, sheet.row.work_code
    is_panel = is_panel_of(event)
    released = may_read_comments(db.session(), event.id)
    if not work or sheet.publication.withdrawn_at or not (is_panel or released):
        return []
    names = {aspect.code: aspect.name for aspect in sheet.explained.scheme.aspects}
    judge = name_judges(event, sheet.explained, is_panel=is_panel)
    return [
        (f"{c.aspect} {names.get(c.aspect, '')}", judge(c.seat), c.text)
        for c in list_comments(db.session(), event.id, work)
    ]


def _document(sheet: Sheet, line: int) -> Tree:
    row, publication = sheet.row, sheet.publication
    return {
        "event": publication.event.uid,
        "publication": publication.uid,
        "digest": publication.digest,
        "scheme": sheet.explained.scheme_digest,
        "line": line,
        "name": row.name,
        "unit": row.unit_name,
        "group": row.group_name,
        **(sheet.tree or {"format": "jiangcai-explanation/1", "status": row.status}),
    }


def list_decisions_on(result: ResultVersion, work_code: str) -> list[Decision]:
    """Return the decisions on a work that a result took into account."""
    return [
        d
        for d in queries.list_standing(
            db.session(), result.event_id, until=result.computed_at
        )
        if d.entry == work_code and d.kind != "set_aside"
    ]


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
