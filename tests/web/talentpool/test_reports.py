"""Statistics, plans, work reports and snapshots, as officials use them."""

import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from accounts.roles.rules import Scope
from extensions import LOCAL
from ledger.log.models import LedgerEntry
from talentpool.reports.models.papers import Snapshot, WorkReport
from talentpool.reports.models.plans import Plan
from talentpool.reports.queries.plans import list_rows
from talentpool.reports.rules.counted import pack, unpack
from talentpool.reports.services.papers import read_rows
from tests.factories.accounts import make_user
from tests.factories.people import make_person, make_unit
from tests.factories.scoring import make_marked_event
from tests.factories.talentpool import NOW, make_craftsman, make_fact, make_pair
from tests.papers import page_texts
from workbooks import read_workbook

TODAY = datetime.now(UTC).astimezone(LOCAL).date()
YEARS = f"first={TODAY.year - 4}-01-01&last={TODAY}"
CITY = Scope("district", "330600")
REPORT = {
    "title": "五年工作报告",
    "first_year": TODAY.year - 4,
    "last_year": TODAY.year,
    "district_code": "330600",
    "unit": "",
    "plan": "",
    "text": "在库 {pool.members} 人,市级 {pool.members:city} 人。",
}


@pytest.fixture
def pool(session):
    """Two members at home, one of them young, and one elsewhere."""
    young = make_person(session, unit=make_unit(session), born=date(2000, 5, 1))
    made = [
        make_craftsman(session, person=young),
        make_craftsman(session, level="district", trade="车工"),
        make_craftsman(session, unit=make_unit(session, district_code="330681")),
    ]
    make_fact(session, made[0], "achievement", achieved_on=date(TODAY.year, 1, 1))
    make_fact(session, made[0], "service", served_on=date(TODAY.year, 1, 1))
    make_pair(session, made[1], starts_on=date(TODAY.year, 1, 1))
    return made


@pytest.fixture
def officer(session, sign_in):
    user = make_user(session, "pool_officer", scope=CITY)
    sign_in(user)
    return user


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_figure_has_its_page(client, session, officer, pool, language):
    officer.locale = language

    front = client.get("/pool/statistics")

    figures = re.findall(r'href="(/pool/statistics/[a-z_.0-9]+)\?', front.text)
    assert len(set(figures)) == 42
    for url in sorted(set(figures)):
        page = client.get(f"{url}?{YEARS}")
        assert page.status_code == 200
        assert client.get(f"{url}/rows?{YEARS}").status_code == 200


def test_a_number_opens_exactly_who_it_counts(client, session, officer, pool):
    page = client.get(f"/pool/statistics/pool.members?by=age&{YEARS}").text

    assert 'name="by"' in page
    links = re.findall(r'href="([^"]*/rows[^"]*)"[^>]*>(\d+)<', page)
    assert [number for _url, number in links] == ["1", "2", "3"]
    young = client.get(links[0][0].replace("&amp;", "&")).text
    assert pool[0].person.name in young
    assert pool[1].person.name not in young


def test_a_reader_counts_ones_own_places_only(client, session, sign_in, pool):
    sign_in(make_user(session, "hr_official", scope=Scope("district", "330681")))

    page = client.get(f"/pool/statistics/pool.members/rows?{YEARS}").text

    assert pool[2].person.name in page
    assert pool[0].person.name not in page
    assert "330602" not in client.get("/pool/statistics").text


def test_one_unit_is_counted_by_itself(client, session, sign_in, pool):
    unit = pool[0].person.unit
    sign_in(make_user(session, "hr_official", scope=Scope("unit", unit.uid)))

    page = client.get(f"/pool/statistics/pool.members/rows?{YEARS}").text

    assert pool[0].person.name in page
    assert pool[1].person.name not in page


def test_entrants_outside_the_pool_are_masked(client, session, sign_in):
    event = make_marked_event(session)
    entry = event.entries[0]
    url = "/pool/statistics/contests.entrants/rows?first=2026-01-01"
    names = {}
    for role in ("hr_official", "committee"):
        user = make_user(session, role, "hr_official")
        sign_in(user)
        names[role] = entry.person.name in client.get(url).text

    assert names == {"hr_official": False, "committee": True}


