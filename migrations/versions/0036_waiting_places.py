"""The waiting list of an event, and the offers made from it."""

import sqlalchemy as sa
from alembic import op

revision = "0036_waiting_places"
down_revision = "0035_rule_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("offered_at", sa.DateTime(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'offered', 'taken', 'lapsed', 'left')",
            name=op.f("ck_waiting_place_state"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_waiting_place_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_waiting_place_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_place")),
        sa.UniqueConstraint("uid", name=op.f("uq_waiting_place_uid")),
    )
    op.create_index(op.f("ix_waiting_place_entry_id"), "waiting_place", ["entry_id"])
    op.create_index(
        "ix_waiting_place_event_id_state", "waiting_place", ["event_id", "state"]
    )


def downgrade() -> None:
    op.drop_table("waiting_place")
