"""Tablets, the seats that used them, and two persons' word for a missing one."""

import sqlalchemy as sa
from alembic import op

revision = "0009_tablets"
down_revision = "0008_scheme_workshop"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_mark_event_device", "mark_event", ["device", "device_seq"])
    _create_tablets()
    _create_uses()
    _create_overrides()


def downgrade() -> None:
    for table in ("tablet_override", "tablet_use", "tablet"):
        op.drop_table(table)
    op.drop_index("ix_mark_event_device", "mark_event")


def _create_tablets() -> None:
    op.create_table(
        "tablet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("app", sa.String(length=64), nullable=False),
        sa.Column("boot", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("attention", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=True),
        sa.Column("jumped_at", sa.DateTime(), nullable=True),
        sa.Column("battery", sa.SmallInteger(), nullable=True),
        sa.Column("persisted", sa.Boolean(), nullable=True),
        sa.Column("free_mb", sa.Integer(), nullable=True),
        sa.Column("ready", sa.Boolean(), nullable=True),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column("flag", sa.String(length=12), nullable=False),
        sa.Column("flagged_at", sa.DateTime(), nullable=True),
        sa.Column("lost_at", sa.DateTime(), nullable=True),
        sa.Column("lost_by", sa.String(length=64), nullable=False),
        sa.Column("lost_reason", sa.String(length=400), nullable=False),
        sa.Column("back_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "flag in ('', 'restarted', 'new_device')", name=op.f("ck_tablet_flag")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_tablet_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tablet")),
        sa.UniqueConstraint("device", name=op.f("uq_tablet_device")),
        sa.UniqueConstraint("number", name=op.f("uq_tablet_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_tablet_uid")),
    )


def _create_uses() -> None:
    op.create_table(
        "tablet_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tablet_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_tablet_use_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["judge_seat.id"], name=op.f("fk_tablet_use_seat_id")
        ),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.id"], name=op.f("fk_tablet_use_tablet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tablet_use")),
        sa.UniqueConstraint(
            "tablet_id", "seat_id", name=op.f("uq_tablet_use_tablet_id_seat_id")
        ),
    )
    op.create_index(op.f("ix_tablet_use_event_id"), "tablet_use", ["event_id"])
    op.create_index(op.f("ix_tablet_use_seat_id"), "tablet_use", ["seat_id"])


def _create_overrides() -> None:
    op.create_table(
        "tablet_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tablet_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_tablet_override_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.id"], name=op.f("fk_tablet_override_tablet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tablet_override")),
        sa.UniqueConstraint("uid", name=op.f("uq_tablet_override_uid")),
    )
    op.create_index(
        op.f("ix_tablet_override_event_id"), "tablet_override", ["event_id"]
    )
