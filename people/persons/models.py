"""Persons."""

import secrets
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from people.units.models import Unit


def new_salt() -> bytes:
    """Return a fresh salt for commitments to a person's data in the log."""
    return secrets.token_bytes(16)


class Person(PublicId, Base):
    """One human being, once, whatever rooms they appear in."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("sex in ('0', '1', '2', '9')", name="sex"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    sex: Mapped[str] = mapped_column(String(1), default="0")  # GB/T 2261.1
    birth_date: Mapped[date] = mapped_column(Date, index=True)
    id_type: Mapped[str] = mapped_column(String(12), default="resident")
    id_number_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # AES-GCM
    id_number_hash: Mapped[str] = mapped_column(String(64), unique=True)  # HMAC
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # HMAC; "" where there is none, or nobody has needed it yet.
    phone_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    nation: Mapped[str] = mapped_column(String(2), default="")  # GB/T 3304
    education: Mapped[str] = mapped_column(String(2), default="")  # GB/T 4658
    politics: Mapped[str] = mapped_column(String(2), default="")  # GB/T 4762
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16), default=new_salt)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The record that took this one's place: the same human being, registered twice.
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), index=True
    )
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit | None] = relationship()
    photo: Mapped[Attachment | None] = relationship()


class PersonChange(Base):
    """One field of a person before and after; the entry of the log stands behind it.

    A unit is kept by its uid, a phone masked, everything else as it was written.
    """

    __tablename__ = "person_change"
    __table_args__ = (UniqueConstraint("log_seq", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    log_seq: Mapped[int] = mapped_column(BigInteger)  # of the entry person.updated
    field: Mapped[str] = mapped_column(String(16))
    old: Mapped[str] = mapped_column(String(120), default="")
    new: Mapped[str] = mapped_column(String(120), default="")
