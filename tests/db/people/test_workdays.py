"""Years an administrator enters, beyond what the library knows and against it."""

from datetime import UTC, date, datetime

import pytest

from ledger.log.queries import iter_said
from ledger.log.services import SYSTEM
from people.workdays import services
from tests.unit.people.test_workdays_rules import SOUND

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def enter(session, year, text, source="国办发明电"):
    return services.set_year(
        session, year=year, text=text, source=source, actor=SYSTEM, now=NOW
    )


def test_a_year_without_a_table_is_refused_with_what_to_do(session):
    with pytest.raises(services.WorkdayTableMissingError, match="2027") as raised:
        services.add_working_days(session, date(2026, 12, 30), 5)

    assert raised.value.year == 2027
    # Days of the year that is known are counted.
    assert services.add_working_days(session, date(2026, 12, 30), 2) == date(
        2026, 12, 31
    )


def test_an_entered_year_is_counted_in(session):
    enter(session, 2027, SOUND)

    assert services.add_working_days(session, date(2026, 12, 30), 5) == date(2027, 1, 6)
    assert services.add_working_days(session, date(2027, 9, 30), 3) == date(2027, 10, 9)
    assert services.is_working_day(session, date(2027, 10, 9))
    assert not services.is_working_day(session, date(2027, 10, 10))


def test_entering_again_takes_the_place_of_before_and_is_logged(session):
    enter(session, 2027, SOUND)
    enter(session, 2027, SOUND.replace("2027-10-09 workday", ""), source="更正")

    assert not services.is_working_day(session, date(2027, 10, 9))
    said = [said for said in iter_said(session, "workdays.") if said.uid == "2027"]
    assert [entry.body["source"] for entry in said] == ["国办发明电", "更正"]
    assert "2027-10-09 班" in said[0].body["days"]


def test_a_known_year_is_overridden_and_given_back(session):
    day = date(2026, 10, 12)

    enter(session, 2026, "2026-10-12 休 市运会")
    assert not services.is_working_day(session, day)
    assert services.is_working_day(session, date(2026, 10, 10))

    enter(session, 2026, "")
    assert services.is_working_day(session, day)


def test_faults_are_told_by_line_and_nothing_is_stored(session):
    with pytest.raises(services.WorkdayFaultsError) as raised:
        enter(session, 2027, "2027-02-30 休\nx")

    assert len(raised.value.faults) == 2
    with pytest.raises(services.WorkdayTableMissingError):
        services.is_working_day(session, date(2027, 1, 4))
