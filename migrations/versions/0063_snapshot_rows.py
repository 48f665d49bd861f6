"""Who was counted in a snapshot: the rows behind each figure, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0063_snapshot_rows"
down_revision = "0059_pair_plans"
branch_labels = None
depends_on = None

REFUSED = "report_snapshot_rows is append-only"


def upgrade() -> None:
    op.create_table(
        "report_snapshot_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["report_snapshot.id"],
            name=op.f("fk_report_snapshot_rows_snapshot_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_snapshot_rows")),
        sa.UniqueConstraint(
            "snapshot_id",
            "figure",
            name=op.f("uq_report_snapshot_rows_snapshot_id_figure"),
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function report_snapshot_rows_refuse() returns trigger "
            f"language plpgsql as $$ begin raise exception '{REFUSED}'; end $$"
        )
        op.execute(
            "create trigger report_snapshot_rows_refuse "
            "before update or delete or truncate on report_snapshot_rows "
            "for each statement execute function report_snapshot_rows_refuse()"
        )
        return
    for deed in ("update", "delete"):
        op.execute(
            f"create trigger report_snapshot_rows_no_{deed} before {deed} "
            "on report_snapshot_rows "
            f"begin select raise(abort, '{REFUSED}'); end"
        )


def downgrade() -> None:
    op.drop_table("report_snapshot_rows")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function report_snapshot_rows_refuse()")
