"""Undoing a batch: its dossiers and the persons made for them, as if never loaded.

Units that were registered for it stay: others may work there by now.
"""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, insert, or_
from sqlalchemy.orm import Session

from errors import DomainError
from ledger.log.services import Actor, record
from people.persons.services import bulk_unregister
from talentpool.dossiers.services.bulk import bulk_unload
from talentpool.identity.models import Likeness
from talentpool.imports.models import ImportBatch, ImportEntry, ImportUndo
from talentpool.imports.queries.later import list_later, list_made
from talentpool.imports.services.change import take_back
from talentpool.search.services import forget

_PART = 500


class LaterWorkError(DomainError):
    """Something was built on dossiers of the batch; its page lists them."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This import cannot be undone: others have worked on its dossiers. "
                "The list below names them."
            )
        )


def begin_undo(
    session: Session,
    batch: ImportBatch,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Send a loaded batch to be undone; log, no commit.

    Raises:
        LaterWorkError: later work rests on it, or it is not loaded.
    """
    if batch.state != "loaded" or list_later(session, batch, most=1):
        raise LaterWorkError
    batch.state, batch.done, batch.worker, batch.beat_at = "undoing", 0, "", None
    batch.trouble = ""
    record(
        session,
        actor=actor,
        action="import.undo_begun",
        subject=f"import:{batch.uid}",
        now=now,
        body={"reason": reason},
    )


def undo(session: Session, batch: ImportBatch, *, actor: Actor, now: datetime) -> None:
    """Remove what a batch made, in one transaction; log, no commit.

    Raises:
        LaterWorkError: later work rests on it by now.
    """
    if list_later(session, batch, most=1):
        raise LaterWorkError
    reason = _("The import of %(name)s was undone.", name=batch.file_name)
    put_back = take_back(session, batch, reason=reason, actor=actor, now=now)
    made = list_made(session, batch)
    ids = [craftsman_id for craftsman_id, _person, _made in made]
    forget(session, ids)
    for part in (ids[at : at + _PART] for at in range(0, len(ids), _PART)):
        session.execute(insert(ImportUndo), [{"craftsman_id": n} for n in part])
    session.execute(delete(ImportEntry).where(ImportEntry.batch_id == batch.id))
    bulk_unload(session, ids, actor=actor, now=now)
    session.execute(delete(ImportUndo))
    persons = [person for _c, person, new in made if new]
    _drop_guesses(session, persons)
    bulk_unregister(session, persons, actor=actor, now=now)
    record(
        session,
        actor=actor,
        action="import.undone",
        subject=f"import:{batch.uid}",
        now=now,
        body={"removed": len(ids), "put_back": put_back},
    )


def _drop_guesses(session: Session, persons: Sequence[int]) -> None:
    """Remove what a machine thought of persons that never were; nobody judged it."""
    for part in (persons[at : at + _PART] for at in range(0, len(persons), _PART)):
        session.execute(
            delete(Likeness).where(
                or_(Likeness.first_id.in_(part), Likeness.second_id.in_(part))
            )
        )
