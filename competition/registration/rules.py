"""Entries: their states, who may enter, and what a ticket's code says.

Words used here:
    check: one rule held against one entry: the rule, its limit, the value found and
        a verdict: met, not met, or evidence missing.
    blocking: a check that keeps an entry from being submitted.
    taking a place: entries that count against a quota: submitted, returned, accepted.
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from errors import DomainError

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
RETURNED: Final = "returned"
ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"

ENTRY_STATES = (DRAFT, SUBMITTED, RETURNED, ACCEPTED, REJECTED, WITHDRAWN)
TAKES_PLACE = (SUBMITTED, RETURNED, ACCEPTED)

NEXT: dict[str, frozenset[str]] = {
    DRAFT: frozenset({SUBMITTED, WITHDRAWN}),
    SUBMITTED: frozenset({ACCEPTED, RETURNED, REJECTED, WITHDRAWN}),
    RETURNED: frozenset({SUBMITTED, REJECTED, WITHDRAWN}),
    ACCEPTED: frozenset({RETURNED, WITHDRAWN}),
    REJECTED: frozenset(),
    WITHDRAWN: frozenset({DRAFT}),
}

PHOTO: Final = "photo"
PAPER_KINDS = (PHOTO, "id_card", "certificate", "employment")
PAPER_STATES = ("pending", "accepted", "rejected")

# What the contestant fills in, in the order of the form; a returned entry reopens
# only the fields the committee names.
FIELDS = (
    "name",
    "id_number",
    "phone",
    "unit",
    "group",
    "trade_years",
    "level",
)

MET: Final = "met"
NOT_MET: Final = "not_met"
MISSING: Final = "missing"


def is_step(before: str, after: str) -> bool:
    """Tell whether an entry may go from state `before` to state `after`."""
    return after in NEXT[before]


# --- Who may enter -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What an event asks of an entry; None asks nothing."""

    is_open: bool  # registration is open now, or the entry was returned
    groups: frozenset[str] = frozenset()
    papers: tuple[str, ...] = (PHOTO,)
    age_min: int | None = None  # full years
    age_max: int | None = None  # full years, inclusive
    age_on: date | None = None  # the day ages are taken at
    min_level_rank: int | None = None
    min_trade_years: int | None = None
    quota: int | None = None  # entries in the event
    unit_quota: int | None = None  # entries of one unit in the event
    max_events: int | None = None  # events of one person in the competition


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about an entry; counts leave the entry itself out."""

    group: str = ""
    birth_date: date | None = None
    level_rank: int | None = None
    trade_years: int | None = None
    has_unit: bool = False
    papers: frozenset[str] = frozenset()
    same_person: int = 0  # other entries of this person in the event
    same_unit: int = 0  # other entries of this unit in the event
    in_event: int = 0  # other entries in the event
    other_events: int = 0  # other events of the competition this person entered


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """One rule held against one entry."""

    rule: str  # E-… in docs/rules/eligibility.md
    limit: str
    value: str
    verdict: str  # met | not_met | missing
    is_blocking: bool = False


def full_years(born: date, on: date) -> int:
    """Return the age in full years on day `on`; born on 29 February counts 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def check_eligibility(asked: Requirements, facts: Facts) -> list[RuleCheck]:
    """Hold every rule an event sets against an entry, in the order they are shown.

    Rules the event does not set give no check. Age limits are inclusive; quotas count
    the entry itself.

    Source: E-01 to E-10 in docs/rules/eligibility.md.
    """
    found = [
        _said("open", "open", "open" if asked.is_open else "closed", asked.is_open),
        _one_of("group", asked.groups, facts.group),
        *_age_checks(asked, facts),
        _at_least("min_level", asked.min_level_rank, facts.level_rank),
        _at_least("trade_years", asked.min_trade_years, facts.trade_years),
        _at_most("one_entry", 1, facts.same_person + 1),
        _at_most("max_events", asked.max_events, facts.other_events + 1),
        _at_most("unit_quota", asked.unit_quota, facts.same_unit + 1)
        if facts.has_unit
        else None,
        _at_most("quota", asked.quota, facts.in_event + 1),
        *_paper_checks(asked, facts),
    ]
    return [check for check in found if check is not None]


def blocking(checks: Iterable[RuleCheck]) -> list[RuleCheck]:
    """Return the checks that keep an entry from being submitted."""
    return [check for check in checks if check.is_blocking]


def checks_as_data(checks: Iterable[RuleCheck]) -> list[dict[str, str]]:
    """Return what is stored with a verdict: every rule with its values."""
    return [
        {"rule": c.rule, "limit": c.limit, "value": c.value, "verdict": c.verdict}
        for c in checks
    ]


def checks_from_data(data: Iterable[Mapping[str, str]]) -> list[RuleCheck]:
    """Return stored checks; they no longer block anything."""
    return [RuleCheck(d["rule"], d["limit"], d["value"], d["verdict"]) for d in data]


