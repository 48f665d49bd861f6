"""An installation of its own with a short log, its commands, and hands on its rows."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import make_url

from cli import main
from extensions import db
from ledger.log.services import SYSTEM, record

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
LAST = 6


@pytest.fixture
def installation(own_app):
    with own_app.app_context():
        for number in range(LAST):
            record(
                db.session(),
                actor=SYSTEM,
                action="thing.made",
                subject=f"thing:{number}",
                now=NOW,
                body={"value": number},
            )
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return own_app


@pytest.fixture
def run(installation):
    """Run `jiangcai …`; gives the exit status and everything it said."""

    def run(*arguments):
        info = ScriptInfo(create_app=lambda: installation)
        result = CliRunner().invoke(main, [str(a) for a in arguments], obj=info)
        return result.exit_code, result.output

    return run


@pytest.fixture
def by_hand(installation):
    """Run statements as the owner of the database would, past the program."""
    url = make_url(installation.config["SQLALCHEMY_DATABASE_URI"])

    def by_hand(*statements):
        if url.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(str(url.database))) as connection:
                connection.execute("drop trigger ledger_entry_no_update")
                connection.execute("drop trigger ledger_entry_no_delete")
                connection.execute("drop trigger ledger_checkpoint_no_update")
                connection.execute("drop trigger ledger_checkpoint_no_delete")
                for statement in statements:
                    connection.execute(statement)
                connection.commit()
            return
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address) as connection:
            connection.execute("drop trigger ledger_entry_refuse on ledger_entry")
            connection.execute(
                "drop trigger ledger_checkpoint_refuse on ledger_checkpoint"
            )
            for statement in statements:
                connection.execute(statement)

    return by_hand
