"""An entrant's answers to the event's own questions, by the version they saw."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from competition.questions.queries import find_form
from competition.questions.rules import Form, Question, find_faults, keep_shown
from competition.questions.rules import list_shown as list_asked
from competition.registration.models import Entry, EntryFile
from competition.registration.rules.eligibility import full_years
from competition.registration.rules.entries import DRAFT, MORE, Answers, may_change
from competition.registration.services.drafts import (
    EntryFixedError,
    answers_of,
    seal_answers,
)
from competition.registration.services.rulebook import rulebook_of
from extensions import LOCAL
from people.attachments.services import store
from people.persons.models import Person
from people.persons.rules import IdFault, check_id_number
from people.units.models import Unit


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that answers a question."""

    data: bytes
    file_name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A question as it was asked, and its answer."""

    question: Question
    text: str
    file: EntryFile | None = None


def form_of(session: Session, entry: Entry) -> tuple[int, Form]:
    """Return the version of the form an entry was begun with, else the newest."""
    return find_form(session, entry.event_id, entry.form_number)


def facts_of(session: Session, entry: Entry) -> dict[str, str]:
    """Return what questions can depend on besides answers; see questions.rules."""
    answers = answers_of(entry)
    groups = {group.uid: group.code for group in entry.event.groups}
    starts_on = entry.event.starts_at.astimezone(LOCAL).date()
    day = rulebook_of(session, entry.event).document.age_on or starts_on
    group = groups.get(answers.group, "")
    found = check_id_number(answers.id_number, today=day)
    if isinstance(found, IdFault):
        return {"group": group, "sex": "", "age": ""}
    age = str(full_years(found.birth_date, day))
    return {"group": group, "sex": found.sex, "age": age}


def save_more(
    session: Session,
    *,
    entry: Entry,
    values: Mapping[str, str],
    files: Mapping[str, Upload],
    uploaded_by: str,
    now: datetime,
) -> dict[str, str]:
    """Keep the answers to what is asked, and say what is wrong with them by code.

    The version of the form is the entry's from then on; what is hidden is not kept.

    Raises:
        EntryFixedError: the questions are not open for change.
        FileRefusedError: see people.attachments.
    """
    if not may_change(entry.state, entry.reopened.split(), MORE):
        raise EntryFixedError("The questions are not open for change.")
    number, form = form_of(session, entry)
    facts, answers = facts_of(session, entry), answers_of(entry)
    given = {**values}
    for question in form:
        if question.kind != "file":
            continue
        given[question.code] = answers.more.get(question.code, "")
        if question.code in files:
            upload = files[question.code]
            given[question.code] = _keep_file(
                session, entry, question.code, upload, uploaded_by, now
            )
    kept = keep_shown(form, given, facts)
    entry.form_number, entry.saved_at = number, now
    entry.answers_sealed = seal_answers(replace(answers, more=kept))
    session.flush()
    return find_faults(form, kept, facts)


def find_more_faults(session: Session, entry: Entry) -> dict[str, str]:
    """Return which questions that are asked now are not answered rightly."""
    form = form_of(session, entry)[1]
    if not form:
        return {}
    return find_faults(form, answers_of(entry).more, facts_of(session, entry))


def settle_more(session: Session, entry: Entry) -> None:
    """Fix the version at submission; answers that are asked no longer are dropped."""
    number, form = form_of(session, entry)
    answers = answers_of(entry)
    kept = keep_shown(form, answers.more, facts_of(session, entry)) if form else {}
    entry.form_number = number
    if kept != answers.more:
        entry.answers_sealed = seal_answers(replace(answers, more=kept))


def list_answers(session: Session, entry: Entry) -> list[Answer]:
    """Return what was asked of an entrant, as they saw it, with the answers."""
    form = form_of(session, entry)[1]
    if not form:
        return []
    more = answers_of(entry).more
    files = {
        file.uid: file
        for file in session.scalars(
            select(EntryFile)
            .where(EntryFile.entry_id == entry.id)
            .options(joinedload(EntryFile.attachment))
        )
    }
    return [
        Answer(
            question,
            more.get(question.code, ""),
            files.get(more.get(question.code, "")),
        )
        for question in list_asked(form, more, facts_of(session, entry))
    ]


def list_submitted(session: Session, event_id: int) -> list[Entry]:
    """Return every entry of an event that is no draft, by group, unit and name."""
    return list(
        session.scalars(
            select(Entry)
            .join(Entry.person)
            .outerjoin(Entry.unit)
            .where(Entry.event_id == event_id, Entry.state != DRAFT)
            .options(
                contains_eager(Entry.person),
                contains_eager(Entry.unit),
                joinedload(Entry.group),
                joinedload(Entry.level),
            )
            .order_by(Entry.group_id, Unit.name, Person.name, Entry.id)
        )
    )


def changed_questions(form: Form, before: Answers, after: Answers) -> list[Question]:
    """Return the questions whose answers differ."""
    codes = {*before.more, *after.more}
    return [
        one
        for one in form
        if one.code in codes and before.more.get(one.code) != after.more.get(one.code)
    ]


def find_file(session: Session, uid: str) -> EntryFile | None:
    """Return a file that answers a question, with its entry, or None."""
    return session.scalar(
        select(EntryFile)
        .where(EntryFile.uid == uid)
        .options(
            joinedload(EntryFile.attachment),
            joinedload(EntryFile.entry).joinedload(Entry.event),
        )
    )


def _keep_file(
    session: Session,
    entry: Entry,
    code: str,
    upload: Upload,
    uploaded_by: str,
    now: datetime,
) -> str:
    attachment = store(
        session,
        data=upload.data,
        file_name=upload.file_name,
        kind="question",
        uploaded_by=uploaded_by,
        now=now,
    )
    file = EntryFile(entry=entry, code=code, attachment=attachment)
    session.add(file)
    session.flush()
    return file.uid
