"""Sign-ins that can be revoked."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime


class SignIn(PublicId, Base):
    """One sign-in on one device; the cookie holds the token, we hold its hash."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(120), default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How it came about where not by password: "badge:<uid>".
    via: Mapped[str] = mapped_column(String(48), default="", index=True)
    # All it may do, space-separated; None is whatever its user may.
    permissions: Mapped[str | None] = mapped_column(String(400))

    user: Mapped[User] = relationship()


class LoginThrottle(Base):
    """Failed sign-ins of one user name from one address, known or not."""

    __tablename__ = "login_throttle"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
