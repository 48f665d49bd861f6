"""The committee's review of entries."""

from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from accounts.access.services import (
    DeskItem,
    allowed_scopes,
    current_actor,
    permission_required,
)
from accounts.users.models import User
from competition.events.forms import options
from competition.events.queries import count_entries, get_event, list_managed_events
from competition.events.rules import CLOSED, REGISTRATION
from competition.reasons.queries import list_reasons
from competition.reasons.rules import ABOUT, PAPER, wording
from competition.reasons.services import give_reason
from competition.registration import queries
from competition.registration.forms import (
    LIKENESS_LABELS,
    STATE_LABELS,
    PaperDecisionForm,
    ReasonForm,
    ReturnForm,
    ReviewFilter,
)
from competition.registration.models import Entry
from competition.registration.rules import entries as rules
from competition.registration.rules.eligibility import blocking
from competition.registration.services.checks import check_submitted
from competition.registration.services.drafts import answers_of
from competition.registration.services.review import (
    ChangesOpenError,
    Decision,
    Revealed,
    decide_entry,
    judge_paper,
    reveal_numbers,
)
from competition.registration.services.shortage import shortage_of
from competition.registration.services.unit_word import find_word
from competition.registration.services.waiting import move_up
from competition.registration.views.answers import described_answers
from competition.registration.views.common import (
    bp,
    checks_of,
    described,
    entry_or_404,
    now,
    words,
)
from competition.registration.views.corrections import described_changes, label_of
from errors import DomainError
from extensions import db
from people.persons.queries import open_id_number, open_phone
from people.persons.rules import mask_id, mask_phone


def desk_items(session: Session, _user: User, now: datetime) -> list[DeskItem]:
    """Tell the committee where entries wait for a decision."""
    scopes = allowed_scopes("registration.review")
    events = list_managed_events(session, scopes) if scopes else []
    counts = count_entries(session, events)
    waiting = [
        (event, counts.get(event.id, {}).get("submitted", 0)) for event in events
    ]
    few = [
        DeskItem(
            title=_("Too few entries: %(name)s", name=event.name),
            text=_(
                "%(count)s of at least %(least)s: hold it, merge it or cancel it.",
                count=short.count,
                least=short.least,
            ),
            url=url_for("competition.registration.list_review", event_uid=event.uid),
            order=25,
        )
        for event in events
        if (short := shortage_of(session, event, now, counts)) is not None
    ]
    return few + [
        DeskItem(
            title=_("Review entries: %(name)s", name=event.name),
            text=ngettext(
                "%(num)s entry waits for a decision.",
                "%(num)s entries wait for a decision.",
                count,
            ),
            url=url_for("competition.registration.list_review", event_uid=event.uid),
            count=count,
            order=20,
        )
        for event, count in waiting
        if count
    ]


@bp.get("/events/<event_uid>/entries")
@permission_required("registration.review", within="event")
def list_review(event_uid: str) -> ResponseReturnValue:
    """List an event's entries, those to review first."""
    event, form = get_event(db.session(), event_uid), ReviewFilter(request.args)
    states = {state: label for state, label in STATE_LABELS.items() if state != "draft"}
    form.state.choices = options(states.items(), _("All states"))
    form.group.choices = options(
        ((group.uid, group.name) for group in event.groups), _("All groups")
    )
    return render_template(
        "competition/registration/list_review.html",
        event=event,
        form=form,
        page=queries.list_for_review(
            db.session(),
            event_id=event.id,
            state=form.state.data or "",
            group_uid=form.group.data or "",
            text=form.q.data or "",
            page=request.args.get("page", 1, type=int),
        ),
        counts=queries.count_states(db.session(), event.id),
        short=shortage_of(db.session(), event, now()),
        is_narrowed=bool(form.state.data or form.group.data or form.q.data),
        **words(),
    )


@bp.get("/events/<event_uid>/waiting")
@permission_required("registration.review", within="event")
def list_waiting(event_uid: str) -> ResponseReturnValue:
    """Show the waiting list of an event and the offers made from it."""
    event = get_event(db.session(), event_uid)
    return render_template(
        "competition/registration/list_waiting.html",
        event=event,
        places=queries.list_waiting(db.session(), event.id),
        taken=queries.count_taken(db.session(), event.id),
        now=now(),
        **words(),
    )


