"""Filing an appeal, and every step until it is decided; each one on the record.

The log names the entry and a digest of what was written, never the words.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.users.models import User
from competition.events import rules as life
from competition.events.models import Event
from competition.registration.models import Entry
from errors import DomainError
from extensions import LOCAL
from ledger.log.services import Actor, record
from people.attachments.services import store
from people.vault.services import get_vault
from people.workdays.services import WorkdayTableMissingError, add_working_days
from scoring.appeals import queries, rules
from scoring.appeals.models import Appeal, AppealPaper, AppealStep, AppealTerms
from scoring.appeals.services.telling import tell_decision
from scoring.marking.queries import find_lock
from scoring.results.queries import find_current
from scoring.results.services.locks import ask_unlock
from scoring.results.services.publish import withdraw

MOST_PAPERS = 5
LONGEST = 4000  # characters of grounds and reasons
_CONTEXT = "appeal.grounds"
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_BEGUN = (life.CHECKIN, life.MARKING, life.LOCKED, life.DECODED, life.PUBLISHED)


class AppealError(DomainError):
    """The appeal cannot be filed, or taken further, as things are."""


def find_window(session: Session, event: Event, now: datetime) -> rules.Window | None:
    """Return the window in which an appeal would be filed now; None where none is."""
    terms = queries.get_terms(session, event.id)
    publication = find_current(session, event.id)
    published = publication.published_at if publication else None
    clock = rules.Clock(
        has_begun=event.state in _BEGUN,
        ended_at=terms.ended_at,
        published_at=published,
        published_until=None
        if published is None
        else _end_of_working_day(session, published, terms.days_after_publication),
    )
    return rules.find_window(clock, now, terms.hours_after_end)


def file_appeal(
    session: Session,
    *,
    entry: Entry,
    user: User,
    grounds: str,
    papers: Sequence[tuple[bytes, str]],
    now: datetime,
    sheet: str = "",
) -> Appeal:
    """Take an appeal; the caller has seen that the user may file for the entry.

    Args:
        session: the transaction.
        entry: on whose behalf.
        user: who files it.
        grounds: what is wrong, and what is asked for.
        papers: content and name of each file.
        now: the server's clock; nothing else says whether the window is open.
        sheet: number of the paper sheet it is keyed in from.

    Raises:
        AppealError: no window is open, another appeal waits, nothing is written, or
            the sheet was keyed in already.
        FileRefusedError: a paper cannot be kept.
    """
    window = find_window(session, entry.event, now)
    if window is None:
        raise AppealError(_("The time for appeals is over, or has not begun."))
    waiting = queries.list_of_entry(session, entry.uid)
    if any(appeal.state in rules.OPEN_STATES for appeal in waiting):
        raise AppealError(_("An appeal for this entry waits already."))
    if sheet and queries.is_keyed(session, entry.event_id, sheet):
        raise AppealError(_("Sheet %(paper)s was keyed in already.", paper=sheet))
    text = _said(grounds, _("Write what is wrong and what you ask for."))
    if len(papers) > MOST_PAPERS:
        raise AppealError(_("Hand in at most %(count)s papers.", count=MOST_PAPERS))
    appeal = Appeal(
        event=entry.event,
        entry=entry,
        filed_by=user.uid,
        receipt=_receipt(),
        filed_in=window.kind,
        filed_at=now,
        grounds_sealed=get_vault().seal(text, _CONTEXT),
        paper=sheet,
        state=rules.FILED,
    )
    session.add(appeal)
    session.flush()
    for data, name in papers:
        attachment = store(
            session,
            data=data,
            file_name=name,
            kind="appeal",
            uploaded_by=user.uid,
            now=now,
        )
        appeal.papers.append(AppealPaper(entry_id=entry.id, attachment=attachment))
    _take(session, appeal, "filed", "", "", Actor("human", user.uid), now)
    return appeal


def read_grounds(appeal: Appeal) -> str:
    """Return what was written; "" once the person was erased."""
    if not appeal.grounds_sealed:
        return ""
    return get_vault().open(appeal.grounds_sealed, _CONTEXT)


def admit(session: Session, *, appeal: Appeal, user: User, now: datetime) -> None:
    """Take an appeal up; the time to decide it begins."""
    _hold(session, appeal, user, (rules.FILED,))
    terms = queries.get_terms(session, appeal.event_id)
    appeal.state = rules.ADMITTED
    appeal.due_at = _end_of_working_day(session, now, terms.decision_days)
    _take(session, appeal, "admitted", "", "", Actor("human", user.uid), now)


def refuse(
    session: Session, *, appeal: Appeal, reason: str, user: User, now: datetime
) -> None:
    """Refuse to take an appeal up, with the reason; the second instance stays open."""
    _hold(session, appeal, user, (rules.FILED,))
    text = _said(reason, _("Give the reason; the appellant reads it."))
    _close(session, appeal, rules.REFUSED, now)
    _take(session, appeal, "refused", "", text, Actor("human", user.uid), now)
    tell_decision(session, appeal, "refused", now)


def set_hearing(
    session: Session,
    *,
    appeal: Appeal,
    at: datetime,
    place: str,
    user: User,
    now: datetime,
) -> None:
    """Invite to a hearing; another date takes the place of an earlier one."""
    _hold(session, appeal, user, (rules.ADMITTED, rules.SECOND))
    if at <= now:
        raise AppealError(_("The hearing lies in the past."))
    appeal.hearing_at, appeal.hearing_place = at, place.strip()[:120]
    said = f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M} {appeal.hearing_place}"
    _take(session, appeal, "hearing", "", said, Actor("human", user.uid), now)


def decide(
    session: Session,
    *,
    appeal: Appeal,
    outcome: str,
    reason: str,
    revises: bool,
    user: User,
    now: datetime,
) -> None:
    """Decide an appeal in its instance; an upheld one may open the marks.

    Opening withdraws the publication that stands and asks for the lock to be opened;
    another person confirms that, as always. What is published then is a new version.

    Raises:
        AppealError: it does not wait for a decision, or reason or outcome are missing.
        BarredError: the person may not decide it.
    """
    _hold(session, appeal, user, (rules.ADMITTED, rules.SECOND))
    if outcome not in {rules.UPHELD, rules.REJECTED}:
        raise AppealError(_("Say whether the appeal is upheld."))
    text = _said(reason, _("Give the reason; the appellant reads it."))
    is_final = appeal.state == rules.SECOND
    actor = Actor("human", user.uid)
    appeal.outcome, appeal.revises = outcome, revises and outcome == rules.UPHELD
    appeal.decided_at = now
    _close(session, appeal, rules.FINAL if is_final else rules.DECIDED, now)
    kind = "final" if is_final else "decided"
    _take(session, appeal, kind, outcome, text, actor, now)
    tell_decision(session, appeal, kind, now)
    if appeal.revises:
        _open_marks(session, appeal, actor, now)


def ask_second(
    session: Session, *, appeal: Appeal, reason: str, user: User, now: datetime
) -> None:
    """Bring a decided or refused appeal before the second instance, in time.

    Raises:
        AppealError: there is nothing to bring, or the time is over.
    """
    _lock_row(session, appeal)
    if appeal.state not in {rules.DECIDED, rules.REFUSED}:
        raise AppealError(_("Nothing of this appeal can go to the second instance."))
    if appeal.second_until is not None and now >= appeal.second_until:
        raise AppealError(_("The time for the second instance is over."))
    text = _said(reason, _("Write why the decision is wrong."))
    terms = queries.get_terms(session, appeal.event_id)
    appeal.state, appeal.hearing_at, appeal.hearing_place = rules.SECOND, None, ""
    appeal.due_at = _end_of_working_day(session, now, terms.decision_days)
    _take(session, appeal, "second", "", text, Actor("human", user.uid), now)


def set_terms(
    session: Session,
    *,
    event: Event,
    values: dict[str, int],
    ends_now: bool,
    actor: Actor,
    now: datetime,
) -> AppealTerms:
    """Set an event's terms; "it has ended" takes the server's clock, once."""
    row = queries.find_terms_row(session, event.id) or AppealTerms(event_id=event.id)
    if event.state not in _BEGUN and ends_now:
        raise AppealError(_("The event has not begun."))
    if row.ended_at is not None and ends_now:
        raise AppealError(_("The end of the event is on record already."))
    for name, value in values.items():
        setattr(row, name, value)
    if ends_now:
        row.ended_at = now
    row.set_at, row.set_by = now, actor.name
    session.add(row)
    session.flush()
    record(
        session,
        actor=actor,
        action="appeals.terms_set",
        subject=f"event:{event.uid}",
        scope=f"event:{event.uid}",
        now=now,
        body={**values, "ended_at": row.ended_at.isoformat() if row.ended_at else ""},
    )
    return row


class BarredError(AppealError):
    """The person is tied to the appeal and may not act on it."""

    status = 403


def _open_marks(session: Session, appeal: Appeal, actor: Actor, now: datetime) -> None:
    event = appeal.event
    reason = _("Appeal %(receipt)s is upheld.", receipt=appeal.receipt)
    if event.state == life.PUBLISHED:
        withdraw(session, event=event, reason=reason, actor=actor, now=now)
    lock = find_lock(session, event.id)
    if lock is not None and not lock.unlock_asked_by:
        ask_unlock(session, event=event, reason=reason, actor=actor, now=now)


def _hold(
    session: Session, appeal: Appeal, user: User, states: tuple[str, ...]
) -> None:
    _lock_row(session, appeal)
    if appeal.state not in states:
        raise AppealError(_("This appeal is not at this step any more."))
    bars = rules.list_bars(queries.find_ties(session, appeal, user))
    if bars:
        raise BarredError(say_bars(bars))


def say_bars(bars: Sequence[str]) -> str:
    """Return why somebody may not act on an appeal, as a sentence."""
    said = {
        "has_marked": _("marked at this event"),
        "has_coded": _("coded at this event"),
        "is_of_unit": _("is of the same unit"),
        "is_party": _("is a party to it"),
        "has_decided": _("decided it in the first instance"),
    }
    return str(
        _(
            "You stay away from this appeal: %(bars)s. Ask another member of the "
            "arbitration group.",
            bars=_(", ").join(str(said[bar]) for bar in bars),
        )
    )


def _lock_row(session: Session, appeal: Appeal) -> None:
    session.execute(
        select(Appeal.id).where(Appeal.id == appeal.id).with_for_update(key_share=True)
    )
    session.refresh(appeal, ["state"])


def _close(session: Session, appeal: Appeal, state: str, now: datetime) -> None:
    terms = queries.get_terms(session, appeal.event_id)
    appeal.state, appeal.due_at = state, None
    appeal.second_until = (
        None
        if state == rules.FINAL
        else _end_of_working_day(session, now, terms.second_days)
    )


def _end_of_working_day(
    session: Session, start: datetime, days: int
) -> datetime | None:
    """Return the end of working day number `days` after a day; None without a table.

    The day itself is not counted, as deadlines are reckoned in law.
    """
    day = start.astimezone(LOCAL).date() + timedelta(days=1)
    try:
        last = add_working_days(session, day, days)
    except WorkdayTableMissingError:
        return None
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=LOCAL)


def _take(
    session: Session,
    appeal: Appeal,
    kind: str,
    outcome: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    step = AppealStep(
        entry_id=appeal.entry_id,
        kind=kind,
        outcome=outcome,
        reason=reason,
        taken_at=now,
        taken_by=actor.name,
    )
    appeal.steps.append(step)
    session.flush()
    record(
        session,
        actor=actor,
        action=f"appeals.{kind}",
        subject=f"appeal:{appeal.uid}",
        scope=f"event:{appeal.event.uid}",
        now=now,
        body={
            "entry": appeal.entry.uid,
            "window": appeal.filed_in,
            "grounds": sha256(appeal.grounds_sealed).hexdigest(),
            "paper": appeal.paper,
            "papers": [paper.attachment.sha256 for paper in appeal.papers],
            "outcome": outcome,
            "revises": appeal.revises and kind in {"decided", "final"},
            "reason": sha256(f"{step.uid}\n{reason}".encode()).hexdigest(),
        },
    )


def _said(text: str, refusal: str) -> str:
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise AppealError(refusal)
    return said


def _receipt() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"
