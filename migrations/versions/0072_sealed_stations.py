"""Seal which station a work code stands for; write the rows in the order of codes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from people.vault.services import get_vault

revision = "0072_sealed_stations"
down_revision = "0071_paper_twins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    station = sa.Column("station_sealed", sa.LargeBinary(), nullable=False)
    rows = _take_rows()
    for row in rows:
        row["station_sealed"] = get_vault().seal(row.pop("station"), _context(row))
    _make(station, rows)


def downgrade() -> None:
    station = sa.Column("station", sa.String(length=8), nullable=False)
    rows = _take_rows()
    for row in rows:
        row["station"] = get_vault().open(row.pop("station_sealed"), _context(row))
    _make(
        station,
        rows,
        sa.ForeignKeyConstraint(
            ["event_id", "station"],
            ["station_code.event_id", "station_code.station"],
            name=op.f("fk_work_code_event_id_station"),
        ),
        sa.UniqueConstraint(
            "event_id", "station", name=op.f("uq_work_code_event_id_station")
        ),
    )


def _context(row: dict[str, Any]) -> str:
    return f"work_code.station:{row['draw_id']}:{row['work_code']}"


def _take_rows() -> list[dict[str, Any]]:
    """Take the table away; return what it held, without the numbers of the rows."""
    found = op.get_bind().execute(
        sa.text("select * from work_code order by event_id, work_code")
    )
    rows = [{k: v for k, v in row.items() if k != "id"} for row in found.mappings()]
    op.drop_table("work_code")
    return rows


def _make(
    station: sa.Column[Any], rows: list[dict[str, Any]], *more: sa.Constraint
) -> None:
    table = op.create_table(
        "work_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        station,
        sa.Column("work_code", sa.String(length=8), nullable=False),
        sa.Column("group_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_work_code_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_work_code_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_code")),
        sa.UniqueConstraint(
            "event_id", "work_code", name=op.f("uq_work_code_event_id_work_code")
        ),
        *more,
    )
    op.create_index(
        op.f("ix_work_code_draw_id"), "work_code", ["draw_id"], unique=False
    )
    if rows:
        op.bulk_insert(table, rows)
