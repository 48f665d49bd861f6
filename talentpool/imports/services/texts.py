"""Values of a dossier as the cells of a pool file hold them; codes stay codes."""

from datetime import date
from typing import Any

from talentpool.dossiers.rules import wan_text
from talentpool.imports.rules.columns import Field


def text_of_value(field: Field, value: Any) -> str:  # noqa: ANN401 - any column
    """Return a column's value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    return wan_text(value) if field.kind == "wan" else str(value)