@bp.post("/events/<event_uid>/waiting/move-up")
@permission_required("registration.review", within="event")
def move_list_up(event_uid: str) -> ResponseReturnValue:
    """End offers that have run out and offer what is free."""
    count = move_up(db.session(), event=get_event(db.session(), event_uid), now=now())
    db.session.commit()
    flash(
        ngettext("%(num)s place is offered.", "%(num)s places are offered.", count),
        "success" if count else "info",
    )
    return redirect(url_for(".list_waiting", event_uid=event_uid))


@bp.get("/reviews/<entry_uid>")
@permission_required("registration.review", within="entry")
def show_review(entry_uid: str) -> ResponseReturnValue:
    """Show one entry to the committee: facts, papers, rules, likely duplicates."""
    return _review_page(_reviewed_or_404(entry_uid))


@bp.post("/reviews/<entry_uid>/papers/<paper_uid>")
@permission_required("registration.review", within="entry")
def decide_paper(entry_uid: str, paper_uid: str) -> ResponseReturnValue:
    """Accept a paper, or refuse it with a reason."""
    entry, form = _reviewed_or_404(entry_uid), PaperDecisionForm()
    papers = [paper for paper in entry.papers if paper.uid == paper_uid]
    if not papers or not form.validate_on_submit():
        abort(404)
    is_refusal = request.form.get("action") == "refuse"
    try:
        reason = _given(entry, PAPER, form, 200) if is_refusal else ""
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return redirect(url_for(".show_review", entry_uid=entry_uid))
    if is_refusal and not reason:
        flash(_("Say why the paper is refused: the contestant reads it."), "danger")
        return redirect(url_for(".show_review", entry_uid=entry_uid))
    judge_paper(
        db.session(),
        paper=papers[0],
        reason=reason,
        actor=current_actor(),
        now=now(),
    )
    db.session.commit()
    return redirect(
        url_for(".show_review", entry_uid=entry_uid, _anchor=papers[0].kind)
    )


@bp.post("/reviews/<entry_uid>/decision")
@permission_required("registration.review", within="entry")
def decide(entry_uid: str) -> ResponseReturnValue:
    """Accept, return or reject an entry; on to the next that waits."""
    entry, form = _reviewed_or_404(entry_uid), ReturnForm()
    form.validate_on_submit()
    verdict = request.form.get("verdict", "")
    if verdict == rules.RETURNED and not _says_what_and_why(entry, form):
        return _review_page(entry, form=form), 422
    try:
        decide_entry(
            db.session(),
            entry=entry,
            decision=Decision(
                verdict=verdict,
                reason=_given(entry, verdict, form, 400),
                fields=form.to_correct.data or [],
                looked_at=request.form.getlist("looked_at"),
            ),
            actor=current_actor(),
            now=now(),
        )
    except ChangesOpenError as error:
        db.session.rollback()
        left = _(", ").join(label_of(name) for name in error.open)
        form.form_errors.append(_("Not looked at yet: %(left)s", left=left))
        return _review_page(_reviewed_or_404(entry_uid), form=form), error.status
    except DomainError as error:
        db.session.rollback()
        form.form_errors.append(error.message)
        return _review_page(_reviewed_or_404(entry_uid), form=form), error.status
    db.session.commit()
    flash(
        _(
            "%(name)s: %(state)s",
            name=answers_of(entry).name,
            state=STATE_LABELS[verdict],
        ),
        "success",
    )
    return redirect(_next_url(entry))


@bp.post("/reviews/<entry_uid>/reveal")
@permission_required("registration.review", within="entry")
def reveal(entry_uid: str) -> ResponseReturnValue:
    """Show ID number and phone in clear, for a purpose that is logged."""
    entry, form = _reviewed_or_404(entry_uid), ReasonForm()
    form.validate_on_submit()
    try:
        revealed = reveal_numbers(
            db.session(),
            entry=entry,
            purpose=form.reason.data or "",
            actor=current_actor(),
            now=now(),
        )
    except DomainError as error:
        db.session.rollback()
        flash(error.message, "danger")
        return redirect(url_for(".show_review", entry_uid=entry_uid))
    db.session.commit()
    return _review_page(_reviewed_or_404(entry_uid), revealed=revealed)


