"""The people and records behind a figure, as a list shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from competition.events.models import Competition, Event
from competition.registration.models import Entry
from extensions import LOCAL
from people.codes.models import Occupation
from people.persons.models import Person
from talentpool.dossiers.models import (
    Achievement,
    Craftsman,
    FirmService,
    HonourAward,
    Studio,
)
from talentpool.dossiers.rules import wan_text
from talentpool.growth.models.innovations import Innovation
from talentpool.growth.models.trainings import Attendance, Training
from talentpool.growth.rules.trainings import hours_text
from talentpool.mentorship.models import Pair

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One counted row.

    Attributes:
        name: of the person or thing.
        what: trade, title, event.
        place: unit, or whose the record is.
        on: its day.
        amount: what it adds where amounts are added up.
        page: endpoint and its argument where it has a page of its own.
        is_person: the name is a person's.
    """

    name: str
    what: str = ""
    place: str = ""
    on: date | None = None
    amount: str = ""
    page: tuple[str, Mapping[str, str]] | None = None
    is_person: bool = True


def load_rows(
    session: Session, subject: str, ids: Sequence[Any], figure_id: str
) -> list[Row]:
    """Return the rows with these ids, in their order."""
    found = _LOADERS[subject](session, ids, figure_id)
    return [found[key] for key in ids if key in found]


def _unit_name(person: Person) -> str:
    return person.unit.name if person.unit else ""


def _dossier(craftsman: Craftsman) -> tuple[str, Mapping[str, str]]:
    return "talentpool.dossiers.show_dossier", {"craftsman_uid": craftsman.uid}


def _craftsmen(session: Session, ids: Sequence[int], _figure: str) -> dict[Any, Row]:
    person = joinedload(Craftsman.person).joinedload(Person.unit)
    rows = session.scalars(
        select(Craftsman).options(person).where(Craftsman.id.in_(ids))
    )
    return {
        c.id: Row(
            name=c.person.name,
            what=c.trade,
            place=_unit_name(c.person),
            on=c.entered_on,
            page=_dossier(c),
        )
        for c in rows
    }


def _pairs(session: Session, ids: Sequence[int], _figure: str) -> dict[Any, Row]:
    mentor = joinedload(Pair.mentor).joinedload(Craftsman.person)
    rows = session.scalars(
        select(Pair)
        .options(mentor.joinedload(Person.unit), joinedload(Pair.apprentice))
        .where(Pair.id.in_(ids))
    )
    return {
        p.id: Row(
            name=f"{p.mentor.person.name} → {p.apprentice.name}",
            what=p.trade,
            place=_unit_name(p.mentor.person),
            on=p.starts_on,
            page=("talentpool.mentorship.show_pair", {"pair_uid": p.uid}),
        )
        for p in rows
    }


def _events(session: Session, ids: Sequence[int], _figure: str) -> dict[Any, Row]:
    rows = session.scalars(
        select(Event)
        .options(joinedload(Event.competition).joinedload(Competition.district))
        .where(Event.id.in_(ids))
    )
    return {
        e.id: Row(
            name=e.name,
            what=e.competition.name,
            place=e.competition.district.name,
            on=e.starts_at.astimezone(LOCAL).date(),
            page=("competition.events.show_event", {"event_uid": e.uid}),
            is_person=False,
        )
        for e in rows
    }


def _entries(session: Session, ids: Sequence[int], _figure: str) -> dict[Any, Row]:
    rows = session.scalars(
        select(Entry)
        .options(
            joinedload(Entry.person), joinedload(Entry.unit), joinedload(Entry.event)
        )
        .where(Entry.id.in_(ids))
    )
    return {
        e.id: Row(
            name=e.person.name if e.person else "",
            what=e.event.name,
            place=e.unit.name if e.unit else "",
            on=e.event.starts_at.astimezone(LOCAL).date(),
        )
        for e in rows
    }


def _persons(session: Session, ids: Sequence[int], _figure: str) -> dict[Any, Row]:
    rows = session.scalars(
        select(Person).options(joinedload(Person.unit)).where(Person.id.in_(ids))
    )
    return {p.id: Row(name=p.name, place=_unit_name(p)) for p in rows}


