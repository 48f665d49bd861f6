"""A ledger followed from outside: through kills, cut lines, and one written anew."""

import json
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from werkzeug.serving import make_server

from accounts.tokens import services as tokens
from cli import main
from config import ROOT
from errors import DomainError, FileFaultsError
from extensions import db
from ledger.log.models import LedgerEntry
from ledger.log.rules import GENESIS, Link, link_hash
from ledger.log.services import SYSTEM, Note, record_all
from ledger.mirror.rules import BrokenAnswerError, BrokenChainError
from ledger.mirror.services import Mirror
from tests.factories.accounts import make_user

MANY = 3000
PATIENCE = 60  # seconds a process may take for its part


def write(session, count):
    notes = [
        Note(actor=SYSTEM, action="thing.made", subject=f"thing:{n}", body={"n": n})
        for n in range(count)
    ]
    record_all(session, notes, datetime.now(UTC))
    session.commit()


def make_key(session, role="audit_admin"):
    user = make_user(session, role)
    key = tokens.make(
        session,
        user=user,
        name="mirror",
        permissions=frozenset({"ledger.view"}),
        lifetime=timedelta(days=1),
        actor=SYSTEM,
        now=datetime.now(UTC),
    )
    session.commit()
    return key


@pytest.fixture
def ask(client, session):
    """Ask for the feed as a machine does."""
    key = make_key(session)

    def ask(**query):
        headers = {"Authorization": f"Bearer {key}"}
        return client.get("/api/v1/ledger/feed", query_string=query, headers=headers)

    return ask


def test_the_feed_goes_on_after_a_number(ask, session):
    write(session, 5)

    first = ask(limit=3).text
    rest = ask(after=3).text

    assert [json.loads(x).get("seq") for x in first.splitlines()] == [1, 2, 3, None]
    assert json.loads(rest.splitlines()[0])["seq"] == 4
    assert json.loads(first.splitlines()[-1])["checkpoint"]["seq"] == 3


@pytest.mark.parametrize("role", ["supervisor", "audit_admin"])
def test_who_watches_everywhere_may_follow(client, session, role):
    headers = {"Authorization": f"Bearer {make_key(session, role)}"}

    assert client.get("/api/v1/ledger/feed", headers=headers).status_code == 200


def test_nobody_else_may(client, session):
    headers = {"Authorization": f"Bearer {make_key(session, 'committee')}"}

    assert client.get("/api/v1/ledger/feed", headers=headers).status_code == 403
    assert client.get("/api/v1/ledger/feed").status_code == 401


def test_a_cut_at_any_byte_leads_to_the_same_file(ask, session, tmp_path):
    write(session, 4)
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    with Mirror(whole) as mirror:
        mirror.add(ask().text)
    expected = whole.read_bytes()

    for length in range(len(expected)):
        cut.write_bytes(expected[:length])
        with Mirror(cut) as mirror:
            mirror.add(ask(after=mirror.place.seq).text)
        assert entries(cut) == entries(whole), length


def entries(file):
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [line["hash"] for line in lines if "hash" in line]


def test_nothing_new_adds_nothing(ask, session, tmp_path):
    write(session, 2)
    file = tmp_path / "mirror.jsonl"
    with Mirror(file) as mirror:
        assert mirror.add(ask().text) > 0
        before = file.read_bytes()
        assert mirror.add(ask(after=mirror.place.seq).text) == 0

    assert file.read_bytes() == before


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_an_answer_that_breaks_off_is_not_taken(ask, session, tmp_path, kept):
    write(session, 2)
    file = tmp_path / "mirror.jsonl"

    with Mirror(file) as mirror, pytest.raises(BrokenAnswerError):
        mirror.add(ask().text[:kept])

    assert file.read_bytes() == b""


def anew(answer, number):
    """Return an answer with one entry changed and every later hash computed again."""
    lines = [json.loads(line) for line in answer.splitlines()]
    checkpoint, last, out = lines.pop(), GENESIS, []
    for line in lines:
        changed = {"body": '{"n":99}'} if line["seq"] == number else {}
        unsealed = Link(**(line | changed | {"prev_hash": last}))
        link = replace(unsealed, hash=link_hash(unsealed))
        last = link.hash
        out.append(json.dumps({n: getattr(link, n) for n in link.__slots__}))
    return "".join(f"{line}\n" for line in [*out, json.dumps(checkpoint)])


def test_a_ledger_written_anew_is_refused(ask, session, tmp_path):
    write(session, 6)
    file = tmp_path / "mirror.jsonl"
    with Mirror(file) as mirror:
        mirror.add(ask(limit=4).text)
        before = file.read_bytes()
        later = anew(ask().text, 2).splitlines(keepends=True)[4:]

        with pytest.raises(BrokenChainError, match="was written anew before it"):
            mirror.add("".join(later))

    assert file.read_bytes() == before


