"""How the database stands against this program's migrations."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from flask import Flask, current_app

from errors import DomainError
from extensions import db


def current_revision() -> str | None:
    """Return the revision of the database; None where there is no table yet."""
    with db.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    return None if revision is None else str(revision)


def is_current() -> bool:
    """Tell whether the database is as this program expects it."""
    return current_revision() == _scripts().get_current_head()


def is_known(revision: str) -> bool:
    """Tell whether this program has the migration of that name."""
    try:
        return _scripts().get_revision(revision) is not None
    except CommandError:
        return False


def upgrade() -> None:
    """Bring the database up to this program.

    Raises:
        DomainError: a newer program has been here.
    """
    revision = current_revision()
    if revision is not None and not is_known(revision):
        raise DomainError(
            f"The database is of a newer version ({revision}): upgrade the program."
        )
    config: Config = current_app.extensions["migrate"].migrate.get_config()
    command.upgrade(config, "head")


def close_connections() -> None:
    """Give back every connection, so that no child process inherits one."""
    db.session.remove()
    db.engine.dispose()


def shown_url(app: Flask) -> str:
    """Return the address of the database without its password."""
    with app.app_context():
        return db.engine.url.render_as_string(hide_password=True)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(current_app.extensions["migrate"].directory)
