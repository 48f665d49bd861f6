"""Facts are append-only, corrections supersede, batches load at once."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from talentpool.dossiers.models import Craftsman, HonourAward, SkillCertificate
from talentpool.dossiers.queries import load_dossier, within_scopes
from talentpool.dossiers.services import craftsmen, facts
from talentpool.dossiers.services.bulk import NewCraftsman, bulk_load
from talentpool.dossiers.signals import craftsman_changed
from talentpool.standard.models import ProfileVersion
from talentpool.standard.queries import SHIPPED
from talentpool.standard.services import (
    VersionTakenError,
    ensure_in_force,
    put_in_force,
)
from tests.factories.people import make_person, make_unit
from tests.factories.talentpool import NOW, make_craftsman, make_fact


@pytest.fixture
def craftsman(session):
    return make_craftsman(session)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(update(HonourAward).values(name="改了"), id="edited"),
        pytest.param(delete(HonourAward), id="deleted"),
        pytest.param(update(ProfileVersion).values(toml="x"), id="standard edited"),
        pytest.param(delete(ProfileVersion), id="standard deleted"),
    ],
)
def test_the_database_refuses_to_rewrite_history(session, craftsman, statement):
    make_fact(session, craftsman, "honour")
    ensure_in_force(session, now=NOW)

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(statement)


def test_a_correction_keeps_what_was_not_corrected(session, craftsman):
    old = make_fact(session, craftsman, "honour", document="甲1号")

    new = facts.correct_fact(
        session, old, values={"name": "省劳模"}, reason="录错", actor=SYSTEM, now=NOW
    )

    assert (new.name, new.document, new.state) == ("省劳模", "甲1号", "claimed")
    assert (new.supersedes_id, old.is_current) == (old.id, False)
    dossier = load_dossier(session, craftsman)
    assert [fact.uid for fact in dossier.honours] == [new.uid]
    assert [(kind, fact.uid) for kind, fact in dossier.superseded] == [
        ("honour", old.uid)
    ]
    with pytest.raises(facts.SupersededError):
        facts.correct_fact(session, old, values={}, reason="x", actor=SYSTEM, now=NOW)


def test_the_timeline_runs_backwards(session, craftsman):
    for day in (date(2020, 1, 1), date(2026, 1, 1), date(2023, 1, 1)):
        make_fact(session, craftsman, "honour", awarded_on=day)

    days = [moment.on for moment in load_dossier(session, craftsman).timeline]

    assert days == sorted(days, reverse=True)
    assert craftsman.entered_on in days


def test_a_state_that_cannot_follow_is_refused(session, craftsman):
    step: dict[str, Any] = {"reason": "r", "clause": "6.2.1"}
    step |= {"actor": SYSTEM, "now": NOW}
    craftsmen.change_state(session, craftsman, to="left", **step)

    with pytest.raises(craftsmen.StateStepError):
        craftsmen.change_state(session, craftsman, to="suspended", **step)


@pytest.mark.parametrize(
    ("scopes", "seen"),
    [
        ([EVERYWHERE], {"330602", "330681"}),
        ([Scope("district", "330602")], {"330602"}),
        ([Scope("district", "330600")], {"330602", "330681"}),
        ([Scope("district", "330602"), Scope("district", "330681")], None),
        ([Scope("event", "x")], set()),
        ([], set()),
    ],
)
def test_scopes_narrow_every_list(session, scopes, seen):
    for code in ("330602", "330681"):
        make_craftsman(session, unit=make_unit(session, district_code=code))

    found = session.scalars(
        select(Craftsman.district_code).where(within_scopes(scopes))
    )

    assert set(found) == (seen if seen is not None else {"330602", "330681"})


@pytest.mark.parametrize("announce", [True, False])
def test_a_batch_loads_with_one_entry_in_the_log(session, announce):
    people = [make_person(session) for _ in range(3)]
    heard = []
    craftsman_changed.connect(hear := lambda _s, **said: heard.append(said))
    before = session.scalar(select(func.count()).select_from(LedgerEntry))
    rows = [
        NewCraftsman(
            head={
                "person_id": person.id,
                "pool_class": "skilled",
                "level": "city",
                "entered_on": date(2024, 1, 1),
                "occupation_edition": 2022,
                "occupation_code": "6-18-02-04",
                "trade": "焊工",
                "district_code": "330602",
            },
            facts={
                "certificate": [
                    {"level_code": "L5", "trade": "焊工"},
                    {"level_code": "L4", "trade": "焊工", "number": "1"},
                ]
            },
        )
        for person in people
    ]

    ids = bulk_load(session, rows, actor=SYSTEM, now=NOW, announce=announce)

    after = session.scalar(select(func.count()).select_from(LedgerEntry))
    assert after == before + 1
    assert [said["craftsman_id"] for said in heard] == (ids if announce else [])
    count = select(func.count()).select_from(SkillCertificate)
    assert session.scalar(count.where(SkillCertificate.craftsman_id.in_(ids))) == 6
    craftsman_changed.disconnect(hear)


def test_a_standard_is_stored_once(session):
    toml = SHIPPED.read_text(encoding="utf-8")
    first = put_in_force(session, toml=toml, actor=SYSTEM, now=NOW)

    assert put_in_force(session, toml=toml, actor=SYSTEM, now=NOW) is first
    with pytest.raises(VersionTakenError):
        put_in_force(session, toml=toml + "# 改\n", actor=SYSTEM, now=NOW)


def test_a_citys_own_standard_takes_over_from_its_day(session):
    toml = SHIPPED.read_text(encoding="utf-8")
    own = toml.replace('code = "common"', 'code = "own"', 1)
    own = own.replace("in_force_from = 2026-01-01", "in_force_from = 2026-04-01")
    ensure_in_force(session, now=NOW)

    put_in_force(session, toml=own, actor=SYSTEM, now=NOW)

    assert ensure_in_force(session, now=NOW).code == "own"
