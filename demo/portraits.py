"""Pictures for the demonstration: drawn portraits and papers, nobody's."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

_BACKGROUNDS = ("#cfe0ee", "#e8e1d3", "#d9e8d8", "#efe0e0")
_SKINS = ("#f2d3b8", "#e9c3a1", "#f6dcc6")
_COATS = ("#2f4b66", "#5b4636", "#7a1f22", "#33553f", "#4a4a55")
_SIZE = (295, 413)  # one inch at 300 dpi, as papers ask for
KINDS = len(_BACKGROUNDS) * len(_SKINS) * len(_COATS)


@cache
def portrait(number: int) -> bytes:
    """Return a JPEG of a drawn head and shoulders; `KINDS` different ones."""
    image = Image.new("RGB", _SIZE, _BACKGROUNDS[number % len(_BACKGROUNDS)])
    draw = ImageDraw.Draw(image)
    skin = _SKINS[number // 4 % len(_SKINS)]
    coat = _COATS[number // 12 % len(_COATS)]
    draw.ellipse((30, 290, 265, 560), fill=coat)
    draw.rectangle((122, 235, 173, 310), fill=skin)
    draw.ellipse((77, 75, 218, 265), fill=skin)
    draw.pieslice((72, 60, 223, 230), 180, 360, fill="#2a2420")
    for left in (115, 165):
        draw.ellipse((left, 160, left + 14, 172), fill="#2a2420")
    draw.arc((120, 195, 175, 232), 20, 160, fill="#8a4a3a", width=4)
    return _jpeg(image)


@cache
def paper(number: int) -> bytes:
    """Return a JPEG of a drawn sheet of lines with a stamp, unlike any real paper."""
    image = Image.new("RGB", (840, 594), "#fbfaf6")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 820, 574), outline="#b9b2a3", width=3)
    draw.rectangle((250, 60, 590, 95), fill="#d8d2c4")
    for row in range(9):
        width = 520 + (row * 97 + number * 31) % 180
        draw.rectangle((80, 150 + row * 40, 80 + width, 162 + row * 40), fill="#e3ddd0")
    draw.ellipse((620, 400, 770, 550), outline="#b3262a", width=6)
    return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
