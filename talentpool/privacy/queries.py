"""Reading what belongs to a person, in every table, and the wishes to be erased."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from accounts.users.models import User
from extensions import LOCAL, Base
from ledger.log.queries import list_of_action
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman, DossierLook
from talentpool.privacy.models import Erasure, Purge
from talentpool.privacy.rules.erasing import OPEN_STATES
from talentpool.privacy.rules.looks import BULK_DOSSIERS, Look, most_within_an_hour
from talentpool.privacy.rules.register import load_register

# What leads on from a person: rows that name one of these belong to the person too.
_OWNERS = (
    *("person", "craftsman", "entry", "user_account", "proposal", "application"),
    *("mentor_pair", "pair_agreement", "mentor_offer", "pair_log"),
    "pair_assessment",
)
_NOT_OWNED = frozenset({"judge_seat"})
# Rows that name one of these and are not about the person all the same: what others
# wrote in confidence, and what the person wrote about others.
_NOT_ABOUT = frozenset(
    {
        ("expert_sheet", "application_id"),
        ("objection", "application_id"),
        ("application_reference", "user_id"),
        # Another pair after this one, and what the other side looks and wishes for.
        ("mentor_pair", "successor_of_id"),
        ("mentor_offer", "after_pair_id"),
        ("mentor_wish", "wanted_id"),
        ("mentor_wish", "pair_id"),
    }
)

Rows = dict[str, list[int]]


def list_records(session: Session, person: Person) -> list[int]:
    """Return the ids of a person's records: their own and those merged into it."""
    found = [person.id]
    for number in found:
        merged = select(Person.id).where(Person.merged_into_id == number)
        found += [n for n in session.scalars(merged) if n not in found]
    return found


def rows_of(session: Session, person: Person) -> Rows:
    """Return the ids of all rows about a person, by table; files last."""
    tables = Base.metadata.tables
    rows: Rows = {"person": list_records(session, person)}
    listed = [
        t
        for t in Base.metadata.sorted_tables
        if t.name in _listed() and "id" in t.columns
    ]
    for owner in _OWNERS:
        for table in listed if rows.get(owner) else ():
            for column in table.columns:
                named = {key.target_fullname for key in column.foreign_keys}
                if f"{owner}.id" not in named or column.name == "merged_into_id":
                    continue
                if (table.name, column.name) in _NOT_ABOUT:
                    continue
                found = select(table.c.id).where(column.in_(rows[owner]))
                if owner == "user_account" and "person_id" in table.c:
                    # What the person's account did for others is about the others.
                    whose = table.c.person_id
                    found = found.where(whose.is_(None) | whose.in_(rows["person"]))
                _add(rows, table.name, session.scalars(found.order_by(table.c.id)))
    for name, ids in list(rows.items()):
        for column in tables[name].columns:
            named = {key.target_fullname for key in column.foreign_keys}
            if "attachment.id" in named:
                found = select(column).where(
                    tables[name].c.id.in_(ids), column.is_not(None)
                )
                _add(rows, "attachment", session.scalars(found))
    return rows


