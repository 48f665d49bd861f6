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
        "checkin_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_checkin_session_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_session")),
        sa.UniqueConstraint("event_id", name=op.f("uq_checkin_session_event_id")),
    )
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("algorithm", sa.String(length=32), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("targets", sa.Text(), nullable=False),
        sa.Column("code_length", sa.SmallInteger(), nullable=False),
        sa.Column("list_digest", sa.String(length=64), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("committed_at", sa.DateTime(), nullable=False),
        sa.Column("committed_by", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(), nullable=True),
        sa.Column("drawn_by", sa.String(length=64), nullable=False),
        sa.Column("result_digest", sa.String(length=64), nullable=False),
        sa.Column("revealed_at", sa.DateTime(), nullable=True),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("voided_at", sa.DateTime(), nullable=True),
        sa.Column("voided_by", sa.String(length=64), nullable=False),
        sa.Column("void_reason", sa.String(length=400), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "purpose in ('contest_no', 'station', 'work_code')",
            name=op.f("ck_draw_purpose"),
        ),
        sa.CheckConstraint(
            "voided_at is null or void_reason <> ''",
            name=op.f("ck_draw_void_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_draw_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint(
            "event_id",
            "purpose",
            "attempt",
            name=op.f("uq_draw_event_id_purpose_attempt"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_draw_uid")),
    )
    op.create_index(op.f("ix_draw_event_id"), "draw", ["event_id"], unique=False)
    op.create_index(
        "uq_draw_live",
        "draw",
        ["event_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("voided_at is null"),
        postgresql_where=sa.text("voided_at is null"),
    )
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
        "draw_contribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "kind in ('leader', 'dice')", name=op.f("ck_draw_contribution_kind")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_draw_contribution_draw_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_contribution")),
        sa.UniqueConstraint(
            "draw_id", "seq", name=op.f("uq_draw_contribution_draw_id_seq")
        ),
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
        "checkin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("accepted_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "status <> 'refused' or reason <> ''",
            name=op.f("ck_checkin_refusal_has_a_reason"),
        ),
        sa.CheckConstraint(
            "status in ('present', 'late', 'absent', 'refused')",
            name=op.f("ck_checkin_status"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_checkin_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_checkin_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_checkin_entry_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_checkin_uid")),
    )
    op.create_index(op.f("ix_checkin_event_id"), "checkin", ["event_id"], unique=False)
    op.create_table(
        "checkin_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "code in ('forged_ticket', 'unknown', 'other_event', 'not_accepted', 'closed', 'face_differs', 'id_differs', 'no_id', 'forbidden_item', 'other', 'taken_back')",
            name=op.f("ck_checkin_refusal_code"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_checkin_refusal_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_checkin_refusal_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_refusal")),
        sa.UniqueConstraint("uid", name=op.f("uq_checkin_refusal_uid")),
    )
    op.create_index(
        op.f("ix_checkin_refusal_entry_id"),
        "checkin_refusal",
        ["entry_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_checkin_refusal_event_id"),
        "checkin_refusal",
        ["event_id"],
        unique=False,
    )
    op.create_table(
        "contest_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("contest_no", sa.String(length=8), nullable=False),
        sa.Column("group_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_contest_code_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_contest_code_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_contest_code_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_code")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_contest_code_entry_id")),
        sa.UniqueConstraint(
            "event_id", "contest_no", name=op.f("uq_contest_code_event_id_contest_no")
        ),
    )
    op.create_index(
        op.f("ix_contest_code_draw_id"), "contest_code", ["draw_id"], unique=False
    )
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
    op.create_table(
        "station_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("contest_no", sa.String(length=8), nullable=False),
        sa.Column("station", sa.String(length=8), nullable=False),
        sa.Column("group_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_station_code_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id", "contest_no"],
            ["contest_code.event_id", "contest_code.contest_no"],
            name=op.f("fk_station_code_event_id_contest_no"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_station_code_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_code")),
        sa.UniqueConstraint(
            "event_id", "contest_no", name=op.f("uq_station_code_event_id_contest_no")
        ),
        sa.UniqueConstraint(
            "event_id", "station", name=op.f("uq_station_code_event_id_station")
        ),
    )
    op.create_index(
        op.f("ix_station_code_draw_id"), "station_code", ["draw_id"], unique=False
    )
    op.create_table(
        "work_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("station", sa.String(length=8), nullable=False),
        sa.Column("work_code", sa.String(length=8), nullable=False),
        sa.Column("group_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["draw.id"], name=op.f("fk_work_code_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id", "station"],
            ["station_code.event_id", "station_code.station"],
            name=op.f("fk_work_code_event_id_station"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_work_code_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_code")),
        sa.UniqueConstraint(
            "event_id", "station", name=op.f("uq_work_code_event_id_station")
        ),
        sa.UniqueConstraint(
            "event_id", "work_code", name=op.f("uq_work_code_event_id_work_code")
        ),
    )
    op.create_index(
        op.f("ix_work_code_draw_id"), "work_code", ["draw_id"], unique=False
    )


def drop_tables() -> None:
    op.drop_table("work_code")
    op.drop_table("station_code")
    op.drop_table("ticket")
    op.drop_table("entry_verdict")
    op.drop_table("entry_paper")
    op.drop_table("contest_code")
    op.drop_table("checkin_refusal")
    op.drop_table("checkin")
    op.drop_table("entry")
    op.drop_table("draw_contribution")
    op.drop_table("event_group")
    op.drop_table("draw")
    op.drop_table("checkin_session")
    op.drop_table("event")
    op.drop_table("competition")


# --- by hand
# What was committed, called or turned away stays as it was written.
COMMITTED = (
    "event_id, purpose, attempt, algorithm, items, targets, code_length, list_digest, "
    "secret_sealed, secret_digest, commitment"
)
REFUSED_CHANGES = (
    ("draw", f"update of {COMMITTED}"),
    ("draw", "delete"),
    ("draw_contribution", "update"),
    ("draw_contribution", "delete"),
    ("checkin_refusal", "update"),
    ("checkin_refusal", "delete"),
)


def upgrade() -> None:
    create_tables()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function competition_refuse() returns trigger language plpgsql as "
            "$$ begin raise exception '% keeps what was written', tg_table_name; end $$"
        )
        action = "for each statement execute function competition_refuse()"
    for table, change in REFUSED_CHANGES:
        if op.get_bind().dialect.name != "postgresql":
            action = f"begin select raise(abort, '{table} keeps what was written'); end"
        verb = change.split(" ")[0]
        op.execute(
            f"create trigger {table}_no_{verb} before {change} on {table} {action}"
        )


def downgrade() -> None:
    drop_tables()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function competition_refuse()")
