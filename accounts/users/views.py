"""One's own account, and the administrators' pages about users and their roles."""

from datetime import UTC, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    INSTALLATION,
    NavItem,
    current_actor,
    login_required_only,
    permission_required,
    sign_in,
    signed_in_user,
)
from accounts.roles import queries as role_queries
from accounts.roles.rules import Scope
from accounts.roles.services import RoleError, grant_role, revoke_role
from accounts.sessions import queries as session_queries
from accounts.sessions.services import end_all
from accounts.users import queries, services
from accounts.users.forms import (
    PLACE_LABELS,
    ROLE_LABELS,
    GrantForm,
    PasswordForm,
    UserForm,
)
from accounts.users.models import User
from accounts.users.services import UserError
from extensions import db

bp = Blueprint("users", __name__)

NAV = (
    NavItem(_l("Users"), "accounts.users.list_users", "users.manage", 90),
    NavItem(_l("Roles"), "accounts.users.list_roles", "roles.grant", 91),
)


@bp.route("/account", methods=["GET", "POST"])
@login_required_only
def account() -> ResponseReturnValue:
    """Show one's account; a new password ends every other sign-in."""
    user, now, form = signed_in_user(), datetime.now(UTC), PasswordForm()
    if form.validate_on_submit():
        if services.check_password(user, form.current.data or ""):
            return _change_password(user, form, now)
        form.current.errors = [_("This is not your present password.")]
    return _account_page(user, form, now)


@bp.post("/account/sign-ins/end")
@login_required_only
def end_sign_ins() -> ResponseReturnValue:
    """End all of one's sign-ins but this one."""
    user, now = signed_in_user(), datetime.now(UTC)
    end_all(db.session(), user_id=user.id, now=now)
    sign_in(user, now)
    db.session.commit()
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for(".account"))


@bp.get("/admin/users")
@permission_required("users.manage", within=INSTALLATION)
def list_users() -> ResponseReturnValue:
    """List users, with a search over their names."""
    return _user_list("accounts/users/list_users.html")


@bp.route("/admin/users/new", methods=["GET", "POST"])
@permission_required("users.manage", within=INSTALLATION)
def new_user() -> ResponseReturnValue:
    """Make a user without any role; roles are given by the security administrator."""
    form = UserForm()
    if form.validate_on_submit():
        try:
            user = services.create_user(
                db.session(),
                username=form.username.data or "",
                password=form.password.data or "",
                display_name=form.display_name.data or "",
                now=datetime.now(UTC),
                actor=current_actor(),
            )
        except UserError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("%(name)s can sign in now.", name=user.display_name), "success")
            return redirect(url_for(".list_users"))
    return render_template("accounts/users/new_user.html", form=form)


@bp.post("/admin/users/<uid>/enabled")
@permission_required("users.manage", within=INSTALLATION)
def toggle_enabled(uid: str) -> ResponseReturnValue:
    """Close an account, ending its sign-ins at once, or open it again."""
    user, now = _get_user_or_404(uid), datetime.now(UTC)
    services.set_enabled(
        db.session(),
        user=user,
        enabled=not user.enabled,
        actor=current_actor(),
        now=now,
    )
    if not user.enabled:
        end_all(db.session(), user_id=user.id, now=now)
    db.session.commit()
    return redirect(url_for(".list_users"))


@bp.get("/admin/roles")
@permission_required("roles.grant", within=INSTALLATION)
def list_roles() -> ResponseReturnValue:
    """List users for the security administrator, who gives the roles."""
    return _user_list("accounts/users/list_roles.html")


@bp.route("/admin/roles/<uid>", methods=["GET", "POST"])
@permission_required("roles.grant", within=INSTALLATION)
def show_roles(uid: str) -> ResponseReturnValue:
    """Show a user's roles, and give another."""
    user, form = _get_user_or_404(uid), GrantForm()
    if form.validate_on_submit():
        try:
            grant_role(
                db.session(),
                user=user,
                role=form.role.data or "",
                scope=Scope(form.scope_kind.data or "", form.scope_key.data or ""),
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except RoleError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            flash(_("The role is given."), "success")
            return redirect(url_for(".show_roles", uid=uid))
    rows = role_queries.list_rows(db.session(), user.id)
    return render_template(
        "accounts/users/show_roles.html",
        user=user,
        form=form,
        grants=rows,
        role_labels=ROLE_LABELS,
        place_labels=PLACE_LABELS,
    )


@bp.post("/admin/grants/<uid>/revoke")
@permission_required("roles.grant", within=INSTALLATION)
def revoke_grant(uid: str) -> ResponseReturnValue:
    """End a role."""
    grant = role_queries.find_row(db.session(), uid) or abort(404)
    revoke_role(db.session(), grant=grant, actor=current_actor(), now=datetime.now(UTC))
    db.session.commit()
    flash(_("The role has ended."), "success")
    return redirect(url_for(".show_roles", uid=grant.user.uid))


def _change_password(
    user: User, form: PasswordForm, now: datetime
) -> ResponseReturnValue:
    try:
        services.change_password(
            db.session(),
            user=user,
            password=form.password.data or "",
            actor=current_actor(),
            now=now,
        )
    except UserError as error:
        form.password.errors = [error.message]
        return _account_page(user, form, now)
    end_all(db.session(), user_id=user.id, now=now)
    sign_in(user, now)
    db.session.commit()
    flash(_("Your password is changed; other devices are signed out."), "success")
    return redirect(url_for(".account"))


def _account_page(user: User, form: PasswordForm, now: datetime) -> ResponseReturnValue:
    return render_template(
        "accounts/users/account.html",
        user=user,
        form=form,
        grants=role_queries.list_grants(db.session(), user.id),
        sign_ins=session_queries.list_open(db.session(), user.id, now),
        role_labels=ROLE_LABELS,
        place_labels=PLACE_LABELS,
    )


def _user_list(template: str) -> ResponseReturnValue:
    text = request.args.get("q", "").strip()
    number = max(1, request.args.get("page", 1, type=int))
    page = queries.list_users(db.session(), text=text, page=number)
    return render_template(template, page=page, text=text)


def _get_user_or_404(uid: str) -> User:
    return queries.find_by_uid(db.session(), uid) or abort(404)
