"""Innovation projects, their people and papers; achievements know their project."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0060_innovations"
down_revision = "0063_snapshot_rows"
branch_labels = None
depends_on = None

MAY_CHANGE = ("is_current", "state", "verified_by", "verified_at", "craftsman_id")


def upgrade() -> None:
    _create_innovation()
    _create_share()
    _create_paper()
    with _unguarded():
        op.add_column(
            "achievement",
            sa.Column("project_uid", sa.String(36), nullable=False, server_default=""),
        )
    op.create_index(op.f("ix_achievement_project_uid"), "achievement", ["project_uid"])


def downgrade() -> None:
    op.drop_index(op.f("ix_achievement_project_uid"), "achievement")
    with _unguarded():
        op.drop_column("achievement", "project_uid")
    for table in ("innovation_paper", "innovation_share", "innovation"):
        op.drop_table(table)


def _create_innovation() -> None:
    op.create_table(
        "innovation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("benefit_yuan", sa.BigInteger(), nullable=True),
        sa.Column("benefit_from", sa.Date(), nullable=True),
        sa.Column("benefit_to", sa.Date(), nullable=True),
        sa.Column("benefit_confirmed_by", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "kind in ('innovation', 'invention', 'method', 'five_small', "
            "'cooperation')",
            name=op.f("ck_innovation_kind"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'returned', 'verified', 'revoked')",
            name=op.f("ck_innovation_state"),
        ),
        sa.CheckConstraint(
            "benefit_yuan >= 0", name=op.f("ck_innovation_benefit_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_innovation_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_code"],
            ["district.code"],
            name=op.f("fk_innovation_district_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_innovation")),
        sa.UniqueConstraint("uid", name=op.f("uq_innovation_uid")),
    )
    op.create_index(op.f("ix_innovation_unit_id"), "innovation", ["unit_id"])
    op.create_index("ix_innovation_finished_on", "innovation", ["finished_on"])
    op.create_index(
        "ix_innovation_district_code_state", "innovation", ["district_code", "state"]
    )


def _create_share() -> None:
    op.create_table(
        "innovation_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("innovation_id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=11), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("method_name", sa.String(length=40), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "role in ('lead', 'participant', 'adviser')",
            name=op.f("ck_innovation_share_role"),
        ),
        sa.ForeignKeyConstraint(
            ["innovation_id"],
            ["innovation.id"],
            name=op.f("fk_innovation_share_innovation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_innovation_share_craftsman_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_innovation_share")),
        sa.UniqueConstraint("uid", name=op.f("uq_innovation_share_uid")),
        sa.UniqueConstraint(
            "innovation_id",
            "craftsman_id",
            name=op.f("uq_innovation_share_innovation_id_craftsman_id"),
        ),
    )
    op.create_index(
        op.f("ix_innovation_share_craftsman_id"), "innovation_share", ["craftsman_id"]
    )


def _create_paper() -> None:
    op.create_table(
        "innovation_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("innovation_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["innovation_id"],
            ["innovation.id"],
            name=op.f("fk_innovation_paper_innovation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_innovation_paper_attachment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_innovation_paper")),
        sa.UniqueConstraint("uid", name=op.f("uq_innovation_paper_uid")),
    )
    op.create_index(
        op.f("ix_innovation_paper_innovation_id"), "innovation_paper", ["innovation_id"]
    )


@contextmanager
def _unguarded() -> Iterator[None]:
    """Name the columns anew that SQLite's trigger guards; PostgreSQL's names none."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        yield
        return
    name = "achievement_no_update"
    found = sa.text("select sql from sqlite_master where name = :name")
    made: str = bind.scalars(found, {"name": name}).one()
    op.execute(f"drop trigger {name}")
    yield
    fixed = ", ".join(
        column["name"]
        for column in sa.inspect(bind).get_columns("achievement")
        if column["name"] not in MAY_CHANGE
    )
    head, rest = made.split(" before update of ", 1)
    _old, tail = rest.split(" on achievement ", 1)
    op.execute(f"{head} before update of {fixed} on achievement {tail}")
