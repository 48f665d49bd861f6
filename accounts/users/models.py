"""Those who can sign in."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.persons.models import Person
from people.units.models import Unit

_NO_LIMIT: frozenset[str] | None = None


class User(UserMixin, PublicId, Base):
    """Someone who can sign in."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)  # lower case
    password_hash: Mapped[str] = mapped_column(String(120))  # Argon2id
    display_name: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    locale: Mapped[str] = mapped_column(String(8), default="")  # "" follows the cookie
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person | None] = relationship()
    unit: Mapped[Unit | None] = relationship()

    # The secret of the sign-in this object was loaded for; not stored here.
    session_token: str = ""
    session_permissions = _NO_LIMIT  # all that sign-in may do

    @property
    def is_active(self) -> bool:
        return self.enabled

    def get_id(self) -> str:
        """What the cookie carries: the secret of the sign-in, never the user's id."""
        return self.session_token
