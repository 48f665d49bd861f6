"""Certificates of awards: how they look, whose hand signs them, and each one made.

Words used here:
    design: texts, seal and issuer of all certificates of one competition.
    signer: somebody whose handwritten signature a competition may print, because they
        said so themselves; they end it when they like.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from competition.events.models import Competition, Event
from competition.registration.models import Entry
from extensions import Base, PublicId, UtcDateTime
from people.attachments.models import Attachment
from scoring.certificates.rules.standing import STATES, VALID
from scoring.results.models import Publication

SIGNER_STATES = ("asked", "granted", "declined", "ended")


class CertificateDesign(PublicId, Base):
    """How the certificates of a competition look; "" is the text of the house."""

    __tablename__ = "certificate_design"

    id: Mapped[int] = mapped_column(primary_key=True)
    competition_id: Mapped[int] = mapped_column(
        ForeignKey("competition.id"), unique=True
    )
    title: Mapped[str] = mapped_column(String(40), default="")
    title_en: Mapped[str] = mapped_column(String(80), default="")
    body: Mapped[str] = mapped_column(String(600), default="")
    body_en: Mapped[str] = mapped_column(String(800), default="")
    issuer: Mapped[str] = mapped_column(String(200), default="")
    is_bilingual: Mapped[bool] = mapped_column(default=False)
    check_address: Mapped[str] = mapped_column(String(200), default="")
    seal_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by: Mapped[str] = mapped_column(String(64))

    seal: Mapped[Attachment | None] = relationship()


class CertificateSigner(PublicId, Base):
    """Whose signature a competition may print; the person decides, and may end it."""

    __tablename__ = "certificate_signer"
    __table_args__ = (
        CheckConstraint(f"state in {SIGNER_STATES}", name="state"),
        CheckConstraint(
            "state <> 'granted' or attachment_id is not null", name="granted_has_image"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    competition_id: Mapped[int] = mapped_column(
        ForeignKey("competition.id"), index=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    post: Mapped[str] = mapped_column(String(60))  # as printed under the signature
    state: Mapped[str] = mapped_column(String(10), default="asked")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    competition: Mapped[Competition] = relationship()
    user: Mapped[User] = relationship()
    image: Mapped[Attachment | None] = relationship()


class AwardCertificate(PublicId, Base):
    """A certificate of an award. Its words never change; a wrong one is replaced."""

    __tablename__ = "award_certificate"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("state = 'valid' or reason <> ''", name="reason_given"),
        # One valid certificate per entry, whoever presses the button how often.
        Index(
            "ix_award_certificate_valid",
            "entry_id",
            unique=True,
            sqlite_where=text("state = 'valid'"),
            postgresql_where=text("state = 'valid'"),
        ),
        Index("ix_award_certificate_event", "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    number: Mapped[str] = mapped_column(String(48), unique=True)
    holder: Mapped[str] = mapped_column(String(60))
    unit_name: Mapped[str] = mapped_column(String(120), default="")
    group_name: Mapped[str] = mapped_column(String(40), default="")
    award: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(400))
    issued_on: Mapped[date] = mapped_column(Date)
    token: Mapped[str] = mapped_column(Text)  # what the code says, without an address
    state: Mapped[str] = mapped_column(String(10), default=VALID)
    reason: Mapped[str] = mapped_column(String(400), default="")  # of its end
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(64), default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("award_certificate.id"))

    event: Mapped[Event] = relationship()
    entry: Mapped[Entry] = relationship()
    publication: Mapped[Publication] = relationship()
    replaces: Mapped["AwardCertificate | None"] = relationship(
        remote_side="AwardCertificate.id"
    )
