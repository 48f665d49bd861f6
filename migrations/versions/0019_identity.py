"""Likenesses, judgements and merges; a record leads to the one it was merged into.

A fact changes its owner along such a link and in no other way.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_identity"
down_revision = "0018_search_numbers"
branch_labels = None
depends_on = None

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
MAY_CHANGE = ("is_current", "state", "verified_by", "verified_at")
REFUSED = "facts of a dossier are append-only"
LINKED = (
    "exists (select 1 from craftsman c where "
    "(c.id = old.craftsman_id and c.merged_into_id = new.craftsman_id) or "
    "(c.id = new.craftsman_id and c.merged_into_id = old.craftsman_id))"
)


def upgrade() -> None:
    for table in ("person", "craftsman"):
        # In words: a reference cannot be added to a table of SQLite in another way.
        op.execute(
            f"alter table {table} add column merged_into_id integer "
            f"constraint fk_{table}_merged_into_id references {table} (id)"
        )
        op.create_index(f"ix_{table}_merged_into_id", table, ["merged_into_id"])
    op.add_column(
        "person",
        sa.Column("phone_hash", sa.String(64), nullable=False, server_default=""),
    )
    op.create_index("ix_person_phone_hash", "person", ["phone_hash"])
    op.create_index("ix_person_birth_date", "person", ["birth_date"])
    _create_tables()
    _guard((*MAY_CHANGE, "craftsman_id"), linked=True)


def _create_tables() -> None:
    op.create_table(
        "identity_likeness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("signals", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("first_district", sa.String(length=6), nullable=False),
        sa.Column("second_district", sa.String(length=6), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "first_id <= second_id", name=op.f("ck_identity_likeness_order")
        ),
        sa.CheckConstraint(
            "state in ('open', 'same', 'different', 'unsure', 'merged', 'gone')",
            name=op.f("ck_identity_likeness_state"),
        ),
        sa.ForeignKeyConstraint(
            ["first_id"], ["person.id"], name=op.f("fk_identity_likeness_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["person.id"], name=op.f("fk_identity_likeness_second_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_likeness")),
        sa.UniqueConstraint(
            "first_id",
            "second_id",
            name=op.f("uq_identity_likeness_first_id_second_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_identity_likeness_uid")),
    )
    op.create_index(
        "ix_identity_likeness_second_id", "identity_likeness", ["second_id"]
    )
    op.create_index("ix_identity_likeness_state", "identity_likeness", ["state"])
    op.create_table(
        "identity_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("likeness_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "verdict in ('same', 'different', 'unsure')",
            name=op.f("ck_identity_judgement_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["likeness_id"],
            ["identity_likeness.id"],
            name=op.f("fk_identity_judgement_likeness_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_judgement")),
        sa.UniqueConstraint("uid", name=op.f("uq_identity_judgement_uid")),
    )
    op.create_index(
        "ix_identity_judgement_likeness_id", "identity_judgement", ["likeness_id"]
    )
    op.create_table(
        "identity_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("likeness_id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("cells_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("merged_at", sa.DateTime(), nullable=False),
        sa.Column("merged_by", sa.String(length=64), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=False),
        sa.Column("undo_reason", sa.String(length=200), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["likeness_id"],
            ["identity_likeness.id"],
            name=op.f("fk_identity_merge_likeness_id"),
        ),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["person.id"], name=op.f("fk_identity_merge_kept_id")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["person.id"], name=op.f("fk_identity_merge_merged_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_merge")),
        sa.UniqueConstraint("uid", name=op.f("uq_identity_merge_uid")),
    )
    for column in ("likeness_id", "kept_id", "merged_id"):
        op.create_index(f"ix_identity_merge_{column}", "identity_merge", [column])
    op.create_table(
        "identity_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_scan")),
    )


def _guard(free: tuple[str, ...], *, linked: bool) -> None:
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql(free, linked=linked)
    else:
        _guard_on_sqlite(free, linked=linked)


def _guard_on_postgresql(free: tuple[str, ...], *, linked: bool) -> None:
    # By name, because the same function guards tables without such a column.
    link = LINKED.replace("old.", "before.").replace("new.", "after.")
    for row, name in (("old", "before"), ("new", "after")):
        link = link.replace(
            f"{name}.craftsman_id", f"(to_jsonb({row})->>'craftsman_id')::integer"
        )
    names = "array[" + ", ".join(f"'{name}'" for name in MAY_CHANGE) + "]"
    also = "array[" + ", ".join(f"'{name}'" for name in free) + "]"
    moved = (
        f"if tg_op = 'UPDATE' and to_jsonb(new) - {also} = to_jsonb(old) - {also} "
        f"and {link} then return new; end if; "
        if linked
        else ""
    )
    op.execute(
        "create or replace function dossier_fact_refuse() returns trigger "
        "language plpgsql as $$ begin if tg_op = 'UPDATE' and "
        f"to_jsonb(new) - {names} = to_jsonb(old) - {names} "
        f"then return new; end if; {moved}raise exception '{REFUSED}'; end $$"
    )


def _guard_on_sqlite(free: tuple[str, ...], *, linked: bool) -> None:
    inspector = sa.inspect(op.get_bind())
    for table in FACT_TABLES:
        fixed = ", ".join(
            column["name"]
            for column in inspector.get_columns(table)
            if column["name"] not in free
        )
        op.execute(f"drop trigger {table}_no_update")
        op.execute(
            f"create trigger {table}_no_update before update of {fixed} on {table} "
            f"begin select raise(abort, '{REFUSED}'); end"
        )
        if linked:
            op.execute(
                f"create trigger {table}_no_move before update of craftsman_id "
                f"on {table} when old.craftsman_id <> new.craftsman_id and "
                f"not {LINKED} begin select raise(abort, '{REFUSED}'); end"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in FACT_TABLES:
            op.execute(f"drop trigger {table}_no_move")
    _guard(MAY_CHANGE, linked=False)
    for table in (
        "identity_scan",
        "identity_merge",
        "identity_judgement",
        "identity_likeness",
    ):
        op.drop_table(table)
    op.drop_index("ix_person_birth_date", "person")
    op.drop_index("ix_person_phone_hash", "person")
    op.drop_column("person", "phone_hash")
    for table in ("craftsman", "person"):
        op.drop_index(f"ix_{table}_merged_into_id", table)
        op.execute(f"alter table {table} drop column merged_into_id")
