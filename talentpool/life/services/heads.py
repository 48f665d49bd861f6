"""Changing the head of a dossier: what holds from when, why, by which document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.log.services import Actor
from people.persons.services import update_person
from talentpool.dossiers.models import Craftsman, HonourAward, PostHeld
from talentpool.dossiers.services.craftsmen import change_head, log_change
from talentpool.dossiers.services.facts import add_fact, correct_fact

_OF_A_POST = frozenset({"post", "post_kind"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What a change rests on, and from when it holds."""

    on: date
    reason: str
    document: str = ""

    def body(self) -> dict[str, str]:
        """Return it as the log keeps it."""
        return {
            "on": self.on.isoformat(),
            "reason": self.reason,
            "document": self.document,
        }


def edit_head(
    session: Session,
    craftsman: Craftsman,
    *,
    head: Mapping[str, Any],
    person: Mapping[str, Any],
    why: Why,
    actor: Actor,
    now: datetime,
) -> bool:
    """Change head and person; a new unit or post begins a dated fact of its own.

    Args:
        session: the caller's transaction.
        craftsman: whose dossier.
        head: columns of `Craftsman`.
        person: fields of `people.persons.services.update_person`; "unit" is a Unit.
        why: the day, the reason and the document.
        actor: who changes it.
        now: the server's clock.

    Returns:
        Whether anything was different.
    """
    changed = set(
        change_head(
            session, craftsman, changes=head, actor=actor, now=now, why=why.body()
        )
    )
    about = craftsman.person
    before = {name: _value(about, name) for name in person if name != "phone"}
    update_person(session, person=about, changes=person, now=now, actor=actor)
    moved = sorted(name for name, old in before.items() if _value(about, name) != old)
    if person.get("phone"):
        moved.append("phone")
    if moved:
        body = {"fields": moved, **why.body()}
        log_change(session, craftsman, "craftsman.person_updated", actor, now, body)
    if "unit" in moved or changed & _OF_A_POST:
        _begin_post(session, craftsman, why, actor, now)
    return bool(changed or moved)


def revoke_honour(
    session: Session, honour: HonourAward, *, why: Why, actor: Actor, now: datetime
) -> HonourAward:
    """Take an honour away from a day on; the award stays in the history.

    Raises:
        SupersededError: it was corrected meanwhile.
    """
    values = {"valid_to": why.on, "revocation": why.document}
    return correct_fact(
        session,
        honour,
        values=values,
        reason=why.reason,
        actor=actor,
        now=now,
        verified=True,
    )


def _begin_post(
    session: Session, craftsman: Craftsman, why: Why, actor: Actor, now: datetime
) -> None:
    """End the posts that are open, and begin the one the head shows now."""
    for held in session.scalars(
        select(PostHeld)
        .where(
            PostHeld.craftsman_id == craftsman.id,
            PostHeld.is_current,
            PostHeld.valid_to.is_(None),
        )
        .order_by(PostHeld.id)
    ):
        last = why.on - timedelta(days=1)
        ends = max(last, held.valid_from) if held.valid_from else last
        correct_fact(
            session,
            held,
            values={"valid_to": ends},
            reason=why.reason,
            actor=actor,
            now=now,
            verified=held.state == "verified",
        )
    unit = craftsman.person.unit
    values = {
        "unit_name": unit.name if unit else "",
        "post": craftsman.post,
        "post_kind": craftsman.post_kind,
        "document": why.document,
        "valid_from": why.on,
    }
    add_fact(
        session,
        PostHeld,
        craftsman=craftsman,
        values=values,
        actor=actor,
        now=now,
        verified=True,
    )


def _value(person: object, name: str) -> object:
    value = getattr(person, name)
    return getattr(value, "id", value)
