"""Drafts of schemes; what a version that replaces a frozen one changed."""

import sqlalchemy as sa
from alembic import op

revision = "0008_scheme_workshop"
down_revision = "0007_mark_evidence"
branch_labels = None
depends_on = None


def added_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("report", sa.Text(), nullable=False, server_default=""),
        sa.Column("declined_at", sa.DateTime(), nullable=True),
        sa.Column("declined_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("declined_reason", sa.String(400), nullable=False, server_default=""),
    ]


def upgrade() -> None:
    for column in added_columns():
        op.add_column("scheme_version", column)
    op.create_table(
        "scheme_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("based_on", sa.SmallInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("begun_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_scheme_draft_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_draft")),
        sa.UniqueConstraint("event_id", name=op.f("uq_scheme_draft_event_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_scheme_draft_uid")),
    )


def downgrade() -> None:
    op.drop_table("scheme_draft")
    for column in reversed(added_columns()):
        op.drop_column("scheme_version", column.name)
