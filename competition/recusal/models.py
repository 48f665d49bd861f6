"""What judges declare of themselves."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from competition.recusal.rules import KINDS
from extensions import Base, PublicId, UtcDateTime
from people.units.models import Unit


class JudgeTie(PublicId, Base):
    """A unit or a person a judge is not neutral to; withdrawn, never deleted."""

    __tablename__ = "judge_tie"
    __table_args__ = (
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(
            "unit_id is not null or name <> '' or id_number_hash <> ''",
            name="names_somebody",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(40), default="")  # of a person
    # Keyed, as of persons; "" where the judge does not know the number.
    id_number_hash: Mapped[str] = mapped_column(String(64), default="")
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
    unit: Mapped[Unit | None] = relationship()
