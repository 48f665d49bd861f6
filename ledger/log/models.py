"""The log, and the signed heads of it that are kept day by day."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from extensions import Base, UtcDateTime


class LedgerEntry(Base):
    """One thing that happened. Triggers refuse UPDATE and DELETE on this table."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint(
            "actor_kind in ('human', 'system', 'import', 'support')", name="actor_kind"
        ),
    )

    # Given by the service, not by a sequence: gapless and in the order of commits.
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor: Mapped[str] = mapped_column(String(64), index=True)
    action: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(String(96), index=True)
    scope: Mapped[str] = mapped_column(String(96), index=True)
    body: Mapped[str] = mapped_column(Text)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class DayCheckpoint(Base):
    """The signed head of the log on one day. Triggers refuse UPDATE and DELETE here."""

    __tablename__ = "ledger_checkpoint"

    # 1, 2, 3 … without gaps, so that one that was taken away is missed.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(unique=True)  # of the installation's own zone
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    public_key: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
