"""How the process writes what it does: one JSON object a line, to standard error.

Tracebacks come without the values of local variables, which may be a person's data. A
database says in its own message which row it refuses: that is cut out, and so are
numbers that look like those of an ID card or a telephone.
"""

import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|\d{15}|1[3-9]\d{9})(?![0-9A-Za-z])"
)

_ROW = re.compile(r"DETAIL:.*")


def install() -> None:
    """Set structlog up; safe to call again."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _blot_persons,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _blot_persons(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    return {
        key: _blotted(value) if isinstance(value, str) else value
        for key, value in line.items()
    }


def _blotted(text: str) -> str:
    return _NUMBERS.sub("[number]", _ROW.sub("DETAIL: [row]", text))
