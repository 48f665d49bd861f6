"""Statistics of the pool: every figure opens exactly what it counts."""

from functools import partial
from itertools import groupby
from urllib.parse import urlencode

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from accounts.access.services import NavItem, is_allowed, permission_required
from extensions import db
from paging import Pages
from people.persons.rules import mask_name
from talentpool.reports.forms.files import chart, workbook
from talentpool.reports.forms.labels import (
    SPLIT_LABELS,
    label_of,
    words_of,
)
from talentpool.reports.queries import rows as rows_of
from talentpool.reports.queries import selection
from talentpool.reports.rules.register import load_register
from talentpool.reports.services import counting
from talentpool.reports.views.common import (
    VIEW,
    XLSX,
    bp,
    figure_or_404,
    period_of,
    read_place,
    show,
    split_of,
    today,
)

NAV = (NavItem(_l("Statistics"), "talentpool.reports.list_figures", VIEW, 64),)
_PICTURES = {"svg": "image/svg+xml", "png": "image/png"}


@bp.get("/statistics")
@permission_required(VIEW)
def list_figures() -> ResponseReturnValue:
    """Show every figure of the register, by group."""
    place, register = read_place(), load_register()
    figures = list(register.figures.values())
    values = counting.count_all(db.session(), register, figures, place.asked.window)
    return render_template(
        "talentpool/reports/list_figures.html",
        groups=[
            (words_of(register.groups[group]), list(members))
            for group, members in groupby(figures, lambda figure: figure.group)
        ],
        values=values,
        register=register,
        place=place,
        words_of=words_of,
        period_of=period_of,
    )


@bp.get("/statistics/<figure_id>")
@permission_required(VIEW)
def show_figure(figure_id: str) -> ResponseReturnValue:
    """Show a figure as chart and table, with its definition and its saved query."""
    figure, place = figure_or_404(figure_id), read_place()
    by = split_of(figure)
    register = load_register()
    return render_template(
        "talentpool/reports/show_figure.html",
        figure=figure,
        shown=show(figure, place, by),
        by=by,
        splits={code: SPLIT_LABELS[code] for code in register.splits(figure)},
        place=place,
        reads=register.counted(figure)[0].reads,
        arguments=place.asked.arguments | {"by": by},
    )


@bp.get("/statistics/<figure_id>/rows")
@permission_required(VIEW)
def list_rows(figure_id: str) -> ResponseReturnValue:
    """List exactly the people or records that a figure, or one of its bars, counts."""
    figure, place = figure_or_404(figure_id), read_place()
    by, key = request.args.get("by", ""), request.args.get("key", "")
    register, session = load_register(), db.session()
    if by and (
        by not in register.splits(figure)
        or (by == "year" and not (key.isdecimal() and 1990 <= int(key) <= 2100))
    ):
        abort(404)
    found = counting.counted_rows(register, figure, place.asked.window, by, key)
    number = max(1, request.args.get("page", 1, type=int))
    page = Pages(number, selection.count_rows(session, found), rows_of.PER_PAGE)
    ids = selection.list_ids(
        session, found, limit=page.per_page, offset=page.part.start
    )
    arguments = place.asked.arguments | ({"by": by, "key": key} if by else {})
    counted = register.counted(figure)[0]
    return render_template(
        "talentpool/reports/list_rows.html",
        figure=counted,
        name=words_of(counted.name),
        definition=words_of(counted.definition),
        period=period_of(counted, place.asked),
        place=place,
        label=label_of(session, by, key) if by else "",
        split=SPLIT_LABELS[by] if by else "",
        rows=rows_of.load_rows(session, found.subject, ids, counted.id),
        amount=counting.Value(counted.unit, selection.count(session, found)).text,
        unit=words_of(register.units[counted.unit]),
        adds=found.amount is not None,
        page=page,
        arguments=arguments,
        # Entrants are no members of the pool: only who reads results sees their names.
        mask=_unmasked
        if found.subject not in {"entry", "person"} or is_allowed("results.view")
        else mask_name,
        page_url=partial(_page_url, figure.id, arguments),
    )


@bp.get("/statistics/<figure_id>/chart.<any(svg, png):kind>")
@permission_required(VIEW)
def draw_chart(figure_id: str, kind: str) -> ResponseReturnValue:
    """Send the chart of a figure as a picture."""
    figure = figure_or_404(figure_id)
    shown = show(figure, read_place(), split_of(figure))
    answer = Response(
        chart(shown, "png" if kind == "png" else "svg"), content_type=_PICTURES[kind]
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # The page names the picture by its content, so that what is kept is right.
    keep = request.args.get("v") == shown.digest
    answer.headers["Cache-Control"] = (
        "private, max-age=86400" if keep else "private, no-store"
    )
    if "download" in request.args:
        answer.headers["Content-Disposition"] = (
            f"attachment; filename={figure.id}.{kind}"
        )
    return answer


@bp.get("/statistics/<figure_id>/figure.xlsx")
@permission_required(VIEW)
def download_figure(figure_id: str) -> ResponseReturnValue:
    """Send a figure with its definition and saved query as a workbook."""
    figure = figure_or_404(figure_id)
    shown = show(figure, read_place(), split_of(figure))
    return Response(
        workbook(shown, today()),
        content_type=XLSX,
        headers={"Content-Disposition": f"attachment; filename={figure.id}.xlsx"},
    )


def _page_url(figure_id: str, arguments: dict[str, str], number: int) -> str:
    address = url_for(".list_rows", figure_id=figure_id)
    return f"{address}?{urlencode(arguments | {'page': str(number)})}"


def _unmasked(name: str) -> str:
    return name
