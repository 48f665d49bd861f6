"""Pool files on their way into dossiers, and the undoing of one."""

import sqlalchemy as sa
from alembic import op

revision = "0020_pool_imports"
down_revision = "0019_identity"
branch_labels = None
depends_on = None

TABLES = (
    "import_undo",
    "import_mapping",
    "import_entry",
    "import_fault",
    "import_block",
    "import_batch",
)
STATES = (
    "reading",
    "mapping",
    "checking",
    "checked",
    "loading",
    "loaded",
    "undoing",
    "undone",
    "discarded",
    "failed",
)
FACT_TABLES = (
    "skill_certificate",
    "honour_award",
    "competition_record",
    "achievement",
    "studio",
    "evidence",
    "post_held",
    "firm_service",
    "pool_membership",
    "pool_step",
)
REFUSED = "facts of a dossier are append-only"


def upgrade() -> None:
    _create_batch()
    _create_rows()
    _create_mapping()
    op.create_table(
        "import_undo",
        sa.Column("craftsman_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("craftsman_id", name=op.f("pk_import_undo")),
    )
    _let_go(undone="craftsman_id in (select craftsman_id from import_undo)")


def downgrade() -> None:
    _let_go(undone="")
    for table in TABLES:
        op.drop_table(table)


def _create_batch() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("headings", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("takes_as_verified", sa.Boolean(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("loaded", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.Column("worker", sa.String(length=36), nullable=False),
        sa.Column("beat_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_import_batch_state")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_import_batch_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("uid", name=op.f("uq_import_batch_uid")),
    )
    for column in ("state", "user_id"):
        op.create_index(op.f(f"ix_import_batch_{column}"), "import_batch", [column])


def _batch(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_batch_id")
    return sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=name)


def _create_rows() -> None:
    op.create_table(
        "import_block",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_row", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("rows_sealed", sa.LargeBinary(), nullable=False),
        _batch("import_block"),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_import_block")),
    )
    op.create_table(
        "import_fault",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("params", sa.String(length=200), nullable=False),
        _batch("import_fault"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_fault")),
    )
    op.create_index("ix_import_fault_batch_id_row", "import_fault", ["batch_id", "row"])
    op.create_table(
        "import_entry",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("made_person", sa.Boolean(), nullable=False),
        _batch("import_entry"),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_import_entry_craftsman_id"),
        ),
        sa.PrimaryKeyConstraint(
            "batch_id", "craftsman_id", name=op.f("pk_import_entry")
        ),
        sa.UniqueConstraint("craftsman_id", name=op.f("uq_import_entry_craftsman_id")),
    )


def _create_mapping() -> None:
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("headings_digest", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_import_mapping_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_import_mapping_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint(
            "user_id",
            "headings_digest",
            name=op.f("uq_import_mapping_user_id_headings_digest"),
        ),
    )
    for column in ("unit_id", "headings_digest"):
        op.create_index(op.f(f"ix_import_mapping_{column}"), "import_mapping", [column])


def _let_go(undone: str) -> None:
    """Let the facts of dossiers go that an undo names, and no others."""
    if op.get_bind().dialect.name == "postgresql":
        _let_go_on_postgresql(undone)
        return
    for table in FACT_TABLES:
        op.execute(f"drop trigger {table}_no_delete")
        when = f"when not old.{undone} " if undone else ""
        op.execute(
            f"create trigger {table}_no_delete before delete on {table} {when}"
            f"begin select raise(abort, '{REFUSED}'); end"
        )


def _let_go_on_postgresql(undone: str) -> None:
    for table in FACT_TABLES:
        op.execute(f"drop trigger {table}_refuse on {table}")
        if not undone:
            op.execute(f"drop trigger {table}_keep on {table}")
    if undone:
        op.execute(
            "create function dossier_fact_keep() returns trigger language plpgsql as "
            f"$$ begin if old.{undone} then return old; end if; "
            f"raise exception '{REFUSED}'; end $$"
        )
    for table in FACT_TABLES:
        op.execute(
            f"create trigger {table}_refuse before update"
            f"{'' if undone else ' or delete'} on {table} "
            "for each row execute function dossier_fact_refuse()"
        )
        if undone:
            op.execute(
                f"create trigger {table}_keep before delete on {table} "
                "for each row execute function dossier_fact_keep()"
            )
    if not undone:
        op.execute("drop function dossier_fact_keep()")
