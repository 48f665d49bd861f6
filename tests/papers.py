"""Reading printed papers back: their text, page by page, and the codes on them."""

import io
import re
import subprocess
from typing import Any

from pypdf import PdfReader

from config import ROOT
from scripts.install import find_node

_DECODE = """
const jsQR = require(process.argv[1]);
const [size, pixels] = require('fs').readFileSync(0, 'utf8').split(' ');
const side = Number(size);
const data = new Uint8ClampedArray(side * side * 4);
for (let i = 0; i < side * side; i++)
  data.fill(pixels[i] === '1' ? 0 : 255, 4 * i, 4 * i + 4);
const found = jsQR(data, side, side);
process.stdout.write(found ? found.data : '');
"""
_SCALE = 4  # pixels a module: what a camera sees from near by


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page, without white space: lines break anywhere."""
    reader = PdfReader(io.BytesIO(pdf))
    return [re.sub(r"\s+", "", page.extract_text()) for page in reader.pages]


def pictures(pdf: bytes, page: int = 0) -> list[Any]:
    """Return the pictures of a page, as Pillow has them."""
    reader = PdfReader(io.BytesIO(pdf))
    return [found.image for found in reader.pages[page].images]


def read_qr(picture) -> str:
    """Return what a QR code says, read by the reader the tablets use."""
    grey = picture.convert("L").resize([side * _SCALE for side in picture.size], 0)
    pixels = "".join("1" if value < 128 else "0" for value in grey.tobytes())
    done = subprocess.run(
        [
            *(str(find_node()), "-e", _DECODE),
            str(ROOT / "static" / "vendor" / "jsqr" / "jsQR.js"),
        ],
        input=f"{grey.width} {pixels}",
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
