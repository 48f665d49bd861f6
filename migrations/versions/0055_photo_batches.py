"""Archives of photos that wait for the word of who sent them."""

import sqlalchemy as sa
from alembic import op

revision = "0055_photo_batches"
down_revision = "0054_promotion_tally"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photo_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('checked', 'loaded', 'discarded')",
            name=op.f("ck_photo_batch_state"),
        ),
        sa.CheckConstraint(
            "matched >= 0 and refused >= 0",
            name=op.f("ck_photo_batch_counts_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_photo_batch_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_photo_batch_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_batch")),
        sa.UniqueConstraint("uid", name=op.f("uq_photo_batch_uid")),
    )
    op.create_index(op.f("ix_photo_batch_event_id"), "photo_batch", ["event_id"])
    op.create_index(op.f("ix_photo_batch_user_id"), "photo_batch", ["user_id"])


def downgrade() -> None:
    op.drop_table("photo_batch")