def _occupations(session: Session, ids: Sequence[str], _figure: str) -> dict[Any, Row]:
    rows = session.scalars(
        select(Occupation).where(Occupation.code.in_(ids)).order_by(Occupation.edition)
    )
    return {o.code: Row(name=o.name, what=o.code, is_person=False) for o in rows}


def _innovations(session: Session, ids: Sequence[int], figure: str) -> dict[Any, Row]:
    rows = session.scalars(
        select(Innovation)
        .options(joinedload(Innovation.unit))
        .where(Innovation.id.in_(ids))
    )
    adds = figure == "innovation.project_benefit"
    return {
        i.id: Row(
            name=i.title,
            what=i.trade,
            place=i.unit.name if i.unit else "",
            on=i.finished_on,
            amount=wan_text(i.benefit_yuan) if adds and i.benefit_yuan else "",
            page=("talentpool.growth.show_innovation", {"innovation_uid": i.uid}),
            is_person=False,
        )
        for i in rows
    }


def _trainings(session: Session, ids: Sequence[int], _figure: str) -> dict[Any, Row]:
    rows = session.scalars(
        select(Training)
        .options(joinedload(Training.district))
        .where(Training.id.in_(ids))
    )
    return {t.id: _training_row(t) for t in rows}


def _training_row(training: Training) -> Row:
    return Row(
        name=training.title,
        what=training.organiser,
        place=training.district.name,
        on=training.last_on,
        page=("talentpool.growth.show_training", {"training_uid": training.uid}),
        is_person=False,
    )


def _attendances(session: Session, ids: Sequence[int], _figure: str) -> dict[Any, Row]:
    person = joinedload(Attendance.person).joinedload(Person.unit)
    rows = session.scalars(
        select(Attendance)
        .options(person, joinedload(Attendance.training))
        .where(Attendance.id.in_(ids))
    )
    return {
        a.id: Row(
            name=a.person.name,
            what=a.training.title,
            place=_unit_name(a.person),
            on=a.training.last_on,
            amount=hours_text(a.minutes),
        )
        for a in rows
    }


def _facts(
    model: type[Any], day: str, say: Callable[[Any, str], tuple[str, str]]
) -> Callable[[Session, Sequence[int], str], dict[Any, Row]]:
    """Return the loader of a kind of fact; `say` gives its words and its amount."""

    def load(session: Session, ids: Sequence[int], figure: str) -> dict[Any, Row]:
        person = joinedload(model.craftsman).joinedload(Craftsman.person)
        rows = session.scalars(
            select(model)
            .options(person.joinedload(Person.unit))
            .where(model.id.in_(ids))
        )
        found = {}
        for fact in rows:
            words, amount = say(fact, figure)
            found[fact.id] = Row(
                name=fact.craftsman.person.name,
                what=words,
                place=_unit_name(fact.craftsman.person),
                on=getattr(fact, day),
                amount=amount,
                page=_dossier(fact.craftsman),
            )
        return found

    return load


def _say_benefit(fact: Achievement, _figure: str) -> tuple[str, str]:
    return fact.title, wan_text(fact.benefit_yuan) if fact.benefit_yuan else ""


def _say_service(fact: FirmService, figure: str) -> tuple[str, str]:
    title = " · ".join(part for part in (fact.title, fact.firm) if part)
    return title, str(getattr(fact, figure.removeprefix("service.")))


_LOADERS: Mapping[str, Callable[[Session, Sequence[Any], str], dict[Any, Row]]] = {
    "craftsman": _craftsmen,
    "pair": _pairs,
    "event": _events,
    "entry": _entries,
    "person": _persons,
    "occupation": _occupations,
    "honour": _facts(HonourAward, "awarded_on", lambda fact, _: (fact.name, "")),
    "achievement": _facts(Achievement, "achieved_on", _say_benefit),
    "innovation": _innovations,
    "training": _trainings,
    "attendance": _attendances,
    "studio": _facts(Studio, "founded_on", lambda fact, _: (fact.name, "")),
    "service": _facts(FirmService, "served_on", _say_service),
}
