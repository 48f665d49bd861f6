"""The gates on paper: lists of names by room to write times on, and keying them in."""

from datetime import UTC, datetime, time

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from accounts.access.services import permission_required, signed_in_user
from competition.checkin import queries, rules
from competition.checkin.forms import PaperForm
from competition.checkin.models import Gate
from competition.checkin.services.paper import Line, PaperLineError, key_in
from competition.checkin.views.common import PERMISSION, bp
from competition.events.models import Event
from competition.events.queries import get_event
from competition.registration.models import Entry
from extensions import LOCAL, db
from paging import Pages
from paper import send_pdf
from twins import Heading, Table, Twin, asked_number, new_number, twins_pdf

_ON_A_PAGE = 100
_EMPTY_ROWS = 20  # of a sheet without names


@bp.get("/events/<event_uid>/checkin/sheet.pdf")
@permission_required(PERMISSION, within="event")
def print_sheet(event_uid: str) -> ResponseReturnValue:
    """Print the list of the check-in or of room `gate`, of a `group`, or `empty`."""
    event = get_event(db.session(), event_uid)
    gate, number = _asked_gate(event), new_number()
    title = gate.name if gate else _("Check-in")
    heading = Heading(
        title=_("%(room)s: list of names", room=title),
        competition=event.competition.name,
        event=event.name,
        signs=[_("Check-in officer"), _("Date")],
    )
    group = request.args.get("group", "")
    groups = {one.uid: one.name for one in event.groups}
    if group and group not in groups:
        abort(404)
    people = [
        entry
        for entry, _status in queries.list_expected(db.session(), event.id)
        if not group or (entry.group and entry.group.uid == group)
    ]
    sheet = Twin(
        number=number,
        address=url_for(
            ".show_paper",
            event_uid=event.uid,
            gate=gate.uid if gate else None,
            paper=number,
            _external=True,
        ),
        facts=[(_("Group"), groups[group])] if group else [],
        table=_table(gate, [] if request.args.get("empty") else people),
    )
    pdf = twins_pdf(heading, [sheet])
    return send_pdf(pdf, f"{event.name} {title}", f"gate-{number}")


@bp.route("/events/<event_uid>/checkin/paper", methods=["GET", "POST"])
@permission_required(PERMISSION, within="event")
def show_paper(event_uid: str) -> ResponseReturnValue:
    """Key in the times that stand on a sheet of the check-in or of room `gate`."""
    event = get_event(db.session(), event_uid)
    gate = _asked_gate(event)
    form = PaperForm(data={"paper": asked_number()})
    if form.validate_on_submit() and _take(event, gate, form):
        return redirect(
            url_for(
                ".show_paper",
                event_uid=event.uid,
                gate=gate.uid if gate else None,
                paper=form.paper.data,
                page=request.args.get("page"),
            )
        )
    page = _page(event, gate, form)
    return page, 422 if form.is_submitted() else 200


def _take(event: Event, gate: Gate | None, form: PaperForm) -> bool:
    now = datetime.now(UTC)
    lines = _read_lines(event, form, now)
    if form.form_errors:
        return False
    try:
        answers = key_in(
            db.session(),
            event=event,
            gate=gate.key if gate else rules.CHECKIN_GATE,
            sheet=form.paper.data or "",
            lines=lines,
            user=signed_in_user(),
            now=now,
        )
    except PaperLineError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return False
    db.session.commit()
    count = sum(answer["status"] == rules.STORED for answer in answers)
    said = ngettext("%(num)s time keyed in.", "%(num)s times keyed in.", count)
    flash(said, "success" if count else "info")
    if count < len(answers):
        flash(
            _(
                "%(count)s did not count and are kept as questions: see the scans.",
                count=len(answers) - count,
            ),
            "warning",
        )
    return True


def _read_lines(event: Event, form: PaperForm, now: datetime) -> list[Line]:
    """Return what was typed; a time that is none, or nothing at all, is an error."""
    lines = []
    here = now.astimezone(LOCAL)
    for entry, _status in queries.list_expected(db.session(), event.id):
        for value in (rules.IN, rules.OUT):
            typed = request.form.get(f"{value}-{entry.uid}", "").strip()
            if not typed:
                continue
            try:
                at = rules.last_moment(time.fromisoformat(typed), here)
            except ValueError:
                name = entry.person.name if entry.person else ""
                form.form_errors.append(
                    _("%(name)s: write the time like 08:05.", name=name)
                )
                continue
            lines.append(Line(entry_uid=entry.uid, value=value, at=at))
    if not lines and not form.form_errors:
        form.form_errors.append(_("No time was entered."))
    return lines


def _page(event: Event, gate: Gate | None, form: PaperForm) -> str:
    people = queries.list_expected(db.session(), event.id)
    inside = queries.list_inside(db.session(), gate.id) if gate else set()
    number = max(request.args.get("page", 1, type=int), 1)
    page = Pages(page=number, total=len(people), per_page=_ON_A_PAGE)
    return render_template(
        "competition/checkin/show_paper.html",
        event=event,
        gate=gate,
        form=form,
        people=people[page.part],
        first=page.part.start + 1,
        inside=inside,
        typed=request.form,
        page=page,
        page_url=lambda n: url_for(
            ".show_paper",
            event_uid=event.uid,
            gate=gate.uid if gate else None,
            paper=form.paper.data or None,
            page=n,
        ),
    )


def _table(gate: Gate | None, people: list[Entry]) -> Table:
    times = [_("Entry"), _("Exit")] if gate else [_("Time")]
    last = _("Turned away because, signature") if gate is None else _("Sign here")
    rows = [
        [str(at), *_known(entry), *("" for _time in times), ""]
        for at, entry in enumerate(people, start=1)
    ]
    count = 5 + len(times)
    return Table(
        headings=[_("No."), _("Name"), _("Unit"), _("Ticket"), *times, last],
        rows=rows or [[str(n), *[""] * (count - 1)] for n in range(1, _EMPTY_ROWS + 1)],
        widths=[2, 5, 9, 5, *(3 for _time in times), 7],
    )


def _known(entry: Entry) -> list[str]:
    return [
        entry.person.name if entry.person else "",
        entry.unit.name if entry.unit else "",
        entry.ticket.number if entry.ticket else "",
    ]


def _asked_gate(event: Event) -> Gate | None:
    uid = request.args.get("gate", "")
    if not uid:
        return None
    gate = queries.find_gate(db.session(), uid)
    if gate is None or gate.event_id != event.id:
        abort(404)
    return gate
