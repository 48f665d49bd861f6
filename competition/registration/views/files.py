"""Papers and tickets: for their owner and for those whose work needs them."""

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from accounts.access.services import login_required_only
from competition.registration import queries
from competition.registration.models import Entry
from competition.registration.services.ticket_pdf import ticket_pdf
from competition.registration.services.tickets import qr_svg
from competition.registration.views.common import (
    bp,
    entry_or_404,
    is_of_own_unit,
    may_see,
    own_entry_or_404,
    words,
)
from competition.registration.views.guests import owner_or_guest
from extensions import db
from people.attachments.services import send_attachment


@bp.get("/papers/<paper_uid>")
@owner_or_guest
def show_paper(paper_uid: str) -> ResponseReturnValue:
    """Send a paper to its owner or to those who review its event."""
    paper = queries.find_paper(db.session(), paper_uid)
    if paper is None:
        abort(404)
    if paper.entry.guest is not None:
        own_entry_or_404(paper.entry.uid)
    elif not (
        may_see(paper.entry, "registration.review") or is_of_own_unit(paper.entry)
    ):
        abort(404)
    return send_attachment(paper.attachment)


@bp.get("/entries/<entry_uid>/ticket")
@login_required_only
def show_ticket(entry_uid: str) -> ResponseReturnValue:
    """Show the ticket with its QR code."""
    entry = _ticketed_or_404(entry_uid)
    assert entry.ticket is not None  # noqa: S101 - just checked
    photos = [paper for paper in entry.papers if paper.kind == "photo"]
    return render_template(
        "competition/registration/show_ticket.html",
        entry=entry,
        photo=photos[0] if photos else None,
        svg=qr_svg(entry.ticket.text),
        **words(),
    )


@bp.get("/entries/<entry_uid>/ticket.pdf")
@login_required_only
def download_ticket(entry_uid: str) -> ResponseReturnValue:
    """Send the ticket as a PDF to print."""
    entry = _ticketed_or_404(entry_uid)
    return Response(
        ticket_pdf(entry),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="ticket-{entry.uid}.pdf"'},
    )


def _ticketed_or_404(uid: str) -> Entry:
    entry = entry_or_404(uid)
    if not may_see(entry, "tickets.print"):
        abort(404)
    if entry.ticket is None or entry.ticket.revoked_at is not None:
        abort(404)
    return entry
