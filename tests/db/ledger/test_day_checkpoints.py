"""The signed head of each day, and what it shows of a log that was written anew."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DatabaseError

from extensions import db
from ledger.log import queries, services
from ledger.log.rules import GENESIS, Checkpoint, Kept, link_hash, missing_numbers
from ledger.log.services import SYSTEM, keep_checkpoint, record
from tests.db.ledger.conftest import LAST, NOW

FIRST_OF_MAY, SECOND_OF_MAY = date(2026, 5, 1), date(2026, 5, 2)


def keep(session, day):
    return keep_checkpoint(session, day=day, actor=SYSTEM, now=NOW)


def test_a_day_has_one_checkpoint(session):
    kept = keep(session, FIRST_OF_MAY)
    record(session, actor=SYSTEM, action="thing.made", subject="thing:1", now=NOW)

    assert keep(session, FIRST_OF_MAY) == kept
    assert keep(session, SECOND_OF_MAY).number == kept.number + 1
    assert [item.day for item in queries.list_kept(session)] == [
        "2026-05-01",
        "2026-05-02",
    ]


def test_keeping_it_is_logged_and_verifies(session):
    kept = keep(session, FIRST_OF_MAY)

    [said] = queries.iter_said(session, services.KEPT)
    assert said.body["hash"] == kept.checkpoint.hash
    assert services.is_genuine_checkpoint(kept.checkpoint)
    assert services.verify(session).fault is None
    assert not [x for x in services.list_disagreements(session) if "checkpoint" in x]


@pytest.mark.parametrize(
    "statement",
    ["update ledger_checkpoint set seq = 1", "delete from ledger_checkpoint"],
)
def test_the_database_refuses_to_change_one(session, statement):
    keep(session, FIRST_OF_MAY)

    with pytest.raises(DatabaseError):
        session.execute(text(statement))


def test_a_missing_number_is_named():
    made = Checkpoint(seq=0, hash=GENESIS, at="", public_key="", signature="")
    kept = [Kept(number=n, day="2026-05-01", checkpoint=made) for n in (1, 2, 4)]

    assert missing_numbers(kept) == [3]


def test_the_command_is_run_again_without_harm(run):
    first, again = (
        run("ledger", "checkpoint", "--keep"),
        run("ledger", "checkpoint", "--keep"),
    )

    assert first[0] == 0
    assert json.loads(first[1])["seq"] == LAST
    assert again == first
    assert run("verify")[0] == 0
    assert run("ledger", "verify")[0] == 0


def rewrite(installation, change):
    """Return statements that change an entry and compute every later hash anew."""
    with installation.app_context():
        links, last = [], GENESIS
        for there in queries.iter_links(db.session()):
            unsealed = replace(change(there), prev_hash=last)
            links.append(replace(unsealed, hash=link_hash(unsealed)))
            last = links[-1].hash
        db.session.remove()
        db.engine.dispose()
    return [
        f"update ledger_entry set body = '{link.body}', prev_hash = '{link.prev_hash}',"  # noqa: S608 - our own log
        f" hash = '{link.hash}' where seq = {link.seq}"
        for link in links
    ]


def lie(link):
    return replace(link, body='{"value":9}') if link.seq == 3 else link


def test_a_log_that_was_quietly_written_anew_is_caught(run, by_hand, installation):
    run("ledger", "checkpoint", "--keep")
    by_hand(*rewrite(installation, lie))

    status, said = run("verify")

    assert status == 1
    assert f"entry {LAST} is another one than the checkpoint" in said


def test_without_a_checkpoint_it_is_not(run, by_hand, installation):
    by_hand(*rewrite(installation, lie))

    assert run("verify")[0] == 0


def test_a_cut_off_end_is_caught(run, by_hand):
    run("ledger", "checkpoint", "--keep")
    by_hand("delete from ledger_entry where seq >= 6")

    status, said = run("verify")

    assert status == 1
    assert f"entry {LAST} is in the checkpoint" in said


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("delete from ledger_checkpoint", "is missing"),
        (
            "update ledger_checkpoint set seq = 2, hash = (select hash from "  # noqa: ISC004
            "ledger_entry where seq = 2)",
            "its signature is wrong",
        ),
        (
            "update ledger_checkpoint set public_key = substr(hash, 1, 64)",
            "its signature is wrong",
        ),
    ],
)
def test_a_changed_checkpoint_is_caught(run, by_hand, statement, said):
    run("ledger", "checkpoint", "--keep")
    by_hand(statement)

    status, output = run("verify")

    assert status == 1
    assert said in output


def test_a_copy_of_the_file_is_checked_without_the_program(run, by_hand, installation):
    url = make_url(installation.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "sqlite":
        return
    run("ledger", "checkpoint", "--keep")
    assert run("verify", url.database)[0] == 0
    by_hand(*rewrite(installation, lie))

    status, said = run("verify", url.database)

    assert status == 1
    assert "is another one than the checkpoint" in said
