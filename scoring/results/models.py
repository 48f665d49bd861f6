"""The chief judge's decisions, computed results, and what was published of them."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.models import Event
from extensions import Base, PublicId, UtcDateTime
from scoring.results.rules.release import AUDIENCES, PARTS

DECISIONS = (
    "veto_aspect",
    "veto_criterion",
    "veto_component",
    "veto_total",
    "disqualify",
    "withdrawn",
    "time",
    "penalty",
    "playoff",
    "set_aside",
    "revoke",
)

CHIEF, SUPERVISOR = SIGNERS = ("chief_judge", "supervisor")


class Decision(PublicId, Base):
    """One decision on one work. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "scoring_decision"
    __table_args__ = (CheckConstraint(f"kind in {DECISIONS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    entry: Mapped[str] = mapped_column(String(32))  # work code
    kind: Mapped[str] = mapped_column(String(16))
    # veto: code; penalty: code; set_aside: id of the mark; revoke: uid of the decision
    target: Mapped[str] = mapped_column(String(64), default="")
    value: Mapped[str] = mapped_column(String(40), default="")  # seconds, units, place
    reason: Mapped[str] = mapped_column(String(400))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(64))


class ResultVersion(PublicId, Base):
    """A computed result, by work codes; recomputed, never edited."""

    __tablename__ = "result_version"
    __table_args__ = (UniqueConstraint("event_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    round: Mapped[int] = mapped_column(
        SmallInteger
    )  # of the lock it was computed under
    scheme_digest: Mapped[str] = mapped_column(String(64))
    marks_digest: Mapped[str] = mapped_column(String(64))
    last_seq: Mapped[int] = mapped_column(Integer)
    rows: Mapped[str] = mapped_column(Text)  # JSON, see services.compute
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of `rows`
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    computed_by: Mapped[str] = mapped_column(String(64))

    event: Mapped[Event] = relationship()


class Publication(PublicId, Base):
    """A published result: a signed snapshot. Withdrawing leaves it on the record."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("event_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    result_id: Mapped[int] = mapped_column(ForeignKey("result_version.id"))
    snapshot: Mapped[str] = mapped_column(Text)  # canonical JSON: public and signed
    # JSON, one [entry uid, work code] per row of the snapshot, which holds its digest.
    links: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of `snapshot`
    signature: Mapped[str] = mapped_column(String(128))  # Ed25519, hex
    public_key: Mapped[str] = mapped_column(String(64))  # hex
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    published_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str] = mapped_column(String(64), default="")
    withdrawn_reason: Mapped[str] = mapped_column(String(400), default="")

    event: Mapped[Event] = relationship()
    result: Mapped[ResultVersion] = relationship()


class SigningTerms(PublicId, Base):
    """Whether an event's result is published only when it is signed; newest row counts.

    Triggers refuse UPDATE and DELETE. Without a row it need not be.
    """

    __tablename__ = "signing_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    asks: Mapped[bool] = mapped_column()
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(64))


class ResultSignature(PublicId, Base):
    """A signature under the list of one computed result, by hand.

    Triggers refuse UPDATE and DELETE.
    """

    __tablename__ = "result_signature"
    __table_args__ = (
        UniqueConstraint("result_id", "role"),
        CheckConstraint(f"role in {SIGNERS}", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("result_version.id"))
    role: Mapped[str] = mapped_column(String(12))
    list_digest: Mapped[str] = mapped_column(String(64))  # of `ResultVersion.rows`
    strokes: Mapped[str] = mapped_column(Text)  # see rules.strokes; "" is on paper
    strokes_digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of them, or ""
    name: Mapped[str] = mapped_column(String(80))  # as it stands on the list
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[str] = mapped_column(String(64))


class ReleaseRule(PublicId, Base):
    """From when an audience sees a part of a result; newest row of a cell counts.

    Triggers refuse UPDATE and DELETE. Without a row it opens with the publication.
    """

    __tablename__ = "release_rule"
    __table_args__ = (
        CheckConstraint(f"audience in {AUDIENCES}", name="audience"),
        CheckConstraint(f"part in {PARTS}", name="part"),
        CheckConstraint("mode in ('published', 'moment', 'kept')", name="mode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    audience: Mapped[str] = mapped_column(String(10))
    part: Mapped[str] = mapped_column(String(12))
    mode: Mapped[str] = mapped_column(String(9))
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of mode moment
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(64))
