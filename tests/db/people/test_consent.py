"""Consents."""

from datetime import timedelta

import pytest

from ledger.log.services import SYSTEM
from people.consent import queries, services
from tests.factories.people import NOW, make_person


def give(session, person, version="1", purpose="pool"):
    return services.give_consent(
        session, person=person, purpose=purpose, version=version, now=NOW, actor=SYSTEM
    )


def holds(session, person, purpose="pool"):
    return queries.find_consent(session, person_id=person.id, purpose=purpose)


def test_each_purpose_is_apart(session):
    person = make_person(session)

    given = give(session, person)

    assert holds(session, person) is given
    assert holds(session, person, "publication") is None
    assert queries.list_consenting(session, "pool", persons=[person.id]) == {person.id}


def test_twice_is_once_and_a_new_version_is_a_new_one(session):
    person = make_person(session)
    first = give(session, person)

    assert give(session, person) is first
    assert give(session, person, version="2") is not first
    assert len(queries.list_consents(session, person.id)) == 2


def test_withdrawn(session):
    person = make_person(session)
    given = give(session, person)
    later = NOW + timedelta(days=1)

    services.withdraw_consent(
        session, person=person, purpose="pool", now=later, actor=SYSTEM
    )

    assert holds(session, person) is None
    assert given.withdrawn_at == later


def test_an_unknown_purpose_is_a_defect(session):
    with pytest.raises(ValueError, match="marketing"):
        give(session, make_person(session), purpose="marketing")
