"""Stored files."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from extensions import Base, PublicId, UtcDateTime


class Attachment(PublicId, Base):
    """A stored file. The rooms that use it say who may see it."""

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))  # photo, id_card, certificate …
    file_name: Mapped[str] = mapped_column(String(160))  # as the uploader named it
    content_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(Integer)  # bytes
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    stored_as: Mapped[str] = mapped_column(String(80), unique=True)  # below UPLOADS
    uploaded_by: Mapped[str] = mapped_column(String(36))  # uid of the user
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
