"""Appeals with their papers and steps, and an event's terms for them."""

import sqlalchemy as sa
from alembic import op

revision = "0031_appeals"
down_revision = "0030_certificates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeal_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("hours_after_end", sa.SmallInteger(), nullable=False),
        sa.Column("days_after_publication", sa.SmallInteger(), nullable=False),
        sa.Column("decision_days", sa.SmallInteger(), nullable=False),
        sa.Column("second_days", sa.SmallInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_appeal_terms_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_terms")),
        sa.UniqueConstraint("event_id", name=op.f("uq_appeal_terms_event_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_appeal_terms_uid")),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=12), nullable=False),
        sa.Column("filed_in", sa.String(length=12), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("grounds_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("hearing_at", sa.DateTime(), nullable=True),
        sa.Column("hearing_place", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("revises", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("second_until", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('filed', 'refused', 'admitted', 'decided', 'second', 'final')",
            name=op.f("ck_appeal_state"),
        ),
        sa.CheckConstraint(
            "outcome in ('', 'upheld', 'rejected')", name=op.f("ck_appeal_outcome")
        ),
        sa.CheckConstraint(
            "filed_in in ('event', 'publication')", name=op.f("ck_appeal_window")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_appeal_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_appeal_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("receipt", name=op.f("uq_appeal_receipt")),
        sa.UniqueConstraint("uid", name=op.f("uq_appeal_uid")),
    )
    for column in ("event_id", "entry_id", "filed_by", "state"):
        op.create_index(f"ix_appeal_{column}", "appeal", [column])
    op.create_table(
        "appeal_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_paper_appeal_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_appeal_paper_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_appeal_paper_attachment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_paper")),
        sa.UniqueConstraint("uid", name=op.f("uq_appeal_paper_uid")),
    )
    op.create_index("ix_appeal_paper_appeal_id", "appeal_paper", ["appeal_id"])
    op.create_index("ix_appeal_paper_entry_id", "appeal_paper", ["entry_id"])
    op.create_table(
        "appeal_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("taken_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "kind in ('filed', 'admitted', 'refused', 'hearing', 'decided', "
            "'second', 'final')",
            name=op.f("ck_appeal_step_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_step_appeal_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_appeal_step_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal_step")),
        sa.UniqueConstraint("uid", name=op.f("uq_appeal_step_uid")),
    )
    op.create_index("ix_appeal_step_appeal_id", "appeal_step", ["appeal_id"])
    op.create_index("ix_appeal_step_entry_id", "appeal_step", ["entry_id"])


def downgrade() -> None:
    for table in ("appeal_step", "appeal_paper", "appeal", "appeal_terms"):
        op.drop_table(table)
