"""Erasing persons by two; proofs of purges; guardians of minors who consent.

Facts of an erased person lose what identifies them, and in no other way.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026_privacy"
down_revision = "0025_shortlists"
branch_labels = None
depends_on = None

FACT_TABLES = (
    *("skill_certificate", "honour_award", "competition_record", "achievement"),
    *("studio", "evidence", "post_held", "firm_service"),
    *("pool_membership", "pool_step"),
)
MAY_CHANGE = ("is_current", "state", "verified_by", "verified_at")
REFUSED = "facts of a dossier are append-only"
LINKED = (
    "exists (select 1 from craftsman c where "
    "(c.id = {old} and c.merged_into_id = {new}) or "
    "(c.id = {new} and c.merged_into_id = {old}))"
)
ERASED = (
    "exists (select 1 from craftsman c join person p on p.id = c.person_id "
    "where c.id = {old} and p.erased_at is not null)"
)


def upgrade() -> None:
    op.add_column("person", sa.Column("erased_at", sa.DateTime(), nullable=True))
    op.add_column(
        "consent",
        sa.Column("guardian", sa.String(160), nullable=False, server_default=""),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'confirmed', 'done', 'declined')",
            name=op.f("ck_erasure_state"),
        ),
        sa.CheckConstraint(
            "state <> 'done' or (confirmed_by <> '' and confirmed_by <> done_by)",
            name=op.f("ck_erasure_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_erasure_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("uid", name=op.f("uq_erasure_uid")),
    )
    op.create_index("ix_erasure_person_id", "erasure", ["person_id"])
    op.create_index("ix_erasure_state", "erasure", ["state"])
    op.create_table(
        "retention_purge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("cutoff", sa.DateTime(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("run_at", sa.DateTime(), nullable=False),
        sa.Column("run_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_purge")),
        sa.UniqueConstraint("uid", name=op.f("uq_retention_purge_uid")),
    )
    op.create_index("ix_retention_purge_rule", "retention_purge", ["rule"])
    _guard(erasing=True)


def _guard(*, erasing: bool) -> None:
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql(erasing=erasing)
        return
    inspector = sa.inspect(op.get_bind())
    free = (*MAY_CHANGE, "craftsman_id")
    condition = f"when not {ERASED.format(old='old.craftsman_id')} " if erasing else ""
    for table in FACT_TABLES:
        fixed = ", ".join(
            column["name"]
            for column in inspector.get_columns(table)
            if column["name"] not in free
        )
        op.execute(f"drop trigger {table}_no_update")
        op.execute(
            f"create trigger {table}_no_update before update of {fixed} on {table} "
            f"{condition}begin select raise(abort, '{REFUSED}'); end"
        )


def _guard_on_postgresql(*, erasing: bool) -> None:
    owner = "(to_jsonb({row})->>'craftsman_id')::integer"
    old, new = owner.format(row="old"), owner.format(row="new")
    names = "array[" + ", ".join(f"'{name}'" for name in MAY_CHANGE) + "]"
    also = names.replace("]", ", 'craftsman_id']")
    erased = (
        f"if tg_op = 'UPDATE' and {old} = {new} and {ERASED.format(old=old)} "
        "then return new; end if; "
        if erasing
        else ""
    )
    op.execute(
        "create or replace function dossier_fact_refuse() returns trigger "
        "language plpgsql as $$ begin if tg_op = 'UPDATE' and "
        f"to_jsonb(new) - {names} = to_jsonb(old) - {names} "
        "then return new; end if; "
        f"if tg_op = 'UPDATE' and to_jsonb(new) - {also} = to_jsonb(old) - {also} "
        f"and {LINKED.format(old=old, new=new)} then return new; end if; "
        f"{erased}raise exception '{REFUSED}'; end $$"
    )


def downgrade() -> None:
    _guard(erasing=False)
    op.drop_table("retention_purge")
    op.drop_table("erasure")
    op.drop_column("consent", "guardian")
    op.drop_column("person", "erased_at")
