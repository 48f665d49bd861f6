"""Draws as they were committed, derived, revealed or voided."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.draw.rules import ALGORITHM, KINDS, PURPOSES
from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime

LIVE = text("voided_at is null")


class Draw(PublicId, Base):
    """One draw of lots: committed → drawn → revealed, or voided with a reason.

    A draw is never done over: a redo is a new row, and the old one stays, voided. The
    draws of the blind chain keep their secret until decoding, because whoever knows
    secret and contributions can work out every number and code.
    """

    __tablename__ = "draw"
    __table_args__ = (
        UniqueConstraint("event_id", "purpose", "attempt"),
        CheckConstraint(f"purpose in {PURPOSES}", name="purpose"),
        CheckConstraint(
            "voided_at is null or void_reason <> ''", name="void_has_a_reason"
        ),
        # One draw counts; those before it are voided.
        Index(
            "uq_draw_live",
            "event_id",
            "purpose",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    attempt: Mapped[int] = mapped_column(SmallInteger, default=1)
    algorithm: Mapped[str] = mapped_column(String(32), default=ALGORITHM)
    items: Mapped[str] = mapped_column(Text)  # JSON list, canonical order
    targets: Mapped[str] = mapped_column(Text, default="[]")  # JSON list
    code_length: Mapped[int] = mapped_column(SmallInteger, default=0)
    constraints: Mapped[str] = mapped_column(Text, default="")  # JSON; "" is none
    list_digest: Mapped[str] = mapped_column(String(64))
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # AES-GCM, hex inside
    secret_digest: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    committed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    committed_by: Mapped[str] = mapped_column(String(64))  # actor's name
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drawn_by: Mapped[str] = mapped_column(String(64), default="")
    result_digest: Mapped[str] = mapped_column(String(64), default="")
    revealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    secret: Mapped[str] = mapped_column(String(64), default="")  # hex, once revealed
    seed: Mapped[str] = mapped_column(String(64), default="")  # hex, once revealed
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by: Mapped[str] = mapped_column(String(64), default="")
    void_reason: Mapped[str] = mapped_column(String(400), default="")

    event: Mapped[Event] = relationship()
    contributions: Mapped[list["DrawContribution"]] = relationship(
        back_populates="draw", order_by="DrawContribution.seq"
    )


class DrawContribution(Base):
    """A number called or rolled in public, after the commitment was shown."""

    __tablename__ = "draw_contribution"
    __table_args__ = (
        UniqueConstraint("draw_id", "seq"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    seq: Mapped[int] = mapped_column(SmallInteger)  # 1, 2, 3 … as called
    kind: Mapped[str] = mapped_column(String(8))
    by: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(40))
    # Of the sheet it was keyed in from.
    paper: Mapped[str] = mapped_column(String(8), default="", server_default="")

    draw: Mapped[Draw] = relationship(back_populates="contributions")