def _paper_checks(asked: Requirements, facts: Facts) -> list[RuleCheck]:
    required = {PHOTO, *asked.papers}
    if asked.min_level_rank is not None:
        required.add("certificate")
    checks = []
    for kind in PAPER_KINDS:
        is_there = kind in facts.papers
        # A level that is claimed without need is shown as not proved, no more.
        claimed = kind == "certificate" and facts.level_rank is not None
        if kind in required or claimed:
            verdict = MET if is_there else MISSING
            blocks = kind in required and not is_there
            checks.append(
                RuleCheck(f"paper_{kind}", "1", str(int(is_there)), verdict, blocks)
            )
    return checks


def _age_checks(asked: Requirements, facts: Facts) -> list[RuleCheck]:
    if asked.age_on is None or (asked.age_min is None and asked.age_max is None):
        return []
    if facts.birth_date is None:
        return [RuleCheck("age", "", "", MISSING, is_blocking=True)]
    age = full_years(facts.birth_date, asked.age_on)
    low = _at_least("age_min", asked.age_min, age)
    high = _at_most("age_max", asked.age_max, age)
    return [check for check in (low, high) if check is not None]


def _said(rule: str, limit: str, value: str, is_met: bool) -> RuleCheck:  # noqa: FBT001
    return RuleCheck(rule, limit, value, MET if is_met else NOT_MET, not is_met)


def _one_of(rule: str, allowed: frozenset[str], value: str) -> RuleCheck:
    if not value:
        return RuleCheck(rule, " ".join(sorted(allowed)), "", MISSING, True)
    return _said(rule, " ".join(sorted(allowed)), value, value in allowed)


def _at_least(rule: str, limit: int | None, value: int | None) -> RuleCheck | None:
    if limit is None:
        return None
    if value is None:
        return RuleCheck(rule, str(limit), "", MISSING, is_blocking=True)
    return _said(rule, str(limit), str(value), value >= limit)


def _at_most(rule: str, limit: int | None, value: int) -> RuleCheck | None:
    return (
        None if limit is None else _said(rule, str(limit), str(value), value <= limit)
    )


# --- What the ticket's code says ---------------------------------------------

TICKET_PREFIX: Final = "JC1"
_HEAD = struct.Struct(">B16s16sIIB")  # version, event, entry, from, until, length
_VERSION = 1
_SIGNATURE_BYTES = 64
_LONGEST_TEXT = 600


class TicketFormatError(DomainError):
    """The text is not a ticket of ours, or cannot be made one."""


@dataclass(frozen=True, slots=True)
class TicketClaim:
    """What a ticket says; true once its signature has been checked."""

    event_uid: str
    entry_uid: str
    valid_from: datetime  # whole seconds
    valid_until: datetime
    number: str  # at most 255 bytes


def pack_ticket(claim: TicketClaim) -> bytes:
    """Return the bytes that are signed: a head of 42 bytes, then the number.

    Raises:
        TicketFormatError: the number is longer than the one length byte can say.
    """
    number = claim.number.encode()
    if len(number) > 255:
        raise TicketFormatError("A ticket's number has at most 255 bytes.")
    head = _HEAD.pack(
        _VERSION,
        UUID(claim.event_uid).bytes,
        UUID(claim.entry_uid).bytes,
        int(claim.valid_from.timestamp()),
        int(claim.valid_until.timestamp()),
        len(number),
    )
    return head + number


def unpack_ticket(payload: bytes) -> TicketClaim:
    """Return what `pack_ticket` was given.

    Raises:
        TicketFormatError: another version, cut short, or followed by something.
    """
    if len(payload) < _HEAD.size:
        raise TicketFormatError("The ticket is cut short.")
    version, event, entry, start, end, length = _HEAD.unpack_from(payload)
    number = payload[_HEAD.size :]
    if version != _VERSION or len(number) != length:
        raise TicketFormatError("The ticket has another format.")
    try:
        text = number.decode()
    except UnicodeDecodeError as error:
        raise TicketFormatError("The ticket has another format.") from error
    return TicketClaim(
        event_uid=str(UUID(bytes=event)),
        entry_uid=str(UUID(bytes=entry)),
        valid_from=datetime.fromtimestamp(start, UTC),
        valid_until=datetime.fromtimestamp(end, UTC),
        number=text,
    )


def ticket_text(payload: bytes, signature: bytes) -> str:
    """Return what the QR code says: JC1.<payload>.<signature>, base64url."""
    return f"{TICKET_PREFIX}.{_to_text(payload)}.{_to_text(signature)}"


def split_ticket(text: str) -> tuple[bytes, bytes]:
    """Return (payload, signature) of a scanned text, not yet believed.

    Raises:
        TicketFormatError: not of the form JC1.<payload>.<signature>.
    """
    parts = text.strip().split(".") if len(text) <= _LONGEST_TEXT else []
    if len(parts) != 3 or parts[0] != TICKET_PREFIX:
        raise TicketFormatError("This is not a ticket.")
    payload, signature = _to_bytes(parts[1]), _to_bytes(parts[2])
    if len(signature) != _SIGNATURE_BYTES:
        raise TicketFormatError("This is not a ticket.")
    return payload, signature


def _to_text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _to_bytes(text: str) -> bytes:
    """Undo `_to_text`; one text per value, so that a copy cannot look different."""
    try:
        value = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError) as error:
        raise TicketFormatError("This is not a ticket.") from error
    if _to_text(value) != text:
        raise TicketFormatError("This is not a ticket.")
    return value
