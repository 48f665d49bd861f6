"""`/metrics`: how many requests, how long they took, by endpoint; no personal data."""

import os
import time

from flask import Blueprint, Flask, Response, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.registry import REGISTRY

from accounts.access.services import public

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
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _start() -> None:
    g.started_at = time.perf_counter()


def _count(response: Response) -> Response:
    # The rule's name, never the address: that may carry what somebody searched for.
    endpoint = request.endpoint or "none"
    _REQUESTS.labels(endpoint, request.method, str(response.status_code)).inc()
    if "started_at" in g:
        _SECONDS.labels(endpoint).observe(time.perf_counter() - g.started_at)
    return response
