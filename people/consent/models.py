"""What persons agreed to."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.persons.models import Person


class Consent(PublicId, Base):
    """A person's consent to one purpose, by one version of the notice."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(24))  # competition | pool | publication
    version: Mapped[str] = mapped_column(String(12))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Of a minor: who consented or was told, and on which document.
    guardian: Mapped[str] = mapped_column(String(160), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
