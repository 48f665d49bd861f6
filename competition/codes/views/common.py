"""What the pages of the blind chain share."""

from datetime import datetime

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts.access.services import is_allowed
from accounts.users.models import User
from competition.checkin.forms import SecondPersonForm
from competition.checkin.services.second import find_second_person, places_of
from competition.codes.rules import CONTEST_NO, LAYERS, PERMISSIONS, STATION, WORK_CODE
from competition.events.models import Event
from extensions import db

bp = Blueprint("codes", __name__)

SLUGS = {CONTEST_NO: "contest", STATION: "station", WORK_CODE: "work"}
TITLES = {
    CONTEST_NO: _l("First coding: contest numbers"),
    STATION: _l("Second coding: stations"),
    WORK_CODE: _l("Third coding: work codes"),
}


def own_layers(event: Event) -> list[str]:
    """Return the layers of an event the signed-in user keeps: one, as a rule."""
    places = places_of(event)
    return [layer for layer in LAYERS if is_allowed(PERMISSIONS[layer], places)]


def second_person(form: SecondPersonForm, now: datetime) -> User | None:
    """Return who typed name and password into the form, or None with the form's error.

    A failed try is counted and committed.
    """
    second = find_second_person(
        db.session(),
        username=form.username.data or "",
        password=form.password.data or "",
        address=request.remote_addr or "",
        now=now,
    )
    if second is None:
        db.session.commit()
        form.form_errors.append(_("The second person's name or password is wrong."))
    return second
