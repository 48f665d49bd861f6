"""Work reports whose figures update, and dated snapshots that never do."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from accounts.access.services import (
    NavItem,
    allowed_scopes,
    current_actor,
    is_allowed,
    permission_required,
    resolves,
)
from accounts.roles.rules import Scope
from extensions import db
from paging import Pages
from paper import PDF, send_pdf
from people.persons.rules import mask_name
from talentpool.reports.forms import printed
from talentpool.reports.forms.labels import words_of
from talentpool.reports.forms.papers import (
    fill,
    report_paper,
    statistics_paper,
    usual_text,
)
from talentpool.reports.forms.plans import ReportForm
from talentpool.reports.models.papers import Snapshot, WorkReport
from talentpool.reports.queries import plans as queries
from talentpool.reports.queries import rows as rows_of
from talentpool.reports.queries.names import find_unit
from talentpool.reports.queries.seen import list_seen
from talentpool.reports.rules.papers import Paper
from talentpool.reports.rules.register import load_register
from talentpool.reports.rules.window import Window
from talentpool.reports.services import papers
from talentpool.reports.services.papers import (
    read_rows,
    read_snapshot,
    save_report,
    take_snapshot,
    windows_of,
)
from talentpool.reports.views.common import VIEW, XLSX, bp, read_place, today
from talentpool.reports.views.plans import MANAGE, district_places, place_choices

NAV = (NavItem(_l("Work reports"), "talentpool.reports.list_reports", VIEW, 64),)
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FILES: dict[str, tuple[Callable[[Paper], bytes], str]] = {
    "pdf": (printed.pdf, PDF),
    "docx": (printed.docx, _DOCX),
    "xlsx": (printed.xlsx, XLSX),
}


@resolves("report")
def _report_places(session: Session, uid: str) -> Iterable[Scope] | None:
    report = queries.find_report(session, uid)
    return None if report is None else district_places(report.district_code)


@resolves("snapshot")
def _snapshot_places(session: Session, uid: str) -> Iterable[Scope] | None:
    snapshot = queries.find_snapshot(session, uid)
    return None if snapshot is None else district_places(snapshot.district_code)


@bp.get("/reports")
@permission_required(VIEW)
def list_reports() -> ResponseReturnValue:
    """List work reports and snapshots of one's places."""
    session, scopes = db.session(), allowed_scopes(VIEW)
    return render_template(
        "talentpool/reports/list_reports.html",
        reports=queries.list_reports(session, scopes),
        snapshots=queries.list_snapshots(session, scopes),
        may_make=is_allowed(MANAGE),
        places=place_choices() if is_allowed(MANAGE) else [],
        today=today(),
    )


@bp.route("/reports/new", methods=["GET", "POST"])
@permission_required(MANAGE)
def new_report() -> ResponseReturnValue:
    """Begin a work report with the usual text."""
    year = today().year
    usual = {"first_year": year - 4, "last_year": year, "text": usual_text()}
    return _edit(None, ReportForm(data=None if request.form else usual))


@bp.route("/reports/<report_uid>/edit", methods=["GET", "POST"])
@permission_required(MANAGE, within="report")
def edit_report(report_uid: str) -> ResponseReturnValue:
    """Change years, place or text of a work report."""
    report = _report_or_404(report_uid)
    known = {
        "title": report.title,
        "district_code": report.district_code,
        "unit": report.unit.name if report.unit else "",
        "plan": report.plan.uid if report.plan else "",
        "first_year": report.first_year,
        "last_year": report.last_year,
        "text": report.text,
    }
    return _edit(report, ReportForm(data=None if request.form else known))


@bp.get("/reports/<report_uid>")
@permission_required(VIEW, within="report")
def show_report(report_uid: str) -> ResponseReturnValue:
    """Show a work report with the figures of today; each opens what it counts."""
    report, session = _report_or_404(report_uid), db.session()
    window, before = windows_of(report, today())
    arguments = {
        "first": f"{window.first}",
        "last": f"{window.last}",
        "district": window.district,
        "unit": window.unit_uid or None,
    }
    return render_template(
        "talentpool/reports/show_report.html",
        report=report,
        lines=fill(session, load_register(), report.text, window),
        paper=_paper(report),
        arguments=arguments,
        window=window,
        before=before,
        may_change=is_allowed(MANAGE, district_places(report.district_code)),
    )


@bp.get("/reports/<report_uid>/report.<any(pdf, docx, xlsx):kind>")
@permission_required(VIEW, within="report")
def print_report(report_uid: str, kind: str) -> ResponseReturnValue:
    """Send a work report with its annex, with the figures of today."""
    return _send(_paper(_report_or_404(report_uid)), kind, "report")


@bp.post("/reports/<report_uid>/keep")
@permission_required(MANAGE, within="report")
def keep_report(report_uid: str) -> ResponseReturnValue:
    """Keep a work report as it stands today."""
    report = _report_or_404(report_uid)
    return _keep(_paper(report), "report", windows_of(report, today())[0])


@bp.post("/snapshots")
@permission_required(MANAGE)
def keep_statistics() -> ResponseReturnValue:
    """Keep all figures of a place and a period as they stand today."""
    place = read_place(request.form.to_dict())
    window = place.asked.window
    if place.asked.faults or not window.district:
        for fault in place.asked.faults or (_("Choose the place."),):
            flash(fault, "danger")
        return redirect(url_for(".list_reports"))
    if not is_allowed(MANAGE, district_places(window.district)):
        abort(403)
    paper = statistics_paper(
        db.session(),
        load_register(),
        window,
        f"{today()}",
        unit=place.asked.unit_name if window.unit_uid else "",
    )
    return _keep(paper, "statistics", window)


