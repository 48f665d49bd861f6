"""Judges' ties, qualifications and invitations; since when a seat is recused."""

import sqlalchemy as sa
from alembic import op

revision = "0040_assignment"
down_revision = "0039_gates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_tie()
    _create_qualification()
    _create_invitation()
    op.add_column("judge_seat", sa.Column("recused_at", sa.DateTime(), nullable=True))
    op.add_column(
        "judge_seat",
        sa.Column("recusal_reason", sa.String(400), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("judge_seat", "recusal_reason")
    op.drop_column("judge_seat", "recused_at")
    op.drop_table("judge_invitation")
    op.drop_table("judge_qualification")
    op.drop_table("judge_tie")


def _create_tie() -> None:
    op.create_table(
        "judge_tie",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("id_number_hash", sa.String(64), nullable=False),
        sa.Column("declared_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "kind in ('unit', 'coach', 'family', 'past_pupil', 'other')",
            name=op.f("ck_judge_tie_kind"),
        ),
        sa.CheckConstraint(
            "unit_id is not null or name <> '' or id_number_hash <> ''",
            name=op.f("ck_judge_tie_names_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_judge_tie_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_judge_tie_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_tie")),
        sa.UniqueConstraint("uid", name=op.f("uq_judge_tie_uid")),
    )
    op.create_index(op.f("ix_judge_tie_user_id"), "judge_tie", ["user_id"])


def _create_qualification() -> None:
    op.create_table(
        "judge_qualification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("occupation_code", sa.String(12), nullable=False),
        sa.Column("level", sa.String(12), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "level in ('national', 'province', 'city', 'none')",
            name=op.f("ck_judge_qualification_level"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_judge_qualification_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_qualification")),
        sa.UniqueConstraint("uid", name=op.f("uq_judge_qualification_uid")),
        sa.UniqueConstraint(
            "user_id",
            "occupation_code",
            name=op.f("uq_judge_qualification_user_id_occupation_code"),
        ),
    )


def _create_invitation() -> None:
    op.create_table(
        "judge_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("invited_by", sa.String(64), nullable=False),
        sa.Column("answer", sa.String(4), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("trained_at", sa.DateTime(), nullable=True),
        sa.Column("trained_by", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "answer in ('', 'yes', 'no')", name=op.f("ck_judge_invitation_answer")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_judge_invitation_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_judge_invitation_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_invitation")),
        sa.UniqueConstraint("uid", name=op.f("uq_judge_invitation_uid")),
        sa.UniqueConstraint(
            "event_id", "user_id", name=op.f("uq_judge_invitation_event_id_user_id")
        ),
    )
    op.create_index(
        op.f("ix_judge_invitation_user_id"), "judge_invitation", ["user_id"]
    )
