"""The tables of people."""

import sqlalchemy as sa
from alembic import op

revision = "0002_people"
down_revision = "0001_ledger"
branch_labels = None
depends_on = None


def create_tables() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("content_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=80), nullable=False),
        sa.Column("uploaded_by", sa.String(length=36), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_size_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachment_stored_as")),
        sa.UniqueConstraint("uid", name=op.f("uq_attachment_uid")),
    )
    op.create_index(
        op.f("ix_attachment_sha256"), "attachment", ["sha256"], unique=False
    )
    op.create_table(
        "code_item",
        sa.Column("table", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("extra", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("table", "code", name=op.f("pk_code_item")),
    )
    op.create_table(
        "district",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("parent_code", sa.String(length=6), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["district.code"], name=op.f("fk_district_parent_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_district")),
    )
    op.create_index(
        op.f("ix_district_parent_code"), "district", ["parent_code"], unique=False
    )
    op.create_table(
        "honour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honour")),
        sa.UniqueConstraint("level", "name", name=op.f("uq_honour_level_name")),
    )
    op.create_index(op.f("ix_honour_level"), "honour", ["level"], unique=False)
    op.create_table(
        "occupation",
        sa.Column("edition", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("marks", sa.String(length=4), nullable=False),
        sa.Column("major", sa.String(length=2), nullable=False),
        sa.Column("middle", sa.String(length=5), nullable=False),
        sa.Column("minor", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("edition", "code", name=op.f("pk_occupation")),
    )
    op.create_index(op.f("ix_occupation_minor"), "occupation", ["minor"], unique=False)
    op.create_index(op.f("ix_occupation_name"), "occupation", ["name"], unique=False)
    op.create_table(
        "skill_level",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("national_level", sa.String(length=8), nullable=False),
        sa.Column("cert_digit", sa.String(length=1), nullable=False),
        sa.Column("is_high_skilled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_skill_level")),
        sa.UniqueConstraint("rank", name=op.f("uq_skill_level_rank")),
    )
    op.create_table(
        "occupation_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(length=80), nullable=False),
        sa.Column("edition", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition", "code"],
            ["occupation.edition", "occupation.code"],
            name=op.f("fk_occupation_alias_edition_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupation_alias")),
        sa.UniqueConstraint(
            "alias",
            "edition",
            "code",
            name=op.f("uq_occupation_alias_alias_edition_code"),
        ),
    )
    op.create_index(
        op.f("ix_occupation_alias_alias"), "occupation_alias", ["alias"], unique=False
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("industry", sa.String(length=4), nullable=False),
        sa.Column("ownership", sa.String(length=20), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_code"], ["district.code"], name=op.f("fk_unit_district_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_unit_credit_code")),
        sa.UniqueConstraint("uid", name=op.f("uq_unit_uid")),
    )
    op.create_index(
        op.f("ix_unit_district_code"), "unit", ["district_code"], unique=False
    )
    op.create_index(op.f("ix_unit_name"), "unit", ["name"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("id_type", sa.String(length=12), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_hash", sa.String(length=64), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("nation", sa.String(length=2), nullable=False),
        sa.Column("education", sa.String(length=2), nullable=False),
        sa.Column("politics", sa.String(length=2), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.CheckConstraint("sex in ('0', '1', '2', '9')", name=op.f("ck_person_sex")),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["attachment.id"], name=op.f("fk_person_photo_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("id_number_hash", name=op.f("uq_person_id_number_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_person_uid")),
    )
    op.create_index(op.f("ix_person_name"), "person", ["name"], unique=False)
    op.create_index(op.f("ix_person_unit_id"), "person", ["unit_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("uid", name=op.f("uq_consent_uid")),
    )
    op.create_index(
        op.f("ix_consent_person_id"), "consent", ["person_id"], unique=False
    )


def drop_tables() -> None:
    op.drop_table("consent")
    op.drop_table("person")
    op.drop_table("unit")
    op.drop_table("occupation_alias")
    op.drop_table("skill_level")
    op.drop_table("occupation")
    op.drop_table("honour")
    op.drop_table("district")
    op.drop_table("code_item")
    op.drop_table("attachment")


# --- by hand
from people.codes import rules  # noqa: E402


def upgrade() -> None:
    create_tables()
    for name, rows in (
        ("district", rules.read_districts()),
        ("occupation", rules.read_occupations()),
        ("occupation_alias", rules.read_aliases()),
        ("skill_level", rules.read_skill_levels()),
        ("honour", rules.read_honours()),
        ("code_item", rules.read_code_items()),
    ):
        columns = (sa.column(column) for column in rows[0])
        op.bulk_insert(sa.table(name, *columns), rows)


def downgrade() -> None:
    drop_tables()
