"""Finding units."""

from collections.abc import Collection

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from people.units.models import Unit
from people.units.rules import normalise_credit_code


def find_unit(session: Session, uid: str) -> Unit | None:
    """Return the unit with this public identifier, or None."""
    return session.scalar(select(Unit).where(Unit.uid == uid))


def find_by_credit_code(session: Session, credit_code: str) -> Unit | None:
    """Return the unit with this credit code, however it was typed, or None."""
    code = normalise_credit_code(credit_code)
    return session.scalar(select(Unit).where(Unit.credit_code == code))


def find_by_name(session: Session, name: str) -> Unit | None:
    """Return the one unit of exactly this name, None where there is none or more."""
    if not name:
        return None
    found = session.scalars(select(Unit).where(Unit.name == name).limit(2)).all()
    return found[0] if len(found) == 1 else None


def search_units(session: Session, text: str, *, limit: int = 20) -> list[Unit]:
    """Return units whose name holds `text` or whose code starts with it.

    The whole name first, then names that start with the text, then the others.
    """
    wanted = " ".join(text.split())
    if not wanted:
        return []
    holds = Unit.name.contains(wanted, autoescape=True)
    code = normalise_credit_code(wanted)
    if code.isascii():
        holds |= Unit.credit_code.startswith(code, autoescape=True)
    nearness = case(
        (Unit.name == wanted, 0),
        (Unit.name.startswith(wanted, autoescape=True), 1),
        else_=2,
    )
    found = select(Unit).where(holds).order_by(nearness, Unit.name, Unit.id)
    return list(session.scalars(found.limit(limit)))


def names_of_units(session: Session, uids: Collection[str]) -> dict[str, str]:
    """Return the names of units by uid."""
    rows = session.execute(select(Unit.uid, Unit.name).where(Unit.uid.in_(uids)))
    return {uid: name for uid, name in rows}  # noqa: C416 - rows, not pairs
