"""Roles, what each may do, and where.

Words used here:
    permission: the right to do one kind of thing, "<topic>.<verb>".
    scope: where a grant holds: everywhere, in a district, a unit, a competition or an
        event. A resource lies in several scopes at once: an event lies in its own, in
        its competition's and in its district's.
    forbidden pair: two roles one person may not hold in one event, because whoever
        holds a code map may not mark and nobody checks their own work.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

ROLES: dict[str, frozenset[str]] = {
    "contestant": frozenset({"registration.own"}),
    "unit_officer": frozenset(
        {
            *("registration.unit", "registration.bulk"),
            *("pool.recommend", "pool.view", "mentorship.sign", "demand.ask"),
            "growth.record",
        }
    ),
    "committee": frozenset(
        {
            "events.manage",
            "registration.review",
            "registration.bulk",
            "tickets.print",
            "judges.assign",
            "scheme.manage",
            "scheme.draft",
            "scheme.confirm",
            "results.view",
            "results.publish",
            "bundle.make",
            "carry.receive",
            "carry.confirm",
            "keying.enter",
            "keying.settle",
        }
    ),
    "checkin_officer": frozenset({"checkin.do"}),
    "coding_officer_1": frozenset({"codes.contest", "codes.decode"}),
    "coding_officer_2": frozenset({"codes.station", "codes.decode"}),
    "coding_officer_3": frozenset({"codes.work", "codes.decode"}),
    "judge": frozenset({"marks.enter"}),
    "chief_judge": frozenset(
        {
            "marks.enter",
            "marks.overview",
            "marks.lock",
            "marks.unlock",
            "recheck.do",
            "results.sign",
            "scheme.draft",
            "scheme.confirm",
        }
    ),
    "supervisor": frozenset(
        {
            "codes.decode",
            "marks.overview",
            "marks.unlock",
            "recheck.do",
            "scheme.confirm",
            "results.view",
            "results.sign",
            "ledger.view",
            "bundle.make",
            "carry.confirm",
            "keying.settle",
            "appeals.decide",
        }
    ),
    "hr_official": frozenset({"pool.view", "pool.search"}),
    "pool_officer": frozenset(
        {
            "pool.view",
            "pool.search",
            "pool.review",
            "pool.admit",
            "pool.edit",
            "pool.reveal",
            "identity.resolve",
            "pool.import",
            "pool.release",
            "privacy.decide",
            "mentorship.manage",
            "demand.assign",
            "standard.adopt",
            "reports.manage",
            "growth.record",
            "growth.verify",
        }
    ),
    "association_officer": frozenset({"pool.recommend"}),
    "pool_reviewer": frozenset({"pool.view", "pool.review"}),
    "pool_expert": frozenset({"pool.assess"}),
    "sys_admin": frozenset({"system.manage", "users.manage", "calendar.manage"}),
    "security_admin": frozenset(
        {
            "roles.grant",
            "sessions.revoke",
            "tokens.manage",
            "badges.manage",
            "privacy.decide",
        }
    ),
    "audit_admin": frozenset({"ledger.view", "bundle.make", "looks.view"}),
}

PERMISSIONS = frozenset().union(*ROLES.values())

# What a person may make an API key for. A key acts in its user's name, so that one for
# marking, deciding or granting would let whoever makes it do so as somebody else.
KEY_PERMISSIONS = frozenset(
    {"pool.search", "pool.view", "results.view", "marks.overview", "ledger.view"}
)

_CODERS = ("coding_officer_1", "coding_officer_2", "coding_officer_3")
_MARKERS = ("judge", "chief_judge")
FORBIDDEN_PAIRS: frozenset[frozenset[str]] = frozenset(
    {
        *(frozenset({coder, marker}) for coder in _CODERS for marker in _MARKERS),
        *(frozenset({a, b}) for a in _CODERS for b in _CODERS if a != b),
        *(frozenset({"supervisor", marker}) for marker in _MARKERS),
        *(frozenset({"supervisor", coder}) for coder in _CODERS),
        *(frozenset({"committee", marker}) for marker in _MARKERS),
        frozenset({"checkin_officer", "judge"}),
        frozenset({"checkin_officer", "chief_judge"}),
        frozenset({"sys_admin", "security_admin"}),
        frozenset({"sys_admin", "audit_admin"}),
        frozenset({"security_admin", "audit_admin"}),
    }
)

SCOPE_KINDS = ("all", "district", "unit", "competition", "event")


@dataclass(frozen=True, slots=True)
class Scope:
    """One place a grant can hold in."""

    kind: str
    key: str = ""


EVERYWHERE = Scope("all")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in a scope."""

    role: str
    scope: Scope


def may(
    grants: Iterable[Grant], permission: str, places: Iterable[Scope] | None
) -> bool:
    """Tell whether `grants` allow `permission` on something that lies in `places`.

    Args:
        grants: what the user holds now.
        permission: one of `PERMISSIONS`.
        places: every scope the thing lies in; None asks "anywhere at all?".

    Raises:
        KeyError: no such permission or role; a misspelling must not pass as "no".
    """
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    held = [g.scope for g in grants if permission in ROLES[g.role]]
    if places is None:
        return bool(held)
    around = {EVERYWHERE, *places}
    return any(scope in around for scope in held)


def clashing_roles(
    own: Iterable[Grant],
    held: Iterable[Grant],
    permission: str,
    places: Iterable[Scope] | None,
) -> list[str]:
    """Return the roles on account of which `own` gives `permission` to nobody here.

    A role that may not be held together with another one of the same person gives no
    right until one of the two is ended, however both were given. Empty where some role
    gives the permission and clashes with none.

    Args:
        own: what the account holds.
        held: what the person holds, on whichever account.
        permission: one of `PERMISSIONS`.
        places: every scope the thing lies in; None asks "anywhere at all?", and then
            roles meet where their scopes are equal or one is everywhere.
    """
    around = None if places is None else {EVERYWHERE, *places}
    known = list(held)
    clashes: set[str] = set()
    for grant in own:
        is_here = around is None or grant.scope in around
        if permission not in ROLES[grant.role] or not is_here:
            continue
        meeting = around or {grant.scope, EVERYWHERE}
        found = {
            other.role
            for other in known
            if frozenset({other.role, grant.role}) in FORBIDDEN_PAIRS
            and (
                other.scope in meeting or (around is None and grant.scope == EVERYWHERE)
            )
        }
        if not found:
            return []
        clashes |= {grant.role, *found}
    return sorted(clashes)


def scopes_for(grants: Iterable[Grant], permission: str) -> list[Scope]:
    """Return where `permission` is held, for building a query's filter."""
    if permission not in PERMISSIONS:
        raise KeyError(permission)
    return [g.scope for g in grants if permission in ROLES[g.role]]


def conflicting_roles(
    held: Iterable[Grant], new: Grant, around: Callable[[Scope], Iterable[Scope]]
) -> list[str]:
    """Return the roles in `held` that one person may not hold together with `new`.

    Roles meet when their scopes are equal, one is everywhere, or one lies in the other:
    a code map of a competition and a seat as judge at one of its events.

    Args:
        held: what the person holds now.
        new: what they would hold besides.
        around: tells which scopes a scope lies in, itself among them.
    """
    wide = {EVERYWHERE, *around(new.scope)}
    return sorted(
        {
            g.role
            for g in held
            if frozenset({g.role, new.role}) in FORBIDDEN_PAIRS
            and (
                new.scope == EVERYWHERE
                or g.scope in wide
                or new.scope in {g.scope, *around(g.scope)}
            )
        }
    )
