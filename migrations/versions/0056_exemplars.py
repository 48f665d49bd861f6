"""Photos of what the levels of a judged aspect look like."""

import sqlalchemy as sa
from alembic import op

revision = "0056_exemplars"
down_revision = "0055_photo_batches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exemplar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("aspect", sa.String(32), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("caption", sa.String(120), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.CheckConstraint("level between 0 and 3", name=op.f("ck_exemplar_level")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_exemplar_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_exemplar_attachment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemplar")),
        sa.UniqueConstraint("attachment_id", name=op.f("uq_exemplar_attachment_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_exemplar_uid")),
    )
    op.create_index(op.f("ix_exemplar_event_id"), "exemplar", ["event_id"])


def downgrade() -> None:
    op.drop_table("exemplar")
