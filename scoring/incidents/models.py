"""The register of incidents (违规行为处理登记) and equipment failures."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from scoring.incidents.rules import KINDS, STATES
from scoring.results.models import Decision


class Incident(PublicId, Base):
    """One incident at one work: recorded by one person, decided by another."""

    __tablename__ = "incident"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(
            "state = 'open' or (decided_by <> '' and decision_reason <> '')",
            name="decided_with_a_reason",
        ),
        Index(
            "uq_incident_paper",
            "event_id",
            "paper",
            unique=True,
            sqlite_where=text("paper <> ''"),
            postgresql_where=text("paper <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int] = mapped_column(SmallInteger)  # 1, 2 … in the event
    entry: Mapped[str] = mapped_column(String(32))  # work code
    kind: Mapped[str] = mapped_column(String(12))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(String(800))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(64))  # uid
    # What is asked for: a ruling of the frozen scheme, or nothing but the record.
    ruling_kind: Mapped[str] = mapped_column(String(16), default="")
    ruling_target: Mapped[str] = mapped_column(String(32), default="")
    ruling_value: Mapped[str] = mapped_column(String(40), default="")
    lost_seconds: Mapped[int] = mapped_column(Integer, default=0)  # of equipment
    # Numbers of the paper sheets that record and decision were keyed in from.
    paper: Mapped[str] = mapped_column(String(8), default="", server_default="")
    decision_paper: Mapped[str] = mapped_column(
        String(8), default="", server_default=""
    )
    state: Mapped[str] = mapped_column(String(8), default="open")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")  # uid
    decision_reason: Mapped[str] = mapped_column(String(400), default="")
    decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("scoring_decision.id"), unique=True
    )

    event: Mapped[Event] = relationship()
    decision: Mapped[Decision | None] = relationship()
