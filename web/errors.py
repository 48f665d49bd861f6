"""One place that turns each failure into one answer: a page, or RFC 9457."""

import errno
import secrets
from http import HTTPStatus
from typing import TypeGuard
from urllib.parse import urlsplit, urlunsplit

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from errors import DomainError
from extensions import db, login_manager

log = structlog.get_logger()
_RETRY_AFTER = {"Retry-After": "5"}  # seconds; for 503
_PAGES = {403, 404, 409, 429, 503}
# What the machine has run out of for a while. It is no defect of ours: a tablet that is
# told 500 takes the mark it sent for the cause, and sends what was built on it first.
_SHORT = {errno.EMFILE, errno.ENFILE, errno.ENOSPC}


def install(app: Flask) -> None:
    """Answer every failure with a true message, and nothing half-done."""
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    for away in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(away, _database_away)
    app.register_error_handler(Exception, _defect)


def problem(status: int, title: str, detail: str = "") -> Response:
    """Return an RFC 9457 problem document."""
    body = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    response.headers.update(_RETRY_AFTER if status == 503 else {})
    return response


def _refusal(error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    return _answer(error.status, error.message)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    cause = getattr(error, "original_exception", None)
    if _is_short(cause):  # even the answer to a failure could not be made
        return _machine_short(cause)
    db.session.rollback()
    if error.response is not None or error.code is None or error.code < 400:
        return error
    too_large = error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _answer(error.code, _("The file is larger than 10 MB.") if too_large else "")


def _database_away(
    error: OperationalError | InterfaceError | PoolTimeoutError,
) -> ResponseReturnValue:
    said = str(getattr(error, "orig", None) or error)
    log.error("database", error=said)
    try:
        db.session.rollback()
    except SQLAlchemyError:
        # The connection is gone, and with it what it had not committed.
        db.session.remove()
    _forget_user()
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, _cause(said.lower()))


def _is_short(error: object) -> TypeGuard[OSError]:
    return isinstance(error, OSError) and error.errno in _SHORT


def _machine_short(error: OSError) -> ResponseReturnValue:
    log.error("machine", error=str(error))
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.remove()
    _forget_user()
    unavailable = HTTPStatus.SERVICE_UNAVAILABLE
    try:
        if error.errno == errno.ENOSPC:
            return _answer(unavailable, _cause(str(error).lower()))
        busy = _("The server has too much open at once. What you saved before is safe.")
        return _answer(unavailable, busy)
    except OSError:
        # No file can be opened: no translation and no page either.
        return problem(unavailable, unavailable.phrase)


def _forget_user() -> None:
    """Keep the page, its language too, from asking what the database cannot answer."""
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001


def _cause(said: str) -> str:
    """Say what keeps the database from its work, for whoever can put it right."""
    full = _("The server's disk is full: nothing is stored until space is freed.")
    texts = {
        " full": full,
        "no space left": full,
        "readonly": _("The server's disk can only be read: nothing is stored."),
        "lock": _("The database is busy with something long."),
    }
    found = (text for part, text in texts.items() if part in said)
    away = _("Our database does not answer. What you saved before is safe.")
    return str(next(found, away))


def _defect(error: Exception) -> ResponseReturnValue:
    if _is_short(error):
        return _machine_short(error)
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
        _forget_user()
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
    return page, status, _RETRY_AFTER if status == 503 else {}
