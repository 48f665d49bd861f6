"""Roles as they were given and ended."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime


class RoleGrant(PublicId, Base):
    """A role given to a user within a scope; ended by `revoked_at`, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "scope_kind in ('all', 'district', 'unit', 'competition', 'event')",
            name="scope_kind",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[str] = mapped_column(String(24))
    scope_kind: Mapped[str] = mapped_column(String(12))
    scope_key: Mapped[str] = mapped_column(String(36), default="", index=True)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by: Mapped[str] = mapped_column(String(64))  # actor's name
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
