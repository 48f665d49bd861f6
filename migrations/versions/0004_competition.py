"""The tables of competition."""

import sqlalchemy as sa
from alembic import op

revision = "0004_competition"
down_revision = "0003_accounts"
branch_labels = None
depends_on = None


def create_tables() -> None:
    op.create_table(
        "competition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("organiser", sa.String(length=200), nullable=False),
        sa.Column("undertaker", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("max_events", sa.SmallInteger(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "tier in ('enterprise', 'district', 'city', 'province', 'nation')",
            name=op.f("ck_competition_tier"),
        ),
        sa.CheckConstraint(
            "starts_on <= ends_on", name=op.f("ck_competition_dates_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["district_code"],
            ["district.code"],
            name=op.f("fk_competition_district_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition")),
        sa.UniqueConstraint("uid", name=op.f("uq_competition_uid")),
    )
    op.create_index(
        op.f("ix_competition_district_code"),
        "competition",
        ["district_code"],
        unique=False,
    )
    op.create_index(op.f("ix_competition_year"), "competition", ["year"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("competition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("occupation_edition", sa.SmallInteger(), nullable=False),
        sa.Column("occupation_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("registration_opens_at", sa.DateTime(), nullable=False),
        sa.Column("registration_closes_at", sa.DateTime(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("late_after_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("venue", sa.String(length=120), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("quota", sa.SmallInteger(), nullable=True),
        sa.Column("unit_quota", sa.SmallInteger(), nullable=True),
        sa.Column("min_entries", sa.SmallInteger(), nullable=False),
        sa.Column("age_min", sa.SmallInteger(), nullable=True),
        sa.Column("age_max", sa.SmallInteger(), nullable=True),
        sa.Column("age_on", sa.Date(), nullable=True),
        sa.Column("min_level_code", sa.String(length=2), nullable=True),
        sa.Column("min_trade_years", sa.SmallInteger(), nullable=True),
        sa.Column("papers", sa.String(length=80), nullable=False),
        sa.Column("scheme_digest", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'registration', 'closed', 'checkin', 'marking', 'locked', 'decoded', 'published')",
            name=op.f("ck_event_state"),
        ),
        sa.CheckConstraint(
            "registration_opens_at < registration_closes_at and registration_closes_at <= starts_at",
            name=op.f("ck_event_dates_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["competition_id"], ["competition.id"], name=op.f("fk_event_competition_id")
        ),
        sa.ForeignKeyConstraint(
            ["min_level_code"],
            ["skill_level.code"],
            name=op.f("fk_event_min_level_code"),
        ),
        sa.ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
            name=op.f("fk_event_occupation_edition_occupation_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_uid")),
    )
    op.create_index(
        op.f("ix_event_competition_id"), "event", ["competition_id"], unique=False
    )
    op.create_index(op.f("ix_event_state"), "event", ["state"], unique=False)
    op.create_table(
        "event_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_group_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_group")),
        sa.UniqueConstraint(
            "event_id", "code", name=op.f("uq_event_group_event_id_code")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_event_group_uid")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("trade_years", sa.SmallInteger(), nullable=True),
        sa.Column("level_code", sa.String(length=2), nullable=True),
        sa.Column("certificate_number", sa.String(length=40), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reopened", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'returned', 'accepted', 'rejected', 'withdrawn')",
            name=op.f("ck_entry_state"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'withdrawn') or (person_id is not null and group_id is not null)",
            name=op.f("ck_entry_complete_once_submitted"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_entry_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["event_group.id"], name=op.f("fk_entry_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["level_code"], ["skill_level.code"], name=op.f("fk_entry_level_code")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_entry_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_entry_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_entry_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint(
            "event_id", "person_id", name=op.f("uq_entry_event_id_person_id")
        ),
        sa.UniqueConstraint(
            "event_id", "user_id", name=op.f("uq_entry_event_id_user_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_entry_uid")),
    )
    op.create_index(op.f("ix_entry_event_id"), "entry", ["event_id"], unique=False)
    op.create_index(op.f("ix_entry_person_id"), "entry", ["person_id"], unique=False)
    op.create_index(op.f("ix_entry_state"), "entry", ["state"], unique=False)
    op.create_index(op.f("ix_entry_unit_id"), "entry", ["unit_id"], unique=False)
    op.create_table(
        "entry_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "kind in ('photo', 'id_card', 'certificate', 'employment')",
            name=op.f("ck_entry_paper_kind"),
        ),
        sa.CheckConstraint(
            "state != 'rejected' or reason != ''",
            name=op.f("ck_entry_paper_reason_given"),
        ),
        sa.CheckConstraint(
            "state in ('pending', 'accepted', 'rejected')",
            name=op.f("ck_entry_paper_state"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_entry_paper_attachment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_paper_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_paper")),
        sa.UniqueConstraint(
            "entry_id", "kind", name=op.f("uq_entry_paper_entry_id_kind")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_entry_paper_uid")),
    )
    op.create_table(
        "entry_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_verdict_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_verdict")),
        sa.UniqueConstraint("uid", name=op.f("uq_entry_verdict_uid")),
    )
    op.create_index(
        op.f("ix_entry_verdict_entry_id"), "entry_verdict", ["entry_id"], unique=False
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("valid_until", sa.DateTime(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_ticket_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_ticket_entry_id")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_ticket_uid")),
    )


def drop_tables() -> None:
    op.drop_table("ticket")
    op.drop_table("entry_verdict")
    op.drop_table("entry_paper")
    op.drop_table("entry")
    op.drop_table("event_group")
    op.drop_table("event")
    op.drop_table("competition")


# --- by hand


def upgrade() -> None:
    create_tables()


def downgrade() -> None:
    drop_tables()
