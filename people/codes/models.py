"""The code tables of the field."""

from sqlalchemy import ForeignKeyConstraint, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base


class Occupation(Base):
    """An occupation of the national classification; the key is (edition, code).

    The same code names different trades in different editions: 6-04-01-01 was a
    turner in 1999 and is a cotton opener in 2022.
    """

    __tablename__ = "occupation"

    edition: Mapped[int] = mapped_column(SmallInteger, primary_key=True)  # 2022
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    marks: Mapped[str] = mapped_column(String(4), default="")  # L green, S digital
    major: Mapped[str] = mapped_column(String(2))
    middle: Mapped[str] = mapped_column(String(5))
    minor: Mapped[str] = mapped_column(String(8), index=True)


class OccupationAlias(Base):
    """A trade name in use (工种, contest name) and the occupation it belongs to."""

    __tablename__ = "occupation_alias"
    __table_args__ = (
        ForeignKeyConstraint(
            ["edition", "code"], ["occupation.edition", "occupation.code"]
        ),
        UniqueConstraint("alias", "edition", "code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    alias: Mapped[str] = mapped_column(String(80), index=True)
    edition: Mapped[int] = mapped_column(SmallInteger)
    code: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(200), default="")

    occupation: Mapped[Occupation] = relationship()


class SkillLevel(Base):
    """One of the eight levels, from apprentice to chief technician."""

    __tablename__ = "skill_level"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)  # L1 … L8
    rank: Mapped[int] = mapped_column(SmallInteger, unique=True)  # 1 lowest
    name: Mapped[str] = mapped_column(String(20))
    national_level: Mapped[str] = mapped_column(String(8), default="")
    cert_digit: Mapped[str] = mapped_column(String(1), default="")
    is_high_skilled: Mapped[bool]


class Honour(Base):
    """An honour of the catalogue: its level, name and who gives it."""

    __tablename__ = "honour"
    __table_args__ = (UniqueConstraint("level", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(4), index=True)
    name: Mapped[str] = mapped_column(String(80))
    issuer: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(200), default="")


class CodeItem(Base):
    """A row of a small code table, e.g. table "sex", code "1"."""

    __tablename__ = "code_item"

    table: Mapped[str] = mapped_column(String(24), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    extra: Mapped[str] = mapped_column(String(80), default="")
