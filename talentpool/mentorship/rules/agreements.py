"""The agreement of a pair (师徒协议书): sections, who confirms them, what is signed.

Words used here:
    section: one part of the agreement with a text of its own. Each party confirms each.
    party: mentor, apprentice, unit; the mentor's unit besides where it is another one.
    version: the whole agreement as it stood once. A change makes the next version.
    confirmation: one party's signature under one section, by the digest of its text. It
        holds in every later version whose section has that digest, so that a change
        opens the sections it touches and no other.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

SECTIONS = (
    *("parties", "trade", "term", "goals", "teaching"),
    *("assessment", "rights", "reward", "change"),
)
MENTOR, APPRENTICE, UNIT, MENTOR_UNIT = PARTIES = (
    *("mentor", "apprentice", "unit"),
    "mentor_unit",
)
OPEN, COMPLETE, FILED, REPLACED = AGREEMENT_STATES = (
    *("open", "complete", "filed"),
    "replaced",
)
NUMBER_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # none that looks like another
NUMBER_DRAWN = 8

Confirmed = Iterable[tuple[str, str, str]]  # party, section, digest of its text


def section_digest(pair: str, code: str, text: str) -> str:
    """Return the SHA-256 of a section's text, bound to its pair and place, in hex."""
    return _digest({"pair": pair, "section": code, "text": text})


def agreement_digest(
    pair: str, version: int, term: tuple[date, date], sections: Mapping[str, str]
) -> str:
    """Return the SHA-256 that stands for a version of an agreement, in hex.

    Args:
        pair: uid of the pair.
        version: from 1.
        term: first and last day.
        sections: digest of the text by section.
    """
    return _digest(
        {
            "pair": pair,
            "version": version,
            "term": [day.isoformat() for day in term],
            "sections": dict(sections),
        }
    )


def parties_of(*, across_firms: bool) -> tuple[str, ...]:
    """Return who signs an agreement, in their order."""
    return PARTIES if across_firms else PARTIES[:3]


def list_missing(
    parties: Iterable[str], sections: Mapping[str, str], confirmed: Confirmed
) -> dict[str, tuple[str, ...]]:
    """Return the sections each party has yet to confirm; a party with none is left out.

    Source: rule M-10 in docs/rules/mentorship.md.
    """
    there = set(confirmed)
    found = {
        party: tuple(
            code
            for code, digest in sections.items()
            if (party, code, digest) not in there
        )
        for party in parties
    }
    return {party: codes for party, codes in found.items() if codes}


def list_touched(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the sections whose text a change touches, in the agreement's order."""
    return [code for code in SECTIONS if before.get(code) != after.get(code)]


def agreement_number(year: int, drawn: str) -> str:
    """Return the number under which an agreement is filed: SX-2026-7K2M9QAB.

    Args:
        year: of the filing.
        drawn: `NUMBER_DRAWN` characters of the alphabet, drawn by chance, so that a
            number tells nobody how many there are.
    """
    return f"SX-{year}-{drawn}"


def _digest(value: Mapping[str, object]) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
