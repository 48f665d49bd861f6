"""Photos of what the levels of a judged aspect look like."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment


class Exemplar(PublicId, Base):
    """A photo beside the written descriptor of one level; fixed once marking opens."""

    __tablename__ = "exemplar"
    __table_args__ = (CheckConstraint("level between 0 and 3", name="level"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    aspect: Mapped[str] = mapped_column(String(32))  # code in the scheme
    level: Mapped[int] = mapped_column(SmallInteger)  # 0 to 3
    caption: Mapped[str] = mapped_column(String(120), default="")
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(String(64))  # actor's name

    event: Mapped[Event] = relationship()
    attachment: Mapped[Attachment] = relationship()
