"""What was missing of the pool.

Proposals know a bar of re-entry, achievements their level and the author's rank, older
dossiers get their membership, counts of how the standard is kept have a table, and so
has what a person's fields were before a change, and who opened whose dossier.

The memberships are one entry in the log: their number and a digest over all of them,
which every verification computes again.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from extensions import new_uid
from ledger.log.rules import GENESIS, Link, canonical, link_hash

revision = "0038_pool_gaps"
down_revision = "0037_unit_words"
branch_labels = None
depends_on = None

NAME = "migration 0038"
IN_THE_POOL = ("active", "due", "suspended")
CHUNK = 500
MAY_CHANGE = ("is_current", "state", "verified_by", "verified_at", "craftsman_id")

_metadata = sa.MetaData()
craftsman = sa.Table(
    "craftsman",
    _metadata,
    *(sa.Column(name, sa.Integer) for name in ("id", "merged_into_id")),
    *(sa.Column(name, sa.String) for name in ("state", "level", "pool_class")),
    sa.Column("entered_on", sa.Date),
)
membership = sa.Table(
    "pool_membership",
    _metadata,
    *(sa.Column(name, sa.Integer) for name in ("id", "craftsman_id", "supersedes_id")),
    *(
        sa.Column(name, sa.String)
        for name in (
            *("uid", "level", "pool_class", "decision", "cause", "source", "state"),
            *("reason", "recorded_by", "verified_by"),
        )
    ),
    sa.Column("is_current", sa.Boolean),
    sa.Column("valid_from", sa.Date),
    *(sa.Column(name, sa.DateTime) for name in ("recorded_at", "verified_at")),
)
undone = sa.Table("import_undo", _metadata, sa.Column("craftsman_id", sa.Integer))
ledger = sa.Table(
    "ledger_entry",
    _metadata,
    sa.Column("seq", sa.BigInteger),
    sa.Column("at", sa.DateTime),
    *(
        sa.Column(name, sa.String)
        for name in (
            *("actor_kind", "actor", "action", "subject", "scope", "body"),
            *("prev_hash", "hash"),
        )
    ),
)


def upgrade() -> None:
    op.add_column("proposal", sa.Column("barred_until", sa.Date(), nullable=True))
    _create_count()
    _create_change()
    _create_look()
    with _unguarded():
        op.add_column(
            "achievement",
            sa.Column("level", sa.String(10), nullable=False, server_default=""),
        )
        op.add_column(
            "achievement", sa.Column("author_rank", sa.SmallInteger(), nullable=True)
        )
    now = datetime.now(UTC)
    rows = [_row(found, now) for found in _without_membership()]
    for start in range(0, len(rows), CHUNK):
        op.get_bind().execute(sa.insert(membership), rows[start : start + CHUNK])
    if rows:
        _log(now)


def downgrade() -> None:
    """Remove what was added; what was corrected since stays with its correction."""
    bind = op.get_bind()
    again = sa.select(membership.c.supersedes_id).where(
        membership.c.supersedes_id.is_not(None)
    )
    mine = membership.c.recorded_by == NAME, membership.c.id.not_in(again)
    owners = sa.select(membership.c.craftsman_id).where(*mine).distinct()
    there = sa.select(undone.c.craftsman_id)
    added = list(
        bind.scalars(owners.where(membership.c.craftsman_id.not_in(there))).all()
    )
    # Facts go only of dossiers that an undo names: see migration 0020.
    for start in range(0, len(added), CHUNK):
        part = added[start : start + CHUNK]
        bind.execute(sa.insert(undone), [{"craftsman_id": i} for i in part])
    bind.execute(sa.delete(membership).where(*mine))
    for start in range(0, len(added), CHUNK):
        part = added[start : start + CHUNK]
        bind.execute(sa.delete(undone).where(undone.c.craftsman_id.in_(part)))
    with _unguarded():
        op.drop_column("achievement", "author_rank")
        op.drop_column("achievement", "level")
    op.drop_table("dossier_look")
    op.drop_table("person_change")
    op.drop_table("compliance_count")
    op.drop_column("proposal", "barred_until")


def _create_change() -> None:
    op.create_table(
        "person_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("old", sa.String(length=120), nullable=False),
        sa.Column("new", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_change_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_change")),
        sa.UniqueConstraint(
            "log_seq", "field", name=op.f("uq_person_change_log_seq_field")
        ),
    )
    op.create_index(op.f("ix_person_change_person_id"), "person_change", ["person_id"])


def _create_look() -> None:
    op.create_table(
        "dossier_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("craftsman_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_dossier_look_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["craftsman_id"],
            ["craftsman.id"],
            name=op.f("fk_dossier_look_craftsman_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_look")),
    )
    for column in ("user_id", "craftsman_id", "at"):
        op.create_index(op.f(f"ix_dossier_look_{column}"), "dossier_look", [column])


@contextmanager
def _unguarded() -> Iterator[None]:
    """Name the columns anew that SQLite's trigger guards; PostgreSQL's names none."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        yield
        return
    name = "achievement_no_update"
    found = sa.text("select sql from sqlite_master where name = :name")
    made: str = bind.scalars(found, {"name": name}).one()
    op.execute(f"drop trigger {name}")
    yield
    fixed = ", ".join(
        column["name"]
        for column in sa.inspect(bind).get_columns("achievement")
        if column["name"] not in MAY_CHANGE
    )
    head, rest = made.split(" before update of ", 1)
    _old, tail = rest.split(" on achievement ", 1)
    op.execute(f"{head} before update of {fixed} on achievement {tail}")


