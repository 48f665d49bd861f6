"""`jiangcai verify` finds what was changed by hand in the database or in a file."""

import json

import pytest
from sqlalchemy import make_url

from tests.db.ledger.conftest import LAST


def test_an_untouched_log_verifies(run):
    status, said = run("verify")

    assert (status, f"{LAST} entries, the chain holds" in said) == (0, True)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        pytest.param(
            ["update ledger_entry set body = '{\"value\":9}' where seq = 3"],
            "entry 3 was changed",
            id="a value changed",
        ),
        pytest.param(
            ["update ledger_entry set at = '2026-05-01 09:00:00' where seq = 4"],
            "entry 4 was changed",
            id="a time changed",
        ),
        pytest.param(
            ["delete from ledger_entry where seq = 2"],
            "entry 2 is missing",
            id="an entry removed",
        ),
        pytest.param(
            [
                "update ledger_entry set seq = 99 where seq = 3",
                "update ledger_entry set seq = 3 where seq = 4",
                "update ledger_entry set seq = 4 where seq = 99",
            ],
            "entry 3 does not follow",
            id="two exchanged",
        ),
        pytest.param(
            ["delete from ledger_entry where seq = 1"],
            "entry 1 is missing",
            id="the first removed",
        ),
    ],
)
def test_the_first_bad_entry_is_named(run, by_hand, statements, said):
    by_hand(*statements)

    status, output = run("verify")

    assert status == 1
    assert said in output


def test_a_cut_off_end_shows_against_a_checkpoint(run, by_hand, tmp_path):
    checkpoint = tmp_path / "checkpoint.json"
    checkpoint.write_text(run("ledger", "checkpoint")[1])
    by_hand("delete from ledger_entry where seq = 6")

    assert run("verify")[0] == 0
    status, said = run("verify", "--checkpoint", checkpoint)
    assert status == 1
    assert f"entry {LAST} is in the checkpoint" in said


def test_a_database_file_is_checked_without_the_program(run, installation):
    url = make_url(installation.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite":
        assert run("verify", url.database)[0] == 0


def test_a_damaged_database_file_is_bad_input(run, tmp_path):
    file = tmp_path / "copy.db"
    file.write_bytes(b"SQLite format 3\x00" + b"\x00" * 200)

    assert run("verify", file)[0] == 2


@pytest.fixture
def export(run, tmp_path):
    file = tmp_path / "log.jsonl"
    assert run("ledger", "export", "-o", file)[0] == 0
    return file


def test_an_export_verifies(run, export):
    status, said = run("verify", export)

    assert (status, f"{LAST} entries, the chain holds" in said) == (0, True)


def edit(export, change):
    lines = export.read_text().splitlines(keepends=True)
    export.write_text("".join(change(lines)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            lambda lines: [line.replace("thing:2", "thing:7") for line in lines],
            "entry 3 was changed",
            id="changed",
        ),
        pytest.param(
            lambda lines: lines[:2] + lines[3:], "entry 2 is missing", id="removed"
        ),
        pytest.param(
            lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
            "entry 2 is missing",
            id="exchanged",
        ),
        pytest.param(
            lambda lines: lines[:-2] + lines[-1:],
            "is about another log",
            id="cut off",
        ),
        pytest.param(
            lambda lines: lines[:-1], "signed last line is missing", id="unsigned"
        ),
        pytest.param(
            lambda lines: [*lines[:-1], lines[-1].replace('"seq":6', '"seq":5')],
            "signature of the checkpoint",
            id="signature",
        ),
    ],
)
def test_a_changed_export_is_noticed(run, export, change, said):
    edit(export, change)

    status, output = run("verify", export)

    assert status == 1
    assert said in output


def test_every_line_that_cannot_be_read_is_named(run, export):
    edit(export, lambda lines: [*lines[:2], "{}\n", "no json\n", *lines[2:]])

    status, said = run("verify", export)

    assert status == 2
    assert f"{export}:3:" in said
    assert f"{export}:4:" in said


@pytest.mark.parametrize("content", ["", "{}", "rank,entry\n1,A\n", "\x00"])
def test_another_file_is_bad_input(run, tmp_path, content):
    file = tmp_path / "other.jsonl"
    file.write_text(content)

    assert run("verify", file)[0] == 2


def test_another_key_does_not_count(run, export):
    head = json.loads(export.read_text().splitlines()[0])

    assert run("verify", export, "--public-key", head["public_key"])[0] == 0
    assert run("verify", export, "--public-key", "11" * 32)[0] == 1


def test_no_such_file_is_bad_usage(run):
    assert run("verify", "nowhere.jsonl")[0] == 2
