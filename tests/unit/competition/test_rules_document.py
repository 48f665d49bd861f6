"""Who may enter as a document, and the rules only a document holds."""

from dataclasses import replace
from datetime import date

import pytest

from competition.registration.rules.document import (
    Document,
    DocumentError,
    read_document,
    write_document,
)
from competition.registration.rules.eligibility import (
    Facts,
    Requirements,
    check_eligibility,
)

WHOLE = Document(
    age_min=18,
    age_max=50,
    age_on=date(2026, 6, 20),
    trade_years=3,
    trade_continuous=True,
    level="L3",
    insurance_months=12,
    residence_within=("330600",),
    household_within=("330000",),
    excluded_standings=("teacher", "student"),
    barred_honours=('全国"技术能手"', "中华\\技能大奖"),
    events_per_person=1,
    places_event=60,
    places_unit=3,
    papers_asked=("id_card",),
)


@pytest.mark.parametrize("document", [WHOLE, Document()], ids=["whole", "empty"])
def test_a_document_comes_back_as_it_was_written(document):
    assert read_document(write_document(document)) == document


def test_every_fault_of_a_document_is_told():
    text = 'format = "x"\nage = {min = -1, on = 3}\ntrade = {speed = 1}\nzone = 4\n'
    text += 'excluded = {standings = ["king"]}\nlevel = {at_least = 4}\n'

    with pytest.raises(DocumentError) as refused:
        read_document(text)

    assert [fault.split(":")[0] for fault in refused.value.faults] == [
        *("format", "age.min", "age.on", "trade.speed", "zone"),
        *("excluded.standings", "level.at_least"),
    ]


ASKED = Requirements(
    is_open=True,
    min_trade_years=3,
    is_continuous=True,
    insurance_months=12,
    residence=("330600",),
    household=("330602", "330603"),
    excluded=("teacher",),
    barred=("全国技术能手",),
)
KNOWN = Facts(
    group="worker",
    trade_years=3,
    insurance_months=12,
    residence="330602",
    household="330603",
    standing="worker",
    holds_barred=False,
    papers=frozenset({"photo", "employment"}),
)


@pytest.mark.parametrize(
    ("changes", "rule", "verdict"),
    [
        pytest.param({}, "trade_unbroken", "met", id="as many years"),
        pytest.param({"trade_years": 2}, "trade_unbroken", "not_met", id="too few"),
        pytest.param({"insurance_months": 11}, "insurance", "not_met", id="a month"),
        pytest.param({"insurance_months": None}, "insurance", "missing", id="unsaid"),
        pytest.param({}, "residence", "met", id="a county of the city"),
        pytest.param({"residence": "330702"}, "residence", "not_met", id="elsewhere"),
        pytest.param({"household": "330600"}, "household", "not_met", id="too wide"),
        pytest.param({"household": ""}, "household", "missing", id="no household"),
        pytest.param({"standing": "teacher"}, "excluded", "not_met", id="a teacher"),
        pytest.param({"standing": ""}, "excluded", "missing", id="no standing"),
        pytest.param({"holds_barred": True}, "barred", "not_met", id="an honour"),
        pytest.param({"holds_barred": None}, "barred", "missing", id="not asked"),
    ],
)
def test_rules_of_the_document(changes, rule, verdict):
    checks = check_eligibility(
        replace(ASKED, groups=frozenset({"worker"})), replace(KNOWN, **changes)
    )

    [found] = [check for check in checks if check.rule == rule]
    assert found.verdict == verdict
    assert found.is_blocking == (verdict != "met")


def test_each_check_says_what_it_rests_on():
    checks = check_eligibility(ASKED, KNOWN)

    evidence = {check.rule: check.evidence for check in checks}
    assert evidence["trade_unbroken"] == "employment"
    assert evidence["residence"] == "stated"
    assert evidence["one_entry"] == "counted"
    assert evidence["paper_photo"] == "photo"
    assert evidence["insurance"] == "employment"
    proved = replace(KNOWN, papers=frozenset({"employment", "insurance", "residence"}))
    evidence = {c.rule: c.evidence for c in check_eligibility(ASKED, proved)}
    assert (evidence["insurance"], evidence["residence"]) == ("insurance", "residence")
    assert evidence["trade_unbroken"] == "employment"
