"""Two languages: which one a request gets, and how the choice is remembered."""

import os

from flask import Flask, has_request_context, request
from flask_babel import Babel, get_locale
from flask_login import current_user

LANGUAGES = {"zh_CN": "中文", "en": "English"}
COOKIE = "language"
DOMAINS = (
    "site",
    "ledger",
    "people",
    "accounts",
    "competition",
    "scoring",
    "talentpool",
)


def install(app: Flask, babel: Babel) -> None:
    """Start Flask-Babel with one catalogue per room."""
    babel.init_app(
        app,
        default_domain=";".join(DOMAINS),
        default_translation_directories=";".join(["translations"] * len(DOMAINS)),
        locale_selector=choose_locale,
    )


def choose_locale() -> str:
    """Return the user's language, else the cookie's, else Chinese."""
    if not has_request_context():
        return _command_locale()
    chosen = (current_user.is_authenticated and current_user.locale) or (
        request.cookies.get(COOKIE, "")
    )
    return chosen if chosen in LANGUAGES else "zh_CN"


def html_lang() -> str:
    """Return the page's language as HTML names it."""
    return "en" if str(get_locale()) == "en" else "zh-CN"


def _command_locale() -> str:
    """Return the language of a command: English where the terminal says so."""
    spoken = os.environ.get("LANGUAGE") or os.environ.get("LANG", "")
    return "en" if spoken.startswith("en") else "zh_CN"
