"""Bringing results in on pages: brought by one, confirmed by another, undone."""

import io

import pytest
from sqlalchemy import select

from scoring.marking.queries import list_counted
from scoring.theory.models import MarkImport
from tests.factories.result_files import TheoryDesk, result_workbook


@pytest.fixture
def desk(session):
    return TheoryDesk(session, works=3)


def pages_of(desk):
    return f"/events/{desk.marked.event.uid}/theory"


def send(client, desk, rows, seat="J1"):
    file = (io.BytesIO(result_workbook(rows)), "理论成绩.xlsx")
    return client.post(pages_of(desk), data={"seat": seat, "file": file})


def test_from_the_file_to_marks_and_back(session, client, sign_in, desk):
    sign_in(desk.first)
    assert client.get(pages_of(desk)).status_code == 200
    where = send(client, desk, desk.rows(heading="卷面")).location
    assert "没有" in client.get(where).text  # no column holds results
    columns = {"column-0": "entry", "column-1": "T1.1"}
    client.post(f"{where}/columns", data=columns)
    shown = client.get(where).text
    assert f"{where}/take" not in shown
    assert client.post(f"{where}/take").status_code == 409

    sign_in(desk.second)
    assert where in client.get("/desk").text
    assert f"{where}/take" in client.get(where).text
    assert client.post(f"{where}/take").status_code == 302
    counted = list_counted(session, desk.marked.event.id)
    assert [c.value for c in counted] == ["60", "61", "62"]
    assert client.post(f"{where}/undo", data={"reason": ""}).status_code == 422
    assert client.post(f"{where}/undo", data={"reason": "错卷"}).status_code == 302
    assert list_counted(session, desk.marked.event.id) == []
    assert "错卷" in client.get(where).text


def test_every_fault_is_on_the_page(client, sign_in, desk):
    sign_in(desk.first)
    rows = [*desk.rows(101, "七十"), ["ZZZZ", 1]]
    where = send(client, desk, rows).location
    sign_in(desk.second)

    page = client.get(where).text

    assert f"{where}/take" not in page
    for row in (2, 3, 4):
        assert f"第 {row} 行" in page
    assert client.post(f"{where}/take").status_code == 422


def test_a_file_with_names_is_refused_and_not_kept(session, client, sign_in, desk):
    sign_in(desk.first)

    answer = send(client, desk, [["作品号", "姓名", "成绩"], ["A", "张三", 1]])

    assert answer.status_code == 422
    assert "姓名" in answer.text
    assert "张三" not in answer.text
    assert session.scalars(select(MarkImport)).all() == []


def test_a_page_of_two_thousand_rows_costs_the_same(
    session, client, sign_in, desk, count_queries
):
    sign_in(desk.second)
    small = desk.bring(desk.rows())
    big = desk.bring([*desk.rows(1), *([f"W{n}", n] for n in range(2000))])
    costs = []
    for found in (small, big):
        url = f"{pages_of(desk)}/{found.uid}"
        client.get(url)
        with count_queries() as queries:
            assert client.get(url).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_judges_and_contestants_bring_nothing(client, sign_in, desk):
    found = desk.bring(desk.rows())
    sign_in(desk.marked.judge("J1"))

    assert client.get(pages_of(desk)).status_code == 403
    assert client.post(f"{pages_of(desk)}/{found.uid}/take").status_code == 403
    sign_in(desk.marked.supervisor)
    assert send(client, desk, desk.rows()).status_code == 403
    assert client.get(f"{pages_of(desk)}/{found.uid}").status_code == 200
