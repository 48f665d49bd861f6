"""Task sheets, milestones, logs, assessments and rewards of mentor and apprentice."""

import sqlalchemy as sa
from alembic import op

revision = "0059_pair_plans"
down_revision = "0058_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "pair_agreement",
        sa.Column("language", sa.String(length=2), nullable=False, server_default="zh"),
    )
    op.create_index("ix_mentor_pair_state_ends_on", "mentor_pair", ["state", "ends_on"])
    op.create_table(
        "mentor_reward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("apprentice_person_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("ground", sa.String(length=36), nullable=False),
        sa.Column("ground_on", sa.Date(), nullable=False),
        sa.Column("yuan", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("payment", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state <> 'paid' or payment <> ''",
            name=op.f("ck_mentor_reward_payment_is_named"),
        ),
        sa.CheckConstraint(
            "state = 'proposed' or decided_by <> ''",
            name=op.f("ck_mentor_reward_decision_has_a_name"),
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'approved', 'paid', 'refused')",
            name=op.f("ck_mentor_reward_state"),
        ),
        sa.CheckConstraint("yuan > 0", name=op.f("ck_mentor_reward_yuan")),
        sa.ForeignKeyConstraint(
            ["apprentice_person_id"],
            ["person.id"],
            name=op.f("fk_mentor_reward_apprentice_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["craftsman.id"], name=op.f("fk_mentor_reward_mentor_id")
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["mentor_pair.id"], name=op.f("fk_mentor_reward_pair_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_reward")),
        sa.UniqueConstraint(
            "apprentice_person_id",
            "mentor_id",
            "rule",
            name=op.f("uq_mentor_reward_apprentice_person_id_mentor_id_rule"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_mentor_reward_uid")),
    )
    op.create_index(
        op.f("ix_mentor_reward_mentor_id"), "mentor_reward", ["mentor_id"], unique=False
    )
    op.create_index(
        op.f("ix_mentor_reward_pair_id"), "mentor_reward", ["pair_id"], unique=False
    )
    op.create_index(
        op.f("ix_mentor_reward_state"), "mentor_reward", ["state"], unique=False
    )
    op.create_table(
        "pair_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("band", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "kind in ('month', 'quarter', 'year', 'final')",
            name=op.f("ck_pair_assessment_kind"),
        ),
        sa.CheckConstraint(
            "outcome = '' or closed_by <> ''",
            name=op.f("ck_pair_assessment_outcome_has_a_name"),
        ),
        sa.CheckConstraint(
            "outcome in ('', 'passed', 'failed')",
            name=op.f("ck_pair_assessment_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["mentor_pair.id"], name=op.f("fk_pair_assessment_pair_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_assessment")),
        sa.UniqueConstraint("uid", name=op.f("uq_pair_assessment_uid")),
    )
    op.create_index(
        "ix_pair_assessment_outcome_due_on",
        "pair_assessment",
        ["outcome", "due_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pair_assessment_pair_id"), "pair_assessment", ["pair_id"], unique=False
    )
    op.create_table(
        "pair_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "minutes between 0 and 960", name=op.f("ck_pair_log_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["mentor_pair.id"], name=op.f("fk_pair_log_pair_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_log")),
        sa.UniqueConstraint("uid", name=op.f("uq_pair_log_uid")),
    )
    op.create_index(
        "ix_pair_log_pair_id_held_on", "pair_log", ["pair_id", "held_on"], unique=False
    )
    op.create_table(
        "pair_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("claimed_by", sa.String(length=64), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state <> 'reached' or (signed_by <> '' and reached_on is not null and attachment_id is not null)",
            name=op.f("ck_pair_milestone_evidence_day_and_signer"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'claimed', 'reached', 'dropped')",
            name=op.f("ck_pair_milestone_state"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_pair_milestone_attachment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["mentor_pair.id"], name=op.f("fk_pair_milestone_pair_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_milestone")),
        sa.UniqueConstraint("uid", name=op.f("uq_pair_milestone_uid")),
    )
    op.create_index(
        op.f("ix_pair_milestone_pair_id"), "pair_milestone", ["pair_id"], unique=False
    )
    op.create_index(
        "ix_pair_milestone_state_due_on",
        "pair_milestone",
        ["state", "due_on"],
        unique=False,
    )
    op.create_table(
        "pair_task_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["mentor_pair.id"], name=op.f("fk_pair_task_sheet_pair_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_task_sheet")),
        sa.UniqueConstraint(
            "pair_id", "version", name=op.f("uq_pair_task_sheet_pair_id_version")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_pair_task_sheet_uid")),
    )
    op.create_table(
        "assessment_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("comment", sa.String(length=400), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "role in ('mentor', 'apprentice', 'unit', 'test')",
            name=op.f("ck_assessment_view_role"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["pair_assessment.id"],
            name=op.f("fk_assessment_view_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_assessment_view_attachment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_view")),
        sa.UniqueConstraint(
            "assessment_id", "role", name=op.f("uq_assessment_view_assessment_id_role")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_assessment_view_uid")),
    )
    op.create_table(
        "pair_log_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_pair_log_photo_attachment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["log_id"], ["pair_log.id"], name=op.f("fk_pair_log_photo_log_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_log_photo")),
        sa.UniqueConstraint("uid", name=op.f("uq_pair_log_photo_uid")),
    )
    op.create_index(
        op.f("ix_pair_log_photo_log_id"), "pair_log_photo", ["log_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("pair_log_photo")
    op.drop_table("assessment_view")
    op.drop_table("pair_task_sheet")
    op.drop_table("pair_milestone")
    op.drop_table("pair_log")
    op.drop_table("pair_assessment")
    op.drop_table("mentor_reward")
    op.drop_index("ix_mentor_pair_state_ends_on", table_name="mentor_pair")
    op.drop_column("pair_agreement", "language")
