"""Photos of marks, notes of panels that disagree, and who may read comments."""

import sqlalchemy as sa
from alembic import op

revision = "0007_mark_evidence"
down_revision = "0006_talentpool"
branch_labels = None
depends_on = None

TABLES = ("mark_photo", "discussion_note", "comment_policy")  # none may change


def upgrade() -> None:
    _create_photos()
    _create_notes()
    _create_policy()
    for table in TABLES:
        _guard(table)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _create_photos() -> None:
    op.create_table(
        "mark_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("mark_id", sa.String(length=36), nullable=False),
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("aspect", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("status_reason", sa.String(length=40), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "status in ('stored', 'late')", name=op.f("ck_mark_photo_status")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_mark_photo_attachment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_mark_photo_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["mark_id"], ["mark_event.id"], name=op.f("fk_mark_photo_mark_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["judge_seat.id"], name=op.f("fk_mark_photo_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_photo")),
        sa.UniqueConstraint(
            "mark_id", "sha256", name=op.f("uq_mark_photo_mark_id_sha256")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_mark_photo_uid")),
    )
    op.create_index(
        "ix_mark_photo_cell", "mark_photo", ["event_id", "entry", "aspect", "seat_id"]
    )


def _create_notes() -> None:
    op.create_table(
        "discussion_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("aspect", sa.String(length=32), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_discussion_note_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion_note")),
        sa.UniqueConstraint("uid", name=op.f("uq_discussion_note_uid")),
    )
    op.create_index(
        "ix_discussion_note_cell", "discussion_note", ["event_id", "entry", "aspect"]
    )


def _create_policy() -> None:
    op.create_table(
        "comment_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("is_released", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_comment_policy_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_policy")),
        sa.UniqueConstraint("uid", name=op.f("uq_comment_policy_uid")),
    )
    op.create_index(op.f("ix_comment_policy_event_id"), "comment_policy", ["event_id"])


def _guard(table: str) -> None:
    """Refuse every change and removal; the function is of the tables of scoring."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"create trigger {table}_no_update before update on {table} "
            "for each statement execute function scoring_refuse()"
        )
        op.execute(
            f"create trigger {table}_no_delete before delete or truncate on {table} "
            "for each statement execute function scoring_refuse()"
        )
        return
    for deed in ("update", "delete"):
        op.execute(
            f"create trigger {table}_no_{deed} before {deed} on {table} "
            f"begin select raise(abort, '{table} is append-only'); end"
        )
