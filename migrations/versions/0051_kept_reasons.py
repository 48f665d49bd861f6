"""Reasons a committee keeps for its reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0051_kept_reasons"
down_revision = "0050_cancellation"
branch_labels = None
depends_on = None

STANDS = sa.text("retired_at is null")


def upgrade() -> None:
    op.create_table(
        "kept_reason",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("organiser", sa.String(200), nullable=False),
        sa.Column("about", sa.String(10), nullable=False),
        sa.Column("text", sa.String(160), nullable=False),
        sa.Column("text_en", sa.String(160), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "about in ('paper', 'returned', 'rejected')",
            name=op.f("ck_kept_reason_about"),
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_kept_reason_text_given")),
        sa.CheckConstraint("used >= 0", name=op.f("ck_kept_reason_used_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_reason")),
        sa.UniqueConstraint("uid", name=op.f("uq_kept_reason_uid")),
    )
    op.create_index(
        "uq_kept_reason_standing",
        "kept_reason",
        ["organiser", "about", "text"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def downgrade() -> None:
    op.drop_table("kept_reason")