def read_rows(session: Session, table: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return whole rows as they are stored."""
    source = Base.metadata.tables[table]
    found = select(source).where(source.c.id.in_(ids)).order_by(source.c.id)
    return [dict(row) for row in session.execute(found).mappings()]


def _listed() -> set[str]:
    derived = {"search_document", "search_dirty", "search_image", "search_posting"}
    return set(load_register().entries) - _NOT_OWNED - derived


def _add(rows: Rows, name: str, ids: Iterable[int]) -> None:
    there = rows.setdefault(name, [])
    there += [number for number in dict.fromkeys(ids) if number not in there]
    if not there:
        del rows[name]


def find_erasure(session: Session, uid: str) -> Erasure | None:
    """Return a wish to be erased, or None."""
    return session.scalar(select(Erasure).where(Erasure.uid == uid))


def find_open_erasure(session: Session, person_id: int) -> Erasure | None:
    """Return a person's wish that waits, or None."""
    return session.scalar(
        select(Erasure)
        .where(Erasure.person_id == person_id, Erasure.state.in_(OPEN_STATES))
        .limit(1)
    )


def list_erasures(session: Session) -> list[Erasure]:
    """Return every wish to be erased, those that wait first."""
    found = session.scalars(
        select(Erasure)
        .options(joinedload(Erasure.person))
        .order_by(Erasure.asked_at.desc(), Erasure.id.desc())
        .limit(200)
    )
    return sorted(found, key=lambda wish: wish.state not in OPEN_STATES)


def list_purges(session: Session) -> list[Purge]:
    """Return what retention has removed, the latest first."""
    return list(session.scalars(select(Purge).order_by(Purge.id.desc()).limit(100)))


def list_looks(session: Session, *, since: datetime, person: str = "") -> list[Look]:
    """Return who saw masked fields in clear since a moment (of one person)."""
    subject = f"person:{person}" if person else ""
    links = list_of_action(session, "person.revealed", since=since, subject=subject)
    uids = {link.actor for link in links}
    users = {u.uid: u for u in session.scalars(select(User).where(User.uid.in_(uids)))}
    whom = {link.subject.partition(":")[2] for link in links}
    persons = {
        p.uid: p for p in session.scalars(select(Person).where(Person.uid.in_(whom)))
    }
    looks = []
    for link in links:
        user = users.get(link.actor)
        seen = persons.get(link.subject.partition(":")[2])
        own = user.person if user else None
        unit = (user.unit_id if user else None) or (own.unit_id if own else None)
        body = json.loads(link.body)
        looks.append(
            Look(
                seq=link.seq,
                at=datetime.fromisoformat(link.at).astimezone(LOCAL),
                by=link.actor,
                at_whom=link.subject.partition(":")[2],
                fields=body["fields"],
                purpose=body["purpose"],
                by_unit=unit,
                whom_unit=seen.unit_id if seen else None,
                by_person=own.uid if own else "",
            )
        )
    return looks


def names_of_users(session: Session, uids: Iterable[str]) -> dict[str, str]:
    """Return the shown names of users by uid."""
    rows = session.execute(
        select(User.uid, User.display_name).where(User.uid.in_(set(uids)))
    )
    return {uid: name for uid, name in rows}  # noqa: C416 - rows, not pairs


def names_of_persons(session: Session, uids: Iterable[str]) -> dict[str, str]:
    """Return the names of persons by uid."""
    rows = session.execute(
        select(Person.uid, Person.name).where(Person.uid.in_(set(uids)))
    )
    return {uid: name for uid, name in rows}  # noqa: C416 - rows, not pairs


@dataclass(frozen=True, slots=True)
class Openings:
    """How many dossiers a user opened in a while, and within its fullest hour."""

    user: str  # uid
    count: int
    dossiers: int
    most: int  # within an hour; 0 where there are too few to stand out

    @property
    def stands_out(self) -> bool:
        return self.most > BULK_DOSSIERS


def list_openings(session: Session, *, since: datetime) -> list[Openings]:
    """Return who opened the most dossiers since a moment, fifty at most."""
    count = func.count()
    rows = session.execute(
        select(
            User.id,
            User.uid,
            count,
            func.count(DossierLook.craftsman_id.distinct()),
        )
        .join(DossierLook, DossierLook.user_id == User.id)
        .where(DossierLook.at >= since)
        .group_by(User.id, User.uid)
        .order_by(count.desc(), User.id)
        .limit(50)
    ).all()
    found = []
    for number, uid, total, dossiers in rows:
        moments = select(DossierLook.at).where(
            DossierLook.user_id == number, DossierLook.at >= since
        )
        is_many = total > BULK_DOSSIERS
        most = most_within_an_hour(session.scalars(moments)) if is_many else 0
        found.append(Openings(uid, total, dossiers, most))
    return found


def list_openings_of(
    session: Session, person_id: int, *, since: datetime
) -> list[tuple[datetime, str, str]]:
    """Return when who opened what of a person's dossier, the latest fifty."""
    rows = session.execute(
        select(DossierLook.at, User.display_name, DossierLook.page)
        .join(User, User.id == DossierLook.user_id)
        .join(Craftsman, Craftsman.id == DossierLook.craftsman_id)
        .where(Craftsman.person_id == person_id, DossierLook.at >= since)
        .order_by(DossierLook.id.desc())
        .limit(50)
    )
    return [(at, name, page) for at, name, page in rows]
