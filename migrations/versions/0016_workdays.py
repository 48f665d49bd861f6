"""Working days: years and days an administrator enters."""

import sqlalchemy as sa
from alembic import op

revision = "0016_workdays"
down_revision = "0015_recheck"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workday_year",
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.Column("stored_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_workday_year")),
    )
    op.create_table(
        "workday_change",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["year"], ["workday_year.year"], name=op.f("fk_workday_change_year")
        ),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_workday_change")),
    )
    op.create_index(op.f("ix_workday_change_year"), "workday_change", ["year"])


def downgrade() -> None:
    op.drop_table("workday_change")
    op.drop_table("workday_year")
