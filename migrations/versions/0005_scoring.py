"""The tables of scoring."""

import sqlalchemy as sa
from alembic import op

revision = "0005_scoring"
down_revision = "0004_competition"
branch_labels = None
depends_on = None


def create_tables() -> None:
    op.create_table(
        "mark_lock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("locked_at", sa.DateTime(), nullable=False),
        sa.Column("locked_by", sa.String(length=64), nullable=False),
        sa.Column("unlock_reason", sa.Text(), nullable=False),
        sa.Column("unlock_asked_at", sa.DateTime(), nullable=True),
        sa.Column("unlock_asked_by", sa.String(length=64), nullable=False),
        sa.Column("unlocked_at", sa.DateTime(), nullable=True),
        sa.Column("unlocked_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_mark_lock_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_lock")),
        sa.UniqueConstraint(
            "event_id", "round", name=op.f("uq_mark_lock_event_id_round")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_mark_lock_uid")),
    )
    op.create_table(
        "result_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("scheme_digest", sa.String(length=64), nullable=False),
        sa.Column("marks_digest", sa.String(length=64), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("computed_at", sa.DateTime(), nullable=False),
        sa.Column("computed_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_result_version_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_version")),
        sa.UniqueConstraint(
            "event_id", "version", name=op.f("uq_result_version_event_id_version")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_result_version_uid")),
    )
    op.create_table(
        "scheme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(), nullable=True),
        sa.Column("frozen_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_scheme_version_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_version")),
        sa.UniqueConstraint(
            "event_id", "version", name=op.f("uq_scheme_version_event_id_version")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_scheme_version_uid")),
    )
    op.create_table(
        "scoring_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "kind in ('veto_aspect', 'veto_criterion', 'veto_component', 'veto_total', 'disqualify', 'withdrawn', 'time', 'penalty', 'playoff', 'set_aside', 'revoke')",
            name=op.f("ck_scoring_decision_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_scoring_decision_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_decision")),
        sa.UniqueConstraint("uid", name=op.f("uq_scoring_decision_uid")),
    )
    op.create_index(
        op.f("ix_scoring_decision_event_id"),
        "scoring_decision",
        ["event_id"],
        unique=False,
    )
    op.create_table(
        "judge_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=8), nullable=False),
        sa.Column("is_chief", sa.Boolean(), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(), nullable=False),
        sa.Column("assigned_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_judge_seat_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_judge_seat_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judge_seat")),
        sa.UniqueConstraint(
            "event_id", "seat", name=op.f("uq_judge_seat_event_id_seat")
        ),
        sa.UniqueConstraint(
            "event_id", "user_id", name=op.f("uq_judge_seat_event_id_user_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_judge_seat_uid")),
    )
    op.create_index(
        op.f("ix_judge_seat_user_id"), "judge_seat", ["user_id"], unique=False
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_reason", sa.String(length=400), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_publication_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["result_version.id"], name=op.f("fk_publication_result_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint(
            "event_id", "version", name=op.f("uq_publication_event_id_version")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_publication_uid")),
    )
    op.create_index(
        op.f("ix_publication_published_at"),
        "publication",
        ["published_at"],
        unique=False,
    )
    op.create_table(
        "mark_event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=32), nullable=False),
        sa.Column("aspect", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("exact", sa.String(length=200), nullable=False),
        sa.Column("base", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("status_reason", sa.String(length=40), nullable=False),
        sa.Column("current", sa.String(length=36), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind in ('mark', 'void')", name=op.f("ck_mark_event_kind")),
        sa.CheckConstraint(
            "status in ('stored', 'conflict', 'late')",
            name=op.f("ck_mark_event_status"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_mark_event_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["judge_seat.id"], name=op.f("fk_mark_event_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_event")),
        sa.UniqueConstraint("event_id", "seq", name=op.f("uq_mark_event_event_id_seq")),
    )
    op.create_index(
        "ix_mark_event_cell",
        "mark_event",
        ["event_id", "entry", "aspect", "seat_id"],
        unique=False,
    )
    op.create_index(
        "uq_mark_event_successor",
        "mark_event",
        ["seat_id", "entry", "aspect", "base"],
        unique=True,
        sqlite_where=sa.text("status = 'stored'"),
        postgresql_where=sa.text("status = 'stored'"),
    )
    op.create_table(
        "sheet_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("returned_at", sa.DateTime(), nullable=True),
        sa.Column("returned_by", sa.String(length=64), nullable=False),
        sa.Column("returned_reason", sa.String(length=400), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sheet_signature_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["judge_seat.id"], name=op.f("fk_sheet_signature_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_signature")),
        sa.UniqueConstraint("uid", name=op.f("uq_sheet_signature_uid")),
    )
    op.create_index(
        op.f("ix_sheet_signature_event_id"),
        "sheet_signature",
        ["event_id"],
        unique=False,
    )
    op.create_index(
        "ix_sheet_signature_seat_id_round",
        "sheet_signature",
        ["seat_id", "round"],
        unique=False,
    )


def drop_tables() -> None:
    op.drop_table("sheet_signature")
    op.drop_table("mark_event")
    op.drop_table("publication")
    op.drop_table("judge_seat")
    op.drop_table("scoring_decision")
    op.drop_table("scheme_version")
    op.drop_table("result_version")
    op.drop_table("mark_lock")


# --- by hand
# What may never change once it is written, and what may never go away.
APPEND_ONLY = ("mark_event", "scoring_decision", "result_version")
KEPT = ("scheme_version", "judge_seat", "sheet_signature", "mark_lock", "publication")
SEALED = {  # columns that stay as they were written
    "publication": "event_id, version, result_id, snapshot, links, digest, signature, "
    "public_key, published_at, published_by",
    "sheet_signature": "event_id, seat_id, round, digest, marks, signed_at",
    "mark_lock": "event_id, round, digest, last_seq, locked_at, locked_by",
}


def upgrade() -> None:
    create_tables()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def downgrade() -> None:
    drop_tables()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function scoring_refuse()")


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        _refuse_sqlite(f"{table}_no_update", f"update on {table}", table)
    for table in (*APPEND_ONLY, *KEPT):
        _refuse_sqlite(f"{table}_no_delete", f"delete on {table}", table)
    for table, columns in SEALED.items():
        _refuse_sqlite(f"{table}_sealed", f"update of {columns} on {table}", table)
    _refuse_sqlite(
        "scheme_version_frozen",
        "update on scheme_version when old.frozen_at is not null",
        "a frozen scheme",
    )


def _refuse_sqlite(name: str, when: str, what: str) -> None:
    op.execute(
        f"create trigger {name} before {when} "
        f"begin select raise(abort, '{what} is append-only'); end"
    )


def _guard_postgresql() -> None:
    op.execute(
        "create function scoring_refuse() returns trigger language plpgsql as "
        "$$ begin raise exception '% is append-only', tg_table_name; end $$"
    )
    for table in APPEND_ONLY:
        _refuse_postgresql(f"{table}_no_update", f"update on {table}")
    for table in (*APPEND_ONLY, *KEPT):
        _refuse_postgresql(f"{table}_no_delete", f"delete or truncate on {table}")
    for table, columns in SEALED.items():
        _refuse_postgresql(f"{table}_sealed", f"update of {columns} on {table}")
    op.execute(
        "create trigger scheme_version_frozen before update on scheme_version "
        "for each row when (old.frozen_at is not null) "
        "execute function scoring_refuse()"
    )


def _refuse_postgresql(name: str, when: str) -> None:
    op.execute(
        f"create trigger {name} before {when} "
        "for each statement execute function scoring_refuse()"
    )
