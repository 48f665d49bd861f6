"""Teams of an event: their coaches, members and substitutes, now and before."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.users.models import User
from competition.events.models import Event
from competition.registration.models import Entry
from competition.teams.rules import ROLES
from extensions import Base, PublicId, UtcDateTime
from people.units.models import Unit

STANDS = text("ended_at is null")


class Team(PublicId, Base):
    """A team (代表队) of one unit in one event."""

    __tablename__ = "team"
    __table_args__ = (
        # A name is free again once its team has been taken back.
        Index(
            "uq_team_standing_name",
            "event_id",
            "name",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    leader_name: Mapped[str] = mapped_column(String(40), default="")
    # The account that sees and changes the team beside the unit's officers.
    leader_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), index=True
    )
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship()
    unit: Mapped[Unit] = relationship()
    leader: Mapped[User | None] = relationship()
    coaches: Mapped[list["TeamCoach"]] = relationship(
        back_populates="team", order_by="TeamCoach.id", cascade="all, delete-orphan"
    )


class TeamCoach(Base):
    """A coach (教练、指导教师): judges tied to them do not mark the team's event."""

    __tablename__ = "team_coach"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    # Keyed, as of persons; "" where nobody gave the number.
    id_number_hash: Mapped[str] = mapped_column(String(64), default="")

    team: Mapped[Team] = relationship(back_populates="coaches")
    unit: Mapped[Unit | None] = relationship()


class TeamMember(PublicId, Base):
    """An entry's time on a roster in one role; ended, never deleted."""

    __tablename__ = "team_member"
    __table_args__ = (
        CheckConstraint(f"role in {ROLES}", name="role"),
        # Nobody is on two rosters at a time.
        Index(
            "uq_team_member_standing",
            "entry_id",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")  # why it ended

    team: Mapped[Team] = relationship()
    entry: Mapped[Entry] = relationship()
