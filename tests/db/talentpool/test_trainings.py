"""Trainings: lists, what counts, and what is refused."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.models import LedgerEntry
from ledger.log.services import Actor
from people.persons.models import Person
from people.persons.queries import find_by_id_number
from talentpool.growth.models.trainings import Attendance
from talentpool.growth.queries.trainings import (
    TrainingFilter,
    list_of_person,
    list_trainings,
)
from talentpool.growth.services import trainings as services
from talentpool.growth.services.by import By
from talentpool.growth.services.trainings import (
    Given,
    ListFaultsError,
    TrainingError,
    TrainingStateError,
)
from talentpool.reports.queries import growth, selection
from talentpool.reports.queries.seen import list_seen
from talentpool.reports.rules.window import Window
from tests.factories.accounts import make_user
from tests.factories.growth import attend, make_training
from tests.factories.people import made_up_id, make_person
from tests.factories.talentpool import NOW

LATER = NOW + timedelta(days=3)
WORDS = {"": "", "合格": "passed", "不合格": "failed"}


def by(session):
    user = make_user(session)
    return By(user=user, actor=Actor("human", user.uid), now=LATER)


def counted(session, year=2026, **values):
    window = Window(
        scopes=(EVERYWHERE,),
        first=date(year, 1, 1),
        last=date(year, 12, 31),
        today=date(2026, 12, 31),
        **values,
    )
    return [
        selection.count(session, figure(window))
        for figure in (
            *(growth.trained, growth.practised, growth.hours, growth.trainings),
        )
    ]


@pytest.fixture
def training(session):
    return make_training(session)


def csv_of(*lines):
    return "\n".join(("姓名,身份证号,手机,学时,结果,成绩", *lines)).encode("gb18030")


def take(session, training, *lines):
    return services.put_list(
        session, training, csv_of(*lines), results=WORDS, by=by(session)
    )


def test_a_list_registers_whoever_is_new(session, training):
    known = make_person(session, name="王五")
    number = made_up_id(7, born=date(1991, 4, 5))
    person_id = find_by_id_number(session, number)
    assert person_id is None

    assert take(session, training, f"李四,{number},,4,合格,88") == (1, 0)
    services.put_person(session, training, known, Given(minutes=480), by=by(session))

    rows = session.execute(
        select(Person.name, Attendance.minutes, Attendance.result, Attendance.mark)
        .join(Attendance, Attendance.person_id == Person.id)
        .order_by(Attendance.id)
    ).all()
    assert rows == [("李四", 240, "passed", "88"), ("王五", 480, "", "")]
    newcomer = find_by_id_number(session, number)
    assert newcomer.unit == training.unit


def test_a_list_sent_again_changes_lines_and_doubles_nobody(session, training):
    number = made_up_id(7, born=date(1991, 4, 5))
    take(session, training, f"李四,{number}")

    assert take(session, training, f"李四,{number},,2,不合格,40") == (0, 1)

    [line] = session.scalars(select(Attendance)).all()
    assert (line.minutes, line.result, line.mark) == (120, "failed", "40")


def test_a_list_with_a_fault_is_not_taken_at_all(session, training):
    known = make_person(session, name="王五", id_number=made_up_id(9))

    with pytest.raises(ListFaultsError) as refused:
        take(
            session,
            training,
            f"李四,{made_up_id(7)}",
            f"赵六,{made_up_id(9)}",
            "钱七,1",
        )

    assert [(f.row, f.code) for f in refused.value.faults] == [
        (3, "other_name"),
        (4, "length"),
    ]
    assert known.name == "王五"
    assert session.scalars(select(Attendance)).all() == []


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", "姓名,身份证号".encode()])
def test_what_is_no_list_is_refused(session, training, data):
    with pytest.raises(TrainingError):
        services.put_list(session, training, data, results=WORDS, by=by(session))


def test_a_person_counts_once_a_year_and_only_for_what_was_held(session, training):
    person = make_person(session)
    practice = make_training(session, unit=training.unit, kind="practice")
    earlier = make_training(
        session, unit=training.unit, last_on=date(2025, 5, 1), state="held"
    )
    for one in (training, practice, earlier):
        attend(session, one, person)
    attend(session, practice, make_person(session, unit=training.unit), minutes=60)
    assert counted(session) == [0, 0, 0, 0]
    assert list_of_person(session, person.id) != []  # the one of the year before

    for one in (training, practice):
        services.close(session, one, by=by(session))

    assert counted(session) == [2, 2, 1020, 2]
    assert counted(session, 2025) == [1, 0, 480, 1]
    # Of a unit: its own people, and what it held itself.
    assert counted(session, unit_uid=training.unit.uid) == [1, 1, 60, 2]
    assert counted(session, district="330681") == [0, 0, 0, 0]


def test_opened_again_it_does_not_count(session, training):
    attend(session, training, make_person(session))
    services.close(session, training, by=by(session))
    with pytest.raises(TrainingStateError):
        services.cancel(session, training, reason="误", by=by(session))

    services.reopen(session, training, reason="漏了两人", by=by(session))

    assert counted(session) == [0, 0, 0, 0]
    actions = session.scalars(
        select(LedgerEntry.action)
        .where(LedgerEntry.subject == f"training:{training.uid}")
        .order_by(LedgerEntry.seq)
    ).all()
    assert actions == ["training.held", "training.reopened"]


def test_it_is_closed_when_it_is_over_and_somebody_came(session):
    later = make_training(session, last_on=LATER.date() + timedelta(days=2))
    attend(session, later, make_person(session))
    empty = make_training(session)

    for training in (later, empty):
        with pytest.raises(TrainingError):
            services.close(session, training, by=by(session))


def test_nothing_changes_once_it_is_closed(session, training):
    line = attend(session, training, make_person(session))
    services.close(session, training, by=by(session))
    given = Given(minutes=60)

    for step in (
        lambda: services.remove_person(session, line, by=by(session)),
        lambda: services.put_person(
            session, training, line.person, given, by=by(session)
        ),
        lambda: take(session, training, f"李四,{made_up_id(7)}"),
        lambda: services.close(session, training, by=by(session)),
    ):
        with pytest.raises(TrainingStateError):
            step()


def test_lists_keep_to_the_readers_places(session, training):
    def there(*scopes):
        page = list_trainings(session, scopes, wanted=TrainingFilter(), page=1)
        return [found.id for found in page.items]

    unit = Scope("unit", training.unit.uid)
    assert there(EVERYWHERE) == there(unit) == [training.id]
    assert there(Scope("district", "330681")) == there() == []


def test_who_was_counted_once_is_shown_in_ones_own_places_only(session, training):
    line = attend(session, training, make_person(session))

    def seen(*scopes):
        day = date(2026, 5, 1)
        window = Window(scopes=scopes, first=day, last=day, today=day)
        return list_seen(session, "attendance", [line.id], window)

    assert seen(EVERYWHERE) == {line.id}
    assert seen(Scope("district", "330681")) == set()
    line.person.erased_at = LATER
    assert seen(EVERYWHERE) == set()
