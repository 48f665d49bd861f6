"""Badges of judges; what a sign-in came by and how far it goes."""

import sqlalchemy as sa
from alembic import op

revision = "0011_badges"
down_revision = "0010_carried_marks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sign_in",
        sa.Column("via", sa.String(48), nullable=False, server_default=""),
    )
    op.add_column("sign_in", sa.Column("permissions", sa.String(400), nullable=True))
    op.create_index("ix_sign_in_via", "sign_in", ["via"])
    op.create_table(
        "badge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.String(length=120), nullable=False),
        sa.Column("typed_pin_hash", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.DateTime(), nullable=False),
        sa.Column("valid_until", sa.DateTime(), nullable=False),
        sa.Column("device_hash", sa.String(length=64), nullable=False),
        sa.Column("bound_at", sa.DateTime(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ck_badge_window")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_badge_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badge")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_badge_token_hash")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_badge_code_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_badge_uid")),
    )
    op.create_index("ix_badge_user_id", "badge", ["user_id"])
    op.create_index("ix_badge_scope", "badge", ["scope"])


def downgrade() -> None:
    op.drop_table("badge")
    op.drop_index("ix_sign_in_via", "sign_in")
    op.drop_column("sign_in", "permissions")
    op.drop_column("sign_in", "via")
