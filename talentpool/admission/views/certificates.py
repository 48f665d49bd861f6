"""Certificates: printing one, and the public check."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access.services import (
    login_required_only,
    permission_required,
    public,
    signed_in_user,
)
from extensions import db, limiter
from paper import send_pdf
from people.persons.rules import mask_name
from talentpool.admission.services.certificate import certificate_pdf
from talentpool.admission.views.common import LABELS, bp
from talentpool.dossiers import queries as dossiers
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.rules import LIVE_STATES, is_certificate_number

CHECK_LIMIT = "30 per minute"


@bp.get("/craftsmen/<craftsman_uid>/certificate.pdf")
@permission_required("pool.view", within="craftsman")
def print_certificate(craftsman_uid: str) -> ResponseReturnValue:
    """Send the certificate of entry as a PDF."""
    return _pdf(dossiers.find_craftsman(db.session(), craftsman_uid))


@bp.get("/mine/certificate.pdf")
@login_required_only
def print_own_certificate() -> ResponseReturnValue:
    """Send one's own certificate."""
    person_id = signed_in_user().person_id
    return _pdf(dossiers.find_by_person(db.session(), person_id) if person_id else None)


def _pdf(craftsman: Craftsman | None) -> ResponseReturnValue:
    """Send a certificate; it is not printed any more once it does not hold."""
    if craftsman is None or craftsman.state not in LIVE_STATES:
        abort(404)
    number = craftsman.certificate_number
    pdf = certificate_pdf(craftsman, LABELS)
    return send_pdf(pdf, f"{_('Certificate of entry')} {number}", number)


@bp.get("/certificates")
@public
@limiter.limit(CHECK_LIMIT)
def enter_certificate() -> ResponseReturnValue:
    """Ask for the number of a certificate."""
    number = request.args.get("number", "").strip().upper()
    if number:
        return redirect(url_for(".check_certificate", number=number))
    return render_template(
        "talentpool/admission/check_certificate.html", number="", craftsman=None
    )


@bp.get("/certificates/<number>")
@public
@limiter.limit(CHECK_LIMIT)
def check_certificate(number: str) -> ResponseReturnValue:
    """Tell anybody whether a pool certificate is genuine, with the name masked."""
    found = (
        dossiers.find_by_certificate(db.session(), number)
        if is_certificate_number(number)
        else None
    )
    page = render_template(
        "talentpool/admission/check_certificate.html",
        number=number,
        craftsman=found,
        name=mask_name(found.person.name) if found else "",
        labels=LABELS,
    )
    return page, 200 if found else 404
