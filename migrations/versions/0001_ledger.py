"""The log, and the triggers that make it append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001_ledger"
down_revision = None
branch_labels = None
depends_on = None


def create_tables() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("scope", sa.String(length=96), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "actor_kind in ('human', 'system', 'import', 'support')",
            name=op.f("ck_ledger_entry_actor_kind"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_ledger_entry_hash")),
    )
    op.create_index(
        op.f("ix_ledger_entry_action"), "ledger_entry", ["action"], unique=False
    )
    op.create_index(
        op.f("ix_ledger_entry_actor"), "ledger_entry", ["actor"], unique=False
    )
    op.create_index(
        op.f("ix_ledger_entry_scope"), "ledger_entry", ["scope"], unique=False
    )
    op.create_index(
        op.f("ix_ledger_entry_subject"), "ledger_entry", ["subject"], unique=False
    )


def drop_tables() -> None:
    op.drop_table("ledger_entry")


# --- by hand
REFUSED = "the ledger is append-only"


def upgrade() -> None:
    create_tables()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function ledger_refuse() returns trigger language plpgsql as "
            f"$$ begin raise exception '{REFUSED}'; end $$"
        )
        op.execute(
            "create trigger ledger_entry_refuse before update or delete or truncate "
            "on ledger_entry for each statement execute function ledger_refuse()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger ledger_entry_no_{verb} before {verb} on ledger_entry "
            f"begin select raise(abort, '{REFUSED}'); end"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop trigger ledger_entry_refuse on ledger_entry")
        op.execute("drop function ledger_refuse()")
    drop_tables()
