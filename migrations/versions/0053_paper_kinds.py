"""Entries carry proofs of social insurance and of residence, too."""

from alembic import op

revision = "0053_paper_kinds"
down_revision = "0052_confirmed_mail"
branch_labels = None
depends_on = None

BEFORE = ("photo", "id_card", "certificate", "employment")
NEW = ("insurance", "residence")
KIND = "ck_entry_paper_kind"


def upgrade() -> None:
    _allow((*BEFORE, *NEW))


def downgrade() -> None:
    op.execute("delete from entry_paper where kind in ('insurance', 'residence')")
    _allow(BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("entry_paper") as batch:
        batch.drop_constraint(op.f(KIND), type_="check")
        batch.create_check_constraint(op.f(KIND), f"kind in {kinds}")
