"""Badges of judges: hashes only, and the one browser each belongs to."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime


class Badge(PublicId, Base):
    """A printed badge; what its QR code and its slip say is kept nowhere."""

    __tablename__ = "badge"
    __table_args__ = (CheckConstraint("valid_from < valid_until", name="window"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    # What it was made for, as the log names places: "event:<uid>"; "" for nothing.
    scope: Mapped[str] = mapped_column(String(80), default="", index=True)
    label: Mapped[str] = mapped_column(String(40))  # what stands on it large: the seat
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)  # keyed
    # Argon2id of the PIN mixed with the secret, and of the PIN mixed with the code.
    pin_hash: Mapped[str] = mapped_column(String(120))
    typed_pin_hash: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)
    device_hash: Mapped[str] = mapped_column(String(64), default="")  # "" is unbound
    bound_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by another device
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
