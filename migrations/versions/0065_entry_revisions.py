"""Each submission of an entry is kept, so that a correction shows old beside new."""

import sqlalchemy as sa
from alembic import op

revision = "0065_entry_revisions"
down_revision = "0061_trainings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("is_correction", sa.Boolean(), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_revision_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_revision")),
        sa.UniqueConstraint(
            "entry_id", "number", name=op.f("uq_entry_revision_entry_id_number")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_entry_revision_uid")),
    )


def downgrade() -> None:
    op.drop_table("entry_revision")
