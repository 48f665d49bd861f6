"""Files of entries that a unit or the committee brings in.

Words used here:
    batch: one file for one event, with all that became of it.
    photo batch: one archive of photos, held against the drafts; what matched waits for
        the word of who sent it.
    refused row: a row with a fault; it is kept, sealed, until the batch is over, so
        that it can be handed back with its reasons.
    trace: an entry that the batch made or changed, so that it can be undone.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from competition.events.models import Event
from competition.registration.models import Entry
from extensions import Base, PublicId, UtcDateTime

BATCH_STATES = ("checked", "loaded", "undone", "discarded")
PHOTO_STATES = ("checked", "loaded", "discarded")


class EntryBatch(PublicId, Base):
    """A file of entries and how far it has come."""

    __tablename__ = "entry_batch"
    __table_args__ = (CheckConstraint(f"state in {BATCH_STATES}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), index=True
    )  # None: by command
    state: Mapped[str] = mapped_column(String(10), default="checked")
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(default=0)  # below the headings, not empty
    fresh: Mapped[int] = mapped_column(default=0)  # rows that make an entry
    changed: Mapped[int] = mapped_column(default=0)  # rows that change a draft
    known: Mapped[int] = mapped_column(default=0)  # rows that are entered as given
    refused: Mapped[int] = mapped_column(default=0)  # rows with a fault
    # JSON of headings, rows and faults, packed and sealed; afterwards the refused only.
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(200), default="")  # of the undoing
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    user: Mapped[User | None] = relationship()


class PhotoBatch(PublicId, Base):
    """An archive of photos and how far it has come."""

    __tablename__ = "photo_batch"
    __table_args__ = (
        CheckConstraint(f"state in {PHOTO_STATES}", name="state"),
        CheckConstraint("matched >= 0 and refused >= 0", name="counts_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="checked")
    matched: Mapped[int] = mapped_column(default=0)  # files that are somebody's
    refused: Mapped[int] = mapped_column(default=0)
    # JSON [[file, entry's id, attachment's id, fault], …], sealed: files are called
    # after ID numbers. Empty once it is over.
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    user: Mapped[User] = relationship()


class EntryTrace(Base):
    """An entry made or changed by a batch, and what it was before."""

    __tablename__ = "entry_trace"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("entry_batch.id"), primary_key=True
    )
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("entry.id"), primary_key=True, index=True
    )
    row: Mapped[int]
    made_entry: Mapped[bool]
    made_person: Mapped[bool]
    before_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # answers
    before_state: Mapped[str] = mapped_column(String(12), default="")  # of a change
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)  # of the entry, then

    batch: Mapped[EntryBatch] = relationship()
    entry: Mapped[Entry] = relationship()
