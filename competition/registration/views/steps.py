"""The form on a phone: four steps, each saved on the server, each without script."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from accounts.access.services import (
    current_actor,
    is_allowed,
    signed_in_user,
)
from competition.events.forms import options
from competition.events.queries import list_districts
from competition.registration.forms import (
    FIELD_LABELS,
    ConfirmForm,
    IdentityForm,
    PaperForm,
    WorkForm,
)
from competition.registration.models import Entry
from competition.registration.rules import entries as rules
from competition.registration.rules.eligibility import PROVED_BY, blocking
from competition.registration.services.checks import check_entry
from competition.registration.services.drafts import (
    EntryFixedError,
    answers_of,
    save_answers,
    store_paper,
)
from competition.registration.services.guests import claim_draft
from competition.registration.services.more import form_of
from competition.registration.services.rulebook import rulebook_of
from competition.registration.services.submissions import submit_entry
from competition.registration.views.answers import described_answers, left_to_answer
from competition.registration.views.common import (
    bp,
    described,
    now,
    own_entry_or_404,
    words,
)
from competition.registration.views.guests import owner_or_guest
from errors import DomainError
from extensions import LOCAL, db, limiter
from people.codes.queries import list_levels
from people.persons.rules import mask_id, mask_phone
from people.units.queries import find_unit, search_units

STEPS = ("identity", "work", "more", "papers", "confirm")
_FIELDS = {
    "identity": ("name", "id_number", "phone"),
    "work": (
        *("unit", "group", "trade_years", "level"),
        *("insurance", "residence", "household", "standing", "barred"),
    ),
}
# Asked only where a rule of the event needs it: field → which part of the document.
_ASKED_BY = {
    "insurance": "insurance_months",
    "residence": "residence_within",
    "household": "household_within",
    "standing": "excluded_standings",
    "barred": "barred_honours",
}


@bp.route("/entries/<entry_uid>/<any(identity, work):step>", methods=["GET", "POST"])
@owner_or_guest
def show_step(entry_uid: str, step: str) -> ResponseReturnValue:
    """Fill in a step; whatever is sent is kept, right or wrong."""
    entry = own_entry_or_404(entry_uid)
    if entry.state not in (rules.DRAFT, rules.RETURNED):
        return redirect(url_for(".show_entry", entry_uid=entry_uid))
    form = _form(entry, step)
    if not form.is_submitted():
        return _step_page(entry, step, form)
    values = {name: str(value or "") for name, value in form.data.items()}
    is_whole = form.validate_on_submit()
    save_answers(db.session(), entry=entry, values=values, now=now())
    db.session.commit()
    if request.form.get("action") == "search":
        return _step_page(entry, step, _form(entry, step))
    if request.form.get("action") == "save":
        flash(_saved_where(entry), "success")
        return redirect(url_for(".show_step", entry_uid=entry_uid, step=step))
    if not is_whole:
        return _step_page(entry, step, form), 422
    listed = _steps_of(entry)
    return redirect(_url_of(entry, listed[listed.index(step) + 1]))


@bp.get("/entries/<entry_uid>/papers")
@owner_or_guest
def show_papers(entry_uid: str) -> ResponseReturnValue:
    """Show the photo and each paper with its state, each with its own upload."""
    entry = own_entry_or_404(entry_uid)
    if entry.state not in (rules.DRAFT, rules.RETURNED):
        return redirect(url_for(".show_entry", entry_uid=entry_uid))
    papers = {paper.kind: paper for paper in entry.papers}
    asked = {rules.PHOTO, *entry.event.papers.split()}
    if entry.event.min_level is not None:
        asked.add("certificate")
    checks = check_entry(db.session(), entry=entry, now=now())
    proofs = {kind for check in checks for kind in PROVED_BY.get(check.rule, ())}
    shown = {*rules.USUAL_PAPERS, *asked, *papers, *proofs}
    return render_template(
        "competition/registration/show_papers.html",
        entry=entry,
        form=PaperForm(),
        kinds=[
            {
                "kind": kind,
                "paper": papers.get(kind),
                "is_asked": kind in asked,
                "is_open": rules.may_replace(
                    entry.state, papers[kind].state if kind in papers else ""
                ),
            }
            for kind in rules.PAPER_KINDS
            if kind in shown
        ],
        steps=step_links(entry, "papers"),
        **words(),
    )


@bp.post("/entries/<entry_uid>/papers/<kind>")
@owner_or_guest
@limiter.limit("120/hour", exempt_when=lambda: current_user.is_authenticated)
def upload_paper(entry_uid: str, kind: str) -> ResponseReturnValue:
    """Keep an uploaded paper; without a file nothing changes."""
    entry, form = own_entry_or_404(entry_uid), PaperForm()
    if kind not in rules.PAPER_KINDS:
        abort(404)
    files = [f for f in (form.file.data, form.camera.data) if f and f.filename]
    if not form.validate_on_submit() or not files:
        flash(_("Choose a file first."), "warning")
        return redirect(url_for(".show_papers", entry_uid=entry_uid, _anchor=kind))
    try:
        store_paper(
            db.session(),
            entry=entry,
            kind=kind,
            data=files[0].read(),
            file_name=files[0].filename or "",
            user=signed_in_user() if current_user.is_authenticated else None,
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
    else:
        db.session.commit()
        flash(_("The file is uploaded."), "success")
    return redirect(url_for(".show_papers", entry_uid=entry_uid, _anchor=kind))


@bp.route("/entries/<entry_uid>/confirm", methods=["GET", "POST"])
@owner_or_guest
def confirm(entry_uid: str) -> ResponseReturnValue:
    """Show everything with each rule's verdict; submit with consent."""
    entry, form = own_entry_or_404(entry_uid), ConfirmForm()
    if entry.state not in (rules.DRAFT, rules.RETURNED):
        return redirect(url_for(".show_entry", entry_uid=entry_uid))
    if form.validate_on_submit() and current_user.is_authenticated:
        try:
            if entry.guest is not None:
                _claim(entry)
            submit_entry(
                db.session(),
                entry=entry,
                has_consented=form.consent.data,
                actor=current_actor(),
                now=now(),
            )
        except DomainError as error:
            db.session.rollback()
            form.form_errors.append(error.message)
            return _confirm_page(own_entry_or_404(entry_uid), form), 422
        db.session.commit()
        flash(_("Your entry is submitted. The committee reviews it."), "success")
        return redirect(url_for(".show_entry", entry_uid=entry_uid))
    return _confirm_page(entry, form)


