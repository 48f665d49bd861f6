"""The path of one person, and of a place."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    login_required_only,
    permission_required,
    signed_in_user,
)
from extensions import db
from people.districts.queries import find_district, list_within
from talentpool.dossiers.models import Craftsman
from talentpool.dossiers.queries import find_by_person
from talentpool.dossiers.views import opened_or_404
from talentpool.growth.forms.paths import LABELS
from talentpool.growth.queries import paths as queries
from talentpool.growth.rules.paths import STEPS, path_of, standing
from talentpool.growth.views.common import bp, today

NAV = (NavItem(_l("Paths"), "talentpool.growth.show_paths", "pool.view", 64),)
_YEARS = 5
_MOST_YEARS = 15


@bp.get("/craftsmen/<craftsman_uid>/path")
@permission_required("pool.view", within="craftsman")
def show_path(craftsman_uid: str) -> ResponseReturnValue:
    """Show a person's path: steps, where they stand, what is missing."""
    craftsman = opened_or_404(craftsman_uid, "dossier")
    if craftsman.uid != craftsman_uid:
        return redirect(url_for(".show_path", craftsman_uid=craftsman.uid))
    return _page(craftsman, is_own=False)


@bp.get("/mine/path")
@login_required_only
def show_own_path() -> ResponseReturnValue:
    """Show one's own path."""
    person_id = signed_in_user().person_id
    own = find_by_person(db.session(), person_id) if person_id else None
    if own is None:
        return redirect(url_for("talentpool.dossiers.show_mine"))
    return _page(own, is_own=True)


@bp.get("/paths")
@permission_required("pool.view")
def show_paths() -> ResponseReturnValue:
    """Show how many people of a place reached each step, and went on."""
    session, part = db.session(), _part()
    return render_template(
        "talentpool/growth/show_paths.html",
        stages=queries.count_stages(session, part),
        part=part,
        years=range(part.first, part.last + 1),
        place=find_district(session, part.district) if part.district else None,
        places=_places(),
        labels=LABELS,
    )


@bp.get("/paths/<step>")
@permission_required("pool.view")
def list_reached(step: str) -> ResponseReturnValue:
    """List the people a number of the paths counts."""
    session, part = db.session(), _part()
    step = step if step in STEPS else STEPS[0]
    year = request.args.get("year", 0, int)
    page = queries.list_people(
        session,
        part,
        step,
        year=year,
        page=max(request.args.get("page", 1, int), 1),
    )
    asked: dict[str, Any] = {
        "place": part.district or None,
        "first": part.first,
        "last": part.last,
    }
    return render_template(
        "talentpool/growth/list_reached.html",
        page=page,
        days=queries.list_firsts(session, step, [c.id for c in page.items]),
        step=step,
        year=year,
        asked=asked,
        place=find_district(session, part.district) if part.district else None,
        labels=LABELS,
        page_url=lambda number: url_for(
            ".list_reached", step=step, year=year or None, page=number, **asked
        ),
    )


def _page(craftsman: Craftsman, *, is_own: bool) -> str:
    path = path_of(queries.list_records(db.session(), craftsman))
    furthest, missing = standing(path)
    return render_template(
        "talentpool/growth/show_path.html",
        craftsman=craftsman,
        path=path,
        furthest=furthest,
        missing=missing,
        is_own=is_own,
        labels=LABELS,
    )


def _part() -> queries.Part:
    this_year = today().year
    last = min(max(request.args.get("last", this_year, int), 1950), this_year)
    first = request.args.get("first", last - _YEARS + 1, int)
    place = request.args.get("place", "")
    is_code = len(place) == 6 and place.isascii() and place.isdigit()
    return queries.Part(
        scopes=tuple(allowed_scopes("pool.view")),
        district=place if is_code else "",
        first=min(max(first, last - _MOST_YEARS + 1), last),
        last=last,
    )


def _places() -> list[tuple[str, str]]:
    """Return the places within the reader's own, as (code, name)."""
    session = db.session()
    codes = [s.key for s in allowed_scopes("pool.view") if s.kind == "district"]
    found = [place for code in codes for place in list_within(session, code)]
    return list({place.code: (place.code, place.name) for place in found}.values())
