"""Alembic's entry: runs the migrations on the application's database."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from extensions import db

target = db.metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=target,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        _run(connection)
        connection.commit()
