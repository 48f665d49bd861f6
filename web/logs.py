"""How the process writes what it does: one JSON object a line, to standard error.

Tracebacks come without the values of local variables, which may be a person's data.
"""

import sys

import structlog


def install() -> None:
    """Set structlog up; safe to call again."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
