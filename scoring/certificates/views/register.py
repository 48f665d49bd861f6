"""The register of an event's certificates: issuing, printing, replacing, revoking."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from accounts.access.services import (
    current_actor,
    login_required_only,
    permission_required,
    signed_in_user,
)
from competition.events.models import Event
from errors import DomainError
from extensions import db
from paper import send_pdf
from scoring.certificates import queries
from scoring.certificates.forms import STATE_LABELS, ReplaceForm, RevokeForm
from scoring.certificates.models import AwardCertificate
from scoring.certificates.rules.standing import STATES, VALID
from scoring.certificates.services import issue
from scoring.certificates.services.design import record_use
from scoring.certificates.services.printing import (
    certificates_pdf,
    list_printed_signers,
)
from scoring.certificates.views.common import bp, certificate_or_404, event_of
from scoring.results.queries import find_current
from scoring.results.rules.release import LIST
from scoring.results.rules.render import render_csv
from scoring.results.views.common import sight_of


@bp.get("/events/<event_uid>/certificates")
@permission_required("results.publish", within="event")
def show_register(event_uid: str) -> ResponseReturnValue:
    """List an event's certificates with their states."""
    event, session = event_of(event_uid), db.session()
    state = request.args.get("state", "")
    text = request.args.get("q", "").strip()
    stands = find_current(session, event.id) is not None
    return render_template(
        "scoring/certificates/show_register.html",
        event=event,
        page=queries.search_certificates(
            session,
            event.id,
            text=text,
            state=state if state in STATES else "",
            page=request.args.get("page", 1, type=int),
        ),
        stands=stands,
        valid=len(queries.list_held(session, event.id)),
        state=state,
        text=text,
        labels=STATE_LABELS,
    )


