"""What every template can use, and how moments and numbers are written."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from flask_babel import format_decimal, get_locale
from jinja2 import FileSystemBytecodeCache, StrictUndefined

from accounts.access.services import (
    is_allowed,
)
from extensions import LOCAL
from web.i18n import LANGUAGES, html_lang
from web.navigation import group_links, list_links


def install(app: Flask) -> None:
    """Make undefined names errors and add the shared context and filters."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    # Compiling a page's templates takes as long as a hundred answers; done once for
    # all processes and restarts.
    if app.config["INSTANCE"].is_dir():
        compiled = app.config["INSTANCE"] / "templates"
        compiled.mkdir(mode=0o700, exist_ok=True)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    app.jinja_env.filters.update(
        moment_text=moment_text,
        moment=moment,
        day=day,
        clock=clock,
        clock_text=clock_text,
        number=number,
        marks=marks,
    )
    app.context_processor(_context)


def moment(value: datetime | None) -> str:
    """Write a moment to the minute, in local time: 2026-11-21 14:05."""
    return value.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M") if value else ""


def moment_text(value: str) -> str:
    """Write a moment that is kept as text (RFC 3339), to the second, in local time."""
    local = datetime.fromisoformat(value).astimezone(LOCAL)
    return local.strftime("%Y-%m-%d %H:%M:%S")


def day(value: date | datetime | None) -> str:
    """Write a day: 2026-11-21; a moment's day is its local one."""
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL)
    return value.strftime("%Y-%m-%d") if value else ""


def clock(value: datetime | None) -> str:
    """Write a time of day to the second, in local time: 14:05:09."""
    return value.astimezone(LOCAL).strftime("%H:%M:%S") if value else ""


def clock_text(value: str) -> str:
    """Write the time of day of a moment that is kept as text, to the second."""
    return clock(datetime.fromisoformat(value))


def number(value: float | None) -> str:
    """Write a count with the language's grouping: 1,600."""
    return "" if value is None else format_decimal(value)


def marks(value: Decimal | str | None) -> str:
    """Write marks as they stand, never through a binary float."""
    return "" if value is None else f"{value}"


def _context() -> dict[str, Any]:
    links = list_links()
    return {
        "lang": html_lang(),
        "languages": LANGUAGES,
        "locale": str(get_locale()),
        "nav_items": links,
        "nav_groups": group_links(links),
        "is_allowed": is_allowed,
    }
