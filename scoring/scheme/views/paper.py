"""The paper sheet of a scheme, before there are works to mark."""

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import permission_required
from competition.events.queries import get_event
from extensions import db
from paper import send_pdf
from scoring.scheme import queries
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.services.drafts import get_draft
from scoring.scheme.services.paper import Heading, make_sample
from scoring.scheme.services.versions import digest_of
from scoring.scheme.views.common import bp


@bp.get("/events/<event_uid>/scheme/<uid>/sheet.pdf")
@permission_required("scheme.manage", within="event")
def print_sample(event_uid: str, uid: str) -> ResponseReturnValue:
    """Send the paper sheet of a version of the scheme, marked as a sample."""
    event = get_event(db.session(), event_uid)
    versions = {v.uid: v for v in queries.list_versions(db.session(), event.id)}
    version = versions.get(uid) or abort(404)
    heading = Heading(
        competition=event.competition.name,
        event=event.name,
        seat="–",
        digest=version.digest,
    )
    pdf = make_sample(queries.load_scheme(version), heading)
    name = " ".join((_("Paper mark sheet"), _("SAMPLE"), event.name))
    return send_pdf(pdf, name, f"sample-{event.uid[:8]}-v{version.version}")


@bp.get("/events/<event_uid>/scheme/draft/sheet.pdf")
@permission_required("scheme.draft", within="event")
def print_draft(event_uid: str) -> ResponseReturnValue:
    """Send the paper sheet of the draft, marked as a sample.

    Raises:
        SchemeError: the draft has faults.
        NoDraftError: there is none.
    """
    event = get_event(db.session(), event_uid)
    draft = get_draft(db.session(), event)
    heading = Heading(
        competition=event.competition.name,
        event=event.name,
        seat="–",
        digest=digest_of(draft.text),
    )
    pdf = make_sample(parse_scheme(draft.text), heading)
    name = " ".join((_("Paper mark sheet"), _("SAMPLE"), event.name))
    return send_pdf(pdf, name, f"draft-{event.uid[:8]}")
