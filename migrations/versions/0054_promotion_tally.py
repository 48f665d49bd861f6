"""Promotions of a published result, counted once."""

import sqlalchemy as sa
from alembic import op

revision = "0054_promotion_tally"
down_revision = "0053_paper_kinds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promotion_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("promoted", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "promoted >= 0", name=op.f("ck_promotion_tally_promoted_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_promotion_tally_publication_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_tally")),
        sa.UniqueConstraint(
            "publication_id", name=op.f("uq_promotion_tally_publication_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("promotion_tally")
