"""The demonstration city is what it says, and everything in it is checkable."""

import json
import re
from decimal import Decimal
from itertools import islice

import pytest
from sqlalchemy import func, select

from accounts.users.models import User
from competition.events.models import Event
from competition.registration.models import Entry, Ticket
from demo import plan as plans
from demo import services
from demo.innovating import PROJECTS, TRAININGS
from extensions import db
from ledger.log.queries import iter_links
from ledger.log.rules import first_fault
from ledger.log.services import list_disagreements
from scoring.marking.models import MarkEvent
from scoring.results.models import Publication
from scoring.results.queries import find_result
from scoring.results.services.compute import read_ground
from talentpool.admission.models.applications import Application
from talentpool.admission.models.notices import Objection
from talentpool.admission.models.proposals import Proposal
from talentpool.dossiers.models import Craftsman
from talentpool.growth.models.innovations import Innovation
from talentpool.growth.models.trainings import Training
from talentpool.matching.models import Demand
from talentpool.matching.rules.desk import STATES
from talentpool.mentorship.models import Pair
from tests.unit.scoring.second_scorer import second_score

# One worker loads the city, not each of them.
pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture
def city(demo_city):
    with demo_city.app_context():
        yield db.session()
        db.session.rollback()


def count(session, model, *where):
    return session.scalar(select(func.count()).select_from(model).where(*where))


def test_it_holds_what_is_planned(city):
    events = city.scalars(select(Event).order_by(Event.id)).all()

    assert [event.state for event in events] == [p.reach for p in plans.EVENTS]
    assert len({event.scheme_digest for event in events}) == 6
    assert count(city, Entry) >= 240
    assert count(city, Craftsman) >= 3000
    # Besides, the school of welders and the agreements that are under way.
    assert count(city, Pair) == 300 + 62 + 5
    assert set(city.scalars(select(Demand.state))) == set(STATES)
    assert count(city, Innovation) == PROJECTS
    assert count(city, Innovation, Innovation.state == "verified") == PROJECTS - 4
    assert count(city, Training, Training.state == "held") == TRAININGS - 2
    assert count(city, Proposal, Proposal.state == "admitted") > 0
    assert count(city, Proposal, Proposal.state == "open") > 0


def test_it_shows_the_troubles_of_a_day(city):
    texts = city.scalars(select(Publication.snapshot)).all()
    rows = [row for text in texts for row in json.loads(text)["rows"]]
    statuses = {row["status"] for row in rows}

    assert {"present", "absent", "withdrawn", "disqualified"} <= statuses
    assert any(row["tied_by"] == "shared" for row in rows)
    assert count(city, MarkEvent, MarkEvent.kind == "void") > 0
    assert count(city, MarkEvent, MarkEvent.reason.like("%重评%")) > 0


def test_its_batch_has_somebody_at_every_step(city):
    rows = city.execute(select(Application.state, Application.step)).all()

    assert {state for state, _step in rows} >= {
        "draft",
        "unconfirmed",
        "running",
        "returned",
    }
    assert {step for state, step in rows if state == "running"} == {
        "district",
        "city",
        "experts",
        "decision",
        "notice",
    }
    assert count(city, Objection, Objection.state == "open") == 1


def test_its_ledger_holds_and_agrees_with_the_rows(city):
    assert first_fault(iter_links(city)) is None
    assert list(list_disagreements(city)) == []


def test_a_second_load_changes_nothing(city):
    before = services.fingerprint(city)

    assert services.is_loaded(city)
    assert services.fingerprint(city) == before


@pytest.mark.parametrize("plan", plans.EVENTS, ids=lambda plan: plan.key)
def test_a_second_scorer_agrees_with_every_result(city, plan):
    event = city.scalars(select(Event).where(Event.name == plan.name)).one()
    result = find_result(city, event.id)
    if plan.reach not in {"locked", "decoded", "published"}:
        assert result is None
        return
    ground = read_ground(city, event.id)
    marks = [(c.entry, c.aspect, c.judge, c.value) for c in ground.counted]
    entries = [as_row(facts) for facts in ground.facts]

    rows, *_ = second_score(ground.version.text, marks, entries)

    kept = {row["entry"]: row for row in json.loads(result.rows)["results"]}
    works = {code: row for code, row in kept.items() if row["rank"] is not None}
    assert works
    for code, row in works.items():
        assert Decimal(row["total"]) == rows[code]["total"], code
        for name in ("rank", "award", "tied_by"):
            assert (row[name] or "") == (rows[code][name] or ""), (code, name)


