"""The compliance page: what carries out each clause, and how many dossiers keep it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import (
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

import apart
from accounts.access.services import (
    INSTALLATION,
    Access,
    NavItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
)
from accounts.roles.rules import EVERYWHERE
from extensions import db
from paging import Pages
from talentpool.compliance.forms import CARRIER_LABELS, CHAPTERS, COUNTED
from talentpool.compliance.queries.dossiers import PER_PAGE, list_page
from talentpool.compliance.rules.carriers import OF_A_DOSSIER, SEARCH
from talentpool.compliance.rules.tally import Tally
from talentpool.compliance.services.report import (
    Report,
    Row,
    find_dossiers,
    report_to_show,
)
from talentpool.compliance.views.common import bp, is_english, today
from talentpool.standard.queries import find_in_force, read_in_force
from talentpool.standard.rules.profile import Profile

LACKING = 3  # clauses named at the top, of which most often nothing is recorded

NAV = (
    NavItem(
        _l("Standard kept"), "talentpool.compliance.show_compliance", "pool.view", 63
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A carrier as the page shows it: a link, a page not for this user, a command."""

    label: Any
    url: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the page."""

    row: Row
    links: Sequence[Link]


@bp.get("/compliance")
@permission_required("pool.view")
def show_compliance() -> ResponseReturnValue:
    """Show every clause in force with what carries it out and who keeps it."""
    session, on = db.session(), today()
    profile = read_in_force(session, on)
    found = report_to_show(session, profile, allowed_scopes("pool.view"), on)
    return render_template(
        "talentpool/compliance/show_compliance.html",
        profile=profile,
        version=find_in_force(session, on),
        report=found,
        chapters=_chapters(found) if found else [],
        lacking=_lacking(found, profile) if found else [],
        counted=COUNTED,
        conditions={c.clause for c in profile.conditions},
        may_count=EVERYWHERE in allowed_scopes("standard.adopt"),
        is_english=is_english(),
    )


@bp.post("/compliance")
@permission_required("standard.adopt", within=INSTALLATION)
def count_compliance() -> ResponseReturnValue:
    """Count the whole pool now, beside the requests, as the nightly command does."""
    apart.start("pool", "count-compliance", "--by", current_actor().name)
    flash(
        _(
            "The pool is being counted; a million dossiers take some minutes. This "
            "page shows the new figures once they are there, with their moment."
        ),
        "success",
    )
    return redirect(url_for(".show_compliance"))


def _chapters(found: Report) -> list[tuple[int, Any, list[Shown]]]:
    shown = [Shown(row, list(_links(row.clause.carriers))) for row in found.rows]
    return [
        (number, CHAPTERS.get(number, str(number)), list(rows))
        for number, rows in groupby(shown, lambda item: item.row.clause.order[0])
    ]


def _lacking(found: Report, profile: Profile) -> list[tuple[Row, Tally]]:
    """Return the demands on everybody of which most often nothing is recorded."""
    asked = {c.clause for c in profile.conditions if c.group != "any"}
    rows = [
        (row, row.count.tally)
        for row in found.rows
        if row.clause.number in asked and row.count.tally and row.count.tally.missing
    ]
    return sorted(rows, key=lambda item: -item[1].missing)[:LACKING]


@bp.get("/compliance/dossiers")
@permission_required("pool.view")
def list_dossiers() -> ResponseReturnValue:
    """List the dossiers that break a condition of entry today, or cannot show it."""
    session, on = db.session(), today()
    profile = read_in_force(session, on)
    clause = request.args.get("clause", "")
    if not clause:
        return redirect(url_for(".show_compliance"))
    is_broken = request.args.get("state", "not_met") == "not_met"
    ids = find_dossiers(
        session,
        profile,
        allowed_scopes("pool.view"),
        on,
        clause=clause,
        is_broken=is_broken,
    )
    if ids is None:
        abort(404)
    number = max(1, request.args.get("page", 1, type=int))
    page = Pages(number, len(ids), PER_PAGE)
    condition = next(c for c in profile.conditions if c.clause == clause)
    return render_template(
        "talentpool/compliance/list_dossiers.html",
        condition=condition,
        is_broken=is_broken,
        craftsmen=list_page(session, ids, page.page),
        page=page,
        page_url=partial(_page_url, request.args.to_dict()),
        is_english=is_english(),
    )


def _page_url(arguments: dict[str, str], number: int) -> str:
    query = urlencode(arguments | {"page": str(number)})
    return f"{url_for('.list_dossiers')}?{query}"


def _links(carriers: Sequence[str]) -> Iterator[Link]:
    for carrier in carriers:
        if carrier.startswith("jiangcai "):
            yield Link(carrier, command=carrier)
        else:
            # What opens from a dossier is found by the search.
            page = SEARCH if carrier in OF_A_DOSSIER else carrier
            url = url_for(page) if _may_open(carrier) and _may_open(page) else ""
            yield Link(CARRIER_LABELS[carrier], url)


def _may_open(endpoint: str) -> bool:
    access: Access = vars(current_app.view_functions[endpoint])["access"]
    if access.permission in {"", "login"}:
        return True
    places = () if access.within == INSTALLATION else None
    return is_allowed(access.permission, places)
