"""Award rounds of innovation projects; honours know the project they were given for."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0070_award_rounds"
down_revision = "0072_sealed_stations"
branch_labels = None
depends_on = None

MAY_CHANGE = ("is_current", "state", "verified_by", "verified_at", "craftsman_id")
ADDED = (("project_uid", 36), ("given_for", 160), ("role", 11))
TABLES = ("award_round", "award_nomination", "award_expert", "award_sheet")
SHEETS = "award_sheet"


def upgrade() -> None:
    _create_round()
    _create_nomination()
    _create_expert()
    _create_sheet()
    _guard(SHEETS)
    with _unguarded():
        for name, length in ADDED:
            op.add_column(
                "honour_award",
                sa.Column(name, sa.String(length), nullable=False, server_default=""),
            )
    op.create_index(
        op.f("ix_honour_award_project_uid"), "honour_award", ["project_uid"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_honour_award_project_uid"), "honour_award")
    with _unguarded():
        for name, _length in reversed(ADDED):
            op.drop_column("honour_award", name)
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_round() -> None:
    op.create_table(
        "award_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("kinds", sa.String(length=60), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("finished_from", sa.Date(), nullable=False),
        sa.Column("finished_to", sa.Date(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('nominating', 'scoring', 'closed', 'published', 'cancelled')",
            name=op.f("ck_award_round_state"),
        ),
        sa.CheckConstraint(
            "level in ('nation', 'province', 'city', 'district', 'enterprise')",
            name=op.f("ck_award_round_level"),
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_award_round_window")),
        sa.CheckConstraint(
            "finished_to >= finished_from", name=op.f("ck_award_round_period")
        ),
        sa.ForeignKeyConstraint(
            ["district_code"],
            ["district.code"],
            name=op.f("fk_award_round_district_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_round")),
        sa.UniqueConstraint("uid", name=op.f("uq_award_round_uid")),
    )
    op.create_index(
        "ix_award_round_district_code_state", "award_round", ["district_code", "state"]
    )


def _create_nomination() -> None:
    op.create_table(
        "award_nomination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("innovation_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("nominated_by", sa.String(length=64), nullable=False),
        sa.Column("nominated_at", sa.DateTime(), nullable=False),
        sa.Column("tie_place", sa.SmallInteger(), nullable=True),
        sa.Column("tie_reason", sa.String(length=200), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=True),
        sa.Column("total", sa.String(length=12), nullable=False),
        sa.Column("prize", sa.String(length=30), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('nominated', 'withdrawn', 'awarded', 'unawarded', 'taken_back')",
            name=op.f("ck_award_nomination_state"),
        ),
        sa.CheckConstraint(
            "state <> 'awarded' or prize <> ''",
            name=op.f("ck_award_nomination_award_has_prize"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["award_round.id"],
            name=op.f("fk_award_nomination_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["innovation_id"],
            ["innovation.id"],
            name=op.f("fk_award_nomination_innovation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_nomination")),
        sa.UniqueConstraint(
            "round_id",
            "innovation_id",
            name=op.f("uq_award_nomination_round_id_innovation_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_award_nomination_uid")),
    )
    op.create_index(
        op.f("ix_award_nomination_innovation_id"), "award_nomination", ["innovation_id"]
    )


def _create_expert() -> None:
    op.create_table(
        "award_expert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("appointed_at", sa.DateTime(), nullable=False),
        sa.Column("appointed_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["award_round.id"], name=op.f("fk_award_expert_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_award_expert_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_expert")),
        sa.UniqueConstraint(
            "round_id", "user_id", name=op.f("uq_award_expert_round_id_user_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_award_expert_uid")),
    )
    op.create_index(op.f("ix_award_expert_user_id"), "award_expert", ["user_id"])


def _create_sheet() -> None:
    op.create_table(
        "award_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nomination_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("comment", sa.String(length=400), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('marked', 'recused')", name=op.f("ck_award_sheet_state")
        ),
        sa.CheckConstraint(
            "state = 'marked' or comment <> ''",
            name=op.f("ck_award_sheet_recusal_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id"],
            ["award_nomination.id"],
            name=op.f("fk_award_sheet_nomination_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_award_sheet_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_sheet")),
        sa.UniqueConstraint(
            "nomination_id",
            "user_id",
            name=op.f("uq_award_sheet_nomination_id_user_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_award_sheet_uid")),
    )
    op.create_index(op.f("ix_award_sheet_user_id"), "award_sheet", ["user_id"])


def _guard(table: str) -> None:
    """Refuse every change and removal; the function is of the tables of scoring."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"create trigger {table}_no_update before update on {table} "
            "for each statement execute function scoring_refuse()"
        )
        op.execute(
            f"create trigger {table}_no_delete before delete or truncate on {table} "
            "for each statement execute function scoring_refuse()"
        )
        return
    for deed in ("update", "delete"):
        op.execute(
            f"create trigger {table}_no_{deed} before {deed} on {table} "
            f"begin select raise(abort, '{table} is append-only'); end"
        )


@contextmanager
def _unguarded() -> Iterator[None]:
    """Name the columns anew that SQLite's trigger guards; PostgreSQL's names none."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        yield
        return
    name = "honour_award_no_update"
    found = sa.text("select sql from sqlite_master where name = :name")
    made: str = bind.scalars(found, {"name": name}).one()
    op.execute(f"drop trigger {name}")
    yield
    fixed = ", ".join(
        column["name"]
        for column in sa.inspect(bind).get_columns("honour_award")
        if column["name"] not in MAY_CHANGE
    )
    head, rest = made.split(" before update of ", 1)
    _old, tail = rest.split(" on honour_award ", 1)
    op.execute(f"{head} before update of {fixed} on honour_award {tail}")
