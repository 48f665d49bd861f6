"""Registering persons."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from extensions import db
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.persons import queries, services
from people.persons.models import Person
from people.persons.rules import IdFault
from people.reveals.services import log_reveal
from tests.factories.people import NOW, made_up_id, make_person, make_unit


def register(session, **values):
    given = {"name": "张三", "id_number": made_up_id(1), "phone": "", "unit": None}
    return services.register_person(session, **(given | values), now=NOW, actor=SYSTEM)


def entries(session, action):
    return session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == action)
    ).all()


def test_reads_birth_and_sex_from_the_number(session):
    person = register(session, id_number=made_up_id(2, born=date(1990, 3, 7)))

    assert (person.birth_date, person.sex) == (date(1990, 3, 7), "2")


def test_the_same_number_is_the_same_person(session):
    first = register(session)

    again = register(session, id_number=f" {made_up_id(1).lower()} ")

    assert again.id == first.id
    assert len(entries(session, "person.registered")) == 1


def test_another_name_for_a_known_number_is_refused(session):
    register(session)

    with pytest.raises(services.OtherNameError):
        register(session, name="李四")


@pytest.mark.parametrize("name", ["㐀", "𠮷野", "买买提·吐尔逊", "张〇三"])
def test_rare_names_stay_as_they_are(session, name):
    uid = register(session, name=name).uid
    session.flush()
    session.expire_all()

    assert queries.get_person(session, uid).name == name


def test_one_kind_of_middle_dot(session):
    register(session, name="买买提•吐尔逊")

    again = register(session, name="买买提·吐尔逊")

    assert again.name == "买买提·吐尔逊"


def test_a_wrong_number_says_why(session):
    with pytest.raises(services.IdNumberError) as refused:
        register(session, id_number="330602199003070011")

    assert refused.value.fault is IdFault.CHECK
    assert session.scalar(select(Person.id)) is None


@pytest.mark.parametrize("name", ["", "张3", "x" * 81, "·", "<b>"])
def test_what_is_no_name_is_refused(session, name):
    with pytest.raises(services.PersonNameError):
        register(session, name=name)


def test_what_is_no_phone_is_refused(session):
    with pytest.raises(services.PhoneError):
        register(session, phone="12812341234")


def test_who_knows_a_number_cannot_move_its_holder(session):
    unit = make_unit(session)
    register(session, phone="13812341234", unit=unit)

    again = register(session, phone="13900000000", unit=make_unit(session))

    assert queries.open_phone(again) == "13812341234"
    assert again.unit is unit


def test_what_was_missing_is_filled_in(session):
    register(session)
    unit = make_unit(session)

    again = register(session, phone="138 1234 1234", unit=unit)

    assert queries.open_phone(again) == "13812341234"
    assert again.unit is unit


def test_an_update_is_logged_without_the_data(session):
    person = make_person(session, phone="13812341234")

    services.update_person(
        session,
        person=person,
        changes={"phone": "13900009999", "nation": "01"},
        now=NOW,
        actor=SYSTEM,
    )

    [entry] = entries(session, "person.updated")[-1:]
    assert '"fields":["nation","phone"]' in entry.body
    assert "13900009999" not in entry.body
    assert queries.open_phone(person) == "13900009999"


def test_an_update_without_a_difference_leaves_no_entry(session):
    person = make_person(session, phone="13812341234")
    before = len(entries(session, "person.updated"))

    services.update_person(
        session,
        person=person,
        changes={"phone": "138-1234-1234"},
        now=NOW,
        actor=SYSTEM,
    )

    assert len(entries(session, "person.updated")) == before


def test_the_id_number_never_changes(session):
    person = make_person(session)

    with pytest.raises(ValueError, match="id_number"):
        services.update_person(
            session, person=person, changes={"id_number": ""}, now=NOW, actor=SYSTEM
        )


def test_a_reveal_is_logged_with_its_purpose(session):
    person = make_person(session)

    log_reveal(
        session,
        person=person,
        fields="id_number",
        purpose="compare papers",
        now=NOW,
        actor=SYSTEM,
    )

    assert "compare papers" in entries(session, "person.revealed")[0].body


def test_the_database_file_holds_no_number_in_clear(own_app):
    with own_app.app_context():
        url = make_url(own_app.config["SQLALCHEMY_DATABASE_URI"])
        number, phone = made_up_id(7), "13871234567"
        register(db.session(), id_number=number, phone=phone)
        db.session.commit()
        if url.get_backend_name() == "sqlite":
            stored = Path(str(url.database)).read_bytes()
        else:
            rows = db.session.execute(select(Person.__table__)).all()
            logged = db.session.execute(select(LedgerEntry.__table__)).all()
            stored = repr((rows, logged)).encode()

    for secret in (number, number[:17], number[6:14] + number[14:], phone):
        assert secret.encode() not in stored
    assert "张三".encode() in stored
