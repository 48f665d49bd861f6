"""Render the papers of a competition day to the pictures of the documents.

    python -m scripts.papers          writes docs/screenshots/paper-*.png

The papers are those of the two events of tests/browser/test_two_events.py, kept while
the test runs: a picture shows what a day printed that passed. Needs `pdftoppm`
(Debian, Ubuntu: poppler-utils; macOS: brew install poppler).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
DAY = "tests/browser/test_two_events.py"
# Which page of which paper, and how wide the picture is: A5, A4 upright, A4 across.
SMALL, UPRIGHT, WIDE = 480, 680, 900
PICTURES = {
    "tickets": (1, SMALL),
    "badges": (1, UPRIGHT),
    "names": (1, UPRIGHT),
    "doors": (2, WIDE),
    "stations": (1, UPRIGHT),
    "timetable": (1, UPRIGHT),
    "gate": (1, UPRIGHT),
    "incident": (1, UPRIGHT),
    "proof": (1, UPRIGHT),
    "result": (1, UPRIGHT),
    "awards": (1, UPRIGHT),
    "letter": (1, UPRIGHT),
    "certificate": (1, WIDE),
    "team-names": (1, UPRIGHT),
    "team-certificates": (1, WIDE),
}
COLOURS = 96  # red stays red
EDGE = "#c9c1b4"


def main() -> None:
    if shutil.which("pdftoppm") is None:
        sys.exit("pdftoppm is needed: install poppler-utils (macOS: poppler).")
    with TemporaryDirectory() as name:
        papers = Path(name)
        _hold_the_day(papers)
        for paper, (page, width) in PICTURES.items():
            _render(papers / f"{paper}.pdf", page, width)


def _hold_the_day(papers: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", DAY],
        cwd=ROOT,
        env={**os.environ, "JIANGCAI_KEEP_PAPERS": str(papers)},
        check=True,
    )


def _render(paper: Path, page: int, width: int) -> None:
    stem = paper.with_suffix("")
    subprocess.run(
        [
            *("pdftoppm", "-png", "-singlefile", "-f", str(page), "-l", str(page)),
            *("-scale-to-x", str(width), "-scale-to-y", "-1", str(paper), str(stem)),
        ],
        check=True,
    )
    with Image.open(stem.with_suffix(".png")) as image:
        framed = ImageOps.expand(image.convert("RGB"), 1, EDGE)
    path = FOLDER / f"paper-{paper.stem}.png"
    framed.quantize(COLOURS).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
