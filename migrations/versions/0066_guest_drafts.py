"""Drafts of visitors who have no account yet."""

import sqlalchemy as sa
from alembic import op

revision = "0066_guest_drafts"
down_revision = "0065_entry_revisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guest_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_guest_draft_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_draft")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_guest_draft_entry_id")),
    )
    op.create_index(op.f("ix_guest_draft_expires_at"), "guest_draft", ["expires_at"])
    op.create_index(op.f("ix_guest_draft_token_hash"), "guest_draft", ["token_hash"])


def downgrade() -> None:
    op.drop_table("guest_draft")
