"""What the pages of admission share: the blueprint, words, and what they load."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort
from flask_babel import get_locale
from sqlalchemy.orm import Session

from accounts.access.services import resolves, signed_in_user
from accounts.roles.rules import Scope
from extensions import db
from talentpool.admission.forms import applications, proposals, reviews
from talentpool.admission.models.applications import (
    Application,
    Batch,
    Move,
)
from talentpool.admission.queries import applications as queries
from talentpool.admission.queries import batches as batch_queries
from talentpool.admission.services.drafts import is_nominee, is_owner
from talentpool.dossiers.forms import LABELS as DOSSIER_LABELS

bp = Blueprint("admission", __name__, url_prefix="/pool")

LABELS = {
    **DOSSIER_LABELS,
    **proposals.LABELS,
    **applications.LABELS,
    **reviews.LABELS,
}
_TONES = {
    "refused": "danger",
    "returned": "warning",
    "objected": "warning",
    "withdrawn": "neutral",
    "admitted": "success",
    "passed": "success",
    "confirmed": "success",
}


def now() -> datetime:
    """Return the moment of this request."""
    return datetime.now(UTC)


def is_english() -> bool:
    """Tell whether the reader reads English."""
    return str(get_locale()) == "en"


@resolves("intake")
def _batch_places(session: Session, uid: str) -> Iterable[Scope] | None:
    batch = batch_queries.find_batch(session, uid)
    return None if batch is None else batch_queries.places_of(batch)


@resolves("application")
def _application_places(session: Session, uid: str) -> Iterable[Scope] | None:
    found = queries.find_application(session, uid)
    return None if found is None else queries.places_of(found)


def batch_or_404(uid: str) -> Batch:
    """Return the batch of an address."""
    return batch_queries.find_batch(db.session(), uid) or abort(404)


def application_or_404(uid: str) -> Application:
    """Return an application; the view's guard has asked for the right to it."""
    return queries.find_application(db.session(), uid) or abort(404)


def own_or_404(uid: str) -> Application:
    """Return an application the signed-in user fills in or is the nominee of."""
    found, user = application_or_404(uid), signed_in_user()
    if not (is_owner(found, user) or is_nominee(found, user)):
        abort(404)
    return found


def history(moves: Iterable[Move]) -> list[dict[str, Any]]:
    """Return what happened as the timeline shows it, newest first."""
    return [
        {
            "when": move.made_at,
            "title": LABELS["move"][move.verdict],
            "step": LABELS["step"][move.from_step] if move.from_step else "",
            "to": LABELS["step"][move.to_step] if move.verdict == "returned" else "",
            "text": move.reason,
            "tone": _TONES.get(move.verdict, "info"),
        }
        for move in reversed(list(moves))
    ]
