"""What a count of the whole pool found, kept for the page."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, UtcDateTime
from talentpool.standard.models import ProfileVersion


class ComplianceCount(Base):
    """How the whole pool kept a standard on a day, by district: numbers, no names."""

    __tablename__ = "compliance_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_version_id: Mapped[int] = mapped_column(
        ForeignKey("profile_version.id"), index=True
    )
    counted_on: Mapped[date] = mapped_column(Date)  # the local day it speaks of
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_by: Mapped[str] = mapped_column(String(64))  # actor's name
    total: Mapped[int] = mapped_column(Integer)  # dossiers in the pool
    counts: Mapped[str] = mapped_column(Text)  # JSON: {district: {key: count}}

    profile_version: Mapped[ProfileVersion] = relationship()
