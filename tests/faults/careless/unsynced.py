"""`jiangcai` that leaves SQLite's syncing to chance: a power cut loses marks."""

from typing import Any

from sqlalchemy import Engine, event

import extensions
from cli import main


def trust_the_cache(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


# After the listener of `extensions`, which asks for a sync at every commit.
assert extensions.db
event.listen(Engine, "connect", trust_the_cache)

if __name__ == "__main__":
    main()