@bp.get("/snapshots/<snapshot_uid>")
@permission_required(VIEW, within="snapshot")
def show_snapshot(snapshot_uid: str) -> ResponseReturnValue:
    """Show what the figures said on the day of a snapshot."""
    snapshot = _snapshot_or_404(snapshot_uid)
    return render_template(
        "talentpool/reports/show_snapshot.html",
        snapshot=snapshot,
        paper=read_snapshot(snapshot),
        counted=queries.list_rows(db.session(), snapshot),
        figures=load_register().figures,
        words_of=words_of,
    )


@bp.get("/snapshots/<snapshot_uid>/rows/<figure_id>")
@permission_required(VIEW, within="snapshot")
def list_snapshot_rows(snapshot_uid: str, figure_id: str) -> ResponseReturnValue:
    """List exactly those whom a figure of a snapshot counted then."""
    snapshot, session = _snapshot_or_404(snapshot_uid), db.session()
    kept = queries.find_rows(session, snapshot, figure_id)
    if kept is None:
        abort(404)
    ids = read_rows(kept, snapshot)
    number = max(1, request.args.get("page", 1, type=int))
    page = Pages(number, len(ids), rows_of.PER_PAGE)
    part = ids[page.part]
    day = today()
    window = Window(scopes=tuple(allowed_scopes(VIEW)), first=day, last=day, today=day)
    seen = list_seen(session, kept.subject, part, window)
    figure = load_register().figures.get(figure_id)
    return render_template(
        "talentpool/reports/list_snapshot_rows.html",
        snapshot=snapshot,
        name=words_of(figure.name) if figure else figure_id,
        count=kept.count,
        rows=rows_of.load_rows(
            session, kept.subject, [one for one in part if one in seen], figure_id
        ),
        withheld=len(part) - len(seen),
        page=page,
        # Entrants are no members of the pool: only who reads results sees their names.
        mask=str
        if kept.subject not in {"entry", "person"} or is_allowed("results.view")
        else mask_name,
        page_url=lambda at: url_for(
            ".list_snapshot_rows",
            snapshot_uid=snapshot_uid,
            figure_id=figure_id,
            page=at,
        ),
    )


@bp.get("/snapshots/<snapshot_uid>/snapshot.<any(pdf, docx, xlsx):kind>")
@permission_required(VIEW, within="snapshot")
def print_snapshot(snapshot_uid: str, kind: str) -> ResponseReturnValue:
    """Send a snapshot again, unchanged."""
    return _send(read_snapshot(_snapshot_or_404(snapshot_uid)), kind, "snapshot")


def _edit(report: WorkReport | None, form: ReportForm) -> ResponseReturnValue:
    session = db.session()
    form.district_code.choices = place_choices()
    form.plan.choices = [
        SelectChoice("", _("none")),
        *(
            SelectChoice(plan.uid, f"{plan.name} ({plan.district.name})")
            for plan in queries.list_plans(session, allowed_scopes(VIEW))
        ),
    ]
    if form.validate_on_submit() and form.check_figures(load_register()):
        values = _values(session, form)
        if values is not None:
            report = save_report(
                session,
                report,
                values=values,
                actor=current_actor(),
                now=datetime.now(UTC),
            )
            db.session.commit()
            return redirect(url_for(".show_report", report_uid=report.uid))
    page = render_template(
        "talentpool/reports/edit_report.html",
        form=form,
        report=report,
        figures=load_register().figures,
    )
    return page, 422 if form.errors else 200


def _values(session: Session, form: ReportForm) -> papers.ReportValues | None:
    name = (form.unit.data or "").strip()
    unit = find_unit(session, name) if name else None
    if name and unit is None:
        form.unit.errors = [_("No unit has exactly this name.")]
        return None
    uid = form.plan.data
    return papers.ReportValues(
        title=form.title.data or "",
        district_code=form.district_code.data,
        first_year=form.first_year.data or 0,
        last_year=form.last_year.data or 0,
        text=(form.text.data or "").replace("\r\n", "\n"),
        unit=unit,
        plan=queries.find_plan(session, uid) if uid else None,
    )


def _paper(report: WorkReport) -> Paper:
    window, _before = windows_of(report, today())
    return report_paper(db.session(), load_register(), report, window, f"{today()}")


def _keep(paper: Paper, kind: str, window: Window) -> ResponseReturnValue:
    made = take_snapshot(
        db.session(),
        paper,
        kind=kind,
        window=window,
        actor=current_actor(),
        now=datetime.now(UTC),
    )
    db.session.commit()
    flash(_("Kept as it stands; it prints the same from now on."), "success")
    return redirect(url_for(".show_snapshot", snapshot_uid=made.uid))


def _send(paper: Paper, kind: str, name: str) -> ResponseReturnValue:
    write, media = _FILES[kind]
    if kind == "pdf":
        return send_pdf(write(paper), paper.title, name)
    return Response(
        write(paper),
        content_type=media,
        headers={"Content-Disposition": f"attachment; filename={name}.{kind}"},
    )


def _report_or_404(uid: str) -> WorkReport:
    report = queries.find_report(db.session(), uid)
    if report is None:
        abort(404)
    return report


def _snapshot_or_404(uid: str) -> Snapshot:
    snapshot = queries.find_snapshot(db.session(), uid)
    if snapshot is None:
        abort(404)
    return snapshot