def _says_what_and_why(entry: Entry, form: ReturnForm) -> bool:
    """Note at the fields, all at once, what an entry cannot be returned without."""
    if not (form.kept.data or (form.reason.data or "").strip()):
        form.reason.errors = [
            _("Say what is to be corrected: the contestant reads it.")
        ]
    is_refused = any(paper.state == "rejected" for paper in entry.papers)
    if not (form.to_correct.data or is_refused):
        form.to_correct.errors = [
            _("Name a field or refuse a paper that is to be corrected.")
        ]
    return not form.errors


def _given(
    entry: Entry, about: str, form: PaperDecisionForm | ReturnForm, longest: int
) -> str:
    """Return the reason of a refusal as the contestant reads it; "" is none."""
    if about not in ABOUT:
        return ""
    return give_reason(
        db.session(),
        event=entry.event,
        about=about,
        uid=form.kept.data or "",
        typed=form.reason.data or "",
        locale=entry.user.locale if entry.user else "",
        longest=longest,
    )


def _kept_reasons(entry: Entry) -> dict[str, list[tuple[str, str]]]:
    """Return uid and words of the kept reasons by what they are for."""
    found: dict[str, list[tuple[str, str]]] = {about: [] for about in ABOUT}
    for kept in list_reasons(db.session(), entry.event):
        words = wording(kept.text, kept.text_en, str(get_locale()))
        found[kept.about].append((kept.uid, words))
    return found


def _reviewed_or_404(entry_uid: str) -> Entry:
    entry = entry_or_404(entry_uid)
    if entry.person is None or entry.state == rules.DRAFT:
        abort(404)
    return entry


def _side_by_side(entry: Entry) -> list[dict[str, object]]:
    """Return the entry and those like it, each a column of what can be compared."""
    found = queries.list_duplicates(db.session(), entry)
    columns = [(entry, ()), *((one.entry, one.why) for one in found)] if found else []
    return [
        {
            "entry": other,
            "why": [LIKENESS_LABELS[code] for code in why],
            "id_number": mask_id(open_id_number(other.person)) if other.person else "",
            "phone": mask_phone(open_phone(other.person)) if other.person else "",
        }
        for other, why in columns
    ]


def _next_url(entry: Entry) -> str:
    waiting = queries.list_for_review(
        db.session(), event_id=entry.event_id, state=rules.SUBMITTED
    )
    if waiting.items:
        return url_for(".show_review", entry_uid=waiting.items[0].uid)
    return url_for(".list_review", event_uid=entry.event.uid)


def _review_page(
    entry: Entry,
    *,
    form: ReturnForm | None = None,
    revealed: Revealed | None = None,
) -> str:
    answers, session = answers_of(entry), db.session()
    checks = check_submitted(session, entry=entry)
    return render_template(
        "competition/registration/show_review.html",
        entry=entry,
        form=form or ReturnForm(formdata=None),
        paper_form=PaperDecisionForm(formdata=None),
        reveal_form=ReasonForm(formdata=None),
        kept_reasons=_kept_reasons(entry),
        id_number=revealed.id_number if revealed else mask_id(answers.id_number),
        phone=revealed.phone if revealed else mask_phone(answers.phone),
        is_revealed=revealed is not None,
        checks=described(checks, entry.event),
        is_blocked=bool(blocking(checks)),
        duplicates=_side_by_side(entry),
        verdicts=[
            {"row": verdict, "checks": described(checks_of(verdict), entry.event)}
            for verdict in queries.list_verdicts(session, entry.id)
        ],
        more=described_answers(entry),
        changes=described_changes(entry, masks=revealed is None),
        can_decide=entry.state == rules.SUBMITTED,
        can_return=entry.state in (rules.SUBMITTED, rules.ACCEPTED)
        and entry.event.state in (REGISTRATION, CLOSED),
        waiting=queries.find_waiting(session, entry.id),
        unit_word=find_word(session, entry),
        **words(),
    )
