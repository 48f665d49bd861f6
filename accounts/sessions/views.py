"""Signing in and out."""

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from accounts.access.services import (
    local_target,
    public,
    sign_in,
    signed_in_somehow,
    signed_in_user,
)
from accounts.sessions import services
from accounts.sessions.forms import LoginForm
from accounts.users.queries import find_by_username
from accounts.users.services import check_password
from extensions import db
from ledger.log.services import Actor, record

bp = Blueprint("sessions", __name__)


@bp.route("/login", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    """Sign a user in; the same answer whether the name or the password is wrong."""
    if current_user.is_authenticated:
        return redirect(url_for("site.desk"))
    form = LoginForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("accounts/sessions/login.html", form=form)
    now, address = datetime.now(UTC), request.remote_addr or ""
    username = form.username.data or ""
    place = {"username": username, "address": address}
    if services.is_throttled(db.session(), now=now, **place):
        form.form_errors.append(_("Too many failed tries. Wait 15 minutes, please."))
        return render_template("accounts/sessions/login.html", form=form), 429
    user = find_by_username(db.session(), username)
    if not check_password(user, form.password.data or "") or not (
        user and user.enabled
    ):
        services.count_failure(
            db.session(), username=username, address=address, now=now
        )
        db.session.commit()
        form.form_errors.append(_("User name or password is wrong."))
        return render_template("accounts/sessions/login.html", form=form), 422
    services.forget_failures(db.session(), **place)
    sign_in(user, now)
    db.session.commit()
    return redirect(local_target(form.next.data or "", url_for("site.desk")))


@bp.post("/logout")
@signed_in_somehow
def logout() -> ResponseReturnValue:
    """End this sign-in; its cookie is dead even where it was copied."""
    user, now = signed_in_user(), datetime.now(UTC)
    services.end(db.session(), token=user.session_token, now=now)
    record(
        db.session(),
        actor=Actor("human", user.uid),
        action="user.signed_out",
        subject=f"user:{user.uid}",
        now=now,
    )
    db.session.commit()
    logout_user()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sessions.login"))
