"""Files of entries that are brought in, and what they made."""

import sqlalchemy as sa
from alembic import op

revision = "0034_entry_batches"
down_revision = "0033_boards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("rows", "fresh", "changed", "known", "refused")
        ),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('checked', 'loaded', 'undone', 'discarded')",
            name=op.f("ck_entry_batch_state"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_entry_batch_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_entry_batch_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_batch")),
        sa.UniqueConstraint("uid", name=op.f("uq_entry_batch_uid")),
    )
    op.create_index(op.f("ix_entry_batch_event_id"), "entry_batch", ["event_id"])
    op.create_index(op.f("ix_entry_batch_user_id"), "entry_batch", ["user_id"])
    op.create_table(
        "entry_trace",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("made_entry", sa.Boolean(), nullable=False),
        sa.Column("made_person", sa.Boolean(), nullable=False),
        sa.Column("before_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("before_state", sa.String(12), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["entry_batch.id"], name=op.f("fk_entry_trace_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_trace_entry_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "entry_id", name=op.f("pk_entry_trace")),
    )
    op.create_index(op.f("ix_entry_trace_entry_id"), "entry_trace", ["entry_id"])


def downgrade() -> None:
    op.drop_table("entry_trace")
    op.drop_table("entry_batch")
