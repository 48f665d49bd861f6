"""Posts, service to firms, memberships by tier and steps; two columns of facts."""

import sqlalchemy as sa
from alembic import op

revision = "0017_dossier_facts"
down_revision = "0016_workdays"
branch_labels = None
depends_on = None

LEVELS = "('nation', 'province', 'city', 'district', 'enterprise')"
CLASSES = "('named', 'skilled', 'competition', 'folk', 'reserve')"
STATES = "('active', 'suspended', 'due', 'left', 'revoked', 'deceased')"
POST_KINDS = "('', 'operator', 'technical', 'management', 'finance')"
TABLES = ("post_held", "firm_service", "pool_membership", "pool_step")
ADDED = (
    ("skill_certificate", "printed_level", 20),
    ("honour_award", "revocation", 120),
)
MAY_CHANGE = ("is_current", "state", "verified_by", "verified_at")  # as in 0006
REFUSED = "facts of a dossier are append-only"
NUMBERS = "ix_skill_certificate_number"
OPEN = sa.text("is_current and valid_to is null")


def upgrade() -> None:
    _create(
        "post_held",
        _text("unit_name", 120),
        _text("post", 80),
        _text("post_kind", 12),
        _text("document", 120),
        checks={
            "post_kind": f"post_kind in {POST_KINDS}",
            "has_a_beginning": "valid_from is not null",
        },
    )
    _create(
        "firm_service",
        _text("title", 160),
        _text("firm", 160),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        *(_count(name) for name in ("visits", "firms", "problems", "trained")),
        checks={
            f"{name}_not_negative": f"{name} >= 0"
            for name in ("visits", "firms", "problems", "trained")
        },
    )
    _create(
        "pool_membership",
        _text("level", 10),
        _text("pool_class", 12),
        _text("decision", 120),
        _text("cause", 24),
        checks={
            "level": f"level in {LEVELS}",
            "pool_class": f"pool_class in {CLASSES}",
            "has_a_beginning": "valid_from is not null",
        },
    )
    op.create_index(
        "uq_pool_membership_open",
        "pool_membership",
        ["craftsman_id", "level"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    _create(
        "pool_step",
        _text("to_state", 10),
        _text("cause", 24),
        _text("clause", 20),
        _text("document", 120),
        _text("decided_by", 80),
        _text("ground", 400),
        checks={
            "to_state": f"to_state in {STATES}",
            "has_a_beginning": "valid_from is not null",
        },
    )
    for table, column, length in ADDED:
        text = sa.String(length)
        op.add_column(table, sa.Column(column, text, nullable=False, server_default=""))
        _guard_again(table)
    op.create_index(NUMBERS, "skill_certificate", ["number"])


def downgrade() -> None:
    op.drop_index(NUMBERS, "skill_certificate")
    for table, column, _length in ADDED:
        _unguard(table)
        op.drop_column(table, column)
        _guard_again(table)
    for table in reversed(TABLES):
        op.drop_table(table)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _create(table: str, *columns: sa.Column, checks: dict[str, str]) -> None:
    """Make a table of dated facts: what all facts carry, and what this one says."""
    checks = {
        "source": "source in ('officer', 'unit', 'self', 'competition', 'import')",
        "state": "state in ('claimed', 'verified', 'disputed')",
        "valid_range": "valid_to is null or valid_to >= valid_from",
        **checks,
    }
    op.create_table(
        table,
        *columns,
        sa.Column("id", sa.Integer(), nullable=False),
        _text("source", 12),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        _text("recorded_by", 64),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        _text("state", 10),
        _text("verified_by", 64),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        _text("reason", 200),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        _text("uid", 36),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
            for name, condition in checks.items()
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"], ["craftsman.id"], name=op.f(f"fk_{table}_craftsman_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], [f"{table}.id"], name=op.f(f"fk_{table}_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("supersedes_id", name=op.f(f"uq_{table}_supersedes_id")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
    )
    op.create_index(op.f(f"ix_{table}_craftsman_id"), table, ["craftsman_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"create trigger {table}_refuse before update or delete on {table} "
            "for each row execute function dossier_fact_refuse()"
        )
        return
    _refuse_update(table)
    op.execute(
        f"create trigger {table}_no_delete before delete on {table} "
        f"begin select raise(abort, '{REFUSED}'); end"
    )


def _unguard(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"drop trigger if exists {table}_no_update")


def _guard_again(table: str) -> None:
    """Name the columns anew that may not change; PostgreSQL's function names none."""
    if op.get_bind().dialect.name == "sqlite":
        _unguard(table)
        _refuse_update(table)


def _refuse_update(table: str) -> None:
    fixed = ", ".join(
        column["name"]
        for column in sa.inspect(op.get_bind()).get_columns(table)
        if column["name"] not in MAY_CHANGE
    )
    op.execute(
        f"create trigger {table}_no_update before update of {fixed} on {table} "
        f"begin select raise(abort, '{REFUSED}'); end"
    )