def test_hashes_computed_anew_from_the_start_do_not_fit_the_signature(
    ask, session, tmp_path
):
    write(session, 3)

    with (
        Mirror(tmp_path / "mirror.jsonl") as mirror,
        pytest.raises(BrokenChainError, match="another one than here"),
    ):
        mirror.add(anew(ask().text, 2))


def test_a_changed_entry_is_refused(ask, session, tmp_path):
    write(session, 3)
    answer = ask().text.replace("thing:1", "thing:7")

    with (
        Mirror(tmp_path / "mirror.jsonl") as mirror,
        pytest.raises(BrokenChainError, match="was changed after"),
    ):
        mirror.add(answer)


def test_a_cut_off_end_is_refused(ask, session, tmp_path):
    write(session, 3)
    shorter = ask(limit=2).text.splitlines(keepends=True)[-1]

    with Mirror(tmp_path / "mirror.jsonl") as mirror:
        mirror.add(ask().text)
        with pytest.raises(BrokenChainError, match="its end was cut off"):
            mirror.add(shorter)


def test_a_changed_mirror_is_not_continued(ask, session, tmp_path):
    write(session, 3)
    file = tmp_path / "mirror.jsonl"
    with Mirror(file) as mirror:
        mirror.add(ask().text)
    file.write_text(file.read_text().replace("thing:1", "thing:7"))

    with pytest.raises(FileFaultsError, match="was changed after"):
        Mirror(file)


def test_two_do_not_write_one_file(tmp_path):
    file = tmp_path / "mirror.jsonl"

    with Mirror(file), pytest.raises(DomainError, match="another mirror"):
        Mirror(file)


def test_another_key_is_refused(ask, session, tmp_path):
    with (
        Mirror(tmp_path / "mirror.jsonl", "ab" * 32) as mirror,
        pytest.raises(BrokenChainError),
    ):
        mirror.add(ask().text)


@pytest.fixture
def site(own_app):
    """An installation that answers, with a ledger and a key to follow it."""
    with own_app.app_context():
        write(db.session(), MANY)
        key = make_key(db.session())
        db.session.remove()
    server = make_server("127.0.0.1", 0, own_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", key, own_app
    server.shutdown()
    thread.join()
    server.server_close()


def follow(site, file, *more):
    address, key, _app = site
    command = [sys.executable, "-m", "cli", "mirror", "--from", address]
    command += ["--token", key, "--to", str(file), "--every", "0.1", *more]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def size_of(file):
    return file.stat().st_size if file.exists() else 0


def test_kills_at_any_moment_lose_and_double_nothing(site, tmp_path):
    file, app = tmp_path / "mirror.jsonl", site[2]
    before = 0
    for _kill in range(6):
        with app.app_context(), closing(db.session()) as session:
            write(session, 700)
        process = follow(site, file)
        end = time.monotonic() + PATIENCE
        # The first byte of something new, and the process is gone.
        while time.monotonic() < end and size_of(file) <= before:
            time.sleep(0.0005)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert size_of(file) > before
        before = size_of(file)

    last = follow(site, file, "--once")
    _said, complaints = last.communicate(timeout=PATIENCE)

    assert (last.returncode, complaints) == (0, "")
    with app.app_context(), closing(db.session()) as session:
        wanted = list(
            session.scalars(select(LedgerEntry.hash).order_by(LedgerEntry.seq))
        )
    assert entries(file) == wanted
    assert len(wanted) >= MANY + 6 * 700
    assert CliRunner().invoke(main, ["verify", str(file)]).exit_code == 0


def test_a_refused_key_is_told_at_once(site, tmp_path):
    address, _key, app = site
    process = follow((address, "jc_wrong", app), tmp_path / "mirror.jsonl")
    _said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 2
    assert "the key is unknown" in complaint


def test_what_the_program_says_of_a_broken_chain(site, tmp_path):
    file = tmp_path / "mirror.jsonl"
    first = follow(site, file, "--once")
    first.communicate(timeout=PATIENCE)
    assert first.returncode == 0
    with site[2].app_context(), closing(db.session()) as session:
        count = session.scalar(select(func.count()).select_from(LedgerEntry))
    lines = file.read_text().splitlines(keepends=True)
    # A mirror of another history: its last entries were written anew.
    own = [json.loads(line) for line in lines[1:] if '"checkpoint"' not in line[:14]]
    last = Link(**(own[-1] | {"action": "thing.never"}))
    own[-1] = {
        name: getattr(replace(last, hash=link_hash(last)), name)
        for name in last.__slots__
    }
    body = "".join(
        json.dumps(x, sort_keys=True, separators=(",", ":")) + "\n" for x in own
    )
    file.write_text(lines[0] + body)

    process = follow(site, file, "--once")
    _said, complaint = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert f"entry {count} there is another one than here" in complaint
