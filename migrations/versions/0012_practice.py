"""Practice of a panel on sample works."""

import sqlalchemy as sa
from alembic import op

revision = "0012_practice"
down_revision = "0011_badges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("scheme_version", sa.SmallInteger(), nullable=False),
        sa.Column("works", sa.Text(), nullable=False),
        sa.Column("tolerance", sa.SmallInteger(), nullable=False),
        sa.Column("required", sa.SmallInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_practice_round_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_round")),
        sa.UniqueConstraint(
            "event_id", "number", name=op.f("uq_practice_round_event_id_number")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_practice_round_uid")),
    )
    op.create_table(
        "practice_reference",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(length=32), nullable=False),
        sa.Column("aspect", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["practice_round.id"],
            name=op.f("fk_practice_reference_round_id"),
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "work", "aspect", name=op.f("pk_practice_reference")
        ),
    )
    op.create_table(
        "practice_mark",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(length=32), nullable=False),
        sa.Column("aspect", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["practice_round.id"], name=op.f("fk_practice_mark_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["judge_seat.id"], name=op.f("fk_practice_mark_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_mark")),
        sa.UniqueConstraint(
            "round_id", "seq", name=op.f("uq_practice_mark_round_id_seq")
        ),
    )


def downgrade() -> None:
    op.drop_table("practice_mark")
    op.drop_table("practice_reference")
    op.drop_table("practice_round")
