"""Pages and posters of lineages and of studios."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    login_required_only,
    permission_required,
    signed_in_user,
)
from extensions import LOCAL, db
from paging import Pages
from paper import language, make_pdf, make_svg, send_pdf, send_svg
from talentpool.dossiers.forms import LABELS
from talentpool.dossiers.models import Craftsman, Studio
from talentpool.dossiers.queries import find_by_person, find_craftsman
from talentpool.dossiers.services.panels import Panel, panels
from talentpool.lineage.queries.people import list_masters as find_masters
from talentpool.lineage.queries.people import list_named
from talentpool.lineage.queries.studios import find_studio
from talentpool.lineage.rules.graph import FIRST_CHILDREN
from talentpool.lineage.services import houses, poster
from talentpool.lineage.services.lineage import (
    Asked,
    Lineage,
    Sight,
    common_masters,
    load_lineage,
    load_school,
)
from talentpool.lineage.services.picture import Picture, draw_lineage

bp = Blueprint("lineage", __name__, url_prefix="/pool")

NAV = (NavItem(_l("Lineages"), "talentpool.lineage.list_masters", "pool.view", 64),)
MOST_LISTED = 50
MOST_NAMED = 10  # of one name, to choose from
LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Branch:
    """A successor in the list, with those who hang on them."""

    person: int
    branches: tuple["Branch", ...]


def _panel(_session: Session, craftsman: Craftsman, _now: datetime) -> Panel:
    is_own = signed_in_user().person_id == craftsman.person_id
    return "talentpool/lineage/_panel.html", {"is_own": is_own}


panels["lineage"] = _panel


@bp.get("/lineage")
@permission_required("pool.view")
def list_masters() -> ResponseReturnValue:
    """Find masters by name or trade, those with most apprentices first."""
    name, trade = _text("name"), _text("trade")
    found = None
    if name or trade:
        found = find_masters(
            db.session(),
            allowed_scopes("pool.view"),
            day=_today(),
            name=name,
            trade=trade,
            most=MOST_LISTED + 1,
        )
    return render_template(
        "talentpool/lineage/list_masters.html",
        masters=found[:MOST_LISTED] if found else found,
        is_all=not found or len(found) <= MOST_LISTED,
        name=name,
        trade=trade,
        labels=LABELS,
    )


@bp.get("/craftsmen/<craftsman_uid>/lineage")
@permission_required("pool.view", within="craftsman")
def show_lineage(craftsman_uid: str) -> ResponseReturnValue:
    """Show the masters and successors of a craftsman."""
    craftsman = _craftsman_or_404(craftsman_uid)
    return _page(craftsman, _sight(), own=False)


@bp.get("/mine/lineage")
@login_required_only
def show_own() -> ResponseReturnValue:
    """Show their own lineage to the person it is about; others' names as there."""
    person_id = signed_in_user().person_id
    craftsman = person_id and find_by_person(db.session(), person_id)
    if not craftsman:
        abort(404)
    return _page(craftsman, Sight(scopes=[], day=_today(), own=person_id), own=True)


@bp.get("/craftsmen/<craftsman_uid>/lineage/poster.<any(svg,pdf):kind>")
@permission_required("pool.view", within="craftsman")
def print_lineage(craftsman_uid: str, kind: str) -> ResponseReturnValue:
    """Print a lineage on one sheet: for the office, or to be hung up."""
    craftsman, sight = _craftsman_or_404(craftsman_uid), _sight()
    lineage = load_lineage(db.session(), craftsman, _asked(), sight)
    name = lineage.people[lineage.middle].name
    if lineage.middle not in lineage.named:
        name = _("Name withheld")
    title = _("Lineage of %(name)s", name=name)
    line = _(
        "%(masters)s masters and %(successors)s successors shown",
        masters=len(lineage.above),
        successors=len(lineage.below),
    )
    picture = draw_lineage(lineage, url=_lineage_url, level=_level)
    return _poster(kind, picture, title, line, sight)


@bp.get("/craftsmen/<craftsman_uid>/studios/<studio_uid>")
@permission_required("pool.view", within="craftsman")
def show_studio(craftsman_uid: str, studio_uid: str) -> ResponseReturnValue:
    """Show a studio with its alliance, its people and the studios that grew out."""
    studio, sight = _studio_or_404(craftsman_uid, studio_uid), _sight()
    view = houses.load_studio(db.session(), studio, sight)
    return render_template(
        "talentpool/lineage/show_studio.html",
        craftsman=studio.craftsman,
        studio=studio,
        view=view,
        picture=_studio_picture(view),
        labels=LABELS,
    )


