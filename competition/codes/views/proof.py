"""The second officer's proof: each constraint of the draw of stations, to be signed."""

from collections.abc import Iterable

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import permission_required
from competition.codes.queries import Link, list_station_links
from competition.codes.rules import PERMISSIONS, STATION
from competition.codes.views.common import bp
from competition.draw.models import Draw
from competition.draw.queries import deal_of, find_live
from competition.draw.rules import verdicts_of
from competition.draw.views import KINDS
from competition.events.queries import get_event
from competition.stations.rules.proof import Verdict
from extensions import db
from paper import language, make_pdf, page_words, send_pdf


@bp.get("/events/<event_uid>/codes/station/proof.pdf")
@permission_required(PERMISSIONS[STATION], within="event")
def print_proof(event_uid: str) -> ResponseReturnValue:
    """Print every constraint and whether it holds."""
    event = get_event(db.session(), event_uid)
    draw = find_live(db.session(), event.id, STATION)
    links = list_station_links(db.session(), event.id)
    verdicts = list_verdicts(draw, links)
    if draw is None or not verdicts:
        abort(404)
    kept = sum(not verdict.broken for verdict in verdicts)
    data = {
        "lang": language(),
        "page_words": page_words(),
        "title": _("Constraints of the draw of stations"),
        "competition": event.competition.name,
        "event": event.name,
        "facts": [
            [_("Commitment"), draw.commitment],
            [_("Digest of the outcome"), draw.result_digest],
            [_("Constraints kept"), f"{kept} / {len(verdicts)}"],
        ],
        "headings": [_("Of"), _("Constraint"), _("Stations"), _("Outcome")],
        "rows": [_row(verdict) for verdict in verdicts],
        "note": _(
            "K1, K2 … are contestants of one unit each, F1, F2 … something a station "
            "has; the draw knows no names and no units."
        ),
        "signs": [_("Coding officer"), _("Supervisor")],
    }
    pdf = make_pdf("competition/codes/proof.typ", data)
    return send_pdf(pdf, f"{event.name} {data['title']}", f"stations-{event.uid}")


def list_verdicts(draw: Draw | None, links: Iterable[Link]) -> list[Verdict]:
    """Return what became of each constraint of a draw of stations that was made."""
    if draw is None or draw.purpose != STATION or draw.drawn_at is None:
        return []
    return verdicts_of(deal_of(draw), {link.source: link.code for link in links})


def _row(verdict: Verdict) -> list[str]:
    strength = _("(hard)") if verdict.hard else _("(soft)")
    label = KINDS[verdict.kind]
    asked = f": {verdict.asked}" if verdict.asked else ""
    return [
        verdict.label,
        f"{label}{asked} {strength}",
        " ".join(verdict.places),
        _words(verdict),
    ]


def _words(verdict: Verdict) -> str:
    where = ", ".join(verdict.broken)
    if not verdict.broken:
        return str(_("it holds"))
    if verdict.is_avoidable:
        return str(
            _(
                "broken at %(where)s: the search found nothing cheaper within its "
                "limit",
                where=where,
            )
        )
    return str(
        _(
            "broken at %(where)s: more of one unit than the hall holds apart",
            where=where,
        )
    )
