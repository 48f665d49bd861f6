"""Lists as files: asked for, approved, taken out; and the log of them."""

from collections.abc import Iterator

from flask import (
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from accounts.access.services import is_allowed, permission_required, signed_in_user
from extensions import db, set_writing
from paper import send_pdf
from talentpool.dossiers.forms import LABELS
from talentpool.search.forms.sheet import header, rows_of
from talentpool.search.forms.spoken import spoken
from talentpool.search.queries.search import count
from talentpool.search.queries.search import export as find_all
from talentpool.shortlists.forms.fields import (
    FILE_KINDS,
    STATES,
    TONES,
    DecideForm,
    ExportForm,
)
from talentpool.shortlists.forms.files import MEDIA, stream
from talentpool.shortlists.models import PoolExport, Shortlist
from talentpool.shortlists.queries import lists
from talentpool.shortlists.rules import APPROVAL_OVER, MAY_TAKE, REASON_OVER
from talentpool.shortlists.services import exports
from talentpool.shortlists.services.sheet import EmptyListError, approval_sheet
from talentpool.shortlists.views.common import asker, bp, query_or_404
from talentpool.shortlists.views.own import shortlist_or_404


@bp.route("/exports/new", methods=["GET", "POST"])
@permission_required("pool.search")
def ask_export() -> ResponseReturnValue:
    """Show how many rows a list has, and ask for it."""
    asked, query = query_or_404()
    form, who = ExportForm(), asker()
    if form.validate_on_submit():
        try:
            export = exports.ask(
                db.session(),
                who,
                kind=form.kind.data,
                query=query,
                reason=form.reason.data or "",
            )
        except exports.ExportError as error:
            form.form_errors.append(error.message)
        else:
            db.session.commit()
            return redirect(url_for(".show_export", export_uid=export.uid))
    page = render_template(
        "talentpool/shortlists/ask_export.html",
        form=form,
        asked=asked,
        words=spoken(db.session(), asked),
        count=count(db.session(), asked, scopes=who.scopes, today=who.today),
        reason_over=REASON_OVER,
        approval_over=APPROVAL_OVER,
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.get("/exports")
@permission_required("pool.search")
def list_exports() -> ResponseReturnValue:
    """Show the log of lists: one's own, or everybody's to those who approve."""
    words = request.args.get("q", "").strip()[:80]
    page, downloads = lists.list_exports(
        db.session(),
        words=words,
        user=None if is_allowed("pool.release") else signed_in_user(),
        page=max(request.args.get("page", 1, int), 1),
    )
    return render_template(
        "talentpool/shortlists/list_exports.html",
        page=page,
        downloads=downloads,
        words=words,
        states=STATES,
        tones=TONES,
        page_url=lambda number: url_for(".list_exports", page=number, q=words or None),
    )


@bp.get("/exports/<export_uid>")
@permission_required("pool.search")
def show_export(export_uid: str) -> ResponseReturnValue:
    """Show a list that was asked for, and what it waits for."""
    return _export_page(_export_or_404(export_uid), DecideForm())


@bp.post("/exports/<export_uid>/decide/<verdict>")
@permission_required("pool.release")
def decide_export(export_uid: str, verdict: str) -> ResponseReturnValue:
    """Approve or refuse a list somebody else asked for."""
    export, form = _export_or_404(export_uid), DecideForm()
    if verdict not in ("approve", "refuse"):
        abort(404)
    if not form.validate_on_submit():
        return _export_page(export, form), 422
    try:
        exports.decide(
            db.session(),
            asker(),
            export,
            approved=verdict == "approve",
            answer=form.answer.data or "",
        )
    except exports.ExportError as error:
        form.form_errors.append(error.message)
        return _export_page(export, form), 422
    db.session.commit()
    return redirect(url_for(".show_export", export_uid=export.uid))


@bp.post("/exports/<export_uid>/take")
@permission_required("pool.search")
def take_export(export_uid: str) -> ResponseReturnValue:
    """Hand out the list as it is now, marked as this download."""
    export, who = _export_or_404(export_uid), asker()
    try:
        download = exports.begin_download(db.session(), who, export)
    except exports.ExportError as error:
        flash(error.message, "danger")
        return _export_page(export, DecideForm()), 422
    db.session.commit()
    # Whoever reads slowly keeps nobody from writing.
    set_writing(writing=False)
    rows = rows_of(
        db.session(),
        find_all(
            db.session(),
            lists.request_of(export.query),
            scopes=who.scopes,
            today=who.today,
        ),
    )
    return _file(
        export.kind,
        [_("List from the talent pool"), _mark_line(download.mark)],
        header(),
        rows,
        f"pool-{download.mark}",
    )


@bp.get("/lists/shortlist/<shortlist_uid>/sheet.<kind>")
@permission_required("pool.search")
def print_shortlist(shortlist_uid: str, kind: str) -> ResponseReturnValue:
    """Hand out a shortlist as a sheet to be approved, with every reason."""
    shortlist = shortlist_or_404(shortlist_uid)
    if kind not in MEDIA:
        abort(404)
    return _file(
        kind,
        [
            shortlist.name,
            *(f"{name}: {text}" for name, text in _sheet_facts(shortlist)),
            _("Approved by (signature, day):"),
        ],
        _sheet_headings(),
        _sheet_rows(shortlist),
        "shortlist",
    )


@bp.post("/lists/shortlist/<shortlist_uid>/sheet")
@permission_required("pool.search")
def print_approval_sheet(shortlist_uid: str) -> ResponseReturnValue:
    """Hand out a shortlist as a numbered sheet on paper, to be signed."""
    shortlist = shortlist_or_404(shortlist_uid)
    try:
        pdf = approval_sheet(
            db.session(),
            asker(),
            shortlist,
            facts=_sheet_facts(shortlist),
            headings=_sheet_headings(),
            rows=_sheet_rows(shortlist),
        )
    except EmptyListError as error:
        flash(error.message, "danger")
        return redirect(url_for(".show_shortlist", shortlist_uid=shortlist_uid))
    db.session.commit()
    return send_pdf(pdf, shortlist.name, "shortlist")


def _sheet_headings() -> list[str]:
    return [
        _("No."),
        _("Name"),
        _("Unit"),
        _("Trade"),
        _("Pool level"),
        _("District"),
        _("Why this person"),
        _("Opinion"),
    ]


def _sheet_rows(shortlist: Shortlist) -> list[list[str]]:
    entries = lists.list_entries(db.session(), shortlist)
    return [
        [
            str(number),
            entry.craftsman.person.name,
            entry.craftsman.person.unit.name if entry.craftsman.person.unit else "",
            entry.craftsman.trade,
            str(LABELS["level"][entry.craftsman.level]),
            entry.craftsman.district.name,
            entry.reason,
            "",
        ]
        for number, entry in enumerate(entries, 1)
    ]


def _sheet_facts(shortlist: Shortlist) -> list[tuple[str, str]]:
    words = spoken(db.session(), lists.request_of(shortlist.query))
    return [
        (_("What it is for"), shortlist.purpose),
        (
            _("Search"),
            _(
                "%(words)s, %(found)s found",
                words=words,
                found=shortlist.found,
            ),
        ),
        (
            _("Made by"),
            _(
                "%(name)s on %(moment)s",
                name=shortlist.user.display_name,
                moment=format_datetime(shortlist.made_at, "yyyy-MM-dd HH:mm"),
            ),
        ),
    ]


def _mark_line(mark: str) -> str:
    return str(
        _(
            "Taken out by %(name)s on %(moment)s, mark %(mark)s. Not to be passed on.",
            name=signed_in_user().display_name,
            moment=format_datetime(asker().now, "yyyy-MM-dd HH:mm"),
            mark=mark,
        )
    )


def _file(
    kind: str,
    above: list[str],
    headings: list[str],
    rows: Iterator[list[str]] | list[list[str]],
    name: str,
) -> Response:
    pieces = stream(kind, above=above, headings=headings, rows=rows)
    answer = Response(stream_with_context(pieces), content_type=MEDIA[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _export_or_404(uid: str) -> PoolExport:
    """Return one's own list, or anybody's to those who approve."""
    export = lists.find_export(db.session(), uid)
    if export is None:
        abort(404)
    if export.user_id != signed_in_user().id and not is_allowed("pool.release"):
        abort(404)
    return export


def _export_page(export: PoolExport, form: DecideForm) -> str:
    is_own = export.user_id == signed_in_user().id
    return render_template(
        "talentpool/shortlists/show_export.html",
        export=export,
        state=STATES[export.state],
        tone=TONES[export.state],
        kind=FILE_KINDS[export.kind],
        parameters=lists.request_of(export.query).parameters(),
        words=spoken(db.session(), lists.request_of(export.query)),
        may_take=is_own and export.state in MAY_TAKE,
        may_decide=not is_own
        and export.state == "waiting"
        and is_allowed("pool.release"),
        form=form,
    )
