"""The questions an event asks of its entrants, version by version."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from extensions import Base, PublicId, UtcDateTime


class FormVersion(PublicId, Base):
    """One version of an event's form, never changed; entries keep its number."""

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    number: Mapped[int] = mapped_column(SmallInteger)  # 1, 2, 3 … of the event
    questions: Mapped[str] = mapped_column(Text)  # JSON, see rules.write_form
    digest: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[str] = mapped_column(String(64))  # actor's name
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