@bp.get("/craftsmen/<craftsman_uid>/studios/<studio_uid>/poster.<any(svg,pdf):kind>")
@permission_required("pool.view", within="craftsman")
def print_studio(craftsman_uid: str, studio_uid: str, kind: str) -> ResponseReturnValue:
    """Print a studio and its alliance on one sheet, for the office."""
    studio, sight = _studio_or_404(craftsman_uid, studio_uid), _sight()
    view = houses.load_studio(db.session(), studio, sight)
    line = _("%(count)s people", count=len(view.people) + view.people_folded)
    return _poster(kind, _studio_picture(view), studio.name, line, sight)


def _page(craftsman: Craftsman, sight: Sight, *, own: bool) -> str:
    session, asked = db.session(), _asked()
    lineage = load_lineage(session, craftsman, asked, sight)
    other = "" if own else _text("other")
    return render_template(
        "talentpool/lineage/show_lineage.html",
        craftsman=craftsman,
        lineage=lineage,
        school=load_school(session, lineage.middle, sight),
        picture=draw_lineage(lineage, url=_lineage_url, level=_level),
        masters=_by_generation(lineage),
        successors=_branches(lineage),
        pages=Pages(asked.page, lineage.apprentices, FIRST_CHILDREN),
        page_url=lambda number: _with(page=number),
        is_own=own,
        other=other,
        common=_common(session, craftsman, other, sight) if other else None,
        asked=asked,
        lineage_url=_lineage_url,
        labels=LABELS,
    )


def _by_generation(lineage: Lineage) -> list[tuple[int, list[int]]]:
    """Return the masters shown by generation, the nearest first."""
    depth = {lineage.middle: 0}
    found: dict[int, list[int]] = {}
    for person, lead in lineage.above.items():
        depth[person] = depth[lead] + 1
        found.setdefault(depth[person], []).append(person)
    return sorted(found.items())


def _branches(lineage: Lineage) -> tuple[Branch, ...]:
    hanging: dict[int, list[int]] = {}
    for person, lead in lineage.below.items():
        hanging.setdefault(lead, []).append(person)

    def branches(person: int) -> tuple[Branch, ...]:
        return tuple(Branch(one, branches(one)) for one in hanging.get(person, ()))

    return branches(lineage.middle)


def _common(
    session: Session, craftsman: Craftsman, text: str, sight: Sight
) -> Mapping[str, Any]:
    """Return who goes by the name that was asked for, and what they have in common."""
    others = list_named(session, sight.scopes, text, most=MOST_NAMED)
    others = [one for one in others if one.id != craftsman.id]
    if len(others) != 1:
        return {"others": others, "found": None, "people": {}}
    found, people = common_masters(session, craftsman, others[0], sight)
    return {"others": others, "found": found, "people": people}


def _studio_picture(view: houses.StudioView) -> Picture:
    return houses.draw_studio(
        view,
        words=lambda table, code: str(LABELS[table].get(code, code)),
        withheld=_("Name withheld"),
        url=lambda craftsman_uid, studio_uid: url_for(
            ".show_studio", craftsman_uid=craftsman_uid, studio_uid=studio_uid
        ),
    )


def _poster(
    kind: str, picture: Picture, title: str, line: str, sight: Sight
) -> Response:
    foot = (
        _("Names only those who agreed to publication.")
        if sight.for_display
        else _("For the office: names people who have not agreed to publication.")
    )
    words = {
        "title": title,
        "line": f"{line} · {sight.day.isoformat()}",
        "foot": foot,
    }
    data = poster.poster_data(picture, words, language())
    if kind == "svg":
        return send_svg(make_svg(poster.TEMPLATE, data), title, "lineage")
    return send_pdf(make_pdf(poster.TEMPLATE, data), title, "lineage")


def _asked() -> Asked:
    page = max(request.args.get("page", 1, int), 1)
    return Asked(
        trade=_text("trade"), founder=_text("school"), page=min(page, LAST_PAGE)
    )


def _sight() -> Sight:
    return Sight(
        scopes=allowed_scopes("pool.view"),
        day=_today(),
        own=signed_in_user().person_id,
        for_display=request.args.get("display") == "1",
    )


def _with(**changes: object) -> str:
    kept = {name: value for name, value in request.args.items() if value}
    arguments: dict[str, Any] = {**kept, **(request.view_args or {}), **changes}
    return url_for(str(request.endpoint), **arguments)


def _text(name: str) -> str:
    return " ".join(request.args.get(name, "").split())[:80]


def _today() -> date:
    return datetime.now(UTC).astimezone(LOCAL).date()


def _level(code: str) -> str:
    return str(LABELS["level"][code])


def _lineage_url(craftsman_uid: str) -> str:
    return url_for("talentpool.lineage.show_lineage", craftsman_uid=craftsman_uid)


def _craftsman_or_404(uid: str) -> Craftsman:
    return find_craftsman(db.session(), uid) or abort(404)


def _studio_or_404(craftsman_uid: str, studio_uid: str) -> Studio:
    studio = find_studio(db.session(), studio_uid)
    if studio is None or studio.craftsman.uid != craftsman_uid:
        abort(404)
    return studio
