"""What units say of their people's entries."""

import sqlalchemy as sa
from alembic import op

revision = "0037_unit_words"
down_revision = "0036_waiting_places"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("given_by", sa.String(64), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "word in ('confirmed', 'objected')", name=op.f("ck_unit_word_word")
        ),
        sa.CheckConstraint(
            "word = 'confirmed' or reason != ''",
            name=op.f("ck_unit_word_reason_given"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_unit_word_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_word")),
        sa.UniqueConstraint("uid", name=op.f("uq_unit_word_uid")),
    )
    op.create_index(op.f("ix_unit_word_entry_id"), "unit_word", ["entry_id"])


def downgrade() -> None:
    op.drop_table("unit_word")
