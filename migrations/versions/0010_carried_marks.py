"""Parcels of marks that came to the desk by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0010_carried_marks"
down_revision = "0009_tablets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carry_parcel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("received_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'taken', 'declined')",
            name=op.f("ck_carry_parcel_state"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_carry_parcel_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["judge_seat.id"], name=op.f("fk_carry_parcel_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carry_parcel")),
        sa.UniqueConstraint(
            "event_id", "digest", name=op.f("uq_carry_parcel_event_id_digest")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_carry_parcel_uid")),
    )


def downgrade() -> None:
    op.drop_table("carry_parcel")
