"""One place that turns each failure into one answer: a page, or RFC 9457."""

import secrets
from http import HTTPStatus
from urllib.parse import urlsplit, urlunsplit

import structlog
from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from errors import DomainError
from extensions import db, login_manager

log = structlog.get_logger()
_PAGES = {403, 404, 409, 429, 503}


def install(app: Flask) -> None:
    """Answer every failure with a true message, and nothing half-done."""
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _defect)


def problem(status: int, title: str, detail: str = "") -> ResponseReturnValue:
    """Return an RFC 9457 problem document."""
    body = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _refusal(error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    return _answer(error.status, error.message)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    db.session.rollback()
    if error.response is not None or error.code is None or error.code < 400:
        return error
    too_large = error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _answer(error.code, _("The file is larger than 10 MB.") if too_large else "")


def _database_away(error: OperationalError) -> ResponseReturnValue:
    log.error("database", error=str(error.orig))
    db.session.rollback()
    return _answer(503, "")


def _defect(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    log.error("defect", reference=reference, path=request.path, exc_info=error)
    db.session.rollback()
    return _answer(500, "", reference)


def _came_from() -> str:
    """Return the page of ours that a refused form was on, or nothing."""
    here, there = urlsplit(request.url), urlsplit(request.referrer or "")
    if request.method != "POST" or there[:2] != here[:2] or there.path == here.path:
        return ""
    return urlunsplit(("", "", there.path, there.query, ""))


def _answer(status: int, message: str, reference: str = "") -> ResponseReturnValue:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # The page must not ask for the user what the database cannot answer.
        g._login_user = login_manager.anonymous_user()  # noqa: SLF001
    if request.path.startswith("/api/"):
        return problem(status, HTTPStatus(status).phrase, message or reference)
    name = status if status in _PAGES else 500 if status >= 500 else 409
    page = render_template(
        f"errors/{name}.html",
        status=status,
        message=message,
        error_id=reference,
        back_url=_came_from(),
    )
    return page, status, {"Retry-After": "5"} if status == 503 else {}
