"""Senders whose files are believed, files that were taken, and whom they name."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from competition.registration.models import Entry
from extensions import Base, PublicId, UtcDateTime


class TrustedSender(PublicId, Base):
    """Another installation whose key somebody here has compared with its owner."""

    __tablename__ = "trusted_sender"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_key: Mapped[str] = mapped_column(String(64), unique=True)  # Ed25519, hex
    name: Mapped[str] = mapped_column(String(200))  # the organiser as the file says
    trusted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    trusted_by: Mapped[str] = mapped_column(String(64))


class QualifierFile(PublicId, Base):
    """A list of qualifiers that was taken for an event."""

    __tablename__ = "qualifier_file"
    __table_args__ = (UniqueConstraint("event_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))  # the next tier's
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the signed content
    source: Mapped[str] = mapped_column(Text)  # JSON of rules.Source; names no person
    public_key: Mapped[str] = mapped_column(String(64))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str] = mapped_column(String(64))

    event: Mapped[Event] = relationship()
    rows: Mapped[list["QualifierRow"]] = relationship(
        back_populates="file", order_by="QualifierRow.number"
    )


class QualifierRow(PublicId, Base):
    """One qualifier that became an entry, with the published points to carry."""

    __tablename__ = "qualifier_row"
    __table_args__ = (UniqueConstraint("file_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("qualifier_file.id"))
    number: Mapped[int] = mapped_column(SmallInteger)  # in the file, from 1
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    rank: Mapped[int] = mapped_column(SmallInteger)  # in the earlier stage
    total: Mapped[str] = mapped_column(String(40))
    components: Mapped[str] = mapped_column(Text)  # JSON {component: plain decimal}

    file: Mapped[QualifierFile] = relationship(back_populates="rows")
    entry: Mapped[Entry] = relationship()
