"""Messages of accounts, how they go out besides, and where to."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.messages.rules import CHANNELS, STATES
from accounts.users.models import User
from extensions import Base, PublicId, UtcDateTime


class Message(PublicId, Base):
    """Something an account is told; its words are made when it is read."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_user_id_read_at", "user_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(24))  # see rules.KINDS
    params: Mapped[str] = mapped_column(Text)  # JSON: what the words are filled with
    link: Mapped[str] = mapped_column(String(200))  # path of the page it is about
    # Names the act and the account: the same act tells the same account once.
    key: Mapped[str] = mapped_column(String(160), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
    deliveries: Mapped[list["MessageDelivery"]] = relationship(back_populates="message")


class MessageDelivery(PublicId, Base):
    """A message on its way by mail or phone: the outbox."""

    __tablename__ = "message_delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "channel"),
        CheckConstraint(f"channel in {CHANNELS}", name="channel"),
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_message_delivery_state_next_at", "state", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    channel: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(7), default="waiting")
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when it is tried next
    fault: Mapped[str] = mapped_column(String(80), default="")  # of the last try
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    message: Mapped[Message] = relationship(back_populates="deliveries")


class MessageAddress(Base):
    """Where an account wants its messages by mail; none go there until it is confirmed.

    While it is not, a code is on its way there; whoever reads it types it in.
    """

    __tablename__ = "message_address"
    __table_args__ = (
        CheckConstraint("code_tries >= 0", name="code_tries_not_negative"),
        CheckConstraint(
            "confirmed_at is null or code_sealed is null", name="confirmed_without_code"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), unique=True)
    mail_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # AES-GCM
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # AES-GCM
    code_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was sent
    code_tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
