"""Events and competitions that are cancelled, with the reason and who decided."""

import sqlalchemy as sa
from alembic import op

revision = "0050_cancellation"
down_revision = "0049_agreements"
branch_labels = None
depends_on = None

BEFORE = (
    *("draft", "registration", "closed", "checkin"),
    *("marking", "locked", "decoded", "published"),
)
OPEN = sa.text("state = 'asked'")


def upgrade() -> None:
    _allow(BEFORE, (*BEFORE, "cancelled"))
    op.add_column(
        "competition",
        sa.Column(
            "cancelled_reason", sa.String(400), nullable=False, server_default=""
        ),
    )
    # With the constraint in the column SQLite need not make the table anew.
    op.execute(
        "alter table event add column cancelled_reason varchar(400) not null "
        "default '' constraint ck_event_cancelled_with_reason "
        "check (state <> 'cancelled' or cancelled_reason <> '')"
    )
    op.create_table(
        "cancellation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("competition_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'confirmed', 'declined')",
            name=op.f("ck_cancellation_state"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_cancellation_reason_given")),
        sa.CheckConstraint(
            "(event_id is null) <> (competition_id is null)",
            name=op.f("ck_cancellation_of_one"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_cancellation_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["competition_id"],
            ["competition.id"],
            name=op.f("fk_cancellation_competition_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cancellation")),
        sa.UniqueConstraint("uid", name=op.f("uq_cancellation_uid")),
    )
    for kind in ("event", "competition"):
        op.create_index(
            op.f(f"ix_cancellation_{kind}_id"), "cancellation", [f"{kind}_id"]
        )
        op.create_index(
            f"uq_cancellation_{kind}_open",
            "cancellation",
            [f"{kind}_id"],
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )


def downgrade() -> None:
    op.drop_table("cancellation")
    op.execute("update event set state = 'closed' where state = 'cancelled'")
    if _is_postgresql():
        op.execute("alter table event drop constraint ck_event_cancelled_with_reason")
    op.execute("alter table event drop column cancelled_reason")
    op.drop_column("competition", "cancelled_reason")
    _allow((*BEFORE, "cancelled"), BEFORE)


def _allow(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let events be in other states.

    Half of the tables refer to events: SQLite could not drop this one to make it anew.
    Its documentation (lang_altertable, part 7) has this way for constraints, which
    change nothing of what is stored.
    """
    if _is_postgresql():
        op.execute("alter table event drop constraint ck_event_state")
        op.execute(
            f"alter table event add constraint ck_event_state check (state in {after})"
        )
        return
    connection = op.get_bind()
    version = connection.scalar(sa.text("pragma schema_version"))
    op.execute("pragma writable_schema = on")
    connection.execute(
        sa.text(
            "update sqlite_master set sql = replace(sql, :before, :after) "
            "where type = 'table' and name = 'event'"
        ),
        {"before": f"state in {before}", "after": f"state in {after}"},
    )
    op.execute(f"pragma schema_version = {version + 1}")
    op.execute("pragma writable_schema = reset")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
