"""The compliance page, and that what it names is really there."""

from pathlib import Path

import click
import pytest
from sqlalchemy import select

import apart
from ledger.log.models import LedgerEntry
from talentpool.compliance.forms import CARRIER_LABELS
from talentpool.compliance.rules.carriers import CARRIERS, OF_A_DOSSIER, clauses_of
from talentpool.compliance.services import report
from talentpool.standard.rules.parse import parse_profile
from tests.factories.accounts import make_user
from tests.factories.talentpool import make_craftsman

SHIPPED = sorted(Path("talentpool/standard/profiles").glob("*.toml"))


def test_every_carrier_is_a_page_or_a_command(app):
    with app.test_request_context():
        for carrier in {name for names in CARRIERS.values() for name in names}:
            if carrier.startswith("jiangcai "):
                command: click.Command = app.cli
                for name in carrier.split()[1:]:
                    assert isinstance(command, click.Group), carrier
                    command = command.commands[name]
            else:
                names = {"craftsman_uid": "x"} if carrier in OF_A_DOSSIER else {}
                assert app.url_for(carrier, **names)
                assert str(CARRIER_LABELS[carrier])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_clause_is_carried_out_by_something(path):
    clauses = clauses_of(parse_profile(path.read_text(encoding="utf-8")))

    assert len(clauses) > 80
    assert all(clause.carriers for clause in clauses)


def test_shows_clauses_links_and_counts(client, session, sign_in):
    make_craftsman(session)
    make_craftsman(session, front_line=False)
    sign_in(make_user(session, "hr_official"))

    page = client.get("/pool/compliance").text

    for text in (
        "4.1.2",
        "1 / 2 份档案",
        "/pool/compliance/dossiers?clause=4.1.2",
        "/pool/workdays",
        "jiangcai standard check",
        "9.2.4",
    ):
        assert text in page
    # Who may not open a page sees its name without a link.
    assert 'href="/pool/proposals"' not in page


def test_names_what_is_missing_most(client, session, sign_in):
    make_craftsman(session)
    sign_in(make_user(session, "hr_official"))

    page = client.get("/pool/compliance").text

    # What only an admission proves; no dossier has it of itself.
    assert "第 4.1.4 条：1 份档案没有记录" in page
    assert "第 4.2.3 条：1 份档案没有记录" not in page  # one way in of several


def test_lists_who_breaks_a_clause(client, session, sign_in):
    breaking = make_craftsman(session, front_line=False)
    keeping = make_craftsman(session)
    unknown = make_craftsman(session, front_line=None)
    sign_in(make_user(session, "hr_official"))

    page = client.get("/pool/compliance/dossiers?clause=4.1.2").text
    assert breaking.uid in page
    assert keeping.uid not in page
    assert unknown.uid not in page

    page = client.get("/pool/compliance/dossiers?clause=4.1.2&state=missing").text
    assert unknown.uid in page
    assert breaking.uid not in page

    assert client.get("/pool/compliance/dossiers?clause=9.9").status_code == 404


def test_a_large_pool_is_counted_by_whoever_may(
    app, client, session, sign_in, monkeypatch
):
    begun = []
    monkeypatch.setattr(report, "COUNTED_AT_ONCE", 0)
    monkeypatch.setattr(apart, "start", lambda *words: begun.append(words))
    make_craftsman(session)
    sign_in(make_user(session, "hr_official"))
    page = client.get("/pool/compliance").text
    assert "尚未统计" in page
    assert 'action="/pool/compliance"' not in page
    assert client.post("/pool/compliance").status_code == 403

    officer = make_user(session, "pool_officer")
    sign_in(officer)
    assert 'action="/pool/compliance"' in client.get("/pool/compliance").text
    assert client.post("/pool/compliance").status_code == 302
    assert "尚未统计" in client.get("/pool/compliance").text

    [words] = begun
    assert app.test_cli_runner().invoke(args=words).exit_code == 0
    last = session.scalars(
        select(LedgerEntry).order_by(LedgerEntry.seq.desc()).limit(1)
    ).one()
    assert (last.action, last.actor) == ("compliance.counted", officer.uid)
    page = client.get("/pool/compliance").text
    assert "上次统计" in page
    assert "1 / 1 份档案" in page


def test_the_command_counts(app, session):
    done = app.test_cli_runner().invoke(args=["pool", "count-compliance"])

    assert done.exit_code == 0
    assert "0" in done.output


def test_an_empty_pool_has_a_page(client, session, sign_in):
    sign_in(make_user(session, "hr_official"))

    assert client.get("/pool/compliance").status_code == 200
    assert "4.1.2" in client.get("/pool/compliance/dossiers?clause=4.1.2").text
