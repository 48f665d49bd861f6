"""The results workbook: by codes to the panel, with names to those who may see them."""

import json
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Response, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import current_actor, is_allowed, login_required_only
from competition.codes.queries import list_decoded
from competition.events import rules as life
from competition.events.models import Event
from extensions import db
from ledger.log.services import record
from scoring.marking.rules.cells import as_marks
from scoring.results import queries
from scoring.results.models import ResultVersion
from scoring.results.services import compute
from scoring.results.services.publish import join_names
from scoring.results.services.workbook import WorkbookInput, write_workbook
from scoring.results.views.common import bp, event_or_404, places

_READERS = ("marks.overview", "results.view")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/events/<event_uid>/review.xlsx")
@login_required_only
def download_workbook(event_uid: str) -> ResponseReturnValue:
    """Send the newest result as a workbook that recomputes itself from the marks."""
    event = event_or_404(event_uid)
    here = places(event)
    if not any(is_allowed(permission, here) for permission in _READERS):
        abort(403)
    result = queries.find_result(db.session(), event.id) or abort(404)
    if compute.is_shut(result):
        abort(404)
    named = event.state in {life.DECODED, life.PUBLISHED} and is_allowed(
        "results.view", here
    )
    ground = compute.read_ground_of(db.session(), result)
    given = WorkbookInput(
        marks=as_marks(ground.counted),
        entries=ground.facts,
        scheme_digest=result.scheme_digest,
        people=_list_people(event, result) if named else (),
        is_provisional=bool(ground.left_out),
    )
    data = write_workbook(ground.scheme, compute.score_ground(ground), given)
    _log(event, result, named=named)
    db.session.commit()
    name = quote(f"{_('Results workbook')} {event.name}".replace("/", "-"), safe="")
    plain = f"result-{event.uid[:8]}-v{result.version}"
    return Response(
        data,
        content_type=_XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="{plain}.xlsx"; '
            f"filename*=UTF-8''{name}.xlsx",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _list_people(event: Event, result: ResultVersion) -> list[tuple[str, ...]]:
    """Return whose codes they are, in the order of the result."""
    groups = {group.code: group.name for group in event.groups}
    decoded = list_decoded(db.session(), event.id)
    rows = join_names(json.loads(result.rows)["results"], decoded, groups)
    return [
        (
            row["work_code"],
            row["name"],
            row["unit_name"],
            row["group_name"],
            str(row["rank"] or ""),
            row["total"] or "",
            row["award"],
        )
        for row in rows
    ]


def _log(event: Event, result: ResultVersion, *, named: bool) -> None:
    """Log that every mark, and with `named` every name, was taken out in one file."""
    record(
        db.session(),
        actor=current_actor(),
        action="results.exported",
        subject=f"result:{result.uid}",
        scope=f"event:{event.uid}",
        now=datetime.now(UTC),
        body={"version": result.version, "kind": "xlsx", "named": named},
    )