def _claim(entry: Entry) -> None:
    """Make the draft of a visitor who has signed in meanwhile their own."""
    if not is_allowed("registration.own"):
        raise EntryFixedError(
            _("This account is not a contestant's. Sign in with one that is.")
        )
    claim_draft(
        db.session(),
        entry=entry,
        user=signed_in_user(),
        actor=current_actor(),
        now=now(),
    )


def _saved_where(entry: Entry) -> str:
    if entry.guest is None:
        return str(_("The draft is saved. You can go on with it on any device."))
    until = format_datetime(entry.guest.expires_at, "yyyy-MM-dd HH:mm")
    text: str = _(
        "The draft is saved. You can go on with it in this browser until %(moment)s.",
        moment=until,
    )
    return text


def _confirm_page(entry: Entry, form: ConfirmForm) -> str:
    answers = answers_of(entry)
    checks = check_entry(db.session(), entry=entry, now=now())
    missing = [
        (FIELD_LABELS[field], _url_of(entry, _step_of(field)))
        for field in rules.unanswered(answers)
    ] + left_to_answer(entry)
    refused = [paper for paper in entry.papers if paper.state == "rejected"]
    unit = find_unit(db.session(), answers.unit_uid) if answers.unit_uid else None
    level = {row.code: row.name for row in list_levels(db.session())}
    return render_template(
        "competition/registration/confirm.html",
        entry=entry,
        form=form,
        answers=answers,
        masked_id=mask_id(answers.id_number),
        masked_phone=mask_phone(answers.phone),
        unit_name=unit.name if unit else answers.unit_name,
        group_name={g.uid: g.name for g in entry.event.groups}.get(answers.group, ""),
        level_name=level.get(answers.level, ""),
        missing=missing,
        refused=refused,
        more=described_answers(entry),
        checks=described(checks, entry.event),
        can_submit=not (missing or refused)
        and not {check.rule for check in blocking(checks)} - {"quota"},
        is_full=entry.state == rules.DRAFT
        and any(check.rule == "quota" for check in blocking(checks)),
        steps=step_links(entry, "confirm"),
        **words(),
    )


