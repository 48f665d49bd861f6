"""How a certificate stands, and which ones a new publication ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

VALID, REPLACED, REVOKED = "valid", "replaced", "revoked"
STATES = (VALID, REPLACED, REVOKED)
SUSPENDED = "suspended"  # valid by itself, but no result of its event stands now


@dataclass(frozen=True, slots=True)
class Held:
    """A valid certificate: whose entry, and for which award."""

    uid: str
    entry_uid: str
    award: str


def standing(state: str, *, result_stands: bool) -> str:
    """Return how a certificate stands now (rule C-05)."""
    return SUSPENDED if state == VALID and not result_stands else state


def list_lost(held: Iterable[Held], awards: Mapping[str, str]) -> list[Held]:
    """Return the certificates whose award a result no longer gives (rule C-06).

    Args:
        held: what is valid.
        awards: award by entry uid, as published now; "" or missing is none.
    """
    return [c for c in held if awards.get(c.entry_uid, "") != c.award]


def list_unknown(text: str, known: Iterable[str]) -> list[str]:
    """Return what a text names in braces and nobody fills in, in order."""
    allowed, found = set(known), []
    for piece in text.split("{")[1:]:
        name, closed, _rest = piece.partition("}")
        if (not closed or name not in allowed) and name not in found:
            found.append(name[:20])
    return found


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in place of {name}; what is typed in a value is never filled again."""
    out, rest = [], text
    while "{" in rest:
        before, _brace, tail = rest.partition("{")
        name, closed, after = tail.partition("}")
        out.append(before)
        out.append(values.get(name, f"{{{name}{closed}"))
        rest = after
    return "".join([*out, rest])
