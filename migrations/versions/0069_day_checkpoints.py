"""The signed head of the log, kept day by day."""

import sqlalchemy as sa
from alembic import op

revision = "0069_day_checkpoints"
down_revision = "0067_questions"
branch_labels = None
depends_on = None

REFUSED = "kept checkpoints stay as they are"


def upgrade() -> None:
    op.create_table(
        "ledger_checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_checkpoint")),
        sa.UniqueConstraint("day", name=op.f("uq_ledger_checkpoint_day")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create trigger ledger_checkpoint_refuse before update or delete or "
            "truncate on ledger_checkpoint for each statement "
            "execute function ledger_refuse()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger ledger_checkpoint_no_{verb} before {verb} "
            f"on ledger_checkpoint begin select raise(abort, '{REFUSED}'); end"
        )


def downgrade() -> None:
    op.drop_table("ledger_checkpoint")
