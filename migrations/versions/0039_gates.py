"""Rooms with entry and exit; what the devices at the gates did, added only.

More reasons to turn a ticket away: revoked, expired, in already …
"""

import sqlalchemy as sa
from alembic import op

revision = "0039_gates"
down_revision = "0038_pool_gaps"
branch_labels = None
depends_on = None

BEFORE = (
    *("forged_ticket", "unknown", "other_event", "not_accepted", "closed"),
    *("face_differs", "id_differs", "no_id", "forbidden_item", "other", "taken_back"),
)
NEW = (
    *("revoked", "expired", "not_yet"),
    *("already_in", "not_inside", "not_checked_in", "too_late"),
)
CODE = "ck_checkin_refusal_code"


def upgrade() -> None:
    op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("closes_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_gate_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.UniqueConstraint("event_id", "name", name=op.f("uq_gate_event_id_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_gate_uid")),
    )
    _create_scan()
    _allow((*BEFORE, *NEW))


def downgrade() -> None:
    _without_triggers()
    refusal = sa.table("checkin_refusal", sa.column("code"))
    op.execute(refusal.update().where(refusal.c.code.in_(NEW)).values(code="other"))
    _change(BEFORE)
    _add_triggers("checkin_refusal")
    op.drop_table("gate_scan")
    op.drop_table("gate")


def _create_scan() -> None:
    op.create_table(
        "gate_scan",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("gate_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("scanned_at", sa.String(40), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("status_reason", sa.String(40), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "status in ('stored', 'conflict', 'late')",
            name=op.f("ck_gate_scan_status"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_gate_scan_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_gate_scan_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["gate_id"], ["gate.id"], name=op.f("fk_gate_scan_gate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_scan")),
        sa.UniqueConstraint("event_id", "seq", name=op.f("uq_gate_scan_event_id_seq")),
    )
    op.create_index(op.f("ix_gate_scan_gate_id"), "gate_scan", ["gate_id"])
    op.create_index(op.f("ix_gate_scan_entry_id"), "gate_scan", ["entry_id"])
    _add_triggers("gate_scan")


def _allow(codes: tuple[str, ...]) -> None:
    _without_triggers()
    _change(codes)
    _add_triggers("checkin_refusal")


def _change(codes: tuple[str, ...]) -> None:
    with op.batch_alter_table("checkin_refusal") as batch:
        batch.drop_constraint(op.f(CODE), type_="check")
        batch.create_check_constraint(op.f(CODE), f"code in {codes}")


def _without_triggers() -> None:
    on = " on checkin_refusal" if _is_postgresql() else ""
    for verb in ("update", "delete"):
        op.execute(f"drop trigger checkin_refusal_no_{verb}{on}")


def _add_triggers(table: str) -> None:
    for verb in ("update", "delete"):
        action = (
            "for each statement execute function competition_refuse()"
            if _is_postgresql()
            else f"begin select raise(abort, '{table} keeps what was written'); end"
        )
        op.execute(
            f"create trigger {table}_no_{verb} before {verb} on {table} {action}"
        )


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
