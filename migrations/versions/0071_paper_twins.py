"""The number of the paper sheet that something was keyed in from."""

import sqlalchemy as sa
from alembic import op

revision = "0071_paper_twins"
down_revision = "0069_day_checkpoints"
branch_labels = None
depends_on = None

COLUMNS = (
    ("incident", "paper"),
    ("incident", "decision_paper"),
    ("recheck_finding", "paper"),
    ("appeal", "paper"),
    ("draw_contribution", "paper"),
)
ONCE = ("incident", "appeal")  # a sheet is keyed into these once
GIVEN = sa.text("paper <> ''")


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(
            table,
            sa.Column(column, sa.String(length=8), server_default="", nullable=False),
        )
    for table in ONCE:
        op.create_index(
            f"uq_{table}_paper",
            table,
            ["event_id", "paper"],
            unique=True,
            sqlite_where=GIVEN,
            postgresql_where=GIVEN,
        )


def downgrade() -> None:
    for table in ONCE:
        op.drop_index(f"uq_{table}_paper", table)
    for table, column in COLUMNS:
        op.drop_column(table, column)
