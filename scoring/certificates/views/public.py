"""What anybody may do with a certificate: check it, by its number or by its code."""

from datetime import UTC, datetime

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access.services import public
from extensions import db, limiter
from scoring.certificates import queries
from scoring.certificates.forms import STATE_LABELS
from scoring.certificates.services.checker import checker_page, ended_list
from scoring.certificates.views.common import bp

CHECK_LIMIT = "30 per minute"


@bp.get("/certificates")
@public
@limiter.limit(CHECK_LIMIT)
def enter_number() -> ResponseReturnValue:
    """Ask for the number of a certificate."""
    number = request.args.get("number", "").strip()
    if number:
        return redirect(url_for(".check_number", number=number[:64]))
    return _page("", None)


@bp.get("/certificates/<number>")
@public
@limiter.limit(CHECK_LIMIT)
def check_number(number: str) -> ResponseReturnValue:
    """Tell anybody whether a certificate is genuine and holds."""
    found = queries.check_number(db.session(), number, datetime.now(UTC))
    if found is not None and found.page:
        return redirect(found.page)
    return _page(number, found), 200 if found else 404


@bp.get("/certificates/checker")
@public
@limiter.limit(CHECK_LIMIT)
def show_checker() -> ResponseReturnValue:
    """Send the page that checks a certificate's code by itself, without a network."""
    page, policy = checker_page(db.session(), datetime.now(UTC))
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy
    if "download" in request.args:
        response.headers["Content-Disposition"] = (
            "attachment; filename=certificate-checker.html"
        )
    return response


@bp.get("/certificates/ended.json")
@public
@limiter.limit(CHECK_LIMIT)
def download_ended() -> ResponseReturnValue:
    """Send the signed list of certificates that do not hold."""
    return jsonify(ended_list(db.session(), datetime.now(UTC)))


def _page(number: str, found: queries.Found | None) -> str:
    return render_template(
        "scoring/certificates/check_number.html",
        number=number,
        found=found.fields if found else None,
        labels=STATE_LABELS,
    )
