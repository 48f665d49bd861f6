"""Innovation projects, who did what in them, and the papers that prove them."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from people.districts.models import District
from people.units.models import Unit
from talentpool.dossiers.models import Craftsman
from talentpool.growth.rules.innovations import KINDS, ROLES, STATES


class Innovation(PublicId, Base):
    """One innovation (技术创新项目), counted once whoever took part."""

    __tablename__ = "innovation"
    __table_args__ = (
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("benefit_yuan >= 0", name="benefit_not_negative"),
        Index("ix_innovation_district_code_state", "district_code", "state"),
        Index("ix_innovation_finished_on", "finished_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(11))
    title: Mapped[str] = mapped_column(String(160))
    trade: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[str] = mapped_column(String(60), default="")  # of a patent
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    began_on: Mapped[date | None] = mapped_column(Date)
    finished_on: Mapped[date] = mapped_column(Date)
    benefit_yuan: Mapped[int | None] = mapped_column(BigInteger)  # shown in 万元
    benefit_from: Mapped[date | None] = mapped_column(Date)
    benefit_to: Mapped[date | None] = mapped_column(Date)
    benefit_confirmed_by: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(9), default="draft")
    reason: Mapped[str] = mapped_column(String(200), default="")  # returned, revoked
    recorded_by: Mapped[str] = mapped_column(String(64))  # uid of the account
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit | None] = relationship()
    district: Mapped[District] = relationship()
    shares: Mapped[list["InnovationShare"]] = relationship(
        order_by="InnovationShare.position", back_populates="innovation"
    )
    papers: Mapped[list["InnovationPaper"]] = relationship(
        order_by="InnovationPaper.id", back_populates="innovation"
    )


class InnovationShare(PublicId, Base):
    """One person's part in a project."""

    __tablename__ = "innovation_share"
    __table_args__ = (
        UniqueConstraint("innovation_id", "craftsman_id"),
        CheckConstraint(f"role in {ROLES}", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    innovation_id: Mapped[int] = mapped_column(ForeignKey("innovation.id"))
    craftsman_id: Mapped[int] = mapped_column(ForeignKey("craftsman.id"), index=True)
    role: Mapped[str] = mapped_column(String(11))
    position: Mapped[int] = mapped_column(SmallInteger)  # 1 is the lead
    # As people call the method, with the person's own name in it; "" for the others.
    method_name: Mapped[str] = mapped_column(String(40), default="")

    innovation: Mapped[Innovation] = relationship(back_populates="shares")
    craftsman: Mapped[Craftsman] = relationship()


class InnovationPaper(PublicId, Base):
    """A file that proves a project, with its digest."""

    __tablename__ = "innovation_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    innovation_id: Mapped[int] = mapped_column(ForeignKey("innovation.id"), index=True)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    title: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    innovation: Mapped[Innovation] = relationship(back_populates="papers")
    attachment: Mapped[Attachment] = relationship()
