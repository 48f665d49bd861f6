"""The standard as anybody can read it."""

from datetime import UTC, datetime

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from accounts.access.services import NavItem, is_allowed, public
from extensions import LOCAL, db
from talentpool.standard import queries
from talentpool.standard.forms import LABELS

bp = Blueprint("standard", __name__, url_prefix="/pool/standard")

NAV = (NavItem(_l("Pool standard"), "talentpool.standard.show_standard", order=62),)


@bp.get("")
@bp.get("/<version_uid>")
@public
def show_standard(version_uid: str | None = None) -> ResponseReturnValue:
    """Show the version in force, or an earlier one that decisions cite."""
    session = db.session()
    if version_uid is not None:
        version = queries.find_version(session, version_uid)
        if version is None:
            abort(404)
    else:
        today = datetime.now(UTC).astimezone(LOCAL).date()
        version = queries.find_in_force(session, today)
    profile = queries.read_profile(version.toml) if version else queries.read_shipped()
    return render_template(
        "talentpool/standard/show_standard.html",
        profile=profile,
        version=version,
        versions=[
            (version, queries.read_profile(version.toml).title)
            for version in queries.list_versions(session)
        ],
        labels=LABELS,
        may_adopt=is_allowed("standard.adopt", ()),
        is_english=str(get_locale()) == "en",
    )
