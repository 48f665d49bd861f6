"""Paper sheets that two persons key in."""

import sqlalchemy as sa
from alembic import op

revision = "0014_keying"
down_revision = "0013_sheet_checks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keying_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("lost", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_keying_sheet_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["judge_seat.id"], name=op.f("fk_keying_sheet_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keying_sheet")),
        sa.UniqueConstraint("uid", name=op.f("uq_keying_sheet_uid")),
    )
    op.create_index("ix_keying_sheet_event_id", "keying_sheet", ["event_id"])
    op.create_index(
        "uq_keying_sheet_open",
        "keying_sheet",
        ["seat_id", "entry"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "keying_pass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("keyed_by", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("turn in (1, 2)", name=op.f("ck_keying_pass_turn")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["keying_sheet.id"], name=op.f("fk_keying_pass_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keying_pass")),
        sa.UniqueConstraint(
            "sheet_id", "turn", name=op.f("uq_keying_pass_sheet_id_turn")
        ),
    )


def downgrade() -> None:
    op.drop_table("keying_pass")
    op.drop_table("keying_sheet")
