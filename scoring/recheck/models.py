"""The recheck of a lock: plan, secret, sample and findings. Nothing of it changes."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from scoring.recheck.rules import OUTCOMES, TOP_KINDS


class RecheckPlan(PublicId, Base):
    """What an event's recheck asks for; the newest row counts, none is the default."""

    __tablename__ = "recheck_plan"
    __table_args__ = (CheckConstraint(f"top_kind in {TOP_KINDS}", name="top_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    top_kind: Mapped[str] = mapped_column(String(8))
    top_value: Mapped[int] = mapped_column(SmallInteger)
    rest_percent: Mapped[int] = mapped_column(SmallInteger)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(64))


class RecheckSecret(PublicId, Base):
    """What the server committed itself to before the marks were locked."""

    __tablename__ = "recheck_secret"
    __table_args__ = (UniqueConstraint("event_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # AES-GCM, hex inside
    secret_digest: Mapped[str] = mapped_column(String(64))
    committed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecheckSample(PublicId, Base):
    """The works drawn for the recheck of one lock, with all to draw them again."""

    __tablename__ = "recheck_sample"
    __table_args__ = (UniqueConstraint("event_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    round: Mapped[int] = mapped_column(SmallInteger)
    lock_digest: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(String(64))  # hex, published with the sample
    seed: Mapped[str] = mapped_column(String(64))  # hex
    works: Mapped[str] = mapped_column(Text)  # JSON: plan, whole, top, again, drawn …
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecheckFinding(PublicId, Base):
    """What somebody who did not mark a work found in it."""

    __tablename__ = "recheck_finding"
    __table_args__ = (
        UniqueConstraint("sample_id", "entry"),
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("recheck_sample.id"))
    entry: Mapped[str] = mapped_column(String(32))  # work code
    outcome: Mapped[str] = mapped_column(String(8))
    cells: Mapped[str] = mapped_column(String(400), default="")  # which, if wrong
    reason: Mapped[str] = mapped_column(String(400), default="")
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    found_by: Mapped[str] = mapped_column(String(64))
    # Of the sheet it was keyed in from.
    paper: Mapped[str] = mapped_column(String(8), default="", server_default="")

    sample: Mapped[RecheckSample] = relationship()
