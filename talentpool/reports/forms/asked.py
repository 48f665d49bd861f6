"""What an address of the statistics asks for: a period, a place, a unit, a split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.roles.rules import Scope
from talentpool.reports.queries.names import find_unit
from talentpool.reports.rules.window import MOST_YEARS, Window

_YEARS = 5  # of the period when none is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A window, as the fields above a page say it, with what is wrong about them."""

    window: Window
    unit_name: str = ""
    faults: tuple[str, ...] = field(default=())

    @property
    def arguments(self) -> dict[str, str]:
        """Return the parameters of an address that asks for the same, always."""
        window = self.window
        found = {"first": f"{window.first}", "last": f"{window.last}"}
        if window.district:
            found["district"] = window.district
        if window.unit_uid:
            found["unit"] = window.unit_uid
        return found


def read_asked(
    session: Session,
    given: Mapping[str, str],
    *,
    scopes: Sequence[Scope],
    places: Sequence[tuple[str, str]],
    today: date,
) -> Asked:
    """Read the parameters of an address; what is wrong is said and left aside.

    Args:
        session: to find a unit by its name.
        given: the parameters first, last, district, unit.
        scopes: where the reader may look.
        places: the places to choose from.
        today: the day it is here.
    """
    faults: list[str] = []
    last = _day(given.get("last", ""), today, _("Last day"), faults)
    if last > today:
        faults.append(_("The last day lies in the future."))
        last = today
    start = date(last.year - _YEARS + 1, 1, 1)
    first = _day(given.get("first", ""), start, _("First day"), faults)
    if last.year - first.year >= MOST_YEARS:
        faults.append(_("At most %(years)s years at once.", years=MOST_YEARS))
        first = start
    if first > last:
        faults.append(_("The first day lies after the last."))
        first = start
    district = given.get("district", "")
    if district and district not in dict(places):
        faults.append(_("There is no such place to choose."))
        district = ""
    text = given.get("unit", "").strip()[:120]
    unit = find_unit(session, text) if text else None
    if text and unit is None:
        faults.append(_("No unit has exactly this name."))
    window = Window(
        scopes=tuple(scopes),
        first=first,
        last=last,
        today=today,
        district=district,
        unit_uid=unit.uid if unit else "",
    )
    return Asked(
        window=window, unit_name=unit.name if unit else text, faults=tuple(faults)
    )


def _day(text: str, otherwise: date, name: str, faults: list[str]) -> date:
    if not text:
        return otherwise
    try:
        day = date.fromisoformat(text)
    except ValueError:
        faults.append(_("%(field)s: enter a day as 2026-11-21.", field=name))
        return otherwise
    if not 1990 <= day.year <= 2100:
        faults.append(_("%(field)s: a year from 1990 to 2100.", field=name))
        return otherwise
    return day
