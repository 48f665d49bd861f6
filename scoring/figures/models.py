"""What the report of the year counts in a published result, counted once."""

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base
from scoring.results.models import Publication


class PromotionTally(Base):
    """Whose promotion's rules are met in one published result."""

    __tablename__ = "promotion_tally"
    __table_args__ = (CheckConstraint("promoted >= 0", name="promoted_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(
        ForeignKey("publication.id"), unique=True
    )
    promoted: Mapped[int] = mapped_column(Integer)  # how many
    rows: Mapped[str] = mapped_column(Text)  # JSON: [[entry's id, level, rule], …]

    publication: Mapped[Publication] = relationship()
