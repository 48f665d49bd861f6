"""Submitting an entry and taking it back: rules are asked, verdicts kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.events.models import Event
from competition.events.rules import CLOSED, REGISTRATION
from competition.registration.models import Entry, EntryVerdict
from competition.registration.rules import entries as rules
from competition.registration.rules.eligibility import (
    RuleCheck,
    blocking,
    checks_as_data,
)
from competition.registration.rules.entries import Answers
from competition.registration.services.checks import check_entry, known_unit
from competition.registration.services.drafts import answers_of
from competition.registration.services.more import find_more_faults, settle_more
from competition.registration.services.revisions import (
    find_correction,
    keep_revision,
)
from competition.registration.services.rulebook import rulebook_of, write_version
from competition.registration.services.telling import tell_verdict
from competition.registration.services.tickets import revoke_ticket
from competition.registration.services.waiting import (
    has_waiting,
    join_waiting,
    leave_waiting,
    move_up,
)
from errors import DomainError
from ledger.log.services import Actor, record
from people.consent.services import give_consent
from people.persons.models import Person
from people.persons.queries import find_by_id_number
from people.persons.services import register_person, update_person
from people.units.models import Unit
from people.units.services import register_unit


class EntryStepError(DomainError):
    """The entry cannot go to that state from where it is."""


class IncompleteError(DomainError):
    """Required fields are empty, or refused papers were not replaced."""


class NotEligibleError(DomainError):
    """A rule of the event is not met; `checks` holds every verdict."""

    def __init__(self, checks: Sequence[RuleCheck]) -> None:
        super().__init__(
            _("The entry does not meet every rule of the event; see the list.")
        )
        self.checks = list(checks)


class ConsentNeededError(DomainError):
    """Without consent to the notice nothing can be submitted."""


class SamePersonError(DomainError):
    """Another account entered this person."""


def submit_entry(
    session: Session, *, entry: Entry, has_consented: bool, actor: Actor, now: datetime
) -> list[RuleCheck]:
    """Submit a draft or a corrected entry and return the verdict of every rule.

    Where all places are taken, or others wait already, it goes on the waiting list.

    Raises:
        EntryStepError: the entry is not one that can be submitted.
        ConsentNeededError, IncompleteError, NotEligibleError, SamePersonError.
        DomainError: what persons and units refuse (ID number, name, credit code).
    """
    # Whoever counts places holds the event, so that two cannot take the last one.
    session.scalar(
        select(Event.id)
        .where(Event.id == entry.event_id)
        .with_for_update(key_share=True)
    )
    before = hold_entry(session, entry, rules.SUBMITTED)
    if not has_consented:
        raise ConsentNeededError(_("Please read the notice and agree to it."))
    _refuse_incomplete(session, entry)
    settle_more(session, entry)
    move_up(session, event=entry.event, now=now)
    checks = check_entry(session, entry=entry, now=now)
    failed = {check.rule for check in blocking(checks)}
    if failed - {"quota"}:
        raise NotEligibleError(checks)
    _fill_columns(session, entry, now, actor)
    entry.state, entry.submitted_at = rules.SUBMITTED, now
    entry.reason, entry.reopened, entry.decided_at = "", "", None
    entry.reserve_since = None
    session.flush()
    # Whoever corrects an entry keeps the place it has.
    is_new = before == rules.DRAFT and not entry.is_substitute
    if is_new and (failed or has_waiting(session, entry.event_id)):
        join_waiting(session, entry=entry, actor=actor, now=now)
    assert entry.person is not None  # noqa: S101 - just filled in
    give_consent(
        session,
        person=entry.person,
        purpose="competition",
        version=rules.NOTICE_VERSION,
        now=now,
        actor=actor,
    )
    is_correction = before == rules.RETURNED
    keep_revision(session, entry=entry, is_correction=is_correction, now=now)
    corrected = find_correction(session, entry)
    more = {"changed": corrected.changed} if corrected else {}
    add_verdict(session, entry, before, checks, actor, now, more)
    return checks


def withdraw_entry(
    session: Session, *, entry: Entry, reason: str, actor: Actor, now: datetime
) -> None:
    """Take an entry back, with a reason, before the check-in begins.

    Raises:
        EntryStepError: it is decided against, withdrawn, or the event has begun.
    """
    before = hold_entry(session, entry, rules.WITHDRAWN)
    if entry.event.state not in (REGISTRATION, CLOSED):
        raise EntryStepError(
            _("The event has begun. Tell the check-in desk that you withdraw.")
        )
    entry.state, entry.reason, entry.decided_at = rules.WITHDRAWN, reason.strip(), now
    revoke_ticket(session, entry=entry, actor=actor, now=now)
    add_verdict(session, entry, before, [], actor, now)
    leave_waiting(session, entry=entry, now=now)
    move_up(session, event=entry.event, now=now)


def hold_entry(session: Session, entry: Entry, after: str) -> str:
    """Lock an entry for a step and return the state it leaves.

    Raises:
        EntryStepError: no such step from the state it is in by now.
    """
    before = session.scalar(
        select(Entry.state).where(Entry.id == entry.id).with_for_update(key_share=True)
    )
    if before is None or before != entry.state or not rules.is_step(before, after):
        raise EntryStepError(
            _("The entry has moved on meanwhile. Reload the page to see its state.")
        )
    return before


def add_verdict(
    session: Session,
    entry: Entry,
    before: str,
    checks: Sequence[RuleCheck],
    actor: Actor,
    now: datetime,
    more: Mapping[str, object] | None = None,
) -> None:
    """Keep what was decided with every rule's values, and log it without them.

    `more` goes into the log beside the rules.
    """
    verdict_word = entry.shown_state
    if checks:
        number = write_version(
            session,
            entry.event,
            rulebook_of(session, entry.event).document,
            reason="",
            actor=actor,
            now=now,
        )
        checks = [replace(check, version=number) for check in checks]
    data = checks_as_data(checks)
    verdict = EntryVerdict(
        entry=entry,
        verdict=verdict_word,
        reason=entry.reason,
        checks=json.dumps(data, ensure_ascii=False),
        given_by=actor.name,
        given_at=now,
    )
    session.add(verdict)
    session.flush()
    record(
        session,
        actor=actor,
        action=f"registration.{verdict_word}",
        subject=f"entry:{entry.uid}",
        scope=f"event:{entry.event.uid}",
        now=now,
        body={
            "from": before,
            "verdict": verdict.uid,
            "rules": {check.rule: check.verdict for check in checks},
            "rules_version": max((check.version for check in checks), default=0),
            **(more or {}),
        },
    )
    tell_verdict(session, entry, verdict.uid, now)


def _refuse_incomplete(session: Session, entry: Entry) -> None:
    if rules.unanswered(answers_of(entry)) or find_more_faults(session, entry):
        raise IncompleteError(_("Some fields are still empty; see the list."))
    if any(paper.state == "rejected" for paper in entry.papers):
        raise IncompleteError(_("Upload the papers anew that were not accepted."))


def _fill_columns(session: Session, entry: Entry, now: datetime, actor: Actor) -> None:
    answers = answers_of(entry)
    unit = known_unit(session, answers) or register_unit(
        session,
        name=answers.unit_name,
        credit_code=answers.unit_code,
        district_code=answers.unit_district,
        now=now,
        actor=actor,
    )
    groups = {group.uid: group for group in entry.event.groups}
    entry.person = _person_for(session, entry, answers, unit, now, actor)
    entry.unit, entry.group = unit, groups[answers.group]
    entry.trade_years = answers.years()
    entry.level_code = answers.level or None
    entry.certificate_number = answers.certificate_number[:40]


def _person_for(
    session: Session,
    entry: Entry,
    answers: Answers,
    unit: Unit,
    now: datetime,
    actor: Actor,
) -> Person:
    known = find_by_id_number(session, answers.id_number)
    if known is not None and known.id == entry.person_id:
        # The committee asked for a correction of this very person.
        changes = {"name": answers.name, "phone": answers.phone}
        update_person(session, person=known, changes=changes, now=now, actor=actor)
        return known
    if known is not None:
        _take_over(session, entry, known, actor, now)
    if known is not None and _is_entered(session, entry, known):
        raise SamePersonError(
            _("This person has an entry for the event already, under another account.")
        )
    return register_person(
        session,
        name=answers.name,
        id_number=answers.id_number,
        phone=answers.phone,
        unit=unit,
        now=now,
        actor=actor,
    )


def _take_over(
    session: Session, entry: Entry, person: Person, actor: Actor, now: datetime
) -> None:
    """End the draft a unit began for this person: they have entered themselves."""
    begun = session.scalar(
        select(Entry).where(
            Entry.event_id == entry.event_id,
            Entry.person_id == person.id,
            Entry.id != entry.id,
            Entry.state == rules.DRAFT,
            Entry.user_id.is_(None),
        )
    )
    if begun is None:
        return
    begun.state, begun.reason = rules.WITHDRAWN, _("The person entered on their own.")
    begun.person, begun.decided_at = None, now
    session.flush()
    add_verdict(session, begun, rules.DRAFT, [], actor, now)


def _is_entered(session: Session, entry: Entry, person: Person) -> bool:
    other = select(Entry.id).where(
        Entry.event_id == entry.event_id,
        Entry.person_id == person.id,
        Entry.id != entry.id,
    )
    return session.scalar(other.limit(1)) is not None
