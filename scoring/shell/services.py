"""Putting together what the tablet keeps: pages of one language and their files."""

from flask import render_template, url_for
from flask_babel import force_locale

import appshell
from appshell import Page, Shell

# Page → template and the address a tablet keeps it under. Neither knows judge or event.
PAGES = {
    "app": ("scoring/shell/app.html", "app"),
    "mark": ("scoring/sheets/mark.html", "mark"),
}


def render_page(name: str, language: str, addresses: dict[str, str]) -> str:
    """Return a page of the shell; its text depends on nothing but the language."""
    with force_locale(language):
        return render_template(PAGES[name][0], addresses=addresses, practice=False)


def build_shell(language: str, html_name: str, addresses: dict[str, str]) -> Shell:
    """Return the shell as it is on the server now.

    Args:
        language: as translations name it.
        html_name: as HTML names it; in the addresses of the pages.
        addresses: where the marking screen sends, asks and leads to.
    """
    return appshell.build_shell(
        {
            PAGES[name][1]: Page(
                source=url_for("scoring.shell.show_page", name=name, lang=html_name),
                text=render_page(name, language, addresses),
            )
            for name in PAGES
        }
    )
