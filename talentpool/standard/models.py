"""The versions of the pool's standard, as they were put in force."""

from datetime import date, datetime

from sqlalchemy import Date, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from extensions import Base, PublicId, UtcDateTime


class ProfileVersion(PublicId, Base):
    """One version of a standard profile; decisions cite it, so it never changes."""

    __tablename__ = "profile_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(24))  # common, or a city's own
    version: Mapped[str] = mapped_column(String(16))
    toml: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of `toml`
    in_force_from: Mapped[date] = mapped_column(Date, index=True)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stored_by: Mapped[str] = mapped_column(String(64))  # actor's name