def _create_count() -> None:
    op.create_table(
        "compliance_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_version_id", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("counted_by", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_version_id"],
            ["profile_version.id"],
            name=op.f("fk_compliance_count_profile_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compliance_count")),
    )
    op.create_index(
        op.f("ix_compliance_count_profile_version_id"),
        "compliance_count",
        ["profile_version_id"],
    )


def _without_membership() -> Sequence[Any]:
    found = (
        sa.select(craftsman)
        .where(
            craftsman.c.state.in_(IN_THE_POOL),
            craftsman.c.merged_into_id.is_(None),
            craftsman.c.id.not_in(sa.select(membership.c.craftsman_id)),
        )
        .order_by(craftsman.c.id)
    )
    return op.get_bind().execute(found).all()


def _row(found: Any, now: datetime) -> dict[str, Any]:  # noqa: ANN401 - a row
    """Return the tier the head shows, since the day of entry: nothing else is known."""
    return {
        "uid": new_uid(),
        "craftsman_id": found.id,
        "level": found.level,
        "pool_class": found.pool_class,
        "decision": "",
        "cause": "",
        "valid_from": found.entered_on,
        "source": "import",
        "state": "verified",
        "is_current": True,
        "reason": "",
        "recorded_at": now.replace(tzinfo=None),
        "recorded_by": NAME,
        "verified_at": now.replace(tzinfo=None),
        "verified_by": NAME,
    }


def _log(now: datetime) -> None:
    bind = op.get_bind()
    head = bind.execute(
        sa.select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1)
    ).one_or_none()
    seq, prev_hash = head or (0, GENESIS)
    unsealed = Link(
        seq=seq + 1,
        at=now.isoformat(timespec="microseconds"),
        actor_kind="system",
        actor=NAME,
        action="pool.memberships_added",
        subject="pool:memberships",
        scope="",
        body=canonical(_all_of_mine()),
        prev_hash=prev_hash,
        hash="",
    )
    link = replace(unsealed, hash=link_hash(unsealed))
    row = {name: getattr(link, name) for name in Link.__slots__}
    bind.execute(sa.insert(ledger), [row | {"at": now.replace(tzinfo=None)}])


def _all_of_mine() -> dict[str, Any]:
    columns = membership.c
    rows = op.get_bind().execute(
        sa.select(columns.uid, columns.level, columns.pool_class, columns.valid_from)
        .where(columns.recorded_by == NAME)
        .order_by(columns.uid)
    )
    lines = [_line(*row) for row in rows]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return {"count": len(lines), "digest": digest}


def _line(uid: str, level: str, pool_class: str, valid_from: date) -> str:
    return f"{uid} {level} {pool_class} {valid_from.isoformat()}"
