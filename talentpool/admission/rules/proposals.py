"""The life of a proposal for the pool (入库建议), and what an officer may state.

    open → admitted | refused
    open → suspended (the publication was withdrawn) → replaced (published again)
    suspended (who left the pool may not come back yet) → open, once the bar has run out

A proposal that was decided stays decided; what changes afterwards happens to the
dossier, and is logged there.
"""

from datetime import date

OPEN = "open"
SUSPENDED = "suspended"
ADMITTED = "admitted"
REFUSED = "refused"
REPLACED = "replaced"
STATES = (OPEN, SUSPENDED, ADMITTED, REFUSED, REPLACED)

# What an officer may state from a document, and how it is written.
FLAGS = ("front_line", "union_member", "law_abiding", "unmatched_skill")
STATEMENTS = ("employment", "post_kind", *FLAGS, "trade_since")


def read_statement(field: str, text: str) -> bool | str | date:
    """Return a stated value: flags as bool, `trade_since` as a day, words as text.

    Raises:
        ValueError: the text is not what the field holds.
    """
    if field in FLAGS:
        if text not in {"yes", "no"}:
            raise ValueError(text)
        return text == "yes"
    if field == "trade_since":
        return date.fromisoformat(text)
    return text
