"""What has been kept long enough: listing it, removing it, and proving that it went."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.sessions.models import LoginThrottle, SignIn
from competition.events.models import Event
from competition.registration.models import (
    Entry,
    EntryFile,
    EntryPaper,
    EntryRevision,
)
from competition.registration.services.guests import list_expired, remove_drafts
from ledger.log.services import Actor, record
from people.attachments.models import Attachment
from people.attachments.services import erase
from people.vault.services import get_vault
from talentpool.dossiers.models import DossierLook
from talentpool.privacy.models import Purge

Ids = list[int] | list[str]
_PART = 500  # rows a statement names


@dataclass(frozen=True, slots=True)
class Rule:
    """One retention rule: what is due, and how it goes."""

    name: str
    days: int
    find: Callable[[Session, datetime], Ids]
    remove: Callable[[Session, Ids], None]


@dataclass(frozen=True, slots=True)
class Due:
    """What a rule would remove now."""

    rule: Rule
    cutoff: datetime
    ids: Ids


def list_due(session: Session, now: datetime) -> list[Due]:
    """Return what each rule would remove now; nothing is removed."""
    found = []
    for rule in RULES:
        cutoff = now - timedelta(days=rule.days)
        found.append(Due(rule, cutoff, rule.find(session, cutoff)))
    return found


def purge(session: Session, *, actor: Actor, now: datetime) -> list[Purge]:
    """Remove what is due, and keep the proof: rule, day, number, keyed digest of ids.

    Source: rule I-34 in docs/rules/identity.md.
    """
    made = []
    for due in list_due(session, now):
        if not due.ids:
            continue
        due.rule.remove(session, due.ids)
        listed = "\n".join(map(str, due.ids))
        proof = Purge(
            rule=due.rule.name,
            cutoff=due.cutoff,
            rows=len(due.ids),
            digest=get_vault().lookup(listed, "retention"),
            run_at=now,
            run_by=actor.name,
        )
        session.add(proof)
        session.flush()
        record(
            session,
            actor=actor,
            action="retention.purged",
            subject=f"purge:{proof.uid}",
            now=now,
            body={"rule": proof.rule, "rows": proof.rows, "digest": proof.digest},
        )
        made.append(proof)
    return made


def _find_sign_ins(session: Session, cutoff: datetime) -> Ids:
    found = select(SignIn.id).where(SignIn.expires_at < cutoff)
    return list(session.scalars(found.order_by(SignIn.id)))


def _remove_sign_ins(session: Session, ids: Ids) -> None:
    session.execute(delete(SignIn).where(SignIn.id.in_(ids)))


def _find_throttles(session: Session, cutoff: datetime) -> Ids:
    found = select(LoginThrottle.key_hash).where(LoginThrottle.since < cutoff)
    return list(session.scalars(found.order_by(LoginThrottle.key_hash)))


def _remove_throttles(session: Session, ids: Ids) -> None:
    session.execute(delete(LoginThrottle).where(LoginThrottle.key_hash.in_(ids)))


def _find_drafts(session: Session, cutoff: datetime) -> Ids:
    found = (
        select(Entry.id)
        .join(Event, Event.id == Entry.event_id)
        .where(
            Entry.state.in_(("draft", "withdrawn")),
            Entry.answers_sealed.is_not(None),
            Event.registration_closes_at < cutoff,
        )
    )
    return list(session.scalars(found.order_by(Entry.id)))


def _remove_drafts(session: Session, ids: Ids) -> None:
    session.execute(update(Entry).where(Entry.id.in_(ids)).values(answers_sealed=None))
    _empty_revisions(session, ids)


def _find_entries(session: Session, cutoff: datetime) -> Ids:
    # Marks, ranks and the published list stay; they hang on the entry and its codes.
    kept = select(EntryRevision.entry_id).where(
        EntryRevision.entry_id == Entry.id, EntryRevision.answers_sealed.is_not(None)
    )
    found = (
        select(Entry.id)
        .join(Event, Event.id == Entry.event_id)
        .where(
            Event.starts_at < cutoff,
            Entry.answers_sealed.is_not(None)
            | (Entry.certificate_number != "")
            | kept.exists(),
        )
    )
    return list(session.scalars(found.order_by(Entry.id)))


def _remove_entries(session: Session, ids: Ids) -> None:
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        session.execute(
            update(Entry)
            .where(Entry.id.in_(part))
            .values(answers_sealed=None, certificate_number="")
        )
        _empty_revisions(session, part)


def _empty_revisions(session: Session, entry_ids: Ids) -> None:
    session.execute(
        update(EntryRevision)
        .where(EntryRevision.entry_id.in_(entry_ids))
        .values(answers_sealed=None)
    )


def _find_guests(session: Session, cutoff: datetime) -> Ids:
    return list_expired(session, cutoff)


def _remove_guests(session: Session, ids: Ids) -> None:
    remove_drafts(session, [int(number) for number in ids])


def _papers(*states: str) -> Callable[[Session, datetime], Ids]:
    def find(session: Session, cutoff: datetime) -> Ids:
        ids: set[int] = set()
        kept: tuple[type[EntryPaper | EntryFile], ...] = (EntryPaper, EntryFile)
        for model in kept:
            found = (
                select(model.attachment_id)
                .join(Entry, Entry.id == model.entry_id)
                .join(Event, Event.id == Entry.event_id)
                .join(Attachment, Attachment.id == model.attachment_id)
                .where(
                    Entry.state.in_(states),
                    Event.registration_closes_at < cutoff,
                    Attachment.file_name != "erased",
                )
            )
            ids |= set(session.scalars(found))
        return sorted(ids)

    return find


def _remove_papers(session: Session, ids: Ids) -> None:
    for attachment in session.scalars(
        select(Attachment).where(Attachment.id.in_(ids)).order_by(Attachment.id)
    ):
        erase(session, attachment)


def _find_looks(session: Session, cutoff: datetime) -> Ids:
    found = select(DossierLook.id).where(DossierLook.at < cutoff)
    return list(session.scalars(found.order_by(DossierLook.id)))


def _remove_looks(session: Session, ids: Ids) -> None:
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        session.execute(delete(DossierLook).where(DossierLook.id.in_(part)))


RULES = (
    Rule("sign_ins", 180, _find_sign_ins, _remove_sign_ins),
    Rule("throttle", 30, _find_throttles, _remove_throttles),
    Rule("guest_drafts", 0, _find_guests, _remove_guests),
    Rule("drafts", 90, _find_drafts, _remove_drafts),
    Rule("papers_refused", 180, _papers("rejected", "withdrawn"), _remove_papers),
    Rule("looks", 730, _find_looks, _remove_looks),
    Rule("papers", 730, _papers("accepted"), _remove_papers),
    Rule("entries", 1095, _find_entries, _remove_entries),
)