@bp.post("/events/<event_uid>/certificates/issue")
@permission_required("results.publish", within="event")
def issue_all(event_uid: str) -> ResponseReturnValue:
    """Issue a certificate for every award that has none."""
    event = event_of(event_uid)
    try:
        made = issue.issue(
            db.session(), event=event, actor=current_actor(), now=datetime.now(UTC)
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return redirect(url_for(".show_register", event_uid=event.uid))
    db.session.commit()
    if made:
        flash(
            ngettext(
                "%(num)s certificate is issued.",
                "%(num)s certificates are issued.",
                len(made),
            ),
            "success",
        )
    else:
        flash(_("Every award of this result has its certificate."), "info")
    return redirect(url_for(".show_register", event_uid=event.uid))


@bp.post("/events/<event_uid>/certificates/print")
@permission_required("results.publish", within="event")
def print_all(event_uid: str) -> ResponseReturnValue:
    """Send all certificates that hold as one PDF; each signature used is on record."""
    event = event_of(event_uid)
    certificates = queries.list_valid(db.session(), event.id)
    if not certificates:
        flash(_("Nothing to print: no certificate of this event holds."), "info")
        return redirect(url_for(".show_register", event_uid=event.uid))
    return _print(certificates, f"{_('Certificates')} {event.name}", "certificates")


@bp.get("/events/<event_uid>/certificates/register.csv")
@permission_required("results.publish", within="event")
def download_register(event_uid: str) -> ResponseReturnValue:
    """Send the register as a table."""
    event = event_of(event_uid)
    columns = {
        "number": _("Certificate number"),
        "holder": _("Holder"),
        "unit": _("Unit"),
        "award": _("Award"),
        "issued": _("Date of issue"),
        "state": _("State"),
        "reason": _("Reason"),
    }
    rows = [
        {
            columns["number"]: c.number,
            columns["holder"]: c.holder,
            columns["unit"]: c.unit_name,
            columns["award"]: c.award,
            columns["issued"]: c.issued_on.isoformat(),
            columns["state"]: str(STATE_LABELS[c.state]),
            columns["reason"]: c.reason,
        }
        for c in queries.list_register(db.session(), event.id)
    ]
    return Response(
        "\ufeff" + render_csv(list(columns.values()), rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": "attachment; filename=certificates.csv",
        },
    )


@bp.route("/events/<event_uid>/certificates/<uid>", methods=["GET", "POST"])
@permission_required("results.publish", within="event")
def show_certificate(event_uid: str, uid: str) -> ResponseReturnValue:
    """Show one certificate; issue it anew with a corrected name."""
    event = event_of(event_uid)
    certificate = certificate_or_404(event, uid)
    form = ReplaceForm(obj=certificate)
    if request.method == "GET":
        form.reason.data = ""
    if form.validate_on_submit():
        try:
            made = issue.replace(
                db.session(),
                certificate=certificate,
                holder=form.holder.data or "",
                reason=form.reason.data or "",
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The certificate is issued anew under another number."), "success")
            return redirect(
                url_for(".show_certificate", event_uid=event.uid, uid=made.uid)
            )
    return _certificate_page(event, certificate, form, RevokeForm())


@bp.post("/events/<event_uid>/certificates/<uid>/revoke")
@permission_required("results.publish", within="event")
def revoke(event_uid: str, uid: str) -> ResponseReturnValue:
    """End a certificate for good."""
    event = event_of(event_uid)
    certificate = certificate_or_404(event, uid)
    form = RevokeForm()
    if form.validate_on_submit():
        try:
            issue.revoke(
                db.session(),
                certificates=[certificate],
                reason=form.reason.data or "",
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The certificate is revoked."), "success")
            return redirect(url_for(".show_register", event_uid=event.uid))
    replacing = ReplaceForm(formdata=None, obj=certificate)
    return _certificate_page(event, certificate, replacing, form), 422


@bp.post("/events/<event_uid>/certificates/<uid>/print")
@permission_required("results.publish", within="event")
def print_certificate(event_uid: str, uid: str) -> ResponseReturnValue:
    """Send one certificate that holds as a PDF."""
    certificate = certificate_or_404(event_of(event_uid), uid)
    return _print_one(certificate)


@bp.get("/my-certificates")
@login_required_only
def list_own() -> ResponseReturnValue:
    """Show the signed-in person's own certificates of results they see by now."""
    person_id = signed_in_user().person_id
    found = []
    if person_id is not None:
        found = [
            certificate
            for certificate in queries.list_of_person(db.session(), person_id)
            if sight_of(certificate.event.uid).sees(LIST)
        ]
    return render_template("scoring/certificates/list_own.html", found=found)


@bp.post("/my-certificates/<certificate_uid>/print")
@login_required_only
def print_own(certificate_uid: str) -> ResponseReturnValue:
    """Send one's own certificate."""
    found = queries.find_certificate(db.session(), certificate_uid)
    person_id = signed_in_user().person_id
    if found is None or person_id is None or found.entry.person_id != person_id:
        abort(404)
    if not sight_of(found.event.uid).sees(LIST):
        abort(404)
    return _print_one(found)


def _print_one(certificate: AwardCertificate) -> ResponseReturnValue:
    """Send a certificate; it is not printed any more once it does not hold."""
    if queries.state_of(db.session(), certificate) != VALID:
        abort(404)
    name = f"{_('Certificate of award')} {certificate.holder}"
    return _print([certificate], name, certificate.number)


def _print(
    certificates: Sequence[AwardCertificate], name: str, plain_name: str
) -> ResponseReturnValue:
    session = db.session()
    pdf = certificates_pdf(session, certificates)
    record_use(
        session,
        list_printed_signers(session, certificates[0].event.competition_id),
        certificates=[certificate.uid for certificate in certificates],
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    return send_pdf(pdf, name, plain_name)


def _certificate_page(
    event: Event,
    certificate: AwardCertificate,
    form: ReplaceForm,
    revoking: RevokeForm,
) -> str:
    return render_template(
        "scoring/certificates/show_certificate.html",
        event=event,
        certificate=certificate,
        state=queries.state_of(db.session(), certificate),
        form=form,
        revoking=revoking,
        labels=STATE_LABELS,
    )
