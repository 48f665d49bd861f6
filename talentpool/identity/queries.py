"""Reading likenesses, judgements and merges, always within the caller's scope."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_sqlalchemy.pagination import Pagination, SelectPagination
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from accounts.roles.rules import EVERYWHERE, Scope
from extensions import Base
from people.districts.queries import within
from people.persons.models import Person
from people.persons.queries import ID_CONTEXT, hash_phone, open_phone
from people.units.models import Unit
from people.vault.services import get_vault
from talentpool.dossiers.models import Craftsman, SkillCertificate
from talentpool.dossiers.rules import enclosing_districts
from talentpool.identity.models import Judgement, Likeness, Merge, Scan
from talentpool.identity.rules.score import Known, Outcome, Score, Signal

CHUNK = 900  # values in one statement
BATCH = 5000  # records read at a time
PER_PAGE = 25
FINGERPRINT = "identity.fingerprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A record as it is compared, and where it lies."""

    known: Known
    district: str


def load_subjects(session: Session, ids: Sequence[int]) -> dict[int, Subject]:
    """Return the records to compare; their ID numbers stay unopened."""
    found: dict[int, Subject] = {}
    for start in range(0, len(ids), CHUNK):
        part = Person.id.in_(ids[start : start + CHUNK])
        found |= _subjects(session, part)
    return found


def iter_subjects(session: Session) -> Iterator[dict[int, Subject]]:
    """Yield everybody, a few thousand at a time."""
    last = session.scalar(select(func.max(Person.id))) or 0
    for start in range(0, last, BATCH):
        yield _subjects(session, Person.id.between(start + 1, start + BATCH))


def _subjects(session: Session, wanted: ColumnElement[bool]) -> dict[int, Subject]:
    numbers: dict[int, set[str]] = {}
    for person_id, number in session.execute(
        select(Craftsman.person_id, SkillCertificate.number)
        .join(SkillCertificate, SkillCertificate.craftsman_id == Craftsman.id)
        .join(Person, Person.id == Craftsman.person_id)
        .where(SkillCertificate.is_current, SkillCertificate.number != "", wanted)
    ):
        numbers.setdefault(person_id, set()).add(number)
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.birth_date,
            Person.sex,
            Person.phone_hash,
            Person.id_type,
            Person.unit_id,
            func.coalesce(Craftsman.district_code, Unit.district_code, "").label(
                "district"
            ),
        )
        .outerjoin(
            Craftsman,
            (Craftsman.person_id == Person.id) & Craftsman.merged_into_id.is_(None),
        )
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.merged_into_id.is_(None), wanted)
    )
    return {
        row.id: Subject(
            known=Known(
                name=row.name,
                birth=row.birth_date,
                sex=row.sex,
                phone=row.phone_hash,
                id_type=row.id_type,
                certificates=frozenset(numbers.get(row.id, ())),
                unit=row.unit_id,
                district=row.district,
            ),
            district=row.district,
        )
        for row in rows
    }


def load_id_numbers(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Return ID numbers in clear, for comparing and never for showing."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        sealed = select(Person.id, Person.id_number_sealed).where(Person.id.in_(part))
        for number, text in session.execute(sealed):
            found[number] = get_vault().open(text, ID_CONTEXT)
    return found


def fill_phone_hashes(session: Session) -> int:
    """Give their phone's hash to those stored without one; return how many."""
    waiting = select(Person).where(
        Person.phone_hash == "", Person.phone_sealed.is_not(None)
    )
    count = 0
    for person in session.scalars(waiting.order_by(Person.id)):
        person.phone_hash = hash_phone(open_phone(person))
        count += 1
    session.flush()
    return count


def fingerprint_of(one: Known, other: Known, ids: tuple[str, str]) -> str:
    """Return the keyed digest of everything a comparison looks at."""
    parts = [
        [
            known.name,
            str(known.birth),
            known.sex,
            known.phone,
            number,
            sorted(known.certificates),
            known.unit,
            known.district,
        ]
        for known, number in zip((one, other), ids, strict=True)
    ]
    return get_vault().lookup(json.dumps(parts, ensure_ascii=False), FINGERPRINT)


def write_score(score: Score) -> str:
    """Return the signals of a score as they are stored."""
    return json.dumps([[s.name, s.outcome, s.points] for s in score.signals])


def read_score(text: str) -> Score:
    """Return a score as `write_score` stored it."""
    return Score(
        tuple(Signal(name, Outcome(o), points) for name, o, points in json.loads(text))
    )


def find_likeness(session: Session, uid: str) -> Likeness | None:
    """Return a pair with both persons and their units, or None."""
    return session.scalar(_whole().where(Likeness.uid == uid))


def find_of_pair(session: Session, one_id: int, other_id: int) -> Likeness | None:
    """Return what is known of two persons, or None."""
    first, second = sorted((one_id, other_id))
    return session.scalar(
        _whole().where(Likeness.first_id == first, Likeness.second_id == second)
    )


def list_of_person(
    session: Session, person: Person, scopes: Iterable[Scope]
) -> list[Likeness]:
    """Return the pairs of one person nobody has judged, the likeliest first."""
    of_person = or_(Likeness.first_id == person.id, Likeness.second_id == person.id)
    found = _whole().where(_within(scopes), Likeness.state == "open", of_person)
    return list(session.scalars(found.order_by(Likeness.score.desc(), Likeness.id)))


def list_likenesses(
    session: Session, scopes: Iterable[Scope], *, state: str, page: int
) -> Pagination:
    """Return one page of the pairs in a state, the likeliest first."""
    return SelectPagination(
        select=_whole()
        .where(_within(scopes), Likeness.state == state)
        .order_by(Likeness.score.desc(), Likeness.id),
        session=session,
        page=page,
        per_page=PER_PAGE,
        error_out=False,
    )


def count_by_state(session: Session, scopes: Iterable[Scope]) -> dict[str, int]:
    """Return how many pairs are in each state."""
    rows = session.execute(
        select(Likeness.state, func.count())
        .where(_within(scopes))
        .group_by(Likeness.state)
    )
    return {state: count for state, count in rows}  # noqa: C416 - rows, not pairs


def list_judgements(session: Session, likeness: Likeness) -> list[Judgement]:
    """Return what was said of a pair, newest first."""
    return list(
        session.scalars(
            select(Judgement)
            .where(Judgement.likeness_id == likeness.id)
            .order_by(Judgement.id.desc())
        )
    )


def find_of_pairs(
    session: Session, pairs: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], Likeness]:
    """Return what is known of pairs of persons, the smaller id first."""
    wanted, found = set(pairs), {}
    firsts = sorted({first for first, _second in wanted})
    for start in range(0, len(firsts), CHUNK):
        part = firsts[start : start + CHUNK]
        for likeness in session.scalars(
            select(Likeness).where(Likeness.first_id.in_(part))
        ):
            pair = (likeness.first_id, likeness.second_id)
            if pair in wanted:
                found[pair] = likeness
    return found


