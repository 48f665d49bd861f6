"""The recheck after the lock: plan, secret, sample, findings."""

import sqlalchemy as sa
from alembic import op

revision = "0015_recheck"
down_revision = "0014_keying"
branch_labels = None
depends_on = None

TABLES = ("recheck_plan", "recheck_secret", "recheck_sample", "recheck_finding")


def upgrade() -> None:
    _create_plan()
    _create_secret()
    _create_sample()
    _create_finding()
    for table in TABLES:
        _guard(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _event(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_event_id")
    return sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=name)


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
    ]


def _create_plan() -> None:
    op.create_table(
        "recheck_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("top_kind", sa.String(length=8), nullable=False),
        sa.Column("top_value", sa.SmallInteger(), nullable=False),
        sa.Column("rest_percent", sa.SmallInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "top_kind in ('awards', 'count', 'share')",
            name=op.f("ck_recheck_plan_top_kind"),
        ),
        _event("recheck_plan"),
        *_keys("recheck_plan"),
    )
    op.create_index(op.f("ix_recheck_plan_event_id"), "recheck_plan", ["event_id"])


def _create_secret() -> None:
    op.create_table(
        "recheck_secret",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("committed_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.UniqueConstraint(
            "event_id", "round", name=op.f("uq_recheck_secret_event_id_round")
        ),
        _event("recheck_secret"),
        *_keys("recheck_secret"),
    )


def _create_sample() -> None:
    op.create_table(
        "recheck_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("lock_digest", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("works", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.UniqueConstraint(
            "event_id", "round", name=op.f("uq_recheck_sample_event_id_round")
        ),
        _event("recheck_sample"),
        *_keys("recheck_sample"),
    )


def _create_finding() -> None:
    op.create_table(
        "recheck_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("cells", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("found_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "outcome in ('right', 'wrong')", name=op.f("ck_recheck_finding_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"],
            ["recheck_sample.id"],
            name=op.f("fk_recheck_finding_sample_id"),
        ),
        sa.UniqueConstraint(
            "sample_id", "entry", name=op.f("uq_recheck_finding_sample_id_entry")
        ),
        *_keys("recheck_finding"),
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