def test_says_all_that_is_wrong_about_a_period(client, session, officer, pool):
    page = client.get(
        "/pool/statistics?first=tomorrow&last=1200-01-01&district=110000&unit=nobody"
    ).text

    assert page.count("<li>") - client.get("/pool/statistics").text.count("<li>") == 4


def test_a_figure_is_taken_along(client, session, officer, pool):
    url = "/pool/statistics/pool.members"
    svg = client.get(f"{url}/chart.svg?by=level&{YEARS}")
    png = client.get(f"{url}/chart.png?by=level&{YEARS}&download=1")
    sheet = client.get(f"{url}/figure.xlsx?by=level&{YEARS}")

    assert svg.mimetype == "image/svg+xml"
    assert svg.data.startswith(b"<svg")
    assert png.data[:4] == b"\x89PNG"
    assert "attachment" in png.headers["Content-Disposition"]
    cells = next(iter(read_workbook(sheet.data).values()))
    assert ["市级", 2.0] in [row[:2] for row in cells]
    assert any("by=level" in str(cell) for row in cells for cell in row)


def test_a_plan_is_held_against_the_records(client, session, officer, pool):
    client.post(
        "/pool/plans/new",
        data={
            "name": "五年规划",
            "district_code": "330600",
            "first_year": TODAY.year,
            "last_year": TODAY.year + 4,
        },
    )
    plan = session.scalars(select(Plan)).one()
    url = f"/pool/plans/{plan.uid}"
    wrong = client.post(
        f"{url}/target", data={"figure": "pairs.begun", "kind": "end", "goal": "305"}
    )
    for goal in ("305", "306"):
        client.post(
            f"{url}/target",
            data={
                "figure": "pairs.begun",
                "kind": "term",
                "goal": goal,
                f"year_{TODAY.year}": "60",
            },
        )
    client.post(
        f"{url}/target",
        data={"figure": "pool.share_under_40", "kind": "end", "goal": "50"},
    )

    assert wrong.status_code == 422
    first, share = plan.targets
    assert (first.goal, [year.goal_tenths for year in first.years]) == (306, [600])
    page = client.get(url).text
    assert "306" in page
    assert "33.3" in page  # one of three is young
    detail = client.get(f"{url}/targets/{first.uid}").text
    assert "60" in detail
    assert "/rows?" in detail
    client.post(f"{url}/targets/{share.uid}/remove")
    session.expire_all()
    assert [target.figure for target in plan.targets] == ["pairs.begun"]
    actions = session.scalars(
        select(LedgerEntry.action).where(LedgerEntry.subject == f"plan:{plan.uid}")
    ).all()
    assert actions == ["plan.made", *["plan.target_set"] * 3, "plan.target_removed"]


def test_numbers_in_a_report_follow_the_records(client, session, officer, pool):
    client.post("/pool/reports/new", data=REPORT)
    report = session.scalars(select(WorkReport)).one()
    url = f"/pool/reports/{report.uid}"

    before = client.get(url).text
    make_craftsman(session)

    assert re.search(r"在库\s*<a[^>]*>3</a>", before)
    assert re.search(r"在库\s*<a[^>]*>4</a>", client.get(url).text)
    word = zipfile.ZipFile(io.BytesIO(client.get(f"{url}/report.docx").data))
    document = word.read("word/document.xml").decode()
    assert "在库 4 人,市级 3 人。" in document
    assert "figure=pool.members" in document
    printed = "".join(page_texts(client.get(f"{url}/report.pdf").data))
    assert "在库4人,市级3人。" in re.sub(r"\s", "", printed)


def test_a_report_with_unknown_figures_is_not_kept(client, session, officer, pool):
    data = REPORT | {"text": "{pool.height} {pool.members:village}", "unit": "nobody"}

    page = client.post("/pool/reports/new", data=data)

    assert page.status_code == 422
    assert "{pool.height}" in page.text
    assert "{pool.members:village}" in page.text
    assert session.scalars(select(WorkReport)).all() == []


