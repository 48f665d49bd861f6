"""Teams with coaches, members and substitutes."""

import sqlalchemy as sa
from alembic import op

revision = "0042_teams"
down_revision = "0041_incidents"
branch_labels = None
depends_on = None

STANDS = sa.text("ended_at is null")


def upgrade() -> None:
    _create_team()
    _create_coach()
    _create_member()
    op.add_column(
        "entry",
        sa.Column(
            "is_substitute", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
    )
    op.add_column("entry", sa.Column("reserve_since", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("entry", "reserve_since")
    op.drop_column("entry", "is_substitute")
    op.drop_table("team_member")
    op.drop_table("team_coach")
    op.drop_table("team")


def _create_team() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("leader_name", sa.String(40), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_team_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["user_account.id"], name=op.f("fk_team_leader_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_team_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("uid", name=op.f("uq_team_uid")),
    )
    op.create_index(op.f("ix_team_unit_id"), "team", ["unit_id"])
    op.create_index(op.f("ix_team_leader_id"), "team", ["leader_id"])
    op.create_index(
        "uq_team_standing_name",
        "team",
        ["event_id", "name"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def _create_coach() -> None:
    op.create_table(
        "team_coach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("id_number_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_coach_team_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_team_coach_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_coach")),
    )
    op.create_index(op.f("ix_team_coach_team_id"), "team_coach", ["team_id"])


def _create_member() -> None:
    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.CheckConstraint(
            "role in ('member', 'substitute')", name=op.f("ck_team_member_role")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_team_member_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_team_member_team_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
        sa.UniqueConstraint("uid", name=op.f("uq_team_member_uid")),
    )
    op.create_index(op.f("ix_team_member_team_id"), "team_member", ["team_id"])
    op.create_index(op.f("ix_team_member_entry_id"), "team_member", ["entry_id"])
    op.create_index(
        "uq_team_member_standing",
        "team_member",
        ["entry_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
