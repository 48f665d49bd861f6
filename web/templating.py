"""What every template can use, and how moments and numbers are written."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import format_decimal, get_locale
from flask_login import current_user
from jinja2 import FileSystemBytecodeCache, StrictUndefined

from accounts.access.services import (
    INSTALLATION,
    NavItem,
    is_allowed,
    permission_limit,
)
from extensions import LOCAL
from web.i18n import LANGUAGES, html_lang


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
    return {
        "lang": html_lang(),
        "languages": LANGUAGES,
        "locale": str(get_locale()),
        "nav_items": _nav_links(),
        "is_allowed": is_allowed,
    }


def _visible_nav() -> list[NavItem]:
    return [item for item in current_app.extensions["nav"] if _is_shown(item)]


def _is_shown(item: NavItem) -> bool:
    if item.permission == "login":
        return bool(current_user.is_authenticated) and permission_limit() is None
    view = current_app.view_functions[item.endpoint]
    within = getattr(getattr(view, "access", None), "within", "")
    # Nobody is led to a page that then refuses them.
    places = () if within == INSTALLATION else None
    return not item.permission or is_allowed(item.permission, places)


def _nav_links() -> list[dict[str, Any]]:
    items = _visible_nav()
    here = _item_of_page(items)
    return [
        {
            "label": item.label,
            "url": url_for(item.endpoint),
            "active": item is here,
            "own": bool(item.permission),  # not one that everybody has
        }
        for item in items
    ]


def _item_of_page(items: list[NavItem]) -> NavItem | None:
    """Return the one item the page belongs to: itself, else one of its topic."""
    endpoint = request.endpoint or ""
    topic = endpoint.rsplit(".", 1)[0]
    of_topic = [item for item in items if item.endpoint.rsplit(".", 1)[0] == topic]
    view = current_app.view_functions.get(endpoint)
    asked = getattr(getattr(view, "access", None), "permission", None)
    same = [item for item in of_topic if item.permission == asked]
    exact = [item for item in of_topic if item.endpoint == endpoint]
    above = [
        item
        for item in of_topic
        if request.path.startswith(f"{url_for(item.endpoint)}/")
    ]
    return next(iter([*exact, *above, *same, *of_topic]), None)
