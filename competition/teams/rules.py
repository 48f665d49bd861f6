"""Teams: who may be on one, and until when a substitute takes a member's place.

Words used here:
    roster: the members of a team and its substitutes.
    substitute 替补: entered and reviewed like a member, takes no place and no part.
    terms: what the rules of an event say of its teams.

Source: docs/rules/eligibility.md, E-31 to E-36.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from competition.events.rules import CHECKIN, CLOSED, REGISTRATION
from competition.registration.rules.document import Document
from competition.registration.rules.entries import (
    ACCEPTED,
    DRAFT,
    RESERVE,
    RETURNED,
    SUBMITTED,
)

MEMBER: Final = "member"
SUBSTITUTE: Final = "substitute"
ROLES = (MEMBER, SUBSTITUTE)
MOST_COACHES: Final = 2
LEAST_MEMBERS: Final = 2  # where the rules name no number

# States of an entry that can stand on a roster.
STANDING = (DRAFT, SUBMITTED, RETURNED, ACCEPTED)
UNTIL_CHECKIN: Final = "checkin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    least: int  # members
    most: int
    substitutes: int  # at most
    replace_until: str  # close | checkin


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry somebody wants on a roster."""

    uid: str
    name: str
    role: str  # one of ROLES
    state: str  # of the entry, as shown
    is_of_unit: bool  # of the team's own unit
    has_other_team: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a roster cannot stand like this."""

    code: str
    name: str = ""  # of the person; "" where it is about their number
    limit: int = 0


def terms_of(document: Document) -> Terms | None:
    """Return what a document of rules says of teams; None: for individuals."""
    if document.team_max is None:
        return None
    return Terms(
        least=document.team_min or LEAST_MEMBERS,
        most=document.team_max,
        substitutes=document.team_substitutes or 0,
        replace_until=document.team_replace_until or "close",
    )


def find_faults(terms: Terms, roster: Sequence[Candidate]) -> list[Fault]:
    """Return every fault of a roster; too few members is none until the review.

    Codes: too_many_members, too_many_substitutes, twice, other_unit, other_team,
    not_standing, and decided (the committee accepted the entry in the other role).
    """
    found = []
    members = sum(one.role == MEMBER for one in roster)
    if members > terms.most:
        found.append(Fault("too_many_members", limit=terms.most))
    if len(roster) - members > terms.substitutes:
        found.append(Fault("too_many_substitutes", limit=terms.substitutes))
    seen: set[str] = set()
    for one in roster:
        if one.uid in seen:
            found.append(Fault("twice", one.name))
        elif code := _fault_of(one):
            found.append(Fault(code, one.name))
        seen.add(one.uid)
    return found


def may_replace(terms: Terms, event_state: str, *, is_open: bool) -> bool:
    """Tell whether a substitute may take a member's place now.

    Args:
        terms: of the event.
        event_state: see competition.events.rules.
        is_open: whether entries can be made now.
    """
    if is_open:
        return True
    later = (REGISTRATION, CLOSED, CHECKIN)
    return terms.replace_until == UNTIL_CHECKIN and event_state in later


def may_come_in(state: str, *, is_open: bool) -> bool:
    """Tell whether a substitute whose entry is shown in `state` may become a member.

    After the close only those the committee has reviewed.
    """
    return state == RESERVE or (is_open and state in STANDING)


def _fault_of(one: Candidate) -> str:
    if not one.is_of_unit:
        return "other_unit"
    if one.has_other_team:
        return "other_team"
    if one.state not in (*STANDING, RESERVE):
        return "not_standing"
    decided = {ACCEPTED: MEMBER, RESERVE: SUBSTITUTE}.get(one.state)
    return "decided" if decided and decided != one.role else ""
