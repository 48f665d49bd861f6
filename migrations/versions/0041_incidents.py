"""The register of incidents and equipment failures."""

import sqlalchemy as sa
from alembic import op

revision = "0041_incidents"
down_revision = "0040_assignment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("entry", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("what", sa.String(800), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("ruling_kind", sa.String(16), nullable=False),
        sa.Column("ruling_target", sa.String(32), nullable=False),
        sa.Column("ruling_value", sa.String(40), nullable=False),
        sa.Column("lost_seconds", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decision_reason", sa.String(400), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind in ('conduct', 'safety', 'equipment', 'other')",
            name=op.f("ck_incident_kind"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'approved', 'declined')", name=op.f("ck_incident_state")
        ),
        sa.CheckConstraint(
            "state = 'open' or (decided_by <> '' and decision_reason <> '')",
            name=op.f("ck_incident_decided_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["scoring_decision.id"],
            name=op.f("fk_incident_decision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_incident_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_incident_decision_id")),
        sa.UniqueConstraint(
            "event_id", "number", name=op.f("uq_incident_event_id_number")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_incident_uid")),
    )


def downgrade() -> None:
    op.drop_table("incident")
