"""The browser's own random text, by which a badge knows its tablet again.

A browser gets it when a badge has opened something in it, and not before.
"""

import secrets
from datetime import timedelta

from flask import Response, current_app, request

_KEPT = timedelta(days=400)  # as long as a browser keeps a cookie at the most


def find_device() -> str:
    """Return this browser's text, or "" where it has none."""
    return request.cookies.get(_name(), "")


def make_device() -> str:
    """Return a text for a browser that has none: 256 random bits."""
    return secrets.token_urlsafe(32)


def remember_device(response: Response, device: str) -> Response:
    """Let the browser keep its text: unseen by scripts, never sent for another site."""
    response.set_cookie(
        _name(),
        device,
        max_age=_KEPT,
        httponly=True,
        secure=_is_https(),
        samesite="Strict",
    )
    return response


def _is_https() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def _name() -> str:
    return "__Host-device" if _is_https() else "device"
