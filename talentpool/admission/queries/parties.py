"""Who has a part in an application, and what ties them to the nominee."""

from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from people.persons.models import Person
from talentpool.admission.models.applications import (
    Application,
    Move,
    Reference,
)
from talentpool.admission.models.experts import ExpertSheet
from talentpool.admission.rules.conflicts import (
    EXPERT,
    NOMINEE,
    REFEREE,
    REVIEWER,
    SUBMITTER,
    Human,
    Party,
    Ties,
)
from talentpool.admission.rules.experts import MARKED

# Rooms above say who trains or trained a person: ids of persons, by name of the source.
mentor_sources: dict[str, Callable[[Session, int], Iterable[int]]] = {}


def human_of(user: User) -> Human:
    """Return who a user is, with the units they belong to."""
    units = [user.unit, user.person.unit if user.person else None]
    return Human(
        user=user.uid,
        person=user.person.uid if user.person else "",
        units=frozenset(unit.uid for unit in units if unit is not None),
    )


def ties_of(session: Session, application: Application) -> Ties:
    """Return everybody with a part in an application so far."""
    roles = [
        (role, by)
        for role, by, step in session.execute(
            select(Move.role, Move.made_by, Move.from_step)
            .where(Move.application_id == application.id, Move.role != "")
            .order_by(Move.id)
        )
        # Whoever checked it at this step does so again when it comes back.
        if role != REVIEWER or step != application.step
    ]
    if application.submitter is not None:
        roles.append((SUBMITTER, application.submitter.uid))
    roles += [
        (REFEREE, uid)
        for uid in session.scalars(
            select(User.uid)
            .join(Reference, Reference.user_id == User.id)
            .where(Reference.application_id == application.id)
        )
    ]
    roles += [
        (EXPERT, uid)
        for uid in session.scalars(
            select(User.uid)
            .join(ExpertSheet, ExpertSheet.user_id == User.id)
            .where(
                ExpertSheet.application_id == application.id,
                ExpertSheet.state == MARKED,
            )
        )
    ]
    persons = _persons_of(session, {uid for _role, uid in roles})
    parties = [Party(role, uid, persons.get(uid, "")) for role, uid in roles]
    if application.person is not None:
        parties.append(Party(NOMINEE, "", application.person.uid))
    if application.nominee_user is not None:
        parties.append(Party(NOMINEE, application.nominee_user.uid))
    units = (application.unit, application.nominator_unit)
    return Ties(
        parties=tuple(dict.fromkeys(parties)),
        units=frozenset(unit.uid for unit in units if unit is not None),
        mentors=_mentors(session, application),
    )


def _persons_of(session: Session, uids: set[str]) -> dict[str, str]:
    users = session.scalars(
        select(User).where(User.uid.in_(uids)).options(joinedload(User.person))
    )
    return {user.uid: user.person.uid for user in users if user.person is not None}


def _mentors(session: Session, application: Application) -> frozenset[str]:
    if application.person_id is None:
        return frozenset()
    ids = {
        mentor
        for source in mentor_sources.values()
        for mentor in source(session, application.person_id)
    }
    found = select(Person.uid).where(Person.id.in_(ids))
    return frozenset(session.scalars(found)) if ids else frozenset()
