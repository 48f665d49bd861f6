"""What the pages of growth share: the blueprint, the guards, the words."""

from datetime import UTC, date, datetime

from flask import Blueprint

from accounts.access.services import current_actor, signed_in_user
from extensions import LOCAL
from talentpool.growth.services.by import By

bp = Blueprint("growth", __name__, url_prefix="/pool")


def by() -> By:
    """Return who acts in this request, and when."""
    return By(user=signed_in_user(), actor=current_actor(), now=datetime.now(UTC))


def today() -> date:
    return datetime.now(UTC).astimezone(LOCAL).date()
