"""The rules of an event as versions of one text."""

import sqlalchemy as sa
from alembic import op

revision = "0035_rule_versions"
down_revision = "0034_entry_batches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_rule_version_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
        sa.UniqueConstraint(
            "event_id", "number", name=op.f("uq_rule_version_event_id_number")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_rule_version_uid")),
    )


def downgrade() -> None:
    op.drop_table("rule_version")
