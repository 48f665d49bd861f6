"""The tables of talentpool."""

import sqlalchemy as sa
from alembic import op

revision = "0006_talentpool"
down_revision = "0005_scoring"
branch_labels = None
depends_on = None


def create_tables() -> None:
    op.create_table(
        "profile_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.Column("stored_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_version")),
        sa.UniqueConstraint(
            "code", "version", name=op.f("uq_profile_version_code_version")
        ),
        sa.UniqueConstraint("digest", name=op.f("uq_profile_version_digest")),
        sa.UniqueConstraint("uid", name=op.f("uq_profile_version_uid")),
    )
    op.create_index(
        op.f("ix_profile_version_in_force_from"),
        "profile_version",
        ["in_force_from"],
        unique=False,
    )
    op.create_table(
        "search_merge",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", sa.String(length=36), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_search_merge")),
        sa.UniqueConstraint("token", name=op.f("uq_search_merge_token")),
    )
    op.create_table(
        "search_posting",
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("field", sa.SmallInteger(), nullable=False),
        sa.Column("bitmap", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term", "field", name=op.f("pk_search_posting")),
    )
    op.create_table(
        "craftsman",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pool_class", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("term_ends_on", sa.Date(), nullable=True),
        sa.Column("certificate_number", sa.String(length=20), nullable=False),
        sa.Column("profile_version_id", sa.Integer(), nullable=True),
        sa.Column("occupation_edition", sa.SmallInteger(), nullable=False),
        sa.Column("occupation_code", sa.String(length=12), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("trade_since", sa.Date(), nullable=True),
        sa.Column("post", sa.String(length=80), nullable=False),
        sa.Column("post_kind", sa.String(length=12), nullable=False),
        sa.Column("employment", sa.String(length=12), nullable=False),
        sa.Column("front_line", sa.Boolean(), nullable=True),
        sa.Column("union_member", sa.Boolean(), nullable=True),
        sa.Column("worker_type", sa.String(length=14), nullable=False),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("willing_to_serve", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "employment in ('', 'in_service', 'retired', 'rehired')",
            name=op.f("ck_craftsman_employment"),
        ),
        sa.CheckConstraint(
            "level in ('nation', 'province', 'city', 'district', 'enterprise')",
            name=op.f("ck_craftsman_level"),
        ),
        sa.CheckConstraint(
            "pool_class in ('named', 'skilled', 'competition', 'folk', 'reserve')",
            name=op.f("ck_craftsman_pool_class"),
        ),
        sa.CheckConstraint(
            "post_kind in ('', 'operator', 'technical', 'management', 'finance')",
            name=op.f("ck_craftsman_post_kind"),
        ),
        sa.CheckConstraint(
            "state in ('active', 'suspended', 'due', 'left', 'revoked', 'deceased')",
            name=op.f("ck_craftsman_state"),
        ),
        sa.CheckConstraint(
            "worker_type in ('', 'employee', 'dispatched', 'new_form', 'self_employed')",
            name=op.f("ck_craftsman_worker_type"),
        ),
        sa.ForeignKeyConstraint(
            ["district_code"],
            ["district.code"],
            name=op.f("fk_craftsman_district_code"),
        ),
        sa.ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
            name=op.f("fk_craftsman_occupation_edition_occupation_code"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_craftsman_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["profile_version_id"],
            ["profile_version.id"],
            name=op.f("fk_craftsman_profile_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_craftsman")),
        sa.UniqueConstraint(
            "certificate_number", name=op.f("uq_craftsman_certificate_number")
        ),
        sa.UniqueConstraint("person_id", name=op.f("uq_craftsman_person_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_craftsman_uid")),
    )
    op.create_index(
        op.f("ix_craftsman_district_code"), "craftsman", ["district_code"], unique=False
    )
    op.create_index(op.f("ix_craftsman_level"), "craftsman", ["level"], unique=False)
    op.create_index(
        op.f("ix_craftsman_occupation_code"),
        "craftsman",
        ["occupation_code"],
        unique=False,
    )
    op.create_index(op.f("ix_craftsman_state"), "craftsman", ["state"], unique=False)
    op.create_index(
        op.f("ix_craftsman_updated_at"), "craftsman", ["updated_at"], unique=False
    )
    op.create_table(
        "achievement",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("named_after_person", sa.Boolean(), nullable=False),
        sa.Column("benefit_yuan", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("achieved_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("verified_by", sa.String(length=64), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "kind in ('innovation', 'five_small', 'method', 'patent', 'standard')",
            name=op.f("ck_achievement_kind"),
        ),
        sa.CheckConstraint(
            "source in ('officer', 'unit', 'self', 'competition', 'import')",
            name=op.f("ck_achievement_source"),
        ),
        sa.CheckConstraint(
            "state in ('claimed', 'verified', 'disputed')",
            name=op.f("ck_achievement_state"),
        ),
        sa.CheckConstraint(
            "benefit_yuan >= 0", name=op.f("ck_achievement_benefit_not_negative")
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from",
            name=op.f("ck_achievement_valid_range"),
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"], ["craftsman.id"], name=op.f("fk_achievement_craftsman_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"],
            ["achievement.id"],
            name=op.f("fk_achievement_supersedes_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievement")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_achievement_supersedes_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_achievement_uid")),
    )
    op.create_index(
        op.f("ix_achievement_craftsman_id"),
        "achievement",
        ["craftsman_id"],
        unique=False,
    )
    op.create_index(op.f("ix_achievement_kind"), "achievement", ["kind"], unique=False)
    op.create_table(
        "competition_record",
        sa.Column("competition_name", sa.String(length=120), nullable=False),
        sa.Column("event_name", sa.String(length=80), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("place", sa.SmallInteger(), nullable=True),
        sa.Column("of_count", sa.SmallInteger(), nullable=True),
        sa.Column("award", sa.String(length=40), nullable=False),
        sa.Column("total", sa.String(length=24), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("publication_uid", sa.String(length=36), nullable=False),
        sa.Column("entry_uid", sa.String(length=36), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("verified_by", sa.String(length=64), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "source in ('officer', 'unit', 'self', 'competition', 'import')",
            name=op.f("ck_competition_record_source"),
        ),
        sa.CheckConstraint(
            "state in ('claimed', 'verified', 'disputed')",
            name=op.f("ck_competition_record_state"),
        ),
        sa.CheckConstraint(
            "tier in ('nation', 'province', 'city', 'district', 'enterprise')",
            name=op.f("ck_competition_record_tier"),
        ),
        sa.CheckConstraint(
            "place >= 1 and place <= of_count",
            name=op.f("ck_competition_record_place_within_field"),
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from",
            name=op.f("ck_competition_record_valid_range"),
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_competition_record_craftsman_id"),
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"],
            ["competition_record.id"],
            name=op.f("fk_competition_record_supersedes_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_record")),
        sa.UniqueConstraint(
            "supersedes_id", name=op.f("uq_competition_record_supersedes_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_competition_record_uid")),
    )
    op.create_index(
        op.f("ix_competition_record_craftsman_id"),
        "competition_record",
        ["craftsman_id"],
        unique=False,
    )
    op.create_index(
        "ix_competition_record_entry_uid",
        "competition_record",
        ["entry_uid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_competition_record_publication_uid"),
        "competition_record",
        ["publication_uid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_competition_record_tier"), "competition_record", ["tier"], unique=False
    )
    op.create_table(
        "evidence",
        sa.Column("fact_uid", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("verified_by", sa.String(length=64), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "source in ('officer', 'unit', 'self', 'competition', 'import')",
            name=op.f("ck_evidence_source"),
        ),
        sa.CheckConstraint(
            "state in ('claimed', 'verified', 'disputed')",
            name=op.f("ck_evidence_state"),
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from",
            name=op.f("ck_evidence_valid_range"),
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_evidence_attachment_id")
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"], ["craftsman.id"], name=op.f("fk_evidence_craftsman_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["evidence.id"], name=op.f("fk_evidence_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_evidence_supersedes_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_evidence_uid")),
    )
    op.create_index(
        op.f("ix_evidence_craftsman_id"), "evidence", ["craftsman_id"], unique=False
    )
    op.create_index("ix_evidence_fact_uid", "evidence", ["fact_uid"], unique=False)
    op.create_table(
        "honour_award",
        sa.Column("honour_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("verified_by", sa.String(length=64), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "level in ('nation', 'province', 'city', 'district', 'enterprise')",
            name=op.f("ck_honour_award_level"),
        ),
        sa.CheckConstraint(
            "source in ('officer', 'unit', 'self', 'competition', 'import')",
            name=op.f("ck_honour_award_source"),
        ),
        sa.CheckConstraint(
            "state in ('claimed', 'verified', 'disputed')",
            name=op.f("ck_honour_award_state"),
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from",
            name=op.f("ck_honour_award_valid_range"),
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_honour_award_craftsman_id"),
        ),
        sa.ForeignKeyConstraint(
            ["honour_id"], ["honour.id"], name=op.f("fk_honour_award_honour_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"],
            ["honour_award.id"],
            name=op.f("fk_honour_award_supersedes_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honour_award")),
        sa.UniqueConstraint(
            "supersedes_id", name=op.f("uq_honour_award_supersedes_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_honour_award_uid")),
    )
    op.create_index(
        op.f("ix_honour_award_craftsman_id"),
        "honour_award",
        ["craftsman_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_honour_award_level"), "honour_award", ["level"], unique=False
    )
    op.create_table(
        "mentor_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("apprentice_person_id", sa.Integer(), nullable=False),
        sa.Column("apprentice_craftsman_id", sa.Integer(), nullable=True),
        sa.Column("apprentice_level", sa.String(length=2), nullable=True),
        sa.Column("occupation_edition", sa.SmallInteger(), nullable=False),
        sa.Column("occupation_code", sa.String(length=12), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("agreement_number", sa.String(length=40), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("goals", sa.Text(), nullable=False),
        sa.Column("exception_reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("successor_of_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "cause in ('', 'mentor_left', 'apprentice_left', 'change_of_mentor', 'failed', 'request')",
            name=op.f("ck_mentor_pair_cause"),
        ),
        sa.CheckConstraint(
            "relation in ('assigned', 'mutual', 'cross_firm')",
            name=op.f("ck_mentor_pair_relation"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'signed', 'filed', 'active', 'due', 'graduated', 'extended', 'terminated')",
            name=op.f("ck_mentor_pair_state"),
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_mentor_pair_term")),
        sa.ForeignKeyConstraint(
            ["apprentice_craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_mentor_pair_apprentice_craftsman_id"),
        ),
        sa.ForeignKeyConstraint(
            ["apprentice_level"],
            ["skill_level.code"],
            name=op.f("fk_mentor_pair_apprentice_level"),
        ),
        sa.ForeignKeyConstraint(
            ["apprentice_person_id"],
            ["person.id"],
            name=op.f("fk_mentor_pair_apprentice_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["craftsman.id"], name=op.f("fk_mentor_pair_mentor_id")
        ),
        sa.ForeignKeyConstraint(
            ["occupation_edition", "occupation_code"],
            ["occupation.edition", "occupation.code"],
            name=op.f("fk_mentor_pair_occupation_edition_occupation_code"),
        ),
        sa.ForeignKeyConstraint(
            ["successor_of_id"],
            ["mentor_pair.id"],
            name=op.f("fk_mentor_pair_successor_of_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_pair")),
        sa.UniqueConstraint(
            "agreement_number", name=op.f("uq_mentor_pair_agreement_number")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_mentor_pair_uid")),
    )
    op.create_index(
        op.f("ix_mentor_pair_apprentice_craftsman_id"),
        "mentor_pair",
        ["apprentice_craftsman_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mentor_pair_apprentice_person_id"),
        "mentor_pair",
        ["apprentice_person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mentor_pair_mentor_id"), "mentor_pair", ["mentor_id"], unique=False
    )
    op.create_index(
        op.f("ix_mentor_pair_occupation_code"),
        "mentor_pair",
        ["occupation_code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_mentor_pair_state"), "mentor_pair", ["state"], unique=False
    )
    op.create_table(
        "search_dirty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_search_dirty_craftsman_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_dirty")),
    )
    op.create_table(
        "search_document",
        sa.Column("craftsman_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("merge_version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("pinyin", sa.Text(), nullable=False),
        sa.Column("trade", sa.Text(), nullable=False),
        sa.Column("honours", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("name_key", sa.BigInteger(), nullable=False),
        sa.Column("name_code", sa.BigInteger(), nullable=False),
        sa.Column("name_length", sa.SmallInteger(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("skill", sa.SmallInteger(), nullable=False),
        sa.Column("pool_class", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("sex", sa.SmallInteger(), nullable=False),
        sa.Column("honour", sa.SmallInteger(), nullable=False),
        sa.Column("birth_year", sa.SmallInteger(), nullable=False),
        sa.Column("district", sa.Integer(), nullable=False),
        sa.Column("occupation", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_search_document_craftsman_id"),
        ),
        sa.PrimaryKeyConstraint("craftsman_id", name=op.f("pk_search_document")),
    )
    op.create_index(
        op.f("ix_search_document_merge_version"),
        "search_document",
        ["merge_version"],
        unique=False,
    )
    op.create_table(
        "skill_certificate",
        sa.Column("level_code", sa.String(length=2), nullable=False),
        sa.Column("trade", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("verified_by", sa.String(length=64), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "source in ('officer', 'unit', 'self', 'competition', 'import')",
            name=op.f("ck_skill_certificate_source"),
        ),
        sa.CheckConstraint(
            "state in ('claimed', 'verified', 'disputed')",
            name=op.f("ck_skill_certificate_state"),
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from",
            name=op.f("ck_skill_certificate_valid_range"),
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_skill_certificate_craftsman_id"),
        ),
        sa.ForeignKeyConstraint(
            ["level_code"],
            ["skill_level.code"],
            name=op.f("fk_skill_certificate_level_code"),
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"],
            ["skill_certificate.id"],
            name=op.f("fk_skill_certificate_supersedes_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_certificate")),
        sa.UniqueConstraint(
            "supersedes_id", name=op.f("uq_skill_certificate_supersedes_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_skill_certificate_uid")),
    )
    op.create_index(
        op.f("ix_skill_certificate_craftsman_id"),
        "skill_certificate",
        ["craftsman_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_skill_certificate_level_code"),
        "skill_certificate",
        ["level_code"],
        unique=False,
    )
    op.create_table(
        "studio",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("alliance", sa.String(length=80), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("verified_by", sa.String(length=64), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "kind in ('model_worker', 'skill_master')", name=op.f("ck_studio_kind")
        ),
        sa.CheckConstraint(
            "level in ('nation', 'province', 'city', 'district', 'enterprise')",
            name=op.f("ck_studio_level"),
        ),
        sa.CheckConstraint("role in ('leader', 'member')", name=op.f("ck_studio_role")),
        sa.CheckConstraint(
            "source in ('officer', 'unit', 'self', 'competition', 'import')",
            name=op.f("ck_studio_source"),
        ),
        sa.CheckConstraint(
            "state in ('claimed', 'verified', 'disputed')", name=op.f("ck_studio_state")
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from",
            name=op.f("ck_studio_valid_range"),
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"], ["craftsman.id"], name=op.f("fk_studio_craftsman_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["studio.id"], name=op.f("fk_studio_supersedes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_studio_supersedes_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_studio_uid")),
    )
    op.create_index(
        op.f("ix_studio_craftsman_id"), "studio", ["craftsman_id"], unique=False
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_uid", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=True),
        sa.Column("of_count", sa.SmallInteger(), nullable=True),
        sa.Column("award", sa.String(length=40), nullable=False),
        sa.Column("total", sa.String(length=24), nullable=False),
        sa.Column("profile_version_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("judged_at", sa.DateTime(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("pool_class", sa.String(length=12), nullable=False),
        sa.Column("minute_number", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("consent_id", sa.Integer(), nullable=True),
        sa.Column("craftsman_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint(
            "level in ('', 'nation', 'province', 'city', 'district', 'enterprise')",
            name=op.f("ck_proposal_level"),
        ),
        sa.CheckConstraint(
            "pool_class in ('', 'named', 'skilled', 'competition', 'folk', 'reserve')",
            name=op.f("ck_proposal_pool_class"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'suspended', 'admitted', 'refused', 'replaced')",
            name=op.f("ck_proposal_state"),
        ),
        sa.CheckConstraint(
            "state not in ('admitted', 'refused') or decided_by <> ''",
            name=op.f("ck_proposal_decision_has_a_name"),
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_proposal_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"], ["craftsman.id"], name=op.f("fk_proposal_craftsman_id")
        ),
        sa.ForeignKeyConstraint(
            ["district_code"], ["district.code"], name=op.f("fk_proposal_district_code")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_proposal_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_proposal_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_proposal_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["profile_version_id"],
            ["profile_version.id"],
            name=op.f("fk_proposal_profile_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint(
            "publication_uid",
            "entry_id",
            name=op.f("uq_proposal_publication_uid_entry_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_proposal_uid")),
    )
    op.create_index(
        op.f("ix_proposal_craftsman_id"), "proposal", ["craftsman_id"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_district_code"), "proposal", ["district_code"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_entry_id"), "proposal", ["entry_id"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_event_id"), "proposal", ["event_id"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_person_id"), "proposal", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_proposal_publication_uid"),
        "proposal",
        ["publication_uid"],
        unique=False,
    )
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state"], unique=False)
    op.create_table(
        "proposal_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_statement_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_statement")),
        sa.UniqueConstraint("uid", name=op.f("uq_proposal_statement_uid")),
    )
    op.create_index(
        op.f("ix_proposal_statement_proposal_id"),
        "proposal_statement",
        ["proposal_id"],
        unique=False,
    )


def drop_tables() -> None:
    op.drop_table("proposal_statement")
    op.drop_table("proposal")
    op.drop_table("studio")
    op.drop_table("skill_certificate")
    op.drop_table("search_document")
    op.drop_table("search_dirty")
    op.drop_table("mentor_pair")
    op.drop_table("honour_award")
    op.drop_table("evidence")
    op.drop_table("competition_record")
    op.drop_table("achievement")
    op.drop_table("craftsman")
    op.drop_table("search_posting")
    op.drop_table("search_merge")
    op.drop_table("profile_version")


# --- by hand
# Facts are append-only. Only these columns may change after a fact was written: it is
# superseded by a later one, verified, or disputed.
FACT_TABLES = (
    "skill_certificate",
    "honour_award",
    "competition_record",
    "achievement",
    "studio",
    "evidence",
)
MAY_CHANGE = ("is_current", "state", "verified_by", "verified_at")
REFUSED = "facts of a dossier are append-only"


def upgrade() -> None:
    create_tables()
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _guard_on_postgresql() -> None:
    free = "array[" + ", ".join(f"'{name}'" for name in MAY_CHANGE) + "]"
    op.execute(
        "create function dossier_fact_refuse() returns trigger language plpgsql as $$ "
        "begin if tg_op = 'UPDATE' and "
        f"to_jsonb(new) - {free} = to_jsonb(old) - {free} "
        f"then return new; end if; raise exception '{REFUSED}'; end $$"
    )
    for table in (*FACT_TABLES, "profile_version", "proposal_statement"):
        op.execute(
            f"create trigger {table}_refuse before update or delete on {table} "
            "for each row execute function dossier_fact_refuse()"
        )


def _guard_on_sqlite() -> None:
    inspector = sa.inspect(op.get_bind())
    for table in (*FACT_TABLES, "profile_version", "proposal_statement"):
        fixed = ", ".join(
            column["name"]
            for column in inspector.get_columns(table)
            if column["name"] not in MAY_CHANGE
        )
        for name, verb in (("update", f"update of {fixed}"), ("delete", "delete")):
            op.execute(
                f"create trigger {table}_no_{name} before {verb} on {table} "
                f"begin select raise(abort, '{REFUSED}'); end"
            )


def downgrade() -> None:
    drop_tables()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function dossier_fact_refuse()")
