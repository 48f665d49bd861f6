"""Batches and applications: drafts, claims, references, history, frozen copies."""

import sqlalchemy as sa
from alembic import op

revision = "0021_applications"
down_revision = "0020_pool_imports"
branch_labels = None
depends_on = None

TABLES = (
    "admission_batch",
    "application",
    "application_claim",
    "application_move",
    "application_reference",
    "application_snapshot",
)
APPEND_ONLY = ("application_move",)


def upgrade() -> None:
    _create_tables()
    for table in APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_tables() -> None:
    op.create_table(
        "admission_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("profile_version_id", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("chain", sa.String(length=120), nullable=False),
        sa.Column("references_needed", sa.SmallInteger(), nullable=False),
        sa.Column("experts_min", sa.SmallInteger(), nullable=False),
        sa.Column("trim", sa.SmallInteger(), nullable=False),
        sa.Column("pass_mark", sa.SmallInteger(), nullable=False),
        sa.Column("unit_notice_days", sa.SmallInteger(), nullable=False),
        sa.Column("review_days", sa.SmallInteger(), nullable=False),
        sa.Column("notice_days", sa.SmallInteger(), nullable=False),
        sa.Column("objection_days", sa.SmallInteger(), nullable=False),
        sa.Column("shown_days", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "level in ('nation', 'province', 'city', 'district', 'enterprise')",
            name=op.f("ck_admission_batch_level"),
        ),
        sa.CheckConstraint(
            "closes_on >= opens_on", name=op.f("ck_admission_batch_window")
        ),
        sa.CheckConstraint(
            "experts_min >= 5", name=op.f("ck_admission_batch_enough_experts")
        ),
        sa.CheckConstraint(
            "notice_days >= 5", name=op.f("ck_admission_batch_notice_long_enough")
        ),
        sa.ForeignKeyConstraint(
            ["district_code"],
            ["district.code"],
            name=op.f("fk_admission_batch_district_code"),
        ),
        sa.ForeignKeyConstraint(
            ["profile_version_id"],
            ["profile_version.id"],
            name=op.f("fk_admission_batch_profile_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_batch")),
        sa.UniqueConstraint("uid", name=op.f("uq_admission_batch_uid")),
    )
    op.create_index(
        op.f("ix_admission_batch_district_code"),
        "admission_batch",
        ["district_code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_admission_batch_opens_on"),
        "admission_batch",
        ["opens_on"],
        unique=False,
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("submitter_id", sa.Integer(), nullable=True),
        sa.Column("nominee_user_id", sa.Integer(), nullable=True),
        sa.Column("nominator", sa.String(length=120), nullable=False),
        sa.Column("nominator_unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("district_code", sa.String(length=6), nullable=True),
        sa.Column("occupation_edition", sa.SmallInteger(), nullable=True),
        sa.Column("occupation_code", sa.String(length=12), nullable=True),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("post", sa.String(length=80), nullable=False),
        sa.Column("recommendation", sa.String(length=1000), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("confirmed_how", sa.String(length=8), nullable=False),
        sa.Column("confirm_document", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("pool_class", sa.String(length=12), nullable=False),
        sa.Column("minute_number", sa.String(length=60), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("step_since", sa.DateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "confirmed_how in ('', 'account', 'number', 'paper')",
            name=op.f("ck_application_confirmed_how"),
        ),
        sa.CheckConstraint(
            "level in ('', 'nation', 'province', 'city', 'district', 'enterprise')",
            name=op.f("ck_application_level"),
        ),
        sa.CheckConstraint(
            "pool_class in ('', 'named', 'skilled', 'competition', 'folk', 'reserve')",
            name=op.f("ck_application_pool_class"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'unconfirmed', 'running', 'returned', 'refused', 'withdrawn', 'admitted')",
            name=op.f("ck_application_state"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'withdrawn') or (person_id is not null and district_code is not null and occupation_code is not null)",
            name=op.f("ck_application_complete_once_submitted"),
        ),
        sa.CheckConstraint(
            "state not in ('running', 'returned', 'admitted') or confirmed_how <> '' or way = 'self'",
            name=op.f("ck_application_nominee_agreed"),
        ),
        sa.CheckConstraint(
            "way in ('self', 'unit', 'association', 'result')",
            name=op.f("ck_application_way"),
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["admission_batch.id"], name=op.f("fk_application_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"], ["craftsman.id"], name=op.f("fk_application_craftsman_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_code"],
            ["district.code"],
            name=op.f("fk_application_district_code"),
        ),
        sa.ForeignKeyConstraint(
            ["nominator_unit_id"],
            ["unit.id"],
            name=op.f("fk_application_nominator_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["nominee_user_id"],
            ["user_account.id"],
            name=op.f("fk_application_nominee_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
            name=op.f("fk_application_occupation_edition_occupation_code"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_application_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_application_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitter_id"],
            ["user_account.id"],
            name=op.f("fk_application_submitter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_application_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("uid", name=op.f("uq_application_uid")),
    )
    op.create_index(
        op.f("ix_application_batch_id"), "application", ["batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_application_craftsman_id"),
        "application",
        ["craftsman_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_application_district_code"),
        "application",
        ["district_code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_application_due_on"), "application", ["due_on"], unique=False
    )
    op.create_index(
        op.f("ix_application_nominee_user_id"),
        "application",
        ["nominee_user_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_application_person_id"), "application", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_application_state"), "application", ["state"], unique=False
    )
    op.create_index(
        op.f("ix_application_submitter_id"),
        "application",
        ["submitter_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_application_unit_id"), "application", ["unit_id"], unique=False
    )
    op.create_table(
        "application_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("checked_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state = 'claimed' or checked_by <> ''",
            name=op.f("ck_application_claim_check_has_a_name"),
        ),
        sa.CheckConstraint(
            "state in ('claimed', 'verified', 'refused')",
            name=op.f("ck_application_claim_state"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_claim_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_application_claim_attachment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_claim")),
        sa.UniqueConstraint("uid", name=op.f("uq_application_claim_uid")),
    )
    op.create_index(
        op.f("ix_application_claim_application_id"),
        "application_claim",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "application_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("from_step", sa.String(length=12), nullable=False),
        sa.Column("to_step", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_move_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_move")),
        sa.UniqueConstraint("uid", name=op.f("uq_application_move_uid")),
    )
    op.create_index(
        op.f("ix_application_move_application_id"),
        "application_move",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "application_reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_reference_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_application_reference_user_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_reference")),
        sa.UniqueConstraint(
            "application_id",
            "user_id",
            name=op.f("uq_application_reference_application_id_user_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_application_reference_uid")),
    )
    op.create_index(
        op.f("ix_application_reference_application_id"),
        "application_reference",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "application_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_snapshot_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_snapshot")),
        sa.UniqueConstraint(
            "application_id",
            "round",
            name=op.f("uq_application_snapshot_application_id_round"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_application_snapshot_uid")),
    )


def _guard(table: str) -> None:
    """Refuse every change and removal; the function is of the tables of scoring."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"create trigger {table}_no_update before update on {table} "
            "for each statement execute function scoring_refuse()"
        )
        op.execute(
            f"create trigger {table}_no_delete before delete or truncate on {table} "
            "for each statement execute function scoring_refuse()"
        )
        return
    for deed in ("update", "delete"):
        op.execute(
            f"create trigger {table}_no_{deed} before {deed} on {table} "
            f"begin select raise(abort, '{table} is append-only'); end"
        )