def _form(entry: Entry, step: str) -> FlaskForm:
    """Return the step's form with what is kept, without the fields that are closed."""
    answers = answers_of(entry)
    form: IdentityForm | WorkForm
    if step == "identity":
        form = IdentityForm(obj=answers)
        form.today = now().astimezone(LOCAL).date()
    else:
        form = WorkForm(obj=answers)
        _fill_choices(form, entry, answers)
    book = rulebook_of(db.session(), entry.event).document
    for field in _FIELDS[step]:
        is_asked = field not in _ASKED_BY or getattr(book, _ASKED_BY[field])
        if not is_asked:
            for name in rules.answer_names(field):
                delattr(form, name)
        elif not rules.may_change(entry.state, entry.reopened.split(), field):
            names = rules.answer_names(field)
            for name in (*names, "unit_search") if field == "unit" else names:
                delattr(form, name)
    return form


def _fill_choices(form: WorkForm, entry: Entry, answers: rules.Answers) -> None:
    session = db.session()
    text = request.form.get("unit_search", "")
    found = search_units(session, text, limit=12) if text else []
    chosen = find_unit(session, answers.unit_uid) if answers.unit_uid else None
    units = {unit.uid: unit for unit in ([chosen] if chosen else []) + found}
    form.unit_uid.choices = [
        *options((u.uid, f"{u.name} ({u.credit_code})") for u in units.values()),
        *options([], _("My unit is not listed: I enter it below")),
    ]
    form.unit_search.data = text
    form.group.choices = options(
        (group.uid, group.name) for group in entry.event.groups
    )
    form.level.choices = options(
        ((level.code, level.name) for level in list_levels(session)), _("None")
    )
    form.unit_district.choices = options(
        ((place.code, place.name) for place in list_districts(session)), _("Choose")
    )
    form.residence.choices = form.household.choices = form.unit_district.choices


def _step_page(entry: Entry, step: str, form: FlaskForm) -> str:
    answers = answers_of(entry)
    return render_template(
        f"competition/registration/{step}.html",
        entry=entry,
        form=form,
        answers=answers,
        masked_id=mask_id(answers.id_number),
        masked_phone=mask_phone(answers.phone),
        barred=rulebook_of(db.session(), entry.event).document.barred_honours,
        steps=step_links(entry, step),
        **words(),
    )


def step_links(entry: Entry, here: str) -> list[dict[str, Any]]:
    """Return the steps of the form with their addresses, for the bar above them."""
    labels = {
        "identity": _("Identity"),
        "work": _("Work"),
        "more": _("Questions"),
        "papers": _("Papers"),
        "confirm": _("Submit"),
    }
    listed = _steps_of(entry)
    return [
        {
            "label": labels[step],
            "url": _url_of(entry, step),
            "is_here": step == here,
            "is_done": listed.index(step) < listed.index(here),
        }
        for step in listed
    ]


def _steps_of(entry: Entry) -> list[str]:
    has_questions = bool(form_of(db.session(), entry)[1])
    return [step for step in STEPS if step != "more" or has_questions]


def _step_of(field: str) -> str:
    return "identity" if field in _FIELDS["identity"] else "work"


def _url_of(entry: Entry, step: str) -> str:
    if step == "more":
        return url_for(".show_more", entry_uid=entry.uid)
    if step == "papers":
        return url_for(".show_papers", entry_uid=entry.uid)
    if step == "confirm":
        return url_for(".confirm", entry_uid=entry.uid)
    return url_for(".show_step", entry_uid=entry.uid, step=step)
