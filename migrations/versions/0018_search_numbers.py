"""search numbers: facets from bitmaps, records as bytes

What the search keeps is made from the dossiers: both ways it is emptied, and
`jiangcai pool reindex` makes it again.

Revision ID: 0018_search_numbers
Revises: 0017_dossier_facts
Create Date: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0018_search_numbers"
down_revision: str | None = "0017_dossier_facts"
branch_labels = None
depends_on = None

TEXTS = ("pinyin", "trade", "honours", "unit", "place", "body")
SMALL = ("level", "skill", "pool_class", "state", "sex", "honour", "birth_year")


def upgrade() -> None:
    _make_again(
        96,
        [sa.Column("token", sa.String(length=36), nullable=False)],
        [
            sa.Column("record_trades", sa.Text(), nullable=False),
            *(
                sa.Column(name, sa.LargeBinary(), nullable=False)
                for name in ("numbers", "certificates", "contests")
            ),
        ],
    )


def downgrade() -> None:
    _make_again(
        64,
        [],
        [
            sa.Column("name_key", sa.BigInteger(), nullable=False),
            sa.Column("name_code", sa.BigInteger(), nullable=False),
            sa.Column("name_length", sa.SmallInteger(), nullable=False),
            *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in SMALL),
            sa.Column("district", sa.Integer(), nullable=False),
            sa.Column("occupation", sa.BigInteger(), nullable=False),
            sa.Column("unit_id", sa.Integer(), nullable=False),
            sa.Column("entered", sa.Integer(), nullable=False),
        ],
    )


def _make_again(
    term: int, of_dirty: list[sa.Column[object]], of_document: list[sa.Column[object]]
) -> None:
    for table in ("search_posting", "search_document", "search_dirty"):
        op.drop_table(table)
    op.execute("delete from search_merge")
    op.create_table(
        "search_posting",
        sa.Column("term", sa.String(length=term), nullable=False),
        sa.Column("field", sa.SmallInteger(), nullable=False),
        sa.Column("bitmap", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term", "field", name=op.f("pk_search_posting")),
    )
    op.create_table(
        "search_dirty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        *of_dirty,
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_search_dirty_craftsman_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_dirty")),
    )
    op.create_table(
        "search_document",
        sa.Column("craftsman_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("merge_version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        *of_document,
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_search_document_craftsman_id"),
        ),
        sa.PrimaryKeyConstraint("craftsman_id", name=op.f("pk_search_document")),
    )
    op.create_index(
        op.f("ix_search_document_merge_version"), "search_document", ["merge_version"]
    )
