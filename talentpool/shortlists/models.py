"""Saved searches, shortlists, and lists that were taken out."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime
from talentpool.dossiers.models import Craftsman
from talentpool.shortlists.rules import KINDS, STATES


class SavedSearch(PublicId, Base):
    """A search somebody comes back to, and whom they saw there last."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str] = mapped_column(Text)  # as an address carries it
    seen: Mapped[bytes] = mapped_column(LargeBinary)  # pyroaring, of craftsman.id
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Shortlist(PublicId, Base):
    """People chosen for a purpose, and the search they were chosen from."""

    __tablename__ = "shortlist"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(200))
    query: Mapped[str] = mapped_column(Text)
    found: Mapped[int]  # how many the search found on that day
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()


class ShortlistEntry(PublicId, Base):
    """Somebody on a shortlist, and why."""

    __tablename__ = "shortlist_entry"
    __table_args__ = (UniqueConstraint("shortlist_id", "craftsman_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlist.id"))
    craftsman_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    shortlist: Mapped[Shortlist] = relationship()
    craftsman: Mapped[Craftsman] = relationship()


class PoolExport(PublicId, Base):
    """A list somebody wants to take out: what for, and who allowed it."""

    __tablename__ = "pool_export"
    __table_args__ = (
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"state in {STATES}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    query: Mapped[str] = mapped_column(Text)
    count: Mapped[int]  # as shown when it was asked for
    reason: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(8), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(String(200), default="")  # of who decided

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class ExportDownload(PublicId, Base):
    """One download; its mark stands in the file."""

    __tablename__ = "export_download"

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("pool_export.id"), index=True)
    mark: Mapped[str] = mapped_column(String(16), unique=True)
    rows: Mapped[int]
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    export: Mapped[PoolExport] = relationship()
