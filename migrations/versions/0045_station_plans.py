"""Plans of halls, what contestants need there, and constraints of a draw."""

import sqlalchemy as sa
from alembic import op

revision = "0045_station_plans"
down_revision = "0044_mark_imports"
branch_labels = None
depends_on = None

_COMMITTED = (
    "event_id, purpose, attempt, algorithm, items, targets, code_length, list_digest, "
    "secret_sealed, secret_digest, commitment"
)


def upgrade() -> None:
    op.create_table(
        "station_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("hall", sa.SmallInteger(), nullable=False),
        sa.Column("per_row", sa.SmallInteger(), nullable=False),
        sa.Column("beside", sa.String(4), nullable=False),
        sa.Column("behind", sa.String(4), nullable=False),
        sa.Column("spread", sa.Boolean(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "beside in ('hard', 'soft', 'off')", name=op.f("ck_station_plan_beside")
        ),
        sa.CheckConstraint(
            "behind in ('hard', 'soft', 'off')", name=op.f("ck_station_plan_behind")
        ),
        sa.CheckConstraint(
            "hall >= 0 and per_row >= 0", name=op.f("ck_station_plan_sizes")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_station_plan_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_plan")),
        sa.UniqueConstraint("event_id", name=op.f("uq_station_plan_event_id")),
    )
    op.create_table(
        "station_need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("features", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_station_need_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_need")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_station_need_entry_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_station_need_uid")),
    )
    op.add_column(
        "draw",
        sa.Column("constraints", sa.Text(), nullable=False, server_default=""),
    )
    _refuse_changes(f"{_COMMITTED}, constraints")


def downgrade() -> None:
    _refuse_changes(_COMMITTED)
    op.drop_column("draw", "constraints")
    op.drop_table("station_need")
    op.drop_table("station_plan")


def _refuse_changes(columns: str) -> None:
    """Have the database keep what a draw committed to, these columns."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop trigger draw_no_update on draw")
        action = "for each statement execute function competition_refuse()"
    else:
        op.execute("drop trigger draw_no_update")
        action = "begin select raise(abort, 'draw keeps what was written'); end"
    op.execute(
        f"create trigger draw_no_update before update of {columns} on draw {action}"
    )
