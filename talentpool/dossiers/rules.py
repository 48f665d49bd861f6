"""The words of a dossier, and small pure rules about them.

Words used here:
    dossier: everything the pool knows about one craftsman: the head (`Craftsman`) and
        the dated facts under it.
    fact: one dated statement with its source. It is never overwritten: a correction is
        a new fact that supersedes the old one.
    pool level: how high the person stands in the pool; the same words as the tiers of
        competitions, highest first in `LEVELS`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

LEVELS = ("nation", "province", "city", "district", "enterprise")  # highest first
CLASSES = ("named", "skilled", "competition", "folk", "reserve")

POOL_STATES = ("active", "suspended", "due", "left", "revoked", "deceased")
LIVE_STATES = ("active", "due")  # found by a search of the pool as it is today

# What may follow what; death can be learnt of at any time.
NEXT_STATE: dict[str, frozenset[str]] = {
    "active": frozenset({"suspended", "due", "left", "revoked", "deceased"}),
    "suspended": frozenset({"active", "left", "revoked", "deceased"}),
    "due": frozenset({"active", "suspended", "left", "revoked", "deceased"}),
    "left": frozenset({"active", "deceased"}),
    "revoked": frozenset({"active", "deceased"}),
    "deceased": frozenset(),
}

FACT_STATES = ("claimed", "verified", "disputed")
SOURCES = ("officer", "unit", "self", "competition", "import")
ACHIEVEMENT_KINDS = ("innovation", "five_small", "method", "patent", "standard")
STUDIO_KINDS = ("model_worker", "skill_master")
STUDIO_ROLES = ("leader", "member")
EMPLOYMENT = ("", "in_service", "retired", "rehired")  # "" is not stated
POST_KINDS = ("", "operator", "technical", "management", "finance")
WORKER_TYPES = ("", "employee", "dispatched", "new_form", "self_employed")

YUAN_PER_WAN = 10_000

# 31 symbols: no I O S V Z, as in the unified social credit code; 31 is prime, so the
# weighted sum finds every single wrong character and every swap of two.
CERTIFICATE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CERTIFICATE_RANDOM = 7  # characters drawn by chance, then one check character


def is_state_step(before: str, after: str) -> bool:
    """Tell whether a craftsman may go from pool state `before` to `after`."""
    return after in NEXT_STATE[before]


def full_years(start: date, end: date) -> int:
    """Return the full years from `start` to `end`; 29 February counts on 1 March."""
    years = end.year - start.year
    return years - ((end.month, end.day) < (start.month, start.day))


def enclosing_districts(code: str) -> tuple[str, ...]:
    """Return a GB/T 2260 code and the codes of the city and province around it."""
    return tuple(dict.fromkeys((code, f"{code[:4]}00", f"{code[:2]}0000")))


def wan_text(yuan: int) -> str:
    """Write an amount of yuan in 万元, exactly: 1250000 → "125", 12345 → "1.2345"."""
    whole, rest = divmod(yuan, YUAN_PER_WAN)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".") if rest else str(whole)


def wan_to_yuan(amount: Decimal) -> int | None:
    """Return an amount of 万元 in whole yuan, None where it has a part of a yuan."""
    yuan = amount * YUAN_PER_WAN
    return int(yuan) if yuan == yuan.to_integral_value() else None


def certificate_number(year: int, drawn: str) -> str:
    """Return the number of a pool certificate: JC-2026- and eight characters.

    Args:
        year: of the admission.
        drawn: `CERTIFICATE_RANDOM` characters of the alphabet, drawn by chance, so that
            numbers neither count the admissions nor can be guessed.

    Source: rule P-14 in docs/rules/pool.md.
    """
    return f"JC-{year}-{drawn}{_check_character(drawn)}"


def is_certificate_number(text: str) -> bool:
    """Tell whether a text can be a pool certificate's number."""
    prefix, _, tail = text.rpartition("-")
    head, _, year = prefix.partition("-")
    if head != "JC" or len(year) != 4 or not (year.isascii() and year.isdigit()):
        return False
    if len(tail) != CERTIFICATE_RANDOM + 1 or set(tail) - set(CERTIFICATE_ALPHABET):
        return False
    return _check_character(tail[:-1]) == tail[-1]


def _check_character(drawn: str) -> str:
    total = sum(
        (position + 2) * CERTIFICATE_ALPHABET.index(character)
        for position, character in enumerate(drawn)
    )
    return CERTIFICATE_ALPHABET[-total % len(CERTIFICATE_ALPHABET)]


class Dated(Protocol):
    """What a timeline needs of a fact."""

    id: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A fact's place on the timeline."""

    on: date
    kind: str
    fact: Dated


def timeline(moments: Iterable[Moment]) -> list[Moment]:
    """Return the moments newest first; on one day by kind and then by age."""
    return sorted(moments, key=lambda m: (-m.on.toordinal(), m.kind, -m.fact.id))
