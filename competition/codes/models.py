"""The blind chain: one table per layer, each knowing only the layer before it.

    contest_code  entry → contest number     kept by coding officer 1
    station_code  contest number → station   kept by coding officer 2
    work_code     station → work code        kept by coding officer 3

The station of a work code is sealed: whoever has the database alone, or a copy of it,
cannot walk the chain. The rows of that layer are written in the order of the codes, so
that neither their ids nor their place on the disk tell it (ADR 30).

`group_code` is copied from layer to layer, because ranking is per group and the rooms
that mark may not ask for it along the chain.
"""

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from extensions import Base


class ContestCode(Base):
    """Layer 1: which contest number (参赛编号) an entry drew."""

    __tablename__ = "contest_code"
    __table_args__ = (UniqueConstraint("event_id", "contest_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), unique=True)
    contest_no: Mapped[str] = mapped_column(String(8))
    group_code: Mapped[str] = mapped_column(String(12), default="")


class StationCode(Base):
    """Layer 2: at which station (工位号) a contest number works."""

    __tablename__ = "station_code"
    __table_args__ = (
        UniqueConstraint("event_id", "contest_no"),
        UniqueConstraint("event_id", "station"),
        ForeignKeyConstraint(
            ["event_id", "contest_no"],
            ["contest_code.event_id", "contest_code.contest_no"],
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    contest_no: Mapped[str] = mapped_column(String(8))
    station: Mapped[str] = mapped_column(String(8))
    group_code: Mapped[str] = mapped_column(String(12), default="")


class WorkCode(Base):
    """Layer 3: the code (作品号) the work of a station is marked under."""

    __tablename__ = "work_code"
    __table_args__ = (UniqueConstraint("event_id", "work_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    # As queries.seal_station does it.
    station_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    work_code: Mapped[str] = mapped_column(String(8))
    group_code: Mapped[str] = mapped_column(String(12), default="")
