"""What a file says otherwise of dossiers; rows kept ready; indexes for removals.

Every removal looks for rows that refer to what is removed: without an index on the
referring column it reads the whole table each time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027_import_changes"
down_revision = "0026_privacy"
branch_labels = None
depends_on = None

REFUSED = "facts of a dossier are append-only"
# By its key: `in (select …)` read the whole list again for every fact removed.
BY_KEY = "exists (select 1 from import_undo u where u.craftsman_id = old.craftsman_id)"
BY_LIST = "old.craftsman_id in (select craftsman_id from import_undo)"
COUNTS = ("differing", "updated")
INDEXES = (("entry", "group_id"), ("search_dirty", "craftsman_id"))


def upgrade() -> None:
    for name in COUNTS:
        op.add_column(
            "import_batch",
            sa.Column(name, sa.Integer(), nullable=False, server_default="0"),
        )
    op.add_column(
        "import_batch",
        sa.Column(
            "takes_changes", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
    )
    op.add_column(
        "import_block", sa.Column("ready_sealed", sa.LargeBinary(), nullable=True)
    )
    op.create_table(
        "import_change",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("change_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_change_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_import_change_craftsman_id"),
        ),
        sa.PrimaryKeyConstraint(
            "batch_id", "craftsman_id", name=op.f("pk_import_change")
        ),
    )
    op.create_index(
        op.f("ix_import_change_craftsman_id"), "import_change", ["craftsman_id"]
    )
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])

    _let_go(BY_KEY)


def _let_go(undone: str) -> None:
    """Say which facts an undo may remove; SQLite looks the list up by its key."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create or replace function dossier_fact_keep() returns trigger "
            f"language plpgsql as $$ begin if {undone} then return old; end if; "
            f"raise exception '{REFUSED}'; end $$"
        )


def downgrade() -> None:
    _let_go(BY_LIST)
    for table, column in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    op.drop_table("import_change")
    op.drop_column("import_block", "ready_sealed")
    op.drop_column("import_batch", "takes_changes")
    for name in COUNTS:
        op.drop_column("import_batch", name)
