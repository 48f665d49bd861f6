"""Page, API and command line give one answer, within the caller's scope."""

import contextvars
import csv
import io
import json
import re

import openpyxl
import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from ledger.log.models import LedgerEntry
from talentpool.search import services
from talentpool.search.api import CraftsmenOut
from tests.factories.accounts import make_user
from tests.factories.pool_search import make_craftsmen, make_one


@pytest.fixture
def people(session):
    ids = make_craftsmen(session, 60, seed=8)
    make_one(session, "王秉元", trade="焊工", district_code="330602", level="city")
    services.reindex(session)
    return ids


@pytest.fixture
def official(session, sign_in):
    sign_in(make_user(session, "hr_official"))


def run(app, *arguments):
    runner = app.test_cli_runner()
    return contextvars.Context().run(runner.invoke, args=["pool", *arguments])


def shown(page):
    found = re.findall(r'class="pool-result__name">(.*?)</h3>', page, re.DOTALL)
    return [re.sub(r"<.*?>", "", name).strip() for name in found]


QUERIES = [
    pytest.param({"q": "焊工"}, id="trade"),
    pytest.param({"q": "电焊工 越城"}, id="mixed"),
    pytest.param({"q": "wby"}, id="initials"),
    pytest.param({"level": "city", "sort": "name"}, id="facet"),
    pytest.param({"district": "330602", "size": "7", "page": "2"}, id="page"),
    pytest.param({}, id="everything"),
]


@pytest.mark.parametrize("query", QUERIES)
def test_page_api_and_command_agree(app, client, official, people, query):
    page = client.get("/pool", query_string=query)
    document = client.get("/api/v1/craftsmen", query_string=query).json
    options = [f"--{k}={v}" for k, v in query.items() if k != "q"]
    command = run(app, "search", query.get("q", ""), *options, "--json")

    assert command.exit_code == 0, command.output
    assert document["total"] > 0
    assert json.loads(command.output) == document
    assert shown(page.text) == [item["name"] for item in document["items"]]
    assert re.search(rf'id="found">\D*{document["total"]}\D', page.text)


def test_the_document_is_as_described(client, official, people):
    document = client.get("/api/v1/craftsmen?q=王秉元&facets=1&size=5").json

    assert [document[key] for key in ("total", "page", "size")] == [1, 1, 5]
    assert document["facets"]["level"] == [
        {"value": "city", "label": "市级", "count": 1}
    ]
    [item] = document["items"]
    assert item["district"] == {"code": "330602", "name": "越城区"}
    assert item["matches"] == [
        {"field": "name", "before": "", "found": "王秉元", "after": ""}
    ]
    CraftsmenOut.model_validate(document)
    assert not {"id", "birth_year", "phone", "id_number"} & item.keys()


def test_all_faults_come_at_once(client, official):
    response = client.get(
        "/api/v1/craftsmen",
        query_string={"q": "x" * 10_000, "level": "moon", "page": "-1", "colour": "1"},
    )

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    assert [e["parameter"] for e in response.json["errors"]] == [
        *("q", "level", "page", "colour")
    ]


def test_a_long_text_is_refused_kindly(client, official, people):
    response = client.get("/pool", query_string={"q": "焊" * 10_000})

    assert response.status_code == 400
    assert "最多 100 个字符" in response.text


def test_the_command_refuses_bad_input(app, people):
    result = run(app, "search", "焊工", "--level", "moon", "--size", "0")

    assert result.exit_code != 0


def test_the_command_lists_and_reindexes(app, people):
    listed = run(app, "search", "王秉元")
    rebuilt = run(app, "reindex")

    assert "[王秉元]" in listed.output
    assert rebuilt.exit_code == 0
    assert "61" in rebuilt.output


def test_an_official_sees_their_district_only(session, client, sign_in, people):
    scope = Scope("district", "330602")
    sign_in(make_user(session, "hr_official", scope=scope))

    document = client.get("/api/v1/craftsmen?facets=1&size=100").json
    page = client.get("/pool").text

    assert {item["district"]["code"] for item in document["items"]} == {"330602"}
    assert [o["value"] for o in document["facets"]["district"]] == ["330602"]
    assert "330603" not in page
    assert client.get("/api/v1/craftsmen?district=330603").json["total"] == 0


@pytest.mark.parametrize("role", ["contestant", "judge", "committee", "sys_admin"])
def test_others_may_not_search(session, client, sign_in, role):
    sign_in(make_user(session, role))

    assert client.get("/pool").status_code == 403
    assert client.get("/api/v1/craftsmen").status_code == 403


def test_the_page_costs_a_fixed_number_of_queries(
    client, official, session, people, count_queries
):
    client.get("/pool?q=焊工")
    with count_queries() as few:
        client.get("/pool?q=焊工&size=1")
    with count_queries() as many:
        client.get("/pool?q=焊工&size=20")

    assert len(few) == len(many) <= 25, "\n".join(many)


def test_nobody_found_says_what_to_do(client, official, people):
    page = client.get("/pool?q=没有此人").text

    assert "没有找到" in page
    assert "拼音" in page


def test_why_somebody_was_found_is_marked(client, official, people):
    page = client.get("/pool?q=电焊工").text

    assert "<mark>电焊工</mark>" in page


def test_what_was_typed_is_only_shown(client, official, people):
    page = client.get("/pool", query_string={"q": "<script>alert(1)</script>"}).text

    assert "<script>alert" not in page
    assert client.get("/pool?page=999").status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_is_the_list_and_is_logged(client, official, session, people, kind):
    number = make_one(session, "=1+1", level="city", trade="@SUM(A1)")
    services.mark_dirty(session, number)
    listed = client.get("/api/v1/craftsmen?level=city&sort=name&size=100").json

    response = client.post(f"/pool/export/{kind}?level=city&sort=name")

    rows = read_rows(response.data, kind)
    assert [row[0].lstrip("'") for row in rows[1:]] == [
        item["name"] for item in listed["items"]
    ]
    if kind == "csv":
        assert "'=1+1" in [row[0] for row in rows]
    entry = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "pool.exported")
    ).one()
    assert json.loads(entry.body)["count"] == listed["total"]


def read_rows(data, kind):
    if kind == "csv":
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    [sheet] = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n"}
    return [[cell.value or "" for cell in row] for row in sheet.rows]


def test_an_export_keeps_to_the_scope(session, client, sign_in, people):
    scope = Scope("district", "330602")
    sign_in(make_user(session, "hr_official", scope=scope))

    rows = read_rows(client.post("/pool/export/csv").data, "csv")

    assert {row[9] for row in rows[1:]} == {"越城区"}
    assert client.post("/pool/export/pdf").status_code == 404
