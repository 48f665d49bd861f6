"""Page, API and command line give one answer, within the caller's scope."""

import contextvars
import json
import re

import pytest

from accounts.roles.rules import Scope
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
        {"value": "city", "label": "市级", "count": 1, "depth": 0}
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
    assert [o["value"] for o in document["facets"]["district"]] == [
        *("330000", "330600", "330602")
    ]
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


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("等", "等级>="),
        ("焊工 年", "焊工 年龄<="),
        ("等级>=技", "等级>=技师"),
        ("地区:越", "地区:越城区"),
        ("地区:柯桥区,越", "地区:柯桥区,越城区"),
        ("-工种:钳", "-工种:钳工"),
        ("装配", "装配钳工"),
    ],
)
def test_the_box_is_completed(client, official, typed, offered):
    found = client.get("/pool/complete", query_string={"q": typed}).json

    assert offered in [one["text"] for one in found]


@pytest.mark.parametrize("typed", ["", '"焊', "焊工 ", "王秉", "姓名:王", "龘"])
def test_nobody_is_offered(client, official, people, typed):
    assert client.get("/pool/complete", query_string={"q": typed}).json == []


def test_three_fields_make_one_certificate(client, official, people):
    response = client.get(
        "/pool?q=王&certificate_trade=焊工&certificate_level=L5"
        "&certificate_on=2026-05-01&level=city"
    )

    assert response.status_code == 302
    page = client.get(response.headers["Location"])
    assert 'value="王 证书:焊工&gt;=技师@2026-05-01"' in page.text
    assert "level=city" in response.headers["Location"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("颜色:红", "没有这个字段"),
        ("等级>=高手", "没有这个值"),
        ("年龄<=青年", "整数"),
        ("入库>=昨天", "2026-05-01"),
        ("焊工 OR 车工", "不能使用"),
        ("姓名>=王", "不分高低"),
    ],
)
def test_what_is_not_understood_is_told(client, official, people, typed, said):
    response = client.get("/pool", query_string={"q": typed})

    assert response.status_code == 400
    assert said in response.text


def test_an_unknown_place_is_told(client, official, people):
    page = client.get("/pool", query_string={"q": "地区:亚特兰蒂斯"}).text

    assert "没有叫“亚特兰蒂斯”的" in page
