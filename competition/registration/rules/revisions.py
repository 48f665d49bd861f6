"""What changed between two submissions of an entry, field by field.

Words used here:
    changed: fields of the form and kinds of papers that are not as they were; a paper
        is called "paper:<kind>".
"""

from collections.abc import Collection, Mapping
from typing import Final

from competition.registration.rules.entries import (
    FIELDS,
    PAPER_KINDS,
    Answers,
    answer_names,
)

PAPER: Final = "paper:"


def list_changed(
    before: Answers,
    after: Answers,
    papers_before: Mapping[str, str],
    papers_after: Mapping[str, str],
) -> list[str]:
    """Return what changed, in the order of the form; papers are kind → hash."""
    fields = [
        field
        for field in FIELDS
        if any(getattr(before, n) != getattr(after, n) for n in answer_names(field))
    ]
    papers = [
        PAPER + kind
        for kind in PAPER_KINDS
        if papers_before.get(kind) != papers_after.get(kind)
    ]
    return fields + papers


def not_looked_at(changed: Collection[str], looked_at: Collection[str]) -> list[str]:
    """Return what changed and was not looked at again, in the order it is shown."""
    return [name for name in changed if name not in looked_at]
