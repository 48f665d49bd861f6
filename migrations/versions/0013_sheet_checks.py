"""Panels with a chair, and the second signature under a sheet."""

import sqlalchemy as sa
from alembic import op

revision = "0013_sheet_checks"
down_revision = "0012_practice"
branch_labels = None
depends_on = None

SEALED = {"sheet_signature": "device", "mark_lock": "checks"}


def added_columns() -> list[tuple[str, sa.Column[object]]]:
    return [
        (
            "judge_seat",
            sa.Column("panel", sa.String(8), nullable=False, server_default="A"),
        ),
        (
            "judge_seat",
            sa.Column("is_chair", sa.Boolean(), nullable=False, server_default="0"),
        ),
        (
            "sheet_signature",
            sa.Column("device", sa.String(64), nullable=False, server_default=""),
        ),
        ("mark_lock", sa.Column("checks", sa.Integer(), nullable=True)),
    ]


def upgrade() -> None:
    for table, column in added_columns():
        op.add_column(table, column)
    op.create_table(
        "sheet_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("signature_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "outcome in ('agreed', 'returned')", name=op.f("ck_sheet_check_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["judge_seat.id"], name=op.f("fk_sheet_check_seat_id")
        ),
        sa.ForeignKeyConstraint(
            ["signature_id"],
            ["sheet_signature.id"],
            name=op.f("fk_sheet_check_signature_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_check")),
        sa.UniqueConstraint("signature_id", name=op.f("uq_sheet_check_signature_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_sheet_check_uid")),
    )
    for deed in ("update", "delete"):
        _refuse("sheet_check", f"sheet_check_no_{deed}", deed)
    for table, column in SEALED.items():
        _refuse(table, f"{table}_{column}_sealed", f"update of {column}")


def downgrade() -> None:
    for table, column in SEALED.items():
        name = f"{table}_{column}_sealed"
        on = f" on {table}" if _is_postgresql() else ""
        op.execute(f"drop trigger {name}{on}")
    op.drop_table("sheet_check")
    for table, column in reversed(added_columns()):
        op.drop_column(table, column.name)


def _refuse(table: str, name: str, deed: str) -> None:
    """Refuse a kind of change; the function is of the tables of scoring."""
    if _is_postgresql():
        what = "delete or truncate" if deed == "delete" else deed
        op.execute(
            f"create trigger {name} before {what} on {table} "
            "for each statement execute function scoring_refuse()"
        )
        return
    op.execute(
        f"create trigger {name} before {deed} on {table} "
        f"begin select raise(abort, '{table} is append-only'); end"
    )


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