def last_fingerprints(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return what the last judgement of each pair was about, by the pair's id."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), CHUNK):
        of_pair = Judgement.likeness_id.in_(ids[start : start + CHUNK])
        newest = (
            select(func.max(Judgement.id))
            .where(of_pair)
            .group_by(Judgement.likeness_id)
        )
        rows = session.execute(
            select(Judgement.likeness_id, Judgement.fingerprint).where(
                Judgement.id.in_(newest)
            )
        )
        found |= {number: text for number, text in rows}  # noqa: C416 - rows, not pairs
    return found


def find_merge(session: Session, likeness: Likeness) -> Merge | None:
    """Return the merge of a pair that holds now, or None."""
    return session.scalar(
        select(Merge).where(Merge.likeness_id == likeness.id, Merge.undone_at.is_(None))
    )


def find_later_merge(session: Session, made: Merge) -> Merge | None:
    """Return a merge that holds, touches the same record and is younger, or None."""
    both = (made.kept_id, made.merged_id)
    return session.scalar(
        select(Merge)
        .where(
            Merge.id > made.id,
            Merge.undone_at.is_(None),
            or_(Merge.kept_id.in_(both), Merge.merged_id.in_(both)),
        )
        .limit(1)
    )


def list_merges(session: Session, likeness: Likeness) -> list[Merge]:
    """Return every merge of a pair, undone ones too, newest first."""
    found = select(Merge).where(Merge.likeness_id == likeness.id)
    return list(session.scalars(found.order_by(Merge.id.desc())))


def find_last_scan(session: Session) -> Scan | None:
    """Return the newest scan, or None."""
    return session.scalar(select(Scan).order_by(Scan.id.desc()).limit(1))


def find_craftsman_of(session: Session, person: Person) -> Craftsman | None:
    """Return a person's own dossier, merged or not, or None."""
    found = select(Craftsman).where(Craftsman.person_id == person.id)
    return session.scalar(found.options(joinedload(Craftsman.district)))


def places_of(likeness: Likeness) -> list[Scope]:
    """Return the places that hold both persons; only there both may be seen."""
    first, second = likeness.first_district, likeness.second_district
    if not first or not second:
        return []
    both = set(enclosing_districts(first)) & set(enclosing_districts(second))
    return [Scope("district", code) for code in sorted(both)]


def rows_of_tables(
    session: Session, rows: Mapping[str, Sequence[int]]
) -> dict[str, list[Mapping[str, Any]]]:
    """Return whole rows by table, for showing what would move."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for name, ids in rows.items():
        table = Base.metadata.tables[name]
        statement = select(table).where(table.c.id.in_(ids)).order_by(table.c.id)
        found[name] = [dict(row) for row in session.execute(statement).mappings()]
    return found


def _within(scopes: Iterable[Scope]) -> ColumnElement[bool]:
    scopes = list(scopes)
    if EVERYWHERE in scopes:
        return true()
    parts = [
        within(Likeness.first_district, s.key) & within(Likeness.second_district, s.key)
        for s in scopes
        if s.kind == "district"
    ]
    return or_(*parts) if parts else false()


def _whole() -> Select[Likeness]:
    return select(Likeness).options(
        joinedload(Likeness.first).joinedload(Person.unit),
        joinedload(Likeness.second).joinedload(Person.unit),
    )
