"""The experts of a batch and their sheets, which are never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0023_experts"
down_revision = "0022_notices"
branch_labels = None
depends_on = None

TABLES = ("batch_expert", "expert_sheet")
APPEND_ONLY = ("expert_sheet",)


def upgrade() -> None:
    _create_tables()
    for table in APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_tables() -> None:
    op.create_table(
        "batch_expert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(), nullable=False),
        sa.Column("appointed_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["admission_batch.id"], name=op.f("fk_batch_expert_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_batch_expert_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_expert")),
        sa.UniqueConstraint(
            "batch_id", "user_id", name=op.f("uq_batch_expert_batch_id_user_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_batch_expert_uid")),
    )
    op.create_index(
        op.f("ix_batch_expert_user_id"), "batch_expert", ["user_id"], unique=False
    )
    op.create_table(
        "expert_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("marks", sa.String(length=200), nullable=False),
        sa.Column("total", sa.String(length=12), nullable=False),
        sa.Column("comment", sa.String(length=400), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state = 'marked' or comment <> ''",
            name=op.f("ck_expert_sheet_recusal_has_reason"),
        ),
        sa.CheckConstraint(
            "state in ('marked', 'recused')", name=op.f("ck_expert_sheet_state")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_expert_sheet_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_expert_sheet_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_sheet")),
        sa.UniqueConstraint(
            "application_id",
            "round",
            "user_id",
            name=op.f("uq_expert_sheet_application_id_round_user_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_expert_sheet_uid")),
    )
    op.create_index(
        op.f("ix_expert_sheet_application_id"),
        "expert_sheet",
        ["application_id"],
        unique=False,
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
