"""Which days are worked: for everybody to see, for the administrator to enter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    INSTALLATION,
    DeskItem,
    NavItem,
    current_actor,
    is_allowed,
    permission_required,
    public,
)
from accounts.users.models import User
from errors import DomainError
from extensions import LOCAL, db
from people.workdays import queries, rules, services
from talentpool.standard.forms import CountForm, YearForm

bp = Blueprint("workdays", __name__, url_prefix="/pool/workdays")

NAV = (
    NavItem(
        _l("Working days"), "talentpool.workdays.show_workdays", "calendar.manage", 94
    ),
)

FIRST_YEAR, LAST_YEAR = 2000, 2200
_NOTICE_MONTH = 11  # the next year's notice is usually out by then


@dataclass(frozen=True, slots=True)
class Count:
    """What came of counting working days."""

    last: date | None
    refusal: str = ""


def desk_items(_session: Session, _user: User, now: datetime) -> Sequence[DeskItem]:
    """Ask for the next year's table while there is time."""
    today = now.astimezone(LOCAL).date()
    year = today.year + (today.month >= _NOTICE_MONTH)
    if not is_allowed("calendar.manage", ()) or _is_known(year):
        return []
    return [
        DeskItem(
            title=_("Working days of %(year)s", year=year),
            text=_("Its holidays are not entered; notices and limits need them."),
            url=url_for("talentpool.workdays.show_workdays", year=year),
            count=1,
            order=30,
        )
    ]


@bp.get("")
@public
def show_workdays() -> ResponseReturnValue:
    """Show a year's holidays and make-up days, and count working days."""
    year = request.args.get("year", type=int) or _today().year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    session = db.session()
    table = queries.find_year(session, year)
    form = YearForm(
        None,
        source=table.source if table else "",
        days=rules.write_changes(queries.entered_changes(session, year)),
    )
    return _page(year, form)


@bp.post("/<int:year>")
@permission_required("calendar.manage", within=INSTALLATION)
def save_year(year: int) -> ResponseReturnValue:
    """Enter a year's table; a text with faults comes back with all of them."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    form = YearForm()
    if form.validate():
        try:
            services.set_year(
                db.session(),
                year=year,
                text=form.days.data or "",
                source=form.source.data or "",
                actor=current_actor(),
                now=datetime.now(UTC),
            )
        except services.WorkdayFaultsError as error:
            form.days.errors = list(error.faults)
        else:
            db.session.commit()
            flash(_("The working days of %(year)s are entered.", year=year), "success")
            return redirect(url_for(".show_workdays", year=year))
    return _page(year, form), 422


def _page(year: int, form: YearForm) -> str:
    session, locale = db.session(), str(get_locale())
    changes = queries.find_changes(session, year, locale)
    entered = queries.entered_changes(session, year)
    counting = CountForm(request.args if "start" in request.args else None)
    return render_template(
        "talentpool/standard/show_workdays.html",
        year=year,
        years=_years(year),
        table=queries.find_year(session, year),
        is_announced=year in queries.announced_years(),
        periods=None if changes is None else rules.periods(changes),
        entered=set(entered),
        worked=_worked(year) if changes is not None else None,
        form=form,
        counting=counting,
        count=_count(counting),
        may_edit=is_allowed("calendar.manage", ()),
        example=rules.EXAMPLE,
    )


def _years(shown: int) -> list[int]:
    this = _today().year
    entered = {table.year for table in queries.list_years(db.session())}
    return sorted({*range(this - 2, this + 3), *entered, shown})


def _worked(year: int) -> int:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return services.count_working_days(db.session(), first, last)


def _count(form: CountForm) -> Count | None:
    if "start" not in request.args or not form.validate():
        return None
    start, days = form.start.data, form.count.data
    if start is None or days is None:
        return None
    try:
        return Count(services.add_working_days(db.session(), start, days))
    except DomainError as error:
        return Count(None, error.message)


def _is_known(year: int) -> bool:
    known = year in queries.announced_years()
    return known or queries.find_year(db.session(), year) is not None


def _today() -> date:
    return datetime.now(UTC).astimezone(LOCAL).date()
