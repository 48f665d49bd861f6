"""Sessions of events: round, part, time, place, stations, shared equipment."""

import sqlalchemy as sa
from alembic import op

revision = "0028_sessions"
down_revision = "0027_import_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.String(length=12), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("venue", sa.String(length=120), nullable=False),
        sa.Column("stations", sa.SmallInteger(), nullable=True),
        sa.Column("equipment", sa.String(length=200), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "part in ('theory', 'practical', 'defence')",
            name=op.f("ck_event_session_part"),
        ),
        sa.CheckConstraint(
            "round in ('preliminary', 'final')", name=op.f("ck_event_session_round")
        ),
        sa.CheckConstraint(
            "stations is null or stations > 0", name=op.f("ck_event_session_stations")
        ),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_event_session_times_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_session_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_session")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_session_uid")),
    )
    op.create_index("ix_event_session_event_id", "event_session", ["event_id"])
    op.create_index("ix_event_session_starts_at", "event_session", ["starts_at"])


def downgrade() -> None:
    op.drop_table("event_session")
