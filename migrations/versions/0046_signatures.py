"""Signatures under results lists, and whether an event asks for them."""

import sqlalchemy as sa
from alembic import op

revision = "0046_signatures"
down_revision = "0045_station_plans"
branch_labels = None
depends_on = None

TABLES = ("signing_terms", "result_signature")  # none may change


def upgrade() -> None:
    op.create_table(
        "signing_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_signing_terms_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_terms")),
        sa.UniqueConstraint("uid", name=op.f("uq_signing_terms_uid")),
    )
    op.create_index(op.f("ix_signing_terms_event_id"), "signing_terms", ["event_id"])
    op.create_table(
        "result_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("list_digest", sa.String(length=64), nullable=False),
        sa.Column("strokes", sa.Text(), nullable=False),
        sa.Column("strokes_digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "role in ('chief_judge', 'supervisor')",
            name=op.f("ck_result_signature_role"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_result_signature_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["result_version.id"],
            name=op.f("fk_result_signature_result_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_signature")),
        sa.UniqueConstraint(
            "result_id", "role", name=op.f("uq_result_signature_result_id_role")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_result_signature_uid")),
    )
    op.create_index(
        op.f("ix_result_signature_event_id"), "result_signature", ["event_id"]
    )
    for table in TABLES:
        _guard(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


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
