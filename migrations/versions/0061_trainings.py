"""Training, practice and exchange, and who took part."""

import sqlalchemy as sa
from alembic import op

revision = "0061_trainings"
down_revision = "0060_innovations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("organiser", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "kind in ('training', 'practice', 'exchange')",
            name=op.f("ck_training_kind"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'held', 'cancelled')", name=op.f("ck_training_state")
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_training_minutes_positive")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_training_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_code"], ["district.code"], name=op.f("fk_training_district_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint("uid", name=op.f("uq_training_uid")),
    )
    op.create_index(op.f("ix_training_unit_id"), "training", ["unit_id"])
    op.create_index("ix_training_last_on", "training", ["last_on"])
    op.create_index(
        "ix_training_district_code_state", "training", ["district_code", "state"]
    )
    op.create_table(
        "training_attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=6), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "result in ('', 'passed', 'failed')",
            name=op.f("ck_training_attendance_result"),
        ),
        sa.CheckConstraint(
            "minutes > 0", name=op.f("ck_training_attendance_minutes_positive")
        ),
        sa.ForeignKeyConstraint(
            ["training_id"],
            ["training.id"],
            name=op.f("fk_training_attendance_training_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_training_attendance_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_attendance")),
        sa.UniqueConstraint("uid", name=op.f("uq_training_attendance_uid")),
        sa.UniqueConstraint(
            "training_id",
            "person_id",
            name=op.f("uq_training_attendance_training_id_person_id"),
        ),
    )
    op.create_index(
        op.f("ix_training_attendance_person_id"), "training_attendance", ["person_id"]
    )


def downgrade() -> None:
    op.drop_table("training_attendance")
    op.drop_table("training")
