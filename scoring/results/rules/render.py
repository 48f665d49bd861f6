"""Write result rows and trees as text: CSV and JSON, numbers digit for digit."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO

from scoring.results.rules.table import Cell, Plain, defuse


def render_csv(columns: Sequence[str], rows: Sequence[Mapping[str, Cell]]) -> str:
    """Return CSV with a header and Unix line ends; text is formula-safe."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(defuse, columns))
    for row in rows:
        writer.writerow(
            defuse(cell) if isinstance(cell, str) else str(cell or "")
            for cell in (row[name] for name in columns)
        )
    return out.getvalue()


def render_json(value: object) -> str:
    """Return JSON in which a `Plain` stands as a number with all its digits."""
    return _render(value, "\n") + "\n"


def _render(value: object, margin: str) -> str:
    if isinstance(value, Plain):
        return value.text
    inner = margin + "  "
    if isinstance(value, Mapping) and value:
        pairs = [
            f"{json.dumps(key, ensure_ascii=False)}: {_render(member, inner)}"
            for key, member in value.items()
        ]
        return "{" + inner + ("," + inner).join(pairs) + margin + "}"
    if isinstance(value, list) and value:
        members = [_render(member, inner) for member in value]
        return "[" + inner + ("," + inner).join(members) + margin + "]"
    return json.dumps(value, ensure_ascii=False)
