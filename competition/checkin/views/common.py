"""What the pages of the check-in share."""

from flask import Blueprint

bp = Blueprint("checkin", __name__)
PERMISSION = "checkin.do"
