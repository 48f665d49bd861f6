"""The hall board: what is public, what never is, and the board on another host."""

import json
import secrets
from datetime import timedelta
from time import monotonic, sleep
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from errors import DomainError
from extensions import db
from ledger.signatures.services import public_key_hex
from scoring.board import queries
from scoring.board.models import BoardItem, BoardPlan
from scoring.board.services import run
from scoring.board.views import shared
from scoring.marking.queries import list_counted
from tests.factories.accounts import make_user
from tests.factories.scoring import actor_of, make_marked_event
from web import boards


@pytest.fixture(autouse=True)
def _fresh():
    shared.forget_boards()
    yield
    shared.forget_boards()


@pytest.fixture
def marked(session):
    """An event of three works, the first of which is complete."""
    made = make_marked_event(session, works=3)
    for seat in made.seats:
        for aspect in ("P1.1", "P1.2", "P1.3"):
            made.send(seat, made.works[0], aspect, "1")
    return made


def open_board(marked, shows="ranking", freeze_at=None):
    given = {
        "event": marked.event,
        "actor": actor_of(marked.committee),
        "now": marked.later(),
    }
    run.set_plan(marked.session, shows=shows, freeze_at=freeze_at, **given)
    run.open_board(marked.session, **given)
    marked.session.flush()
    return f"/board/{marked.event.uid}"


def everything_public(client, base):
    """Every public byte of a board, from its page to its signed feed."""
    state = json.loads(client.get(f"{base}/state.json").data)
    paths = ["/", "/state.json", "/feed.jsonl", "/feed.jsonl?after=1", "/key.hex"]
    paths += [f"/since/1/{state['hash']}.json", f"/since/{state['seq']}/00.json"]
    packed = client.get(f"{base}/state.json", headers={"Accept-Encoding": "gzip"})
    return [
        packed.data,
        *(
            (a.status_code, a.data, a.headers.get("ETag", ""))
            for a in (client.get(base + path) for path in paths)
        ),
    ]


def counted(marked, seat):
    return {
        (mark.entry, mark.aspect): mark.id
        for mark in list_counted(marked.session, marked.event.id, marked.seats[seat].id)
    }


def give_the_rest(marked):
    """Give every mark that is not there yet."""
    for seat in marked.seats:
        there = counted(marked, seat)
        for work in marked.works:
            for aspect in ("P1.1", "P1.2", "P1.3"):
                if (work, aspect) not in there:
                    marked.send(seat, work, aspect, "1")


def act_as_jury(marked):
    """Everything a panel may do, one thing after the other."""
    one, two, three = marked.works
    yield marked.send("J1", two, "P1.1", "9")
    yield marked.send("J2", two, "P1.1", "8")
    yield marked.send("J1", three, "P1.2", "1")
    base = counted(marked, "J1")[one, "P1.1"]
    void = {"kind": "void", "reason": "slip", "based_on": base}
    yield (empty := marked.send("J1", one, "P1.1", "", **void))
    yield marked.send("J1", one, "P1.1", "10", based_on=empty["id"])
    yield give_the_rest(marked)
    yield marked.sign_all()
    yield marked.lock()
    yield marked.decode()


def test_a_board_that_is_not_open_is_not_there(client, session, marked):
    for path in ("/", "/state.json", "/stream", "/feed.jsonl", "/key.hex"):
        assert client.get(f"/board/{marked.event.uid}{path}").status_code == 404


def test_works_are_ranked_by_code_and_nobody_is_named(client, marked):
    base = open_board(marked)

    page = client.get(f"{base}/").text
    state = json.loads(client.get(f"{base}/state.json").data)["state"]

    assert all(work in page for work in marked.works)
    assert state["rows"][marked.works[0]][1] == 1
    assert state["rows"][marked.works[1]][1:3] == [0, ""]
    people = [e.person.name for e in marked.entries]
    public = b"".join(str(part).encode() for part in everything_public(client, base))
    assert not any(name.encode() in public for name in people)


