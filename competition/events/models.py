"""Competitions, their events and groups."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from competition.events.rules import STATES
from extensions import Base, PublicId, UtcDateTime
from people.codes.models import Occupation, SkillLevel
from people.districts.models import District

TIERS = ("enterprise", "district", "city", "province", "nation")


class Competition(PublicId, Base):
    """A competition: one organiser's set of events in one year."""

    __tablename__ = "competition"
    __table_args__ = (
        CheckConstraint(f"tier in {TIERS}", name="tier"),
        CheckConstraint("starts_on <= ends_on", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    tier: Mapped[str] = mapped_column(String(12))
    grade: Mapped[str] = mapped_column(String(8), default="")  # "1" 一类, "2" 二类
    year: Mapped[int] = mapped_column(SmallInteger, index=True)
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    organiser: Mapped[str] = mapped_column(String(200))  # 主办
    undertaker: Mapped[str] = mapped_column(String(200), default="")  # 承办
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    max_events: Mapped[int | None] = mapped_column(SmallInteger)  # per person
    # Why it is not held; "" while it is not cancelled.
    cancelled_reason: Mapped[str] = mapped_column(
        String(400), default="", server_default=""
    )

    district: Mapped[District] = relationship()
    events: Mapped[list["Event"]] = relationship(
        back_populates="competition", order_by="Event.id"
    )


class Event(PublicId, Base):
    """A competition event (赛项): one trade, one scheme, one ranking."""

    __tablename__ = "event"
    __table_args__ = (
        ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
        ),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(
            "state <> 'cancelled' or cancelled_reason <> ''",
            name="cancelled_with_reason",
        ),
        CheckConstraint(
            "registration_opens_at < registration_closes_at "
            "and registration_closes_at <= starts_at",
            name="dates_in_order",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    competition_id: Mapped[int] = mapped_column(
        ForeignKey("competition.id"), index=True
    )
    name: Mapped[str] = mapped_column(String(80))  # the trade as the notice names it
    occupation_edition: Mapped[int] = mapped_column(SmallInteger)
    occupation_code: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12), default="draft", index=True)
    registration_opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    registration_closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    late_after_minutes: Mapped[int] = mapped_column(SmallInteger, default=15)
    venue: Mapped[str] = mapped_column(String(120), default="")
    notice: Mapped[str] = mapped_column(Text, default="")
    quota: Mapped[int | None] = mapped_column(SmallInteger)  # entries in all
    unit_quota: Mapped[int | None] = mapped_column(SmallInteger)  # entries per unit
    min_entries: Mapped[int] = mapped_column(SmallInteger, default=0)
    age_min: Mapped[int | None] = mapped_column(SmallInteger)  # full years
    age_max: Mapped[int | None] = mapped_column(SmallInteger)
    age_on: Mapped[date | None] = mapped_column(Date)  # the rule's reference date
    min_level_code: Mapped[str | None] = mapped_column(ForeignKey("skill_level.code"))
    min_trade_years: Mapped[int | None] = mapped_column(SmallInteger)
    # Papers asked for besides the photo, separated by spaces: see PAPERS in
    # competition.registration.rules.entries.
    papers: Mapped[str] = mapped_column(String(80), default="id_card")
    scheme_digest: Mapped[str] = mapped_column(String(64), default="")  # once frozen
    cancelled_reason: Mapped[str] = mapped_column(
        String(400), default="", server_default=""
    )

    competition: Mapped[Competition] = relationship(back_populates="events")
    occupation: Mapped[Occupation] = relationship()
    min_level: Mapped[SkillLevel | None] = relationship()
    groups: Mapped[list["EventGroup"]] = relationship(
        back_populates="event", order_by="EventGroup.id"
    )


class EventGroup(PublicId, Base):
    """A group of an event, ranked apart: workers, students, teachers."""

    __tablename__ = "event_group"
    __table_args__ = (UniqueConstraint("event_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    code: Mapped[str] = mapped_column(String(12))  # worker | student | teacher …
    name: Mapped[str] = mapped_column(String(40))

    event: Mapped[Event] = relationship(back_populates="groups")
