"""What the pages of this topic share."""

from datetime import UTC, date, datetime

from flask import Blueprint
from flask_babel import get_locale

from extensions import LOCAL

bp = Blueprint("compliance", __name__, url_prefix="/pool")


def today() -> date:
    """Return the day it is here."""
    return datetime.now(UTC).astimezone(LOCAL).date()


def is_english() -> bool:
    """Tell whether the page is shown in English."""
    return str(get_locale()) == "en"
