"""Signing in by badge, and the security administrator's page about badges."""

from datetime import UTC, datetime

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    INSTALLATION,
    NavItem,
    current_actor,
    local_target,
    permission_required,
    public,
    sign_in,
)
from accounts.badges import queries
from accounts.badges.forms import BadgeForm, UserBadgeForm
from accounts.badges.models import Badge
from accounts.badges.rules import days_window
from accounts.badges.services import enter, issue
from accounts.badges.services.device import find_device, make_device, remember_device
from accounts.badges.services.printing import Heading, badges_pdf
from accounts.sessions.services import end
from accounts.users.queries import find_by_username
from extensions import LOCAL, db
from paper import send_pdf

bp = Blueprint("badges", __name__)

NAV = (NavItem(_l("Badges"), "accounts.badges.list_badges", "badges.manage", 93),)

_STATUS = {enter.WAIT: 429, enter.WRONG: 422}


@bp.get("/badge")
@public
def show_door() -> ResponseReturnValue:
    """Ask for a badge and its PIN."""
    return _page(BadgeForm(next=request.args.get("next", "")))


@bp.post("/badge")
@public
def open_door() -> ResponseReturnValue:
    """Sign a judge in by badge and PIN; every try is counted and on record."""
    form, device, now = BadgeForm(), _own_device(), datetime.now(UTC)
    if not form.validate():
        faults = [str(error) for errors in form.errors.values() for error in errors]
        return _refused(form, " ".join(faults), 422)
    attempt = enter.Attempt(
        text=form.badge.data or "",
        pin=form.pin.data or "",
        device=device,
        address=request.remote_addr or "",
    )
    outcome = enter.try_badge(db.session(), attempt, now)
    if outcome.kind != enter.OPENED or outcome.badge is None:
        db.session.commit()
        form.pin.data = ""
        return _refused(form, _said(outcome), _STATUS.get(outcome.kind, 409))
    user = outcome.badge.user
    end(db.session(), token=str(session.get("_user_id", "")), now=now)
    sign_in(user, now, enter.terms_of(outcome.badge))
    db.session.commit()
    target = local_target(form.next.data or "", url_for("scoring.shell.show_app"))
    if _wants_json():
        return _remember(jsonify(judge=user.uid, next=target), device)
    return _remember(redirect(target), device)


@bp.route("/admin/badges", methods=["GET", "POST"])
@permission_required("badges.manage", within=INSTALLATION)
def list_badges() -> ResponseReturnValue:
    """List the badges that hold, and print one for any user."""
    now = datetime.now(UTC)
    today = now.astimezone(LOCAL).date()
    form = UserBadgeForm(first=today, last=today)
    if form.validate_on_submit():
        user = find_by_username(db.session(), form.username.data or "")
        if user is not None:
            window = days_window(form.first.data, form.last.data, LOCAL)
            purpose = issue.Purpose(
                label=form.label.data or "",
                valid_from=window[0],
                valid_until=window[1],
            )
            made = issue.make_badge(
                db.session(), user=user, purpose=purpose, actor=current_actor(), now=now
            )
            pdf = badges_pdf([made], Heading(user.display_name))
            db.session.commit()
            return send_pdf(pdf, _("Badges"), "badges")
        form.username.errors = [_("There is no user with this name.")]
    return render_template(
        "accounts/badges/list_badges.html",
        form=form,
        badges=queries.list_living(db.session(), now),
    )


@bp.post("/admin/badges/<uid>/revoke")
@permission_required("badges.manage", within=INSTALLATION)
def revoke(uid: str) -> ResponseReturnValue:
    """End a badge and its sign-ins at once."""
    now = datetime.now(UTC)
    issue.revoke_badge(
        db.session(), badge=_get_badge(uid), actor=current_actor(), now=now
    )
    db.session.commit()
    flash(_("The badge is revoked; its tablet is signed out."), "success")
    return redirect(url_for(".list_badges"))


@bp.post("/admin/badges/<uid>/allow")
@permission_required("badges.manage", within=INSTALLATION)
def allow(uid: str) -> ResponseReturnValue:
    """Let the next tablet have the badge."""
    now = datetime.now(UTC)
    issue.allow_another(
        db.session(), badge=_get_badge(uid), actor=current_actor(), now=now
    )
    db.session.commit()
    flash(_("The next tablet that shows the badge and its PIN has it."), "success")
    return redirect(url_for(".list_badges"))


def _get_badge(uid: str) -> Badge:
    return queries.find_by_uid(db.session(), uid) or abort(404)


def _page(form: BadgeForm, status: int = 200) -> Response:
    page = render_template("accounts/badges/show_door.html", form=form)
    return Response(page, status)


def _refused(form: BadgeForm, message: str, status: int) -> ResponseReturnValue:
    if _wants_json():
        answer = jsonify(message=message)
        answer.status_code = status
        return answer
    form.form_errors.append(message)
    return _page(form, status)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _said(outcome: enter.Outcome) -> str:
    badge = outcome.badge
    if badge is None and outcome.kind == enter.WAIT:
        return str(_("Too many failed tries. Wait 15 minutes, please."))
    if badge is None:
        return str(_("This badge and this PIN do not open anything."))
    texts: dict[str, str] = {
        enter.EARLY: _(
            "This badge holds from %(moment)s.", moment=_moment(badge.valid_from)
        ),
        enter.LATE: _(
            "This badge held until %(moment)s. Ask the committee for a new one.",
            moment=_moment(badge.valid_until),
        ),
        enter.NO_DUTY: _("You have no seat as a judge now. Ask the committee."),
        enter.OTHER_DEVICE: _(
            "This badge belongs to another tablet. Use that one, or ask the committee "
            "to allow another tablet; then try again."
        ),
    }
    return texts[outcome.kind]


def _moment(value: datetime) -> str:
    return str(format_datetime(value, "yyyy-MM-dd HH:mm"))


def _own_device() -> str:
    return find_device() or make_device()


def _remember(answer: ResponseReturnValue, device: str) -> Response:
    return remember_device(current_app.make_response(answer), device)
