"""Saved searches, shortlists, and lists that were taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0025_shortlists"
down_revision = "0024_life"
branch_labels = None
depends_on = None

TABLES = (
    "export_download",
    "pool_export",
    "shortlist_entry",
    "shortlist",
    "saved_search",
)


def upgrade() -> None:
    _create(
        "saved_search",
        _refers("user_id", "user_account"),
        _text("name", 80),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        _moment("seen_at"),
        sa.UniqueConstraint(
            "user_id", "name", name=op.f("uq_saved_search_user_id_name")
        ),
    )
    _create(
        "shortlist",
        _refers("user_id", "user_account"),
        _text("name", 80),
        _text("purpose", 200),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        _moment("made_at"),
    )
    op.create_index(op.f("ix_shortlist_user_id"), "shortlist", ["user_id"])
    _create(
        "shortlist_entry",
        _refers("shortlist_id", "shortlist"),
        _refers("craftsman_id", "craftsman"),
        _text("reason", 200),
        _moment("added_at"),
        sa.UniqueConstraint(
            "shortlist_id",
            "craftsman_id",
            name=op.f("uq_shortlist_entry_shortlist_id_craftsman_id"),
        ),
    )
    op.create_index(
        op.f("ix_shortlist_entry_craftsman_id"), "shortlist_entry", ["craftsman_id"]
    )
    _create_export()
    _create(
        "export_download",
        _refers("export_id", "pool_export"),
        _text("mark", 16),
        sa.Column("rows", sa.Integer(), nullable=False),
        _moment("taken_at"),
        sa.UniqueConstraint("mark", name=op.f("uq_export_download_mark")),
    )
    op.create_index(
        op.f("ix_export_download_export_id"), "export_download", ["export_id"]
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _create_export() -> None:
    _create(
        "pool_export",
        _refers("user_id", "user_account"),
        _text("kind", 4),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _text("reason", 200),
        _text("state", 8),
        _moment("asked_at"),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        _text("answer", 200),
        sa.CheckConstraint(
            "kind in ('xlsx', 'csv', 'docx')", name=op.f("ck_pool_export_kind")
        ),
        sa.CheckConstraint(
            "state in ('ready', 'waiting', 'approved', 'refused')",
            name=op.f("ck_pool_export_state"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user_account.id"],
            name=op.f("fk_pool_export_decided_by_id"),
        ),
    )
    for column in ("user_id", "state"):
        op.create_index(op.f(f"ix_pool_export_{column}"), "pool_export", [column])


def _create(table: str, *parts: object) -> None:
    columns: list[object] = []
    for part in parts:
        if isinstance(part, tuple):
            name, target = part
            columns += [
                sa.Column(name, sa.Integer(), nullable=False),
                sa.ForeignKeyConstraint(
                    [name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}")
                ),
            ]
        else:
            columns.append(part)
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        *columns,
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
    )


def _refers(name: str, target: str) -> tuple[str, str]:
    return name, target


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(), nullable=False)
