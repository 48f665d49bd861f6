"""Pool files on their way into dossiers.

Words used here:
    batch: one file that somebody brings in, with all that became of it.
    block: a thousand rows of it, sealed, since they hold ID numbers; they are removed
        when the batch has been loaded or given up.
    entry: a dossier that the batch made, so that it can be undone.
    change: a dossier that is there and says something else than the file; it is taken
        over only where somebody says so.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime
from talentpool.dossiers.models import Craftsman
from talentpool.imports.rules.states import STATES


class ImportBatch(PublicId, Base):
    """A file, what its columns are, and how far it has come."""

    __tablename__ = "import_batch"
    __table_args__ = (CheckConstraint(f"state in {STATES}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64))
    file_size: Mapped[int]  # bytes
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), index=True
    )  # None: by command
    headings: Mapped[str] = mapped_column(Text, default="[]")  # JSON
    mapping: Mapped[str] = mapped_column(Text, default="{}")  # JSON
    takes_as_verified: Mapped[bool] = mapped_column(default=False)
    rows: Mapped[int] = mapped_column(default=0)  # below the headings, not empty
    done: Mapped[int] = mapped_column(default=0)  # rows, of the present step
    good: Mapped[int] = mapped_column(default=0)  # dossiers that can be made
    known: Mapped[int] = mapped_column(default=0)  # rows that are in the pool as given
    faulty: Mapped[int] = mapped_column(default=0)  # rows
    differing: Mapped[int] = mapped_column(default=0)  # dossiers that say otherwise
    takes_changes: Mapped[bool] = mapped_column(default=False)
    loaded: Mapped[int] = mapped_column(default=0)  # dossiers made
    updated: Mapped[int] = mapped_column(default=0)  # dossiers changed
    trouble: Mapped[str] = mapped_column(String(300), default="")  # why it failed
    worker: Mapped[str] = mapped_column(String(36), default="")  # who works on it
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # and is alive
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User | None] = relationship()


class ImportBlock(Base):
    """Up to a thousand rows of a file, as read, sealed."""

    __tablename__ = "import_block"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batch.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_row: Mapped[int]  # as the spreadsheet numbers it
    count: Mapped[int]
    rows_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    # What the check found ready in it, so that loading need not read it again.
    ready_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class ImportFault(Base):
    """One thing that is wrong with one row."""

    __tablename__ = "import_fault"
    __table_args__ = (Index("ix_import_fault_batch_id_row", "batch_id", "row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    row: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))  # the field, "" is the whole row
    code: Mapped[str] = mapped_column(String(24))
    value: Mapped[str] = mapped_column(String(40))  # never an ID number or phone
    params: Mapped[str] = mapped_column(String(200), default="{}")  # JSON


class ImportEntry(Base):
    """A dossier made from a batch, and whether its person was made with it."""

    __tablename__ = "import_entry"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batch.id"), primary_key=True
    )
    craftsman_id: Mapped[int] = mapped_column(
        ForeignKey("craftsman.id"), primary_key=True, unique=True, autoincrement=False
    )
    row: Mapped[int]
    made_person: Mapped[bool]


class ImportChange(Base):
    """What a file says otherwise of a dossier; sealed, and undone with the batch."""

    __tablename__ = "import_change"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batch.id"), primary_key=True
    )
    craftsman_id: Mapped[int] = mapped_column(
        ForeignKey("craftsman.id"), primary_key=True, index=True, autoincrement=False
    )
    row: Mapped[int]
    change_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # `rules.ready.Change`
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # `updated_at` then
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: not taken

    craftsman: Mapped[Craftsman] = relationship()


class ImportMapping(Base):
    """Which column is which, remembered for the next file with these headings."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("user_id", "headings_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    headings_digest: Mapped[str] = mapped_column(String(64), index=True)
    mapping: Mapped[str] = mapped_column(Text)  # JSON
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportUndo(Base):
    """The dossiers an undo is about to remove: the triggers let these facts go."""

    __tablename__ = "import_undo"

    craftsman_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
