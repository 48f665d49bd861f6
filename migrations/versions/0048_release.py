"""From when who sees what of a published result."""

import sqlalchemy as sa
from alembic import op

revision = "0048_release"
down_revision = "0047_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("mode", sa.String(length=9), nullable=False),
        sa.Column("opens_at", sa.DateTime(), nullable=True),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "audience in ('public', 'contestant', 'leader', 'judge')",
            name=op.f("ck_release_rule_audience"),
        ),
        sa.CheckConstraint(
            "part in ('list', 'scores', 'explanations')",
            name=op.f("ck_release_rule_part"),
        ),
        sa.CheckConstraint(
            "mode in ('published', 'moment', 'kept')",
            name=op.f("ck_release_rule_mode"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_release_rule_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_rule")),
        sa.UniqueConstraint("uid", name=op.f("uq_release_rule_uid")),
    )
    op.create_index(op.f("ix_release_rule_event_id"), "release_rule", ["event_id"])
    _guard("release_rule")


def downgrade() -> None:
    op.drop_table("release_rule")


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
