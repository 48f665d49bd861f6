"""Sending qualifiers on, and taking them for an event of the next tier."""

import base64
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from accounts.access.services import current_actor, permission_required
from competition.events.forms import TIER_LABELS, options
from competition.events.models import Event
from competition.events.queries import find_event
from errors import DomainError
from extensions import db
from people.vault.services import get_vault
from scoring.ladder import queries
from scoring.ladder.rules import MOST_BYTES, fingerprint
from scoring.ladder.services import files
from scoring.ladder.services import take as taking
from scoring.ladder.services.take import Offer

bp = Blueprint("ladder", __name__)

BECOMES_LABELS = {
    taking.NEW: _l("becomes an entry"),
    taking.ENTERED: _l("has an entry already"),
    taking.TAKEN: _l("taken before"),
    taking.REFUSED: _l("cannot be taken"),
}
BECOMES_TONES = {
    taking.NEW: "success",
    taking.ENTERED: "info",
    taking.TAKEN: "neutral",
    taking.REFUSED: "danger",
}


class SendForm(FlaskForm):
    """How many places of each group go on."""

    top = IntegerField(
        _l("Places that go on, per group"),
        [
            InputRequired(),
            NumberRange(1, 500, _l("Enter a whole number from %(min)s to %(max)s.")),
        ],
        default=3,
    )


class TakeForm(SendForm):
    """A file from another installation, or a published event of this one."""

    file = FileField(_l("File of qualifiers"))
    source = SelectField(_l("Or a published event here"))


class ConfirmForm(FlaskForm):
    """The file that was shown, sealed, and the word on its sender's key."""

    sealed = HiddenField()
    trusts = BooleanField(_l("I have compared the key with the sender."))


@bp.route("/events/<event_uid>/qualifiers", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def send(event_uid: str) -> ResponseReturnValue:
    """Show who goes on, and hand out the signed file."""
    event, form = _event_or_404(event_uid), SendForm()
    rows = []
    try:
        if form.validate_on_submit():
            data = files.write_qualifiers(
                db.session(),
                event=event,
                top=form.top.data,
                actor=current_actor(),
                now=datetime.now(UTC),
            )
            db.session.commit()
            response = Response(data, mimetype="application/json")
            response.headers.set(
                "Content-Disposition",
                "attachment",
                filename=f"{event.uid}.qualifiers.json",
            )
            return response
        top = form.top.data if isinstance(form.top.data, int) else 3
        rows = files.list_qualified(db.session(), event, top)
    except DomainError as error:
        form.form_errors.append(error.message)
    return render_template(
        "scoring/ladder/send.html", event=event, form=form, rows=rows
    )


@bp.route("/events/<event_uid>/ladder", methods=["GET", "POST"])
@permission_required("events.manage", within="event")
def take(event_uid: str) -> ResponseReturnValue:
    """Show what was taken, and what would come of another file."""
    event, form = _event_or_404(event_uid), TakeForm()
    session = db.session()
    sources = {found.uid: found for found in queries.list_sources(session, event)}
    form.source.choices = options(
        ((e.uid, f"{e.competition.name} · {e.name}") for e in sources.values()), "—"
    )
    if form.validate_on_submit():
        try:
            data = _chosen(form, sources)
            offer = taking.read_offer(
                session, event=event, data=data, today=datetime.now(UTC).date()
            )
        except DomainError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()  # that a file was written here is on the record
            return _offer_page(event, offer, ConfirmForm(sealed=_seal(event, data)))
    return render_template(
        "scoring/ladder/take.html",
        event=event,
        form=form,
        taken=queries.list_taken(session, event.id),
        tier_labels=TIER_LABELS,
    )


@bp.post("/events/<event_uid>/ladder/confirm")
@permission_required("events.manage", within="event")
def confirm(event_uid: str) -> ResponseReturnValue:
    """Take what was shown."""
    event, form = _event_or_404(event_uid), ConfirmForm()
    data = _open_sealed(event, form.sealed.data or "")
    try:
        if not form.validate_on_submit():
            abort(400)
        _file, made = taking.take_qualifiers(
            db.session(),
            event=event,
            data=data,
            trusts=form.trusts.data,
            actor=current_actor(),
            now=datetime.now(UTC),
        )
    except files.LadderError as error:
        form.form_errors.append(error.message)
        offer = taking.read_offer(
            db.session(), event=event, data=data, today=datetime.now(UTC).date()
        )
        return _offer_page(event, offer, form), 422
    db.session.commit()
    told = ngettext(
        "%(num)s new entry, to be completed by the contestant.",
        "%(num)s new entries, to be completed by the contestants.",
        made,
    )
    flash(told, "success")
    return redirect(url_for(".take", event_uid=event.uid))


def _chosen(form: TakeForm, sources: dict[str, Event]) -> bytes:
    upload = form.file.data
    if upload and upload.filename:
        data: bytes = upload.read(MOST_BYTES + 1)
        return data
    if form.source.data not in sources:
        raise files.LadderError(_("Choose a file, or an event of this place."))
    return files.write_qualifiers(
        db.session(),
        event=sources[form.source.data],
        top=form.top.data,
        actor=current_actor(),
        now=datetime.now(UTC),
    )


def _offer_page(event: Event, offer: Offer, form: ConfirmForm) -> str:
    return render_template(
        "scoring/ladder/offer.html",
        event=event,
        offer=offer,
        form=form,
        fingerprint=fingerprint(offer.public_key),
        labels=BECOMES_LABELS,
        tones=BECOMES_TONES,
        tier_labels=TIER_LABELS,
        is_new=taking.NEW,
    )


def _seal(event: Event, data: bytes) -> str:
    """Return the file for the page that confirms it: it holds ID numbers."""
    sealed = get_vault().seal_bytes(data, f"ladder:{event.uid}")
    return base64.b64encode(sealed).decode()


def _open_sealed(event: Event, text: str) -> bytes:
    try:
        sealed = base64.b64decode(text, validate=True)
        return get_vault().open_bytes(sealed, f"ladder:{event.uid}")
    except (InvalidTag, ValueError):
        abort(400)


def _event_or_404(uid: str) -> Event:
    return find_event(db.session(), uid) or abort(404)
