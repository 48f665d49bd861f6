"""Making and ending API keys."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    INSTALLATION,
    NavItem,
    current_actor,
    permission_required,
)
from accounts.tokens import queries, services
from accounts.tokens.forms import TokenForm
from accounts.users.queries import find_by_username
from extensions import db

bp = Blueprint("tokens", __name__, url_prefix="/admin/tokens")

NAV = (NavItem(_l("API keys"), "accounts.tokens.list_tokens", "tokens.manage", 92),)


@bp.route("", methods=["GET", "POST"])
@permission_required("tokens.manage", within=INSTALLATION)
def list_tokens() -> ResponseReturnValue:
    """List the keys and make a new one, whose text is shown this once."""
    form, secret = TokenForm(), ""
    if form.validate_on_submit():
        user = find_by_username(db.session(), form.username.data or "")
        if user is None:
            form.username.errors = [_("There is no user with this name.")]
        else:
            secret = services.make(
                db.session(),
                user=user,
                name=form.name.data or "",
                permissions=frozenset(form.permissions.data or ()),
                lifetime=timedelta(days=form.days.data or 1),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
            db.session.commit()
    return render_template(
        "accounts/tokens/list_tokens.html",
        form=form,
        secret=secret,
        tokens=queries.list_tokens(db.session()),
        now=datetime.now(UTC),
    )


@bp.post("/<uid>/revoke")
@permission_required("tokens.manage", within=INSTALLATION)
def revoke(uid: str) -> ResponseReturnValue:
    """End a key at once."""
    token = queries.find_by_uid(db.session(), uid) or abort(404)
    services.revoke(
        db.session(), token=token, actor=current_actor(), now=datetime.now(UTC)
    )
    db.session.commit()
    flash(_("The key is revoked."), "success")
    return redirect(url_for(".list_tokens"))
