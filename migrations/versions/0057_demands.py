"""Demands of firms, who is asked to serve them, what was done; studios by name."""

import sqlalchemy as sa
from alembic import op

revision = "0057_demands"
down_revision = "0056_exemplars"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("occupation_edition", sa.SmallInteger(), nullable=False),
        sa.Column("occupation_code", sa.String(length=12), nullable=False),
        sa.Column("level_code", sa.String(length=2), nullable=True),
        sa.Column("apprentice_level_code", sa.String(length=2), nullable=True),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "kind in ('problem', 'mentor')", name=op.f("ck_demand_kind")
        ),
        sa.CheckConstraint(
            "state in ('open', 'assigned', 'served', 'done', 'unmet', 'withdrawn')",
            name=op.f("ck_demand_state"),
        ),
        sa.CheckConstraint("until >= since", name=op.f("ck_demand_days")),
        sa.CheckConstraint(
            "state not in ('unmet', 'withdrawn') or reason <> ''",
            name=op.f("ck_demand_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_demand_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_demand_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
            name=op.f("fk_demand_occupation_edition"),
        ),
        sa.ForeignKeyConstraint(
            ["level_code"], ["skill_level.code"], name=op.f("fk_demand_level_code")
        ),
        sa.ForeignKeyConstraint(
            ["apprentice_level_code"],
            ["skill_level.code"],
            name=op.f("fk_demand_apprentice_level_code"),
        ),
        sa.ForeignKeyConstraint(
            ["district_code"], ["district.code"], name=op.f("fk_demand_district_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
        sa.UniqueConstraint("uid", name=op.f("uq_demand_uid")),
    )
    op.create_index(op.f("ix_demand_unit_id"), "demand", ["unit_id"])
    op.create_index(op.f("ix_demand_state"), "demand", ["state"])
    op.create_index(
        "ix_demand_district_code_state", "demand", ["district_code", "state"]
    )
    op.create_table(
        "demand_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("looked", sa.Integer(), nullable=True),
        sa.Column("rules_version", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'accepted', 'declined', 'ended')",
            name=op.f("ck_demand_assignment_state"),
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demand.id"], name=op.f("fk_demand_assignment_demand_id")
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_demand_assignment_craftsman_id"),
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"],
            ["user_account.id"],
            name=op.f("fk_demand_assignment_assigned_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_assignment")),
        sa.UniqueConstraint(
            "demand_id",
            "craftsman_id",
            name=op.f("uq_demand_assignment_demand_id_craftsman_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_demand_assignment_uid")),
    )
    op.create_index(
        op.f("ix_demand_assignment_craftsman_id"), "demand_assignment", ["craftsman_id"]
    )
    op.create_table(
        "demand_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("trained", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("fact_uid", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "state in ('recorded', 'confirmed', 'disputed')",
            name=op.f("ck_demand_outcome_state"),
        ),
        sa.CheckConstraint(
            "visits + problems + trained > 0", name=op.f("ck_demand_outcome_not_empty")
        ),
        sa.CheckConstraint(
            "visits >= 0", name=op.f("ck_demand_outcome_visits_not_negative")
        ),
        sa.CheckConstraint(
            "problems >= 0", name=op.f("ck_demand_outcome_problems_not_negative")
        ),
        sa.CheckConstraint(
            "trained >= 0", name=op.f("ck_demand_outcome_trained_not_negative")
        ),
        sa.CheckConstraint(
            "(state = 'confirmed') = (fact_uid is not null)",
            name=op.f("ck_demand_outcome_confirmed"),
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["demand_assignment.id"],
            name=op.f("fk_demand_outcome_assignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name=op.f("fk_demand_outcome_recorded_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["user_account.id"],
            name=op.f("fk_demand_outcome_answered_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_outcome")),
        sa.UniqueConstraint("fact_uid", name=op.f("uq_demand_outcome_fact_uid")),
        sa.UniqueConstraint("uid", name=op.f("uq_demand_outcome_uid")),
    )
    op.create_index(
        op.f("ix_demand_outcome_assignment_id"), "demand_outcome", ["assignment_id"]
    )
    op.create_index(op.f("ix_studio_name"), "studio", ["name"])
    op.create_index(op.f("ix_studio_alliance"), "studio", ["alliance"])


def downgrade() -> None:
    op.drop_index(op.f("ix_studio_alliance"), "studio")
    op.drop_index(op.f("ix_studio_name"), "studio")
    op.drop_table("demand_outcome")
    op.drop_table("demand_assignment")
    op.drop_table("demand")
