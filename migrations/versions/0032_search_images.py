"""search images: what processes keep, as bytes; whoever changes a name marks it

Changes of persons, units and the code tables mark the dossiers they are shown in,
whatever changed them.

Revision ID: 0032_search_images
Revises: 0031_appeals
Create Date: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0032_search_images"
down_revision: str | None = "0031_appeals"
branch_labels = None
depends_on = None

OF_OCCUPATION = (
    "select id from craftsman where occupation_code = {row}.code"
    " and occupation_edition = {row}.edition"
)
# table: (columns whose change counts, the craftsmen it concerns; {row} is new or old)
WATCHED = {
    "person": (
        ("name", "sex", "birth_date", "education", "unit_id", "erased_at"),
        "select id from craftsman where person_id = {row}.id",
    ),
    "unit": (
        ("name", "industry"),
        (
            "select c.id from craftsman c join person p on p.id = c.person_id"
            " where p.unit_id = {row}.id"
        ),
    ),
    "occupation": (
        ("name",),
        OF_OCCUPATION,
    ),
    "district": (
        ("name",),
        (
            "select id from craftsman where district_code = {row}.code"
            " or substr(district_code, 1, 4) || '00' = {row}.code"
            " or substr(district_code, 1, 2) || '0000' = {row}.code"
        ),
    ),
}
TOKEN = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def upgrade() -> None:
    op.add_column("search_merge", sa.Column("removed", sa.LargeBinary(), nullable=True))
    op.create_table(
        "search_image",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("piece", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_image")),
    )
    for table, (columns, concerned) in WATCHED.items():
        differs = " or ".join(f"old.{c} {_other()} new.{c}" for c in columns)
        when = f"update of {', '.join(columns)}"
        _watch(table, "changed", when, _marks(concerned, "new"), differs)
    _watch("occupation_alias", "added", "insert", _marks(OF_OCCUPATION, "new"))
    _watch("occupation_alias", "dropped", "delete", _marks(OF_OCCUPATION, "old"))
    both = f"{_marks(OF_OCCUPATION, 'old')}; {_marks(OF_OCCUPATION, 'new')}"
    _watch("occupation_alias", "changed", "update", both)


def downgrade() -> None:
    names = [(table, "changed") for table in WATCHED]
    names += [("occupation_alias", deed) for deed in ("added", "dropped", "changed")]
    for table, deed in names:
        if _is_postgresql():
            op.execute(f"drop trigger {table}_{deed}_dirty on {table}")
            op.execute(f"drop function {table}_{deed}_dirty()")
        else:
            op.execute(f"drop trigger {table}_{deed}_dirty")
    op.drop_table("search_image")
    op.drop_column("search_merge", "removed")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _other() -> str:
    return "is distinct from" if _is_postgresql() else "is not"


def _marks(concerned: str, row: str) -> str:
    token = TOKEN[op.get_bind().dialect.name]
    return (
        f"insert into search_dirty (craftsman_id, token) select found.id, {token} "  # noqa: S608 - our own names
        f"from ({concerned.format(row=row)}) as found"
    )


def _watch(table: str, deed: str, when: str, marks: str, differs: str = "") -> None:
    name = f"{table}_{deed}_dirty"
    only = f" when ({differs})" if differs else ""
    if not _is_postgresql():
        op.execute(
            f"create trigger {name} after {when} on {table} for each row{only} "
            f"begin {marks}; end"
        )
        return
    op.execute(
        f"create function {name}() returns trigger language plpgsql as "
        f"$$ begin {marks}; return null; end $$"
    )
    op.execute(
        f"create trigger {name} after {when} on {table} for each row{only} "
        f"execute function {name}()"
    )
