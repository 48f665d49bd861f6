"""Messages to accounts, their outbox, and where accounts want mail."""

import sqlalchemy as sa
from alembic import op

revision = "0047_messages"
down_revision = "0046_signatures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_message_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_message_uid")),
    )
    op.create_index("ix_message_user_id_read_at", "message", ["user_id", "read_at"])
    op.create_table(
        "message_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.Column("fault", sa.String(length=80), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "channel in ('mail', 'sms')", name=op.f("ck_message_delivery_channel")
        ),
        sa.CheckConstraint(
            "state in ('waiting', 'sent', 'failed')",
            name=op.f("ck_message_delivery_state"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_delivery_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_delivery")),
        sa.UniqueConstraint(
            "message_id",
            "channel",
            name=op.f("uq_message_delivery_message_id_channel"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_message_delivery_uid")),
    )
    op.create_index(
        "ix_message_delivery_state_next_at", "message_delivery", ["state", "next_at"]
    )
    op.create_table(
        "message_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("mail_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_message_address_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_address")),
        sa.UniqueConstraint("user_id", name=op.f("uq_message_address_user_id")),
    )


def downgrade() -> None:
    op.drop_table("message_address")
    op.drop_table("message_delivery")
    op.drop_table("message")
