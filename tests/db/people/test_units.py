"""Registering and finding units."""

import pytest
from sqlalchemy import select

from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.units import queries, services
from people.units.rules import CreditCodeFault
from tests.factories.people import NOW, made_up_credit_code, make_unit


def register(session, **values):
    given = {
        "name": "绍兴柯桥精工机械有限公司",
        "credit_code": made_up_credit_code(9000),
        "district_code": "330603",
    }
    return services.register_unit(session, **(given | values), now=NOW, actor=SYSTEM)


def test_the_same_code_is_the_same_unit(session):
    first = register(session)

    again = register(session, name="别的名字", credit_code=first.credit_code.lower())

    assert again is first
    assert first.name == "绍兴柯桥精工机械有限公司"


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"credit_code": "91110000802100433C"}, services.CreditCodeError),
        ({"name": " "}, services.UnitDataError),
        ({"name": "长" * 121}, services.UnitDataError),
        ({"district_code": "999999"}, services.UnitDataError),
    ],
)
def test_refuses(session, values, refusal):
    with pytest.raises(refusal):
        register(session, **values)


@pytest.mark.parametrize("fault", list(CreditCodeFault))
def test_every_fault_has_a_message(session, fault):
    assert services.credit_code_message(fault)


def test_an_update_says_what_was_before(session):
    unit = register(session)

    services.update_unit(
        session,
        unit=unit,
        changes={"name": "新名字公司", "industry": "C"},
        now=NOW,
        actor=SYSTEM,
    )

    body = session.scalars(
        select(LedgerEntry.body).where(LedgerEntry.action == "unit.updated")
    ).one()
    assert '"before":{"industry":"","name":"绍兴柯桥精工机械有限公司"}' in body


def test_the_code_never_changes(session):
    with pytest.raises(ValueError, match="credit_code"):
        services.update_unit(
            session,
            unit=register(session),
            changes={"credit_code": ""},
            now=NOW,
            actor=SYSTEM,
        )


def test_search_puts_the_nearest_first(session):
    make_unit(session, name="浙江绍兴精工有限公司")
    make_unit(session, name="精工")
    make_unit(session, name="精工(绍兴)有限公司")

    found = [unit.name for unit in queries.search_units(session, "精工")]

    assert found == ["精工", "精工(绍兴)有限公司", "浙江绍兴精工有限公司"]


def test_search_by_the_beginning_of_the_code(session):
    unit = register(session)

    assert unit in queries.search_units(session, unit.credit_code[:10].lower())


@pytest.mark.parametrize("text", ["", "%", "没有"])
def test_search_finds_nothing(session, text):
    register(session)

    assert queries.search_units(session, text) == []
