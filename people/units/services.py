"""Registering units and keeping their data."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.services import Actor, record
from people.districts.queries import find_district
from people.units.models import Unit
from people.units.queries import find_by_credit_code
from people.units.rules import (
    CreditCodeFault,
    find_credit_code_fault,
    normalise_credit_code,
)


class CreditCodeError(DomainError):
    """The text is no unified social credit code."""

    def __init__(self, fault: CreditCodeFault) -> None:
        super().__init__(credit_code_message(fault))
        self.fault = fault


class UnitDataError(DomainError):
    """A unit's name or district cannot be taken as given."""


def credit_code_message(fault: CreditCodeFault) -> str:
    """Return what to tell the user about a fault of a credit code."""
    messages: dict[CreditCodeFault, str] = {
        CreditCodeFault.LENGTH: _("The unified social credit code has 18 characters."),
        CreditCodeFault.CHARACTER: _(
            "The unified social credit code holds digits and capital letters other "
            "than I, O, S, V and Z."
        ),
        CreditCodeFault.CHECK: _(
            "The unified social credit code is mistyped: its last character does not "
            "fit the others. Compare it with the business licence."
        ),
    }
    return messages[fault]


def register_unit(
    session: Session,
    *,
    name: str,
    credit_code: str,
    district_code: str,
    now: datetime,
    actor: Actor,
    industry: str = "",
) -> Unit:
    """Return the unit with this credit code; make and log it when it is new.

    A unit that is there keeps its data: `update_unit` changes them.

    Raises:
        CreditCodeError: the code is wrong.
        UnitDataError: the name is empty or too long, or there is no such district.
    """
    code = normalise_credit_code(credit_code)
    fault = find_credit_code_fault(code)
    if fault is not None:
        raise CreditCodeError(fault)
    known = find_by_credit_code(session, code)
    if known is not None:
        return known
    unit = Unit(
        name=_checked_name(name),
        credit_code=code,
        district_code=_checked_district(session, district_code),
        industry=industry,
    )
    try:
        with session.begin_nested():
            session.add(unit)
    except IntegrityError:
        # Somebody else registered the same unit in this very moment.
        known = find_by_credit_code(session, code)
        if known is None:
            raise
        return known
    record(
        session,
        actor=actor,
        action="unit.registered",
        subject=f"unit:{unit.uid}",
        now=now,
        body={"credit_code": code, "district": unit.district_code, "name": unit.name},
    )
    return unit


def update_unit(
    session: Session,
    *,
    unit: Unit,
    changes: dict[str, str],
    now: datetime,
    actor: Actor,
) -> None:
    """Change a unit's name, district_code, industry or ownership, and log it.

    Raises:
        UnitDataError: the name is empty or too long, or there is no such district.
    """
    if unknown := changes.keys() - {"name", "district_code", "industry", "ownership"}:
        raise ValueError(f"not a field of a unit that may change: {sorted(unknown)}")
    new = dict(changes)
    if "name" in new:
        new["name"] = _checked_name(new["name"])
    if "district_code" in new:
        _checked_district(session, new["district_code"])
    new = {
        field: value for field, value in new.items() if getattr(unit, field) != value
    }
    if not new:
        return
    before = {field: getattr(unit, field) for field in new}
    for field, value in new.items():
        setattr(unit, field, value)
    record(
        session,
        actor=actor,
        action="unit.updated",
        subject=f"unit:{unit.uid}",
        now=now,
        body={"before": before, "after": new},
    )


def _checked_name(name: str) -> str:
    tidy = " ".join(name.split())
    if not 2 <= len(tidy) <= 120:
        raise UnitDataError(_("Enter the unit's full name, 2 to 120 characters."))
    return tidy


def _checked_district(session: Session, code: str) -> str:
    if find_district(session, code) is None:
        raise UnitDataError(_("Choose the district the unit lies in."))
    return code
