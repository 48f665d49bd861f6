"""`/metrics`: how many requests, how long they took, by endpoint; no personal data."""

import os
import time
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.registry import REGISTRY
from sqlalchemy.exc import SQLAlchemyError

from accounts.access.services import public
from extensions import db
from scoring.tablets.queries import count_troubled
from scoring.wall.rules import SILENT

bp = Blueprint("metrics", __name__)

_REQUESTS = Counter(
    "jiangcai_requests", "Requests answered.", ["endpoint", "method", "status"]
)
_SECONDS = Histogram(
    "jiangcai_request_seconds",
    "Time from the first line of a request to its answer.",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_TABLETS = (
    ("jiangcai_tablets_unsent", "Tablets in use that hold unsent marks."),
    ("jiangcai_tablets_attention", "Tablets with marks a judge has to look at."),
    ("jiangcai_tablets_silent", "Tablets in use not heard of for five minutes."),
)


def install(app: Flask) -> None:
    """Count and time every request."""
    app.register_blueprint(bp)
    app.before_request(_start)
    app.after_request(_count)


@bp.get("/metrics")
@public
def show_metrics() -> ResponseReturnValue:
    """Show the figures of all worker processes in Prometheus' text form."""
    registry: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    text = generate_latest(registry) + generate_latest(_tablets())
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _tablets() -> CollectorRegistry:
    """Look how many tablets of events that are being marked want somebody.

    These are read from the database, not added up: every process would say the same.
    """
    registry = CollectorRegistry()
    since = datetime.now(UTC) - SILENT
    try:
        counts = count_troubled(db.session(), since)
    except SQLAlchemyError:
        return registry  # the figures of requests are wanted most just then
    for (name, text), count in zip(_TABLETS, counts, strict=True):
        Gauge(name, text, registry=registry).set(count)
    return registry


def count_at_door(status: int) -> None:
    """Count a public page that was handed out without asking the application."""
    _REQUESTS.labels("door", "GET", str(status)).inc()


def _start() -> None:
    g.started_at = time.perf_counter()


def _count(response: Response) -> Response:
    # The rule's name, never the address: that may carry what somebody searched for.
    endpoint = request.endpoint or "none"
    _REQUESTS.labels(endpoint, request.method, str(response.status_code)).inc()
    if "started_at" in g:
        _SECONDS.labels(endpoint).observe(time.perf_counter() - g.started_at)
    return response
