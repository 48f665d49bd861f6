"""Figures that are printed and kept: one section of RESULTS.md for each benchmark.

A benchmark calls `keep("Its title", TEXT, columns, rows)` once, at its end. The section
is put in the place of the one with the same title; the others stay as they were
measured, so each names its own machine and day.
"""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = (
    "# Figures\n\nWritten by `make bench`, which prints them too. A ratio compares with"
    " the yardstick of the same line, measured\nin the same run; seconds depend on the"
    " machine, ratios hardly do.\n"
)


def keep(
    title: str, text: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Print a table and write it into RESULTS.md.

    Args:
        title: names the section; a section of this title is replaced.
        text: what is compared with what, in a sentence or two.
        columns: heads of the table.
        rows: its cells, numbers already as text where their digits matter.
    """
    table = [columns, ["---"] * len(columns), *rows]
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in table]
    section = "\n".join([f"## {title}", "", text, "", *lines, "", f"*{_machine()}*"])
    print(f"\n{section}\n")
    sections = _read()
    sections[title] = section
    body = "\n\n".join(sections[name] for name in sorted(sections))
    RESULTS.write_text(f"{HEAD}\n{body}\n", "utf-8")


def _read() -> dict[str, str]:
    text = RESULTS.read_text("utf-8") if RESULTS.exists() else ""
    parts = text.split("\n## ")[1:]
    return {part.partition("\n")[0]: "## " + part.rstrip() for part in parts}


def _machine() -> str:
    facts = [
        _find("/proc/cpuinfo", "model name") or platform.processor() or "unknown CPU",
        f"{os.cpu_count()} cores",
        f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        f"{platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}",
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"load {os.getloadavg()[0]:.1f}",
    ]
    return ", ".join(facts)


def _find(path: str, name: str) -> str:
    """Return the first value of a `name : value` file, "" where there is none."""
    file = Path(path)
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    values = [line.partition(":")[2].strip() for line in lines if line.startswith(name)]
    return values[0] if values else ""
