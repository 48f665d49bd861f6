"""Hall boards: plans, the public's and the jury's numbers apart, and the feed."""

import sqlalchemy as sa
from alembic import op

revision = "0033_boards"
down_revision = "0032_search_images"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("shows", sa.String(length=10), nullable=False),
        sa.Column("freeze_at", sa.DateTime(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(), nullable=True),
        sa.Column("final_at", sa.DateTime(), nullable=True),
        sa.Column("seen", sa.String(length=200), nullable=False),
        sa.Column("computed", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "shows in ('progress', 'ranking')", name=op.f("ck_board_plan_shows")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_board_plan_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_plan")),
        sa.UniqueConstraint("event_id", name=op.f("uq_board_plan_event_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_board_plan_uid")),
    )
    op.create_table(
        "board_variant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=6), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "variant in ('public', 'jury')", name=op.f("ck_board_variant_variant")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_board_variant_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_variant")),
        sa.UniqueConstraint(
            "event_id", "variant", name=op.f("uq_board_variant_event_id_variant")
        ),
    )
    op.create_table(
        "board_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_board_item_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_item")),
        sa.UniqueConstraint("event_id", "seq", name=op.f("uq_board_item_event_id_seq")),
    )


def downgrade() -> None:
    op.drop_table("board_item")
    op.drop_table("board_variant")
    op.drop_table("board_plan")
