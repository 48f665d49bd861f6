"""`POST /api/v1/tablets/report`: where tablets say how they are."""

from datetime import UTC, datetime

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from spectree import Response
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest

from accounts.access.services import (
    current_actor,
    permission_required,
    signed_in_user,
)
from errors import DomainError
from extensions import api_spec, db, set_writing
from scoring.marking.api import Problem
from scoring.tablets.rules.report import Report, ReportError, read_report
from scoring.tablets.services import reports

bp = Blueprint("tablets_api", __name__, url_prefix="/api/v1")


class ReportIn(BaseModel):
    """What a tablet says of itself; nothing of it is about a person."""

    device: str = Field(description="the tablet's own id")
    event: str = Field("", description="uid of the event whose sheet is open")
    head: int = Field(description="number of the newest mark the tablet made")
    waiting: int = Field(description="marks and photos that are not answered yet")
    attention: int = Field(description="marks and photos the judge must look at")
    refused: list[int] = Field([], description="numbers of marks we refused")
    now: str = Field(description="RFC 3339, the tablet's clock")
    mono: float | None = Field(None, description="ms since the page was opened")
    rtt: float | None = Field(None, description="ms its last report took")
    boot: str = Field("", description="made anew with every load of the page")
    app: str = Field("", description="version of the tablet's pages")
    battery: int | None = Field(None, description="per cent")
    persisted: bool | None = Field(None, description="the browser keeps its store")
    free_mb: int | None = Field(None, description="free for the store")
    ready: bool | None = Field(None, description="ready for the hall")
    leaving: bool | None = Field(None, description="the page is being put away")


class ReportOut(BaseModel):
    """What the tablet learns from us."""

    now: str = Field(description="RFC 3339, the server's clock")
    wipe: bool = Field(description="the marks are locked and everything is in")


class ReportShapeError(DomainError):
    """The request is not a report."""

    status = 400


@bp.post("/tablets/report")
@permission_required("marks.enter")
@api_spec.validate(
    json=ReportIn,
    resp=Response(
        HTTP_200=ReportOut,
        HTTP_400=Problem,
        HTTP_401=Problem,
        HTTP_403=Problem,
        HTTP_503=Problem,
    ),
    tags=["marks"],
    skip_validation=True,
)
def send_report() -> ResponseReturnValue:
    """Take a tablet's report; most are only looked at and answered."""
    report = _read_report()
    now = datetime.now(UTC)
    user = signed_in_user()
    heard = reports.hear(db.session(), user=user, report=report, now=now)
    if heard.is_news:
        # So far this was a reader; what follows takes its turn among the writers.
        db.session.commit()
        set_writing(writing=True)
        try:
            _keep(report, now)
        except IntegrityError:
            # Two pages of a new tablet reported at once; now it is there to find.
            db.session.rollback()
            _keep(report, now)
    return jsonify(now=now.isoformat(timespec="milliseconds"), wipe=heard.may_wipe)


# See web.security: until there is news this is a reader.
send_report.reads_first = True


def _keep(report: Report, now: datetime) -> None:
    reports.keep(
        db.session(),
        user=signed_in_user(),
        report=report,
        actor=current_actor(),
        now=now,
    )
    db.session.commit()


def _read_report() -> Report:
    try:
        return read_report(request.get_json())
    except (BadRequest, RecursionError):
        raise ReportShapeError("The body is not JSON.") from None
    except ReportError as error:
        raise ReportShapeError(f"The report is wrong: {error.name}.") from None
