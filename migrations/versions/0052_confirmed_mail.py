"""Mail addresses are confirmed by a code; those there are have to be, too."""

import sqlalchemy as sa
from alembic import op

revision = "0052_confirmed_mail"
down_revision = "0051_kept_reasons"
branch_labels = None
depends_on = None

COLUMNS = ("confirmed_at", "code_sealed", "code_at", "code_tries")


def upgrade() -> None:
    with op.batch_alter_table("message_address") as batch:
        batch.add_column(sa.Column("confirmed_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("code_sealed", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("code_at", sa.DateTime(), nullable=True))
        batch.add_column(
            sa.Column(
                "code_tries", sa.SmallInteger(), nullable=False, server_default="0"
            )
        )
        batch.create_check_constraint(
            op.f("ck_message_address_code_tries_not_negative"), "code_tries >= 0"
        )
        batch.create_check_constraint(
            op.f("ck_message_address_confirmed_without_code"),
            "confirmed_at is null or code_sealed is null",
        )


def downgrade() -> None:
    # Nobody gets mail at an address that was not confirmed.
    op.execute("delete from message_address where confirmed_at is null")
    with op.batch_alter_table("message_address") as batch:
        for name in ("code_tries_not_negative", "confirmed_without_code"):
            batch.drop_constraint(op.f(f"ck_message_address_{name}"), type_="check")
        for column in COLUMNS:
            batch.drop_column(column)
