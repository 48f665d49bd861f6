"""Re-confirmations, yearly updates, findings about records."""

import sqlalchemy as sa
from alembic import op

revision = "0024_life"
down_revision = "0023_experts"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
REFUSED = "facts of a dossier are append-only"


def upgrade() -> None:
    _create_review()
    _create_update()
    _create_finding()
    op.create_index("ix_craftsman_term_ends_on", "craftsman", ["term_ends_on"])


def downgrade() -> None:
    op.drop_index("ix_craftsman_term_ends_on", "craftsman")
    for table in ("record_finding", "pool_update", "pool_review"):
        op.drop_table(table)


def _keys(table: str, *more: str) -> list[sa.Constraint]:
    references = {
        "craftsman_id": "craftsman.id",
        "profile_version_id": "profile_version.id",
    }
    return [
        *(
            sa.ForeignKeyConstraint(
                [column], [references[column]], name=op.f(f"fk_{table}_{column}")
            )
            for column in ("craftsman_id", *more)
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("uid", name=op.f(f"uq_{table}_uid")),
    ]


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _create_review() -> None:
    op.create_table(
        "pool_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("profile_version_id", sa.Integer(), nullable=False),
        sa.Column("term_ends_on", sa.Date(), nullable=False),
        _text("state", 10),
        _text("causes", 120),
        _text("clauses", 200),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        _text("decided_by", 64),
        _text("reason", 400),
        _text("document", 120),
        _text("uid", 36),
        sa.CheckConstraint(
            "state in ('open', 'renewed', 'confirmed', 'failed', 'closed')",
            name=op.f("ck_pool_review_state"),
        ),
        sa.CheckConstraint(
            "state = 'open' or decided_by <> ''",
            name=op.f("ck_pool_review_decision_has_a_name"),
        ),
        *_keys("pool_review", "profile_version_id"),
    )
    for column in ("craftsman_id", "term_ends_on", "state"):
        op.create_index(op.f(f"ix_pool_review_{column}"), "pool_review", [column])
    op.create_index(
        "uq_pool_review_open",
        "pool_review",
        ["craftsman_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _create_update() -> None:
    op.create_table(
        "pool_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        _text("role", 8),
        _text("note", 400),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        _text("made_by", 64),
        _text("uid", 36),
        sa.CheckConstraint(
            "role in ('self', 'unit', 'officer')", name=op.f("ck_pool_update_role")
        ),
        *_keys("pool_update"),
    )
    op.create_index(
        op.f("ix_pool_update_craftsman_id"), "pool_update", ["craftsman_id"]
    )
    _refuse_changes("pool_update")


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        # The function of the facts; of what may change only craftsman_id is here, for
        # a merge of two persons.
        op.execute(
            f"create trigger {table}_refuse before update or delete on {table} "
            "for each row execute function dossier_fact_refuse()"
        )
        return
    # A merge of two persons may move it to the other dossier, nothing else.
    fixed = "id, uid, made_on, role, note, made_at, made_by"
    for deed, verb in (("update", f"update of {fixed}"), ("delete", "delete")):
        op.execute(
            f"create trigger {table}_no_{deed} before {verb} on {table} "
            f"begin select raise(abort, '{REFUSED}'); end"
        )


def _create_finding() -> None:
    op.create_table(
        "record_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        _text("code", 40),
        _text("key", 80),
        _text("first", 40),
        _text("second", 40),
        _text("state", 10),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        _text("accepted_by", 64),
        _text("reason", 400),
        _text("uid", 36),
        sa.CheckConstraint(
            "state in ('open', 'accepted', 'gone')",
            name=op.f("ck_record_finding_state"),
        ),
        sa.CheckConstraint(
            "state <> 'accepted' or accepted_by <> ''",
            name=op.f("ck_record_finding_acceptance_has_a_name"),
        ),
        *_keys("record_finding"),
    )
    for column in ("code", "state"):
        op.create_index(op.f(f"ix_record_finding_{column}"), "record_finding", [column])
    op.create_index(
        "uq_record_finding_craftsman_id_code_key",
        "record_finding",
        ["craftsman_id", "code", "key"],
        unique=True,
    )
