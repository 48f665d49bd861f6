"""Each submission of an entry, kept: a correction is held against the one before."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.registration.models import Entry, EntryRevision
from competition.registration.rules.entries import Answers
from competition.registration.rules.revisions import list_changed
from competition.registration.services.drafts import answers_of, open_answers


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry as a reviewer gave it back, and as it is now."""

    before: Answers
    after: Answers
    changed: list[str]  # see rules.revisions


def list_revisions(session: Session, entry: Entry) -> list[EntryRevision]:
    """Return the submissions of an entry, newest first."""
    return list(
        session.scalars(
            select(EntryRevision)
            .where(EntryRevision.entry_id == entry.id)
            .order_by(EntryRevision.number.desc())
        )
    )


def keep_revision(
    session: Session, *, entry: Entry, is_correction: bool, now: datetime
) -> EntryRevision:
    """Keep what was submitted, papers by their hash."""
    kept = list_revisions(session, entry)
    revision = EntryRevision(
        entry=entry,
        number=kept[0].number + 1 if kept else 1,
        is_correction=is_correction and bool(kept),
        answers_sealed=entry.answers_sealed,
        papers=json.dumps(_hashes(entry), sort_keys=True),
        submitted_at=now,
    )
    session.add(revision)
    session.flush()
    return revision


def keep_first(session: Session, *, entry: Entry, now: datetime) -> None:
    """Keep an entry that is given back and was submitted before this was kept."""
    if not list_revisions(session, entry):
        keep_revision(
            session, entry=entry, is_correction=False, now=entry.submitted_at or now
        )


def find_correction(session: Session, entry: Entry) -> Correction | None:
    """Return what the newest submission corrected; None where it corrects nothing."""
    kept = list_revisions(session, entry)
    if len(kept) < 2 or not kept[0].is_correction or not kept[1].answers_sealed:
        return None
    newest, last = kept[0], kept[1]
    before, after = open_answers(last.answers_sealed), answers_of(entry)
    papers = json.loads(last.papers), json.loads(newest.papers)
    return Correction(before, after, list_changed(before, after, *papers))


def list_changed_since(session: Session, entry: Entry) -> list[str] | None:
    """Return what a returned entry's draft changed so far; None if nothing is kept."""
    kept = list_revisions(session, entry)
    if not kept or not kept[0].answers_sealed:
        return None
    before = open_answers(kept[0].answers_sealed)
    papers = json.loads(kept[0].papers)
    return list_changed(before, answers_of(entry), papers, _hashes(entry))


def _hashes(entry: Entry) -> dict[str, str]:
    return {paper.kind: paper.attachment.sha256 for paper in entry.papers}
