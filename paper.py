"""Paper: PDFs set by Typst with fonts of our own (docs/adr/0010-typst-for-paper.md).

What a page says reaches its template as JSON and is set as text: nothing that somebody
typed is ever read as markup. The same data gives the same bytes, since no moment of
making is written into a file; so printed papers can be compared by digest.
"""

import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import qrcode
import typst
from flask import Response
from flask_babel import get_locale
from flask_babel import gettext as _
from PIL import Image

from config import ROOT

PDF = "application/pdf"
SVG = "image/svg+xml"
_FONTS = ROOT / "static" / "vendor" / "fonts"
_TEMPLATES = ROOT / "templates"
_SHARED = _TEMPLATES / "paper"
_QUIET = 4  # modules of white around a QR code, as scanners ask for


def make_pdf(
    template: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the PDF of a template.

    Args:
        template: below `templates/`; it reads `data.json` and may import the files of
            `templates/paper/` by their names.
        data: what it says; whatever JSON can hold.
        files: pictures and PDFs it shows, by name without folders.

    Raises:
        FileNotFoundError: the fonts are not installed.
    """
    return _compiled(template, data, files or {})[0]


def make_counted_pdf(
    template: str, data: Mapping[str, Any], files: Mapping[str, bytes] | None = None
) -> tuple[bytes, int]:
    """Return the PDF of a template that says `<pages>`, and how many pages it has."""
    pdf, pages = _compiled(template, data, files or {}, label="<pages>")
    return pdf, int(pages)


def make_svg(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the one page of a template as an SVG; its letters are outlines.

    Raises:
        FileNotFoundError: the fonts are not installed.
        ValueError: the template makes more than one page.
    """
    return _compiled(template, data, {}, kind="svg")[0]


def make_png(template: str, data: Mapping[str, Any]) -> bytes:
    """Return the one page of a template as a PNG, 144 points to the inch.

    Raises:
        FileNotFoundError: the fonts are not installed.
        ValueError: the template makes more than one page.
    """
    return _compiled(template, data, {}, kind="png")[0]


def qr_png(text: str) -> bytes:
    """Return a QR code as a black-and-white PNG, one pixel a module, with quiet zone.

    All codes have the same mask: choosing the best of eight costs ten times as much,
    and what we encode has no large plain areas.
    """
    code = qrcode.QRCode(
        error_correction=qrcode.constants.ERROR_CORRECT_M,
        border=_QUIET,
        mask_pattern=2,
    )
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    pixels = bytes(0 if dark else 255 for row in rows for dark in row)
    picture = Image.frombytes("L", (len(rows), len(rows)), pixels).convert("1")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def send_pdf(pdf: bytes, name: str, plain_name: str) -> Response:
    """Return the answer that shows a PDF in the browser.

    Args:
        pdf: the file.
        name: what it is saved as, without ending; may be Chinese.
        plain_name: the same in ASCII, for programs that do not read RFC 6266.
    """
    return _inline(pdf, PDF, name, f"{plain_name}.pdf")


def send_svg(svg: bytes, name: str, plain_name: str) -> Response:
    """Return the answer that shows an SVG in the browser; arguments as `send_pdf`."""
    return _inline(svg, SVG, name, f"{plain_name}.svg")


def _inline(content: bytes, kind: str, name: str, plain_name: str) -> Response:
    response = Response(content, content_type=kind)
    ending = plain_name.rpartition(".")[2]
    response.headers["Content-Disposition"] = (
        f'inline; filename="{plain_name}"; '
        f"filename*=UTF-8''{quote(_file_name(name), safe='')}.{ending}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def language() -> str:
    """Return the reader's language as Typst names it, which breaks lines by it."""
    return "zh" if str(get_locale()).startswith("zh") else "en"


def page_words() -> list[str]:
    """Return what stands around the numbers of “page n of m”, in three pieces."""
    gap = "\N{UNIT SEPARATOR}"
    return str(_("Page %(page)s of %(pages)s", page=gap, pages=gap)).split(gap)


def in_groups(digest: str, length: int = 16) -> str:
    """Return the first digits of a digest in fours, to be compared by eye."""
    return " ".join(digest[at : at + 4] for at in range(0, length, 4))


def _file_name(text: str) -> str:
    """Return `text` without what a file's name cannot hold anywhere."""
    kept = "".join(
        c if c.isprintable() and c not in '/\\:*?"<>|' else " " for c in text
    )
    return " ".join(kept.split())[:80] or "paper"


def _compiled(
    template: str,
    data: Mapping[str, Any],
    files: Mapping[str, bytes],
    label: str = "",
    kind: Literal["pdf", "svg", "png"] = "pdf",
) -> tuple[bytes, Any]:
    if not _FONTS.is_dir():
        raise FileNotFoundError(f"{_FONTS}: run `make setup`")
    source = _TEMPLATES / template
    with tempfile.TemporaryDirectory(prefix="paper-") as name:
        folder = Path(name)
        for file in (source, *_SHARED.glob("*.typ")):
            (folder / file.name).write_bytes(file.read_bytes())
        for file_name, content in files.items():
            (folder / file_name).write_bytes(content)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        compiler = typst.Compiler(
            str(folder / source.name),
            root=name,
            font_paths=[str(_FONTS)],
            ignore_system_fonts=True,
        )
        made = compiler.compile(format=kind, ppi=144)
        if not isinstance(made, bytes):
            raise ValueError(f"{template}: more than one page")  # noqa: TRY004 - of data
        found = compiler.query(label, field="value", one=True) if label else "0"
    return made, json.loads(found)
