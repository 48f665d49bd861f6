"""Files of results from elsewhere, and what an organiser's columns meant."""

import sqlalchemy as sa
from alembic import op

revision = "0044_mark_imports"
down_revision = "0042_teams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mark_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("file_sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("meanings", sa.Text(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.CheckConstraint(
            "state in ('checked', 'taken', 'undone', 'discarded')",
            name=op.f("ck_mark_import_state"),
        ),
        sa.CheckConstraint(
            "state <> 'undone' or reason <> ''",
            name=op.f("ck_mark_import_undone_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_mark_import_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["judge_seat.id"], name=op.f("fk_mark_import_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_import")),
        sa.UniqueConstraint("uid", name=op.f("uq_mark_import_uid")),
    )
    op.create_index(op.f("ix_mark_import_event_id"), "mark_import", ["event_id"])
    op.create_table(
        "mark_column",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organiser", sa.String(200), nullable=False),
        sa.Column("heading", sa.String(120), nullable=False),
        sa.Column("meaning", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_column")),
        sa.UniqueConstraint(
            "organiser", "heading", name=op.f("uq_mark_column_organiser_heading")
        ),
    )


def downgrade() -> None:
    op.drop_table("mark_column")
    op.drop_index(op.f("ix_mark_import_event_id"), table_name="mark_import")
    op.drop_table("mark_import")
