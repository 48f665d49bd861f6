"""Notices of units and of the publisher, and sealed objections."""

import sqlalchemy as sa
from alembic import op

revision = "0022_notices"
down_revision = "0021_applications"
branch_labels = None
depends_on = None

TABLES = ("public_notice", "objection", "public_notice_line", "unit_notice")


def upgrade() -> None:
    _create_tables()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_tables() -> None:
    op.create_table(
        "public_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("shown_until", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "last_day >= first_day and shown_until >= last_day",
            name=op.f("ck_public_notice_days"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["admission_batch.id"], name=op.f("fk_public_notice_batch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
        sa.UniqueConstraint("uid", name=op.f("uq_public_notice_uid")),
    )
    op.create_index(
        op.f("ix_public_notice_batch_id"), "public_notice", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_public_notice_shown_until"),
        "public_notice",
        ["shown_until"],
        unique=False,
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=400), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "kind in ('named', 'stamped')", name=op.f("ck_objection_kind")
        ),
        sa.CheckConstraint(
            "state = 'open' or (decided_by <> '' and outcome <> '')",
            name=op.f("ck_objection_outcome_has_a_name"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'upheld', 'dismissed')", name=op.f("ck_objection_state")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_objection_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_objection_attachment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["public_notice.id"], name=op.f("fk_objection_notice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("receipt", name=op.f("uq_objection_receipt")),
        sa.UniqueConstraint("uid", name=op.f("uq_objection_uid")),
    )
    op.create_index(
        op.f("ix_objection_application_id"),
        "objection",
        ["application_id"],
        unique=False,
    )
    op.create_index(op.f("ix_objection_state"), "objection", ["state"], unique=False)
    op.create_table(
        "public_notice_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_public_notice_line_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["public_notice.id"],
            name=op.f("fk_public_notice_line_notice_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice_line")),
        sa.UniqueConstraint(
            "notice_id",
            "position",
            name=op.f("uq_public_notice_line_notice_id_position"),
        ),
    )
    op.create_index(
        op.f("ix_public_notice_line_application_id"),
        "public_notice_line",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "unit_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("put_up_at", sa.DateTime(), nullable=False),
        sa.Column("put_up_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_unit_notice_days")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_unit_notice_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_notice")),
        sa.UniqueConstraint(
            "application_id", "round", name=op.f("uq_unit_notice_application_id_round")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_unit_notice_uid")),
    )
