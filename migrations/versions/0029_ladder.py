"""Qualifiers of an earlier stage: senders that are trusted, files, whom they name."""

import sqlalchemy as sa
from alembic import op

revision = "0029_ladder"
down_revision = "0028_sessions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trusted_sender",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("trusted_at", sa.DateTime(), nullable=False),
        sa.Column("trusted_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_sender")),
        sa.UniqueConstraint("public_key", name=op.f("uq_trusted_sender_public_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_trusted_sender_uid")),
    )
    op.create_table(
        "qualifier_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("taken_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_qualifier_file_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualifier_file")),
        sa.UniqueConstraint(
            "event_id", "digest", name=op.f("uq_qualifier_file_event_id_digest")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_qualifier_file_uid")),
    )
    op.create_table(
        "qualifier_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("total", sa.String(length=40), nullable=False),
        sa.Column("components", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_qualifier_row_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["qualifier_file.id"], name=op.f("fk_qualifier_row_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualifier_row")),
        sa.UniqueConstraint(
            "file_id", "number", name=op.f("uq_qualifier_row_file_id_number")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_qualifier_row_uid")),
    )
    op.create_index("ix_qualifier_row_entry_id", "qualifier_row", ["entry_id"])


def downgrade() -> None:
    op.drop_table("qualifier_row")
    op.drop_table("qualifier_file")
    op.drop_table("trusted_sender")
