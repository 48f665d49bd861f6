"""How an event stands while it is marked, for those who oversee the panel."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from accounts.access.services import permission_required
from extensions import db
from scoring.marking.rules.facts import PRESENT
from scoring.results.rules.review import list_review, list_shared
from scoring.results.services import compute
from scoring.results.services.standing import read_standing
from scoring.results.views.common import bp, event_or_404

FOLLOW_EVERY = 15  # seconds between two looks of an open page


@bp.get("/events/<event_uid>/standing")
@permission_required("marks.overview", within="event")
def show_standing(event_uid: str) -> ResponseReturnValue:
    """Rank what is completely marked; an unchanged standing is not computed again."""
    event = event_or_404(event_uid)
    try:
        standing = read_standing(db.session(), event)
    except compute.NoSchemeError:
        return render_template(
            "scoring/results/show_standing.html", event=event, standing=None
        )
    if request.if_none_match.contains(standing.tag):
        return Response(status=304)
    so_far = standing.so_far
    unfinished = {found.entry for found in so_far.incomplete}
    rows = list_review(standing.scheme, so_far.scoring)
    ranked = [row for row in rows if row["entry"] not in unfinished]
    ranks = [(row["group"], row["rank"]) for row in ranked]
    response = Response(
        render_template(
            "scoring/results/show_standing.html",
            event=event,
            standing=standing,
            rows=list(enumerate(ranked)),
            shared=list_shared(standing.scheme, ranks),
            present=sum(row["status"] == PRESENT for row in rows),
            complete=sum(bool(row["total"]) for row in rows),
            incomplete=so_far.incomplete,
            groups={group.code: group.name for group in event.groups},
            every=FOLLOW_EVERY,
        )
    )
    response.set_etag(standing.tag)
    return response
