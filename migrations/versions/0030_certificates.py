"""Certificates of awards, their design, and whose signatures they carry."""

import sqlalchemy as sa
from alembic import op

revision = "0030_certificates"
down_revision = "0029_ladder"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_design",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("competition_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("title_en", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(length=600), nullable=False),
        sa.Column("body_en", sa.String(length=800), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("is_bilingual", sa.Boolean(), nullable=False),
        sa.Column("check_address", sa.String(length=200), nullable=False),
        sa.Column("seal_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["competition_id"],
            ["competition.id"],
            name=op.f("fk_certificate_design_competition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["seal_id"], ["attachment.id"], name=op.f("fk_certificate_design_seal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_design")),
        sa.UniqueConstraint(
            "competition_id", name=op.f("uq_certificate_design_competition_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_certificate_design_uid")),
    )
    op.create_table(
        "certificate_signer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("competition_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('asked', 'granted', 'declined', 'ended')",
            name=op.f("ck_certificate_signer_state"),
        ),
        sa.CheckConstraint(
            "state <> 'granted' or attachment_id is not null",
            name=op.f("ck_certificate_signer_granted_has_image"),
        ),
        sa.ForeignKeyConstraint(
            ["competition_id"],
            ["competition.id"],
            name=op.f("fk_certificate_signer_competition_id"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_certificate_signer_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_certificate_signer_attachment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_signer")),
        sa.UniqueConstraint("uid", name=op.f("uq_certificate_signer_uid")),
    )
    op.create_index(
        "ix_certificate_signer_competition_id", "certificate_signer", ["competition_id"]
    )
    op.create_index("ix_certificate_signer_user_id", "certificate_signer", ["user_id"])
    op.create_table(
        "award_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("holder", sa.String(length=60), nullable=False),
        sa.Column("unit_name", sa.String(length=120), nullable=False),
        sa.Column("group_name", sa.String(length=40), nullable=False),
        sa.Column("award", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=400), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state in ('valid', 'replaced', 'revoked')",
            name=op.f("ck_award_certificate_state"),
        ),
        sa.CheckConstraint(
            "state = 'valid' or reason <> ''",
            name=op.f("ck_award_certificate_reason_given"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_award_certificate_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_award_certificate_publication_id"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_award_certificate_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["award_certificate.id"],
            name=op.f("fk_award_certificate_replaces_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_award_certificate_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_award_certificate_uid")),
    )
    op.create_index("ix_award_certificate_entry_id", "award_certificate", ["entry_id"])
    op.create_index(
        "ix_award_certificate_event", "award_certificate", ["event_id", "state"]
    )
    op.create_index(
        "ix_award_certificate_valid",
        "award_certificate",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("state = 'valid'"),
        postgresql_where=sa.text("state = 'valid'"),
    )


def downgrade() -> None:
    op.drop_table("award_certificate")
    op.drop_table("certificate_signer")
    op.drop_table("certificate_design")