def as_row(facts):
    penalties = {f"penalty:{code}": str(v) for code, v in facts.penalties.items()}
    return {
        "entry": facts.entry,
        "group": facts.group,
        "team": facts.team,
        "panel": facts.panel,
        "status": facts.status,
        "time": "" if facts.time is None else str(facts.time),
        "playoff": "" if facts.playoff is None else str(facts.playoff),
        "vetoes": " ".join(facts.vetoes),
        **penalties,
    }


# ---- blindness -----------------------------------------------------------------------

NOT_READ = re.compile(r"^/static|\.pdf$")  # papers are read by test_papers
LINK = re.compile(r'(?:href|data-\w+|action|src)="(/[^"#?]*)')
SEALED = ("marking", "locked", "checkin")  # events whose works nobody may know


def canaries(session) -> dict[str, str]:
    """Return what no judge may read, with what it is: of works not yet decoded."""
    entries = session.scalars(
        select(Entry).join(Event).where(Event.state.in_(SEALED))
    ).all()
    ids = [entry.id for entry in entries]
    known = {
        row["name"]
        for text in session.scalars(select(Publication.snapshot))
        for row in json.loads(text)["rows"]
    }
    own = set(session.scalars(select(User.display_name)))
    found = {e.person.name: "a name" for e in entries if e.person}
    found |= {e.uid: "an entry" for e in entries}
    found |= {e.person.uid: "a person" for e in entries if e.person}
    tickets = session.scalars(select(Ticket.number).where(Ticket.entry_id.in_(ids)))
    found |= dict.fromkeys(tickets, "a ticket")
    long = {text: what for text, what in found.items() if len(text) > 2}
    # Two-character names also occur inside other words; three are unmistakable.
    return {t: w for t, w in long.items() if t not in known and not own & {t}}


def crawl(app, username):
    """Yield (address, text) of every page and answer this user can reach by links."""
    client = app.test_client()
    app.config.update(WTF_CSRF_ENABLED=False)
    client.post("/login", data={"username": username, "password": plans.PASSWORD})
    with app.app_context():
        uids = list(db.session().scalars(select(Event.uid)))
    waiting = ["/desk", "/judging", "/panels", "/events", "/results", "/my-results"]
    for uid in uids:
        waiting += [
            *(
                f"/judging/{uid}{tail}"
                for tail in ("", "/mark", "/sign", "/sheet.json")
            ),
            *(
                f"/events/{uid}/{tail}"
                for tail in ("marks", "review", "scheme", "draws")
            ),
            *(f"/events/{uid}/{tail}" for tail in ("entries", "checkin", "codes")),
            *(f"/events/{uid}/codes/{tail}" for tail in ("contest", "station", "work")),
            f"/api/v1/events/{uid}/results",
        ]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        if response.status_code != 200 or response.mimetype.startswith("image/"):
            continue
        if response.mimetype == "text/event-stream":
            # It goes on for minutes; what it says first is all of the wall.
            data = b"".join(islice(response.iter_encoded(), 2))
            response.close()
        else:
            data = response.get_data()
        text = data.decode("utf-8", "replace")
        yield path, text
        more = {link for link in LINK.findall(text) if not NOT_READ.search(link)}
        fresh = {link for link in more - seen if len(seen) < 300}
        seen |= fresh
        waiting += sorted(fresh)


@pytest.mark.parametrize("username", ["judge1", "judge2", "chief"])
def test_no_page_of_a_judge_tells_whose_work_it_is(demo_city, username):
    with demo_city.app_context():
        forbidden = canaries(db.session())
    assert len(forbidden) > 100
    visited = []

    for path, text in crawl(demo_city, username):
        visited.append(path)
        leaks = [f"{what}: {word}" for word, what in forbidden.items() if word in text]
        assert not leaks, f"{username} reads on {path}: {leaks[:5]}"

    assert any(path.endswith("/mark") for path in visited)
    assert any(path.endswith("/sheet.json") for path in visited)
