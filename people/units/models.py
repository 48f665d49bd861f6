"""Employers and schools."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId
from people.districts.models import District


class Unit(PublicId, Base):
    """An employer or school; found by its unified social credit code."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    industry: Mapped[str] = mapped_column(String(4), default="")  # GB/T 4754 section
    ownership: Mapped[str] = mapped_column(String(20), default="")

    district: Mapped[District] = relationship()