def test_progress_shows_no_work(client, marked):
    base = open_board(marked, shows="progress")

    public = str(everything_public(client, base))

    assert not any(work in public for work in marked.works)
    state = json.loads(client.get(f"{base}/state.json").data)["state"]
    assert (state["full"], state["works"], state["given"]) == (1, 3, 6)


@pytest.mark.parametrize("shows", ["ranking", "progress"])
def test_while_frozen_no_public_byte_changes(client, session, marked, shows):
    base = open_board(marked, shows)
    marked.send("J1", marked.works[1], "P1.2", "1")
    shown = json.loads(client.get(f"{base}/state.json").data)["state"]
    plan = session.scalars(select(BoardPlan)).one()
    plan.freeze_at = marked.later() - timedelta(days=1)
    marked.send("J1", marked.works[1], "P1.3", "1")  # nobody outside has seen it yet

    held = everything_public(client, base)
    frozen = json.loads(client.get(f"{base}/state.json").data)["state"]
    assert frozen == {**shown, "phase": "frozen"}
    jury = queries.read_jury(session, marked.event.id)
    for _act in act_as_jury(marked):
        assert everything_public(client, base) == held
    now = queries.read_jury(session, marked.event.id)
    assert now["given"] != jury["given"]  # the jury's own numbers have gone on

    run.finish_board(
        session,
        event=marked.event,
        actor=actor_of(marked.committee),
        now=marked.later(),
    )
    final = json.loads(client.get(f"{base}/state.json").data)["state"]
    assert final["phase"] == "final"
    assert bool(final["rows"]) == (shows == "ranking")


def test_a_change_is_computed_once(client, session, marked):
    base = open_board(marked)
    plan = session.scalars(select(BoardPlan)).one()
    before = plan.computed

    for number in range(3):
        marked.send("J1", marked.works[1], f"P1.{number + 1}", "1")
        for _reader in range(5):
            client.get(f"{base}/state.json")

    session.refresh(plan)
    assert plan.computed == before + 3
    assert session.query(BoardItem).count() == before + 3


def test_who_asks_does_not_compute_what_the_follower_will(session, marked, monkeypatch):
    uid = open_board(marked).rpartition("/")[2]
    session.commit()
    seen = shared.get_board(uid).reader.seq
    plan = session.scalars(select(BoardPlan)).one()
    marked.send("J1", marked.works[1], "P1.1", "1")
    session.commit()
    before = plan.computed

    for _reader in range(5):
        assert shared.get_board(uid).reader.seq == seen
    assert plan.computed == before

    monkeypatch.setattr(shared, "LATE", 0.0)  # nobody looked for long
    assert shared.get_board(uid).reader.seq == seen + 1
    assert plan.computed == before + 1


def test_the_follower_brings_changes_and_ends_when_nobody_asks(own_app, monkeypatch):
    monkeypatch.setattr(shared, "LOOK", 0.02)
    with own_app.app_context():
        marked = make_marked_event(db.session(), works=2)
        uid = open_board(marked).rpartition("/")[2]
        db.session.commit()
        seen = shared.get_board(uid).reader.seq
        db.session.rollback()

        shared.begin_following(own_app)
        marked.send("J1", marked.works[1], "P1.1", "1")
        db.session.commit()
        wait_until(lambda: shared.get_board(uid).reader.seq == seen + 1)
        computed = db.session.scalars(select(BoardPlan.computed)).one()
        db.session.rollback()

    assert computed == seen + 1
    monkeypatch.setattr(shared, "IDLE", -1.0)
    wait_until(lambda: not shared._following.locked())  # noqa: SLF001


def wait_until(is_so):
    deadline = monotonic() + 20
    while not is_so():
        assert monotonic() < deadline
        sleep(0.01)


def test_the_page_of_an_event_leads_to_its_open_board(client, marked):
    address = f"/events/{marked.event.uid}"
    link = f'href="/board/{marked.event.uid}/"'
    assert link not in client.get(address).text

    open_board(marked)

    assert link in client.get(address).text


