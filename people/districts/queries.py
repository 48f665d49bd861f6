"""Reading places."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from people.districts.models import District
from people.districts.rules import code_prefix


def find_district(session: Session, code: str) -> District | None:
    """Return the place with this code, or None."""
    return session.get(District, code)


def list_provinces(session: Session) -> list[District]:
    """Return the provinces by code."""
    return _list(session, District.parent_code.is_(None))


def list_children(session: Session, code: str) -> list[District]:
    """Return the places directly within `code`, by code."""
    return _list(session, District.parent_code == code)


def list_within(session: Session, code: str) -> list[District]:
    """Return `code` and every place within it, by code."""
    return _list(session, within(District.code, code))


def list_path(session: Session, code: str) -> list[District]:
    """Return the places from the province down to `code`, in one statement."""
    above = {code, code[:4] + "00", code[:2] + "0000"}
    return _list(session, District.code.in_(above))


def within(column: InstrumentedAttribute[str], code: str) -> ColumnElement[bool]:
    """Return the condition that a column's district is `code` or lies in it."""
    return column.startswith(code_prefix(code), autoescape=True)


def _list(session: Session, condition: ColumnElement[bool]) -> list[District]:
    return list(
        session.scalars(select(District).where(condition).order_by(District.code))
    )
