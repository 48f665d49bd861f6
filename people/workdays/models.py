"""The years and days an administrator has entered, beyond or against the library."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from extensions import Base, UtcDateTime


class WorkdayYear(Base):
    """A year whose table has been entered; what it says goes before the library."""

    __tablename__ = "workday_year"

    year: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False
    )
    source: Mapped[str] = mapped_column(String(120))  # the notice it was taken from
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stored_by: Mapped[str] = mapped_column(String(64))  # actor's name


class WorkdayChange(Base):
    """A holiday or a make-up day of such a year."""

    __tablename__ = "workday_change"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("workday_year.year"), index=True)
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40), default="")
