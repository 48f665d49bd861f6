"""The tables of talentpool."""

revision = "0006_talentpool"
down_revision = "0005_scoring"
branch_labels = None
depends_on = None


def create_tables() -> None:
    pass


def drop_tables() -> None:
    pass


# --- by hand


def upgrade() -> None:
    create_tables()


def downgrade() -> None:
    drop_tables()
