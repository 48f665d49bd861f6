"""The picture on paper, as large as its letters need."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from talentpool.lineage.services.picture import Box, Picture

TEMPLATE = "talentpool/lineage/poster.typ"
# Width and height in mm; the longer side lies the way the picture does.
SHEETS = {
    "A4": (297, 210),
    "A3": (420, 297),
    "A2": (594, 420),
    "A1": (841, 594),
    "A0": (1189, 841),
}
MARGIN, HEAD, FOOT = 14, 26, 12  # mm
FULL, LEAST = 0.30, 0.17  # mm for a pixel of the page: 10 pt and 5.6 pt letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A size of paper and how large the picture is on it."""

    name: str
    width: int  # mm
    height: int
    scale: float  # mm for a pixel


def choose_sheet(width: float, height: float) -> Sheet:
    """Return the smallest sheet on which a picture of so many pixels can be read.

    What does not fit A0 in letters of 5.6 points is drawn as small as it must be.
    """
    found = None
    for name, sides in SHEETS.items():
        wide, high = sides if width >= height else sides[::-1]
        scale = min(
            FULL,
            (wide - 2 * MARGIN) / width,
            (high - 2 * MARGIN - HEAD - FOOT) / height,
        )
        found = Sheet(name=name, width=wide, height=high, scale=scale)
        if scale >= LEAST:
            break
    assert found is not None  # noqa: S101 - there are sheets
    return found


def poster_data(
    picture: Picture, words: Mapping[str, str], lang: str
) -> dict[str, Any]:
    """Return what the poster's template reads.

    Args:
        picture: what is drawn.
        words: title, line under it, and the foot.
        lang: as Typst names it.
    """
    sheet = choose_sheet(picture.width, picture.height)
    scale = sheet.scale
    return {
        "lang": lang,
        "words": dict(words),
        "width": sheet.width,
        "height": sheet.height,
        "scale": scale,
        "drawn_width": picture.width * scale,
        "drawn_height": picture.height * scale,
        "box_width": picture.box_width * scale,
        "box_height": picture.box_height * scale,
        "boxes": [_box(box, scale) for box in picture.boxes],
        "lines": [
            [n * scale for n in (one.x1, one.y1, one.bend, one.x2, one.y2)]
            + [one.is_live]
            for one in picture.lines
        ],
    }


def _box(box: Box, scale: float) -> dict[str, Any]:
    return {
        "x": box.x * scale,
        "y": box.y * scale,
        "kind": box.kind,
        "title": box.short_title,
        "sub": box.short_sub,
    }
