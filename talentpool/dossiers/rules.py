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
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from talentpool.standard.rules.profile import Profile

LEVELS = ("nation", "province", "city", "district", "enterprise")  # highest first
CLASSES = ("named", "skilled", "competition", "folk", "reserve")

POOL_STATES = ("active", "suspended", "due", "left", "revoked", "deceased")
LIVE_STATES = ("active", "due")  # found by a search of the pool as it is today
GONE_STATES = ("left", "revoked", "deceased")  # no member of any tier

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

LOOKED_AT = ("dossier", "history", "as_of", "pdf", "evidence")  # pages of a dossier
YUAN_PER_WAN = 10_000
EXPIRES_SOON = 90  # days before the end of a certificate that are worth a word

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


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February gives 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def bar_ends_on(profile: Profile, state: str, cause: str, left_on: date) -> date | None:
    """Return the first day on which somebody who went out may come back.

    The bar of the exit's cause goes before that of the state. None: never (deceased).

    Source: rule P-56 in docs/rules/pool.md.
    """
    if state == "deceased":
        return None
    ground = profile.exit(cause)
    years = ground.bar_years if ground is not None else None
    if years is None:
        rule = next((r for r in profile.re_entries if r.state == state), None)
        if rule is not None:
            years = rule.years
        else:  # a profile written before re-entry had rules of its own
            years = profile.life.re_entry_years if state == "revoked" else 0
    return years_after(left_on, years)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What is known of a certificate, to be looked at before it is believed."""

    number: str
    rank: int  # of the level it is recorded with
    number_rank: int | None  # the level its number speaks of, None where it has none
    issued_on: date | None
    expires_on: date | None
    other_holders: int  # dossiers that hold the same number
    other_issuers: tuple[str, ...] = ()  # names beside this one for the issuer's code


def certificate_warnings(facts: CertificateFacts, today: date) -> list[str]:
    """Return codes of what is odd about a certificate; they warn, nothing more.

    Codes: "form" (the number has not the 22 characters), "level" (the 16th character
    says another level), "duplicate", "issuer" (the same code of an issuer goes by
    another name elsewhere), "future", "year" (the number says another year than the
    date), "expired", "expires_soon" (within `EXPIRES_SOON` days).

    Source: rule P-50 in docs/rules/pool.md.
    """
    number = "".join(facts.number.split())
    found = []
    if number and len(number) != 22:
        found.append("form")
    if facts.number_rank is not None and facts.number_rank != facts.rank:
        found.append("level")
    if number and facts.other_holders:
        found.append("duplicate")
    if facts.other_issuers:
        found.append("issuer")
    if facts.issued_on is not None and facts.issued_on > today:
        found.append("future")
    year = number[13:15] if len(number) == 22 else ""
    if year.isdigit() and facts.issued_on and facts.issued_on.year % 100 != int(year):
        found.append("year")
    if facts.expires_on is not None:
        left = (facts.expires_on - today).days
        if left < 0:
            found.append("expired")
        elif left <= EXPIRES_SOON:
            found.append("expires_soon")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a fact: when it was written down, and what it replaced."""

    id: int
    recorded_at: datetime
    supersedes_id: int | None
    valid_from: date | None
    valid_to: date | None


def known_at(versions: Iterable[Version], moment: datetime) -> list[int]:
    """Return the ids of the versions that counted at a moment, by what was known then.

    A version counts from when it was recorded until another one was recorded that
    supersedes it. What is recorded later, whatever day it is about, was not known.

    Source: rule P-51 in docs/rules/pool.md.
    """
    then = [v for v in versions if v.recorded_at <= moment]
    replaced = {v.supersedes_id for v in then}
    return sorted(v.id for v in then if v.id not in replaced)


def is_valid_on(version: Version, day: date) -> bool:
    """Tell whether a fact held on a day; its first and its last day count."""
    begun = version.valid_from is None or version.valid_from <= day
    return begun and (version.valid_to is None or day <= version.valid_to)


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
