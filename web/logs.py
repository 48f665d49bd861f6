"""How the process writes what it does: one JSON object a line, to standard error.

Tracebacks come without the values of local variables, which may be a person's data. A
database says in its own message which row it refuses, so that numbers that look like
those of an ID card or a telephone are blotted out of every line.
"""

import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|\d{15}|1[3-9]\d{9})(?![0-9A-Za-z])"
)


def install() -> None:
    """Set structlog up; safe to call again."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _blot_numbers,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _blot_numbers(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    return {
        key: _NUMBERS.sub("[number]", value) if isinstance(value, str) else value
        for key, value in line.items()
    }