def test_a_stream_goes_on_after_its_token(client, marked):
    base = open_board(marked)
    marked.send("J1", marked.works[1], "P1.1", "5")
    client.get(f"{base}/state.json")

    answer = client.get(f"{base}/stream", headers={"Last-Event-ID": "1"})
    parts = iter(answer.response)
    told = next(parts) + next(parts)
    answer.close()

    text = told if isinstance(told, str) else told.decode()
    assert "id: 2\n" in text
    assert "id: 1\n" not in text


def test_only_those_who_see_marks_see_the_reveal(client, session, sign_in, marked):
    open_board(marked)
    address = f"/events/{marked.event.uid}/board/reveal"
    sign_in(marked.judge("J1"))
    page = client.get(address).text
    assert marked.works[0] in page
    assert marked.entries[0].person.name not in page
    sign_in(make_user(session, "contestant"))
    assert client.get(address).status_code == 403

    give_the_rest(marked)
    marked.sign_all()
    marked.lock()
    marked.decode()
    sign_in(marked.judge("J1"))
    assert marked.entries[0].person.name in client.get(address).text


def test_the_committee_runs_the_board(client, session, sign_in, marked):
    sign_in(marked.committee)
    desk = f"/events/{marked.event.uid}/board"
    assert client.get(desk).status_code == 200

    client.post(desk, data={"shows": "ranking", "freeze_at": "2099-01-01T10:00"})
    assert client.post(f"{desk}/steps/freeze").status_code == 409
    assert client.post(f"{desk}/steps/open").status_code == 302
    client.post(desk, data={"shows": "progress", "freeze_at": ""})
    assert (
        client.post(f"{desk}/steps/finish").status_code == 409
    )  # the marks are not locked
    assert client.post(f"{desk}/steps/freeze").status_code == 302

    plan = session.scalars(select(BoardPlan)).one()
    assert (plan.shows, plan.frozen_at is None) == ("ranking", False)
    assert client.get(desk).status_code == 200


@pytest.fixture
def exported(client, marked, tmp_path):
    base = open_board(marked)
    client.get(f"{base}/state.json")
    fake = SimpleNamespace(test_client=lambda: client)
    folder = tmp_path / "board"
    folder.mkdir()
    boards.export_board(fake, marked.event.uid, folder)
    return SimpleNamespace(folder=folder, app=fake, base=base)


def ask(host, path):
    host._looked_at = float("-inf")  # noqa: SLF001 - no rest between two looks
    return Client(host).get(path)


def test_another_host_follows_the_folder(app, client, marked, exported):
    host = boards.host_folder(exported.folder, public_key_hex())
    first = json.loads(ask(host, "/state.json").data)
    assert first["state"]["rows"][marked.works[0]][1] == 1
    page = ask(host, "/")
    assert marked.works[0] in page.text
    assert ask(host, "/static/js/board.js").status_code == 200
    assert ask(host, "/../key.json").status_code == 404

    marked.send("J1", marked.works[1], "P1.1", "5")
    client.get(f"{exported.base}/state.json")
    boards.export_board(exported.app, marked.event.uid, exported.folder)
    since = f"/since/{first['seq']}/{first['hash']}.json"
    told = json.loads(ask(host, since).data)
    assert [item["seq"] for item in told["items"]] == [2]

    secret = app.config["SIGNING_KEY"]
    for path in exported.folder.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            assert secret not in body
            assert secret.hex().encode() not in body


def test_another_host_takes_no_forged_line(client, marked, exported, capsys):
    host = boards.host_folder(exported.folder, "")
    seen = ask(host, "/state.json").data
    feed = exported.folder / boards.FEED
    line = json.loads(feed.read_text().splitlines()[0])
    line["item"] |= {"seq": 2, "from": line["item"]["to"]}
    line["item"]["delta"] = {"set": {"full": 99}, "rows": {}, "gone": []}
    feed.write_text(feed.read_text() + json.dumps(line) + "\n")

    assert ask(host, "/state.json").data == seen
    assert "signature" in capsys.readouterr().err
    with pytest.raises(DomainError):
        boards.host_folder(exported.folder, secrets.token_hex(32))