def test_a_snapshot_prints_the_same_when_all_has_changed(
    client, session, officer, pool
):
    client.post("/pool/reports/new", data=REPORT)
    report = session.scalars(select(WorkReport)).one()
    client.post(f"/pool/reports/{report.uid}/keep")
    client.post(
        "/pool/snapshots",
        data={"district": "330600", "first": f"{TODAY.year}-01-01", "last": f"{TODAY}"},
    )
    kept = session.scalars(select(Snapshot).order_by(Snapshot.id)).all()
    urls = [
        f"/pool/snapshots/{snapshot.uid}/snapshot.{kind}"
        for snapshot in kept
        for kind in ("pdf", "docx", "xlsx")
    ]
    before = [client.get(url).data for url in urls]
    make_craftsman(session)
    report.text = "{pool.women}"
    session.flush()

    assert [snapshot.kind for snapshot in kept] == ["report", "statistics"]
    assert [client.get(url).data for url in urls] == before
    logged = session.scalars(
        select(LedgerEntry.body).where(LedgerEntry.action == "snapshot.taken")
    ).all()
    assert all(
        snapshot.digest in body for snapshot, body in zip(kept, logged, strict=True)
    )
    assert kept[0].digest in client.get(f"/pool/snapshots/{kept[0].uid}").text


def test_a_snapshot_opens_exactly_who_was_counted_then(
    client, session, sign_in, officer, pool
):
    mentor, gone = make_craftsman(session), make_craftsman(session)
    pair = make_pair(session, mentor, state="active")
    client.post("/pool/snapshots", data={"district": "330600"})
    snapshot = session.scalars(select(Snapshot)).one()
    make_craftsman(session, person=make_person(session, name="后来人"))
    mentor.state, pair.state = "left", "graduated"
    gone.person.erased_at = NOW
    session.flush()
    rows = {r.figure: r for r in list_rows(session, snapshot)}
    own = f"/pool/snapshots/{snapshot.uid}/rows"

    assert {mentor.id, gone.id} <= set(read_rows(rows["pool.members"], snapshot))
    assert pair.id in read_rows(rows["pairs.live"], snapshot)
    members = client.get(f"{own}/pool.members").text
    assert mentor.person.name in members
    assert gone.person.name not in members
    assert "后来人" not in members
    assert pair.apprentice.name in client.get(f"{own}/pairs.live").text
    assert f"{own}/pairs.live" in client.get(f"/pool/snapshots/{snapshot.uid}").text
    assert client.get(f"{own}/pool.nothing").status_code == 404
    [body] = session.scalars(
        select(LedgerEntry.body).where(LedgerEntry.action == "snapshot.taken")
    )
    assert rows["pool.members"].digest in body

    sign_in(make_user(session, "pool_officer", scope=Scope("district", "330681")))
    assert client.get(f"{own}/pool.members").status_code == 403


def test_a_snapshot_of_one_unit_counts_its_people(client, session, officer, pool):
    unit = pool[0].person.unit
    data = {"district": "330600", "unit": unit.name}
    client.post("/pool/snapshots", data=data | {"unit": "没有这个单位"})
    assert session.scalars(select(Snapshot)).all() == []

    client.post("/pool/snapshots", data=data)

    snapshot = session.scalars(select(Snapshot)).one()
    rows = {r.figure: r for r in list_rows(session, snapshot)}
    assert unit.name in snapshot.title
    assert read_rows(rows["pool.members"], snapshot) == [pool[0].id]


@pytest.mark.parametrize("ids", [[], [3, 4, 900_000], ["6-18-02-04", "x"], [7, 2]])
def test_ids_are_kept_as_they_are(ids):
    assert unpack(pack(ids)) == ids


@pytest.mark.parametrize(
    "statement",
    [
        "update report_snapshot set title = 'x'",
        "delete from report_snapshot",
        "update report_snapshot_rows set count = 0",
        "delete from report_snapshot_rows",
    ],
)
def test_the_database_keeps_a_snapshot(client, session, officer, pool, statement):
    client.post("/pool/snapshots", data={"district": "330600"})

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(statement))


def test_a_snapshot_is_of_a_place_one_manages(client, session, sign_in, pool):
    sign_in(make_user(session, "pool_officer", scope=Scope("district", "330602")))

    client.post("/pool/snapshots", data={"district": "330681"})
    client.post("/pool/reports/new", data=REPORT)

    assert session.scalars(select(Snapshot)).all() == []
    assert session.scalars(select(WorkReport)).all() == []
