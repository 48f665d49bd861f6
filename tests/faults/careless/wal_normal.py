"""`jiangcai` with SQLite's favourite fast setting: WAL, and no sync at a commit."""

from typing import Any

from sqlalchemy import Engine, event

import extensions
from cli import main


def sync_at_checkpoints_only(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


extensions.sqlite_journal_mode = lambda: "WAL"
event.listen(Engine, "connect", sync_at_checkpoints_only)

if __name__ == "__main__":
    main()
