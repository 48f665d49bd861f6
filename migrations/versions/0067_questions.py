"""An event's own questions, with versions, and the files that answer them."""

import sqlalchemy as sa
from alembic import op

revision = "0067_questions"
down_revision = "0066_guest_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_form_version_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_version")),
        sa.UniqueConstraint(
            "event_id", "number", name=op.f("uq_form_version_event_id_number")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_form_version_uid")),
    )
    op.create_table(
        "entry_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_entry_file_attachment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_file_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_file")),
        sa.UniqueConstraint("uid", name=op.f("uq_entry_file_uid")),
    )
    op.create_index(op.f("ix_entry_file_entry_id"), "entry_file", ["entry_id"])
    op.add_column("entry", sa.Column("form_number", sa.SmallInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("entry", "form_number")
    op.drop_table("entry_file")
    op.drop_table("form_version")
