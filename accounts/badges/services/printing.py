"""Badges on paper: four to an A4 sheet, each with a slip that is torn off."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, request
from flask_babel import format_datetime
from flask_babel import gettext as _

from accounts.badges.services.issue import NewBadge
from paper import language, make_pdf, qr_png

_TEMPLATE = "accounts/badges/badges.typ"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on every badge of a run, above the holder."""

    title: str  # the event
    line: str = ""  # the competition


def badges_pdf(badges: Sequence[NewBadge], heading: Heading) -> bytes:
    """Return new badges as one file, in the reader's language."""
    files = {
        f"{number}.png": qr_png(f"{badge_address()}#{made.secret}")
        for number, made in enumerate(badges)
    }
    data = {
        "lang": language(),
        "title": heading.title,
        "line": heading.line,
        "words": _words(),
        "address": badge_address(),
        "badges": [_facts(made, number) for number, made in enumerate(badges)],
    }
    return make_pdf(_TEMPLATE, data, files)


def badge_address() -> str:
    """Return the address a badge is shown at: the hall's where it has one."""
    hall = str(current_app.config.get("VENUE_ADDRESS") or request.host_url)
    return f"{hall.rstrip('/')}/badge"


def _facts(made: NewBadge, number: int) -> dict[str, str]:
    badge = made.badge
    return {
        "qr": f"{number}.png",
        "label": badge.label,
        "name": badge.user.display_name,
        "code": made.code,
        "pin": f"{made.pin[:3]} {made.pin[3:]}",
        "until": format_datetime(badge.valid_until, "yyyy-MM-dd HH:mm"),
    }


def _words() -> dict[str, str]:
    return {
        "title": _("Judge's badge"),
        "code": _("Code to type"),
        "until": _("Valid until"),
        "how": _("Show it to the tablet once, then enter your PIN."),
        "slip": _("PIN slip: tear off here"),
        "pin": _("PIN"),
        "secret": _(
            "Know it by heart and destroy this slip. Nobody may ask you for the PIN."
        ),
    }
