"""Agreements of mentor and apprentice: versions, sections, signatures; mutual choice."""

import sqlalchemy as sa
from alembic import op

revision = "0049_agreements"
down_revision = "0048_release"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mentor_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("occupation_edition", sa.SmallInteger(), nullable=False),
        sa.Column("occupation_code", sa.String(length=12), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("after_pair_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "side in ('mentor', 'apprentice')", name=op.f("ck_mentor_offer_side")
        ),
        sa.CheckConstraint(
            "state in ('asked', 'looking', 'closed')",
            name=op.f("ck_mentor_offer_state"),
        ),
        sa.ForeignKeyConstraint(
            ["after_pair_id"],
            ["mentor_pair.id"],
            name=op.f("fk_mentor_offer_after_pair_id"),
        ),
        sa.ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
            name=op.f("fk_mentor_offer_occupation_edition_occupation_code"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mentor_offer_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_offer")),
        sa.UniqueConstraint("uid", name=op.f("uq_mentor_offer_uid")),
    )
    op.create_index(
        op.f("ix_mentor_offer_after_pair_id"),
        "mentor_offer",
        ["after_pair_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mentor_offer_person_id"), "mentor_offer", ["person_id"], unique=False
    )
    op.create_index(
        "ix_mentor_offer_side_occupation_code_state",
        "mentor_offer",
        ["side", "occupation_code", "state"],
        unique=False,
    )
    op.create_index(
        "uq_mentor_offer_live",
        "mentor_offer",
        ["person_id", "side", "occupation_edition", "occupation_code"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_table(
        "pair_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("template", sa.String(length=24), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("confirm_by", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("mentor_unit_id", sa.Integer(), nullable=True),
        sa.Column("guardian", sa.String(length=160), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=True),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("waiver", sa.String(length=200), nullable=False),
        sa.Column("waived", sa.String(length=80), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "state <> 'filed' or filed_by <> ''",
            name=op.f("ck_pair_agreement_filing_has_a_name"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'complete', 'filed', 'replaced')",
            name=op.f("ck_pair_agreement_state"),
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_pair_agreement_term")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_pair_agreement_version")),
        sa.ForeignKeyConstraint(
            ["mentor_unit_id"],
            ["unit.id"],
            name=op.f("fk_pair_agreement_mentor_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["mentor_pair.id"], name=op.f("fk_pair_agreement_pair_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_pair_agreement_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_agreement")),
        sa.UniqueConstraint(
            "pair_id", "version", name=op.f("uq_pair_agreement_pair_id_version")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_pair_agreement_uid")),
    )
    op.create_index(
        op.f("ix_pair_agreement_confirm_by"),
        "pair_agreement",
        ["confirm_by"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pair_agreement_mentor_unit_id"),
        "pair_agreement",
        ["mentor_unit_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pair_agreement_pair_id"), "pair_agreement", ["pair_id"], unique=False
    )
    op.create_index(
        op.f("ix_pair_agreement_state"), "pair_agreement", ["state"], unique=False
    )
    op.create_index(
        op.f("ix_pair_agreement_unit_id"), "pair_agreement", ["unit_id"], unique=False
    )
    op.create_table(
        "agreement_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("section", sa.String(length=12), nullable=False),
        sa.Column("section_digest", sa.String(length=64), nullable=False),
        sa.Column("agreement_digest", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("signed_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "party in ('mentor', 'apprentice', 'unit', 'mentor_unit')",
            name=op.f("ck_agreement_confirmation_party"),
        ),
        sa.CheckConstraint(
            "section in ('parties', 'trade', 'term', 'goals', 'teaching', 'assessment', 'rights', 'reward', 'change')",
            name=op.f("ck_agreement_confirmation_section"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["pair_agreement.id"],
            name=op.f("fk_agreement_confirmation_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"],
            ["mentor_pair.id"],
            name=op.f("fk_agreement_confirmation_pair_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_confirmation")),
        sa.UniqueConstraint(
            "pair_id",
            "party",
            "section",
            "section_digest",
            name=op.f("uq_agreement_confirmation_pair_id_party_section_section_digest"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_agreement_confirmation_uid")),
    )
    op.create_index(
        op.f("ix_agreement_confirmation_agreement_id"),
        "agreement_confirmation",
        ["agreement_id"],
        unique=False,
    )
    op.create_table(
        "agreement_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "code in ('parties', 'trade', 'term', 'goals', 'teaching', 'assessment', 'rights', 'reward', 'change')",
            name=op.f("ck_agreement_section_code"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["pair_agreement.id"],
            name=op.f("fk_agreement_section_agreement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_section")),
        sa.UniqueConstraint(
            "agreement_id", "code", name=op.f("uq_agreement_section_agreement_id_code")
        ),
    )
    op.create_table(
        "mentor_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("wanted_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("pair_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint("rank between 1 and 9", name=op.f("ck_mentor_wish_rank")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["mentor_offer.id"], name=op.f("fk_mentor_wish_offer_id")
        ),
        sa.ForeignKeyConstraint(
            ["pair_id"], ["mentor_pair.id"], name=op.f("fk_mentor_wish_pair_id")
        ),
        sa.ForeignKeyConstraint(
            ["wanted_id"], ["mentor_offer.id"], name=op.f("fk_mentor_wish_wanted_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_wish")),
        sa.UniqueConstraint(
            "offer_id", "wanted_id", name=op.f("uq_mentor_wish_offer_id_wanted_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_mentor_wish_uid")),
    )
    op.create_index(
        op.f("ix_mentor_wish_pair_id"), "mentor_wish", ["pair_id"], unique=False
    )
    op.create_index(
        op.f("ix_mentor_wish_wanted_id"), "mentor_wish", ["wanted_id"], unique=False
    )
    _guard("agreement_confirmation")


def downgrade() -> None:
    op.drop_table("mentor_wish")
    op.drop_table("agreement_section")
    op.drop_table("agreement_confirmation")
    op.drop_table("pair_agreement")
    op.drop_table("mentor_offer")


def _guard(table: str) -> None:
    """Refuse every change and removal; the function is of the tables of scoring."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"create trigger {table}_no_update before update on {table} "
            "for each statement execute function scoring_refuse()"
        )
        op.execute(
            f"create trigger {table}_no_delete before delete or truncate on {table} "
            "for each statement execute function scoring_refuse()"
        )
        return
    for deed in ("update", "delete"):
        op.execute(
            f"create trigger {table}_no_{deed} before {deed} on {table} "
            f"begin select raise(abort, '{table} is append-only'); end"
        )
