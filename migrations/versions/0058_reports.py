"""Plans with targets, work reports, and snapshots that are never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0058_reports"
down_revision = "0057_demands"
branch_labels = None
depends_on = None

TABLES = (
    "work_report",
    "report_snapshot",
    "report_year_goal",
    "report_target",
    "report_plan",
)
REFUSED = "report_snapshot is append-only"


def upgrade() -> None:
    _plans()
    _papers()
    _guard()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function report_snapshot_refuse()")


def _plans() -> None:
    _create(
        "report_plan",
        _text("name", 120),
        _text("district_code", 6),
        _small("first_year"),
        _small("last_year"),
        _text("document", 120),
        _moment("made_at"),
        _text("made_by", 64),
        _term("report_plan"),
        _refers("report_plan", "district_code", "district.code"),
        sa.UniqueConstraint(
            "district_code", "name", name=op.f("uq_report_plan_district_code_name")
        ),
    )
    _create(
        "report_target",
        _number("plan_id"),
        _text("figure", 40),
        _text("kind", 4),
        sa.Column("goal_tenths", sa.BigInteger(), nullable=False),
        sa.Column("baseline_tenths", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind in ('term', 'year', 'end')", name=op.f("ck_report_target_kind")
        ),
        sa.CheckConstraint(
            "goal_tenths > 0", name=op.f("ck_report_target_goal_positive")
        ),
        sa.CheckConstraint(
            "baseline_tenths >= 0", name=op.f("ck_report_target_baseline_not_negative")
        ),
        _refers("report_target", "plan_id", "report_plan.id"),
        sa.UniqueConstraint(
            *("plan_id", "figure", "kind"),
            name=op.f("uq_report_target_plan_id_figure_kind"),
        ),
    )
    op.create_table(
        "report_year_goal",
        sa.Column("id", sa.Integer(), nullable=False),
        _number("target_id"),
        _small("year"),
        sa.Column("goal_tenths", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "goal_tenths >= 0", name=op.f("ck_report_year_goal_goal_not_negative")
        ),
        _refers("report_year_goal", "target_id", "report_target.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_year_goal")),
        sa.UniqueConstraint(
            "target_id", "year", name=op.f("uq_report_year_goal_target_id_year")
        ),
    )


def _papers() -> None:
    _create(
        "report_snapshot",
        _text("kind", 10),
        _text("title", 160),
        _text("district_code", 6),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        _text("digest", 64),
        _moment("taken_at"),
        _text("taken_by", 64),
        sa.CheckConstraint(
            "kind in ('statistics', 'report')", name=op.f("ck_report_snapshot_kind")
        ),
        _refers("report_snapshot", "district_code", "district.code"),
    )
    _create(
        "work_report",
        _text("title", 160),
        _text("district_code", 6),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        _small("first_year"),
        _small("last_year"),
        sa.Column("text", sa.Text(), nullable=False),
        _moment("made_at"),
        _text("made_by", 64),
        _moment("changed_at"),
        _term("work_report"),
        _refers("work_report", "district_code", "district.code"),
        _refers("work_report", "unit_id", "unit.id"),
        _refers("work_report", "plan_id", "report_plan.id"),
    )
    for table in ("report_snapshot", "work_report"):
        op.create_index(op.f(f"ix_{table}_district_code"), table, ["district_code"])


def _guard() -> None:
    """Refuse every change and removal of a snapshot."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function report_snapshot_refuse() returns trigger language plpgsql "
            f"as $$ begin raise exception '{REFUSED}'; end $$"
        )
        op.execute(
            "create trigger report_snapshot_refuse before update or delete or truncate "
            "on report_snapshot for each statement "
            "execute function report_snapshot_refuse()"
        )
        return
    for deed in ("update", "delete"):
        op.execute(
            f"create trigger report_snapshot_no_{deed} before {deed} on report_snapshot "
            f"begin select raise(abort, '{REFUSED}'); end"
        )


def _create(table: str, *parts: object) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        *parts,
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
    )


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}")
    )


def _term(table: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        "first_year <= last_year and last_year - first_year < 10",
        name=op.f(f"ck_{table}_term"),
    )


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _small(name: str) -> sa.Column:
    return sa.Column(name, sa.SmallInteger(), nullable=False)


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(), nullable=False)
