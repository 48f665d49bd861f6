"""Who may not do what to whom: nominator, referee and reviewer are three people.

Words used here:
    party: somebody who has a part in an application, by user and by person: two
        accounts of one person are one party.
    recusal (回避): a reviewer stays away from their own unit and from those they train.
"""

from collections.abc import Collection
from dataclasses import dataclass

NOMINEE = "nominee"
SUBMITTER = "submitter"
NOMINATOR = "nominator"
REFEREE = "referee"
REVIEWER = "reviewer"
EXPERT = "expert"
DECIDER = "decider"
PUBLISHER = "publisher"
PARTY_ROLES = (
    *(NOMINEE, SUBMITTER, NOMINATOR, REFEREE),
    *(REVIEWER, EXPERT, DECIDER, PUBLISHER),
)

_PROPOSING = frozenset({NOMINEE, SUBMITTER, NOMINATOR})
# For each role: the roles that the same human may not have had before.
APART: dict[str, frozenset[str]] = {
    NOMINATOR: frozenset({NOMINEE, REFEREE, REVIEWER, EXPERT, DECIDER}),
    SUBMITTER: frozenset({REFEREE, REVIEWER, EXPERT, DECIDER}),
    REFEREE: _PROPOSING | {REFEREE, REVIEWER, EXPERT, DECIDER},
    REVIEWER: _PROPOSING | {REFEREE, REVIEWER, EXPERT, DECIDER},
    EXPERT: _PROPOSING | {REFEREE, REVIEWER, DECIDER},
    DECIDER: _PROPOSING | {REFEREE, REVIEWER, EXPERT},
    PUBLISHER: _PROPOSING | {REFEREE, DECIDER},
}
# Those who judge stay away from their own unit and their own apprentices.
JUDGING = frozenset({REVIEWER, EXPERT, DECIDER})


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with a part in an application; "" where it is not known."""

    role: str
    user: str = ""  # uid
    person: str = ""  # uid


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """Who is about to act."""

    user: str
    person: str = ""
    units: Collection[str] = ()  # uids of the units they belong to


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """What ties people to an application."""

    parties: tuple[Party, ...]
    units: Collection[str] = ()  # the nominee's and the nominator's
    mentors: Collection[str] = ()  # persons who train or trained the nominee


def find_conflicts(acting: Human, role: str, ties: Ties) -> list[str]:
    """Return why `acting` may not take this role: "party:<role>", "unit", "mentor".

    Source: rule P-33 in docs/rules/pool.md.
    """
    apart = APART[role]
    found = {
        f"party:{party.role}"
        for party in ties.parties
        if party.role in apart and _is_same(acting, party)
    }
    if role in JUDGING:
        if set(acting.units) & set(ties.units):
            found.add("unit")
        if acting.person and acting.person in ties.mentors:
            found.add("mentor")
    return sorted(found)


def _is_same(acting: Human, party: Party) -> bool:
    if party.user and party.user == acting.user:
        return True
    return bool(party.person) and party.person == acting.person
