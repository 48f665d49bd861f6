"""Saved searches, shortlists and lists that leave the pool."""

import csv
import io
import json
import zipfile
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from sqlalchemy import select

from accounts.roles.rules import Scope
from ledger.log.models import LedgerEntry
from talentpool.search import services
from talentpool.shortlists.models import (
    ExportDownload,
    PoolExport,
    SavedSearch,
    Shortlist,
    ShortlistEntry,
)
from tests.factories.accounts import make_user
from tests.factories.pool_search import make_craftsmen, make_one
from tests.papers import page_texts

EXPORTS = "/pool/exports"


@pytest.fixture
def people(session):
    make_craftsmen(session, 60, seed=8)
    make_one(session, "王秉元", trade="焊工", district_code="330602", level="city")
    services.reindex(session)


@pytest.fixture
def official(session, sign_in, people):
    user = make_user(session, "hr_official")
    sign_in(user)
    return user


def ask(client, query="", kind="csv", **more):
    return client.post(f"{EXPORTS}/new?{query}", data={"kind": kind, **more})


def take(client, where):
    return client.post(f"{where}/take", buffered=True)


def names_of(data, kind):
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        return [row[0] for row in rows[3:]]
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        return [row[0].value for row in sheet.iter_rows(min_row=4)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tree = ET.fromstring(archive.read("word/document.xml"))  # noqa: S314 - ours
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    lines = list(tree.iter(f"{w}tr"))
    return ["".join(next(line.iter(f"{w}tc")).itertext()) for line in lines[1:]]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "docx"])
def test_an_export_is_the_list_with_its_mark(client, session, official, kind):
    query = {"level": "city", "sort": "name", "size": "100"}
    listed = client.get("/api/v1/craftsmen", query_string=query).json["items"]
    asked = ask(client, "level=city&sort=name", kind)

    data = take(client, asked.location).data

    [download] = session.scalars(select(ExportDownload))
    logged = session.scalars(select(LedgerEntry.action)).all()
    assert names_of(data, kind) == [item["name"] for item in listed]
    assert download.rows == len(listed)
    if kind == "csv":
        assert download.mark in data.decode("utf-8-sig").splitlines()[1]
    assert {"export.asked", "export.taken"} <= set(logged)
    assert download.mark in client.get(f"{EXPORTS}?q={download.mark}").text


def test_an_export_keeps_to_the_scope(client, session, sign_in, people):
    sign_in(make_user(session, "hr_official", scope=Scope("unit", "none")))

    assert ask(client).status_code == 422


def test_what_no_sheet_holds_is_for_csv(client, official, monkeypatch):
    monkeypatch.setattr("talentpool.shortlists.services.exports.MOST_IN_XLSX", 2)

    refused, taken = ask(client, "level=city", "xlsx"), ask(client, "level=city", "csv")

    assert (refused.status_code, taken.status_code) == (422, 302)


def test_no_cell_becomes_a_formula(client, session, official):
    make_one(session, "=1+1", trade="焊工", district_code="330602", level="city")
    services.reindex(session)

    answer = take(client, ask(client, kind="csv").location)

    assert "\r\n'=1+1," in answer.data.decode("utf-8-sig")


def test_long_lists_ask_for_a_reason_and_another_person(
    client, session, official, sign_in, monkeypatch
):
    monkeypatch.setattr("talentpool.shortlists.rules.REASON_OVER", 10)
    monkeypatch.setattr("talentpool.shortlists.rules.APPROVAL_OVER", 20)
    officer = make_user(session, "pool_officer")
    assert ask(client).status_code == 422
    where = ask(client, reason="年度统计").location
    too_early = take(client, where).status_code
    own = client.post(f"{where}/decide/approve", data={"answer": "可"}).status_code
    sign_in(officer)
    mine = ask(client, reason="自己的").location
    self_approved = client.post(f"{mine}/decide/approve", data={"answer": "可"})
    client.post(f"{where}/decide/approve", data={"answer": "同意"})
    not_mine = take(client, where).status_code
    sign_in(official)

    taken = take(client, where)

    export = session.scalars(select(PoolExport).order_by(PoolExport.id)).first()
    assert (too_early, own, not_mine) == (422, 403, 422)
    assert self_approved.status_code == 422
    assert (export.state, export.decided_by_id) == ("approved", officer.id)
    assert taken.status_code == 200


def test_a_saved_search_tells_who_newly_meets_it(client, session, official):
    client.post("/pool/lists/search/new?q=王秉元", data={"name": "秉元们"})
    [saved] = session.scalars(select(SavedSearch))
    twice = client.post("/pool/lists/search/new?q=王秉元", data={"name": "秉元们"})
    for name in ("王秉元甲", "王秉元乙"):
        make_one(session, name, district_code="330602", level="city")
    services.reindex(session)

    own = client.get("/pool/lists").text
    digest = client.get(f"/pool/lists/search/{saved.uid}").text
    client.post(f"/pool/lists/search/{saved.uid}/seen")

    assert twice.status_code == 422
    assert "2 人" in own
    assert "王秉元甲" in digest
    assert "王秉元乙" in digest
    assert "2 人" not in client.get("/pool/lists").text


def test_a_shortlist_keeps_query_day_and_reasons(client, session, official, sign_in):
    client.post(
        "/pool/lists/shortlist/new?q=王秉元",
        data={"name": "焊接攻关组", "purpose": "重大项目"},
    )
    [shortlist] = session.scalars(select(Shortlist))
    page = client.get(f"/pool/lists/shortlist/{shortlist.uid}")
    [item] = client.get("/api/v1/craftsmen?q=王秉元").json["items"]
    [other, *_more] = client.get("/api/v1/craftsmen?q=焊工").json["items"]
    add = f"/pool/lists/shortlist/{shortlist.uid}/add"
    silent = client.post(add, data={"craftsman": item["uid"], "reason": ""})
    stranger = client.post(add, data={"craftsman": other["uid"], "reason": "好"})
    client.post(add, data={"craftsman": item["uid"], "reason": "擅长薄壁管"})
    sheet = client.get(
        f"/pool/lists/shortlist/{shortlist.uid}/sheet.xlsx", buffered=True
    ).data
    cells = [
        cell
        for row in openpyxl.load_workbook(io.BytesIO(sheet)).active.values
        for cell in row
    ]
    paper = client.post(f"/pool/lists/shortlist/{shortlist.uid}/sheet")
    said = session.scalars(
        select(LedgerEntry).filter_by(action="shortlist.printed")
    ).one()
    printed = "".join(page_texts(paper.data))
    [entry] = session.scalars(select(ShortlistEntry))
    client.post(f"/pool/lists/shortlist/{shortlist.uid}/remove/{entry.uid}")
    bare = client.post(f"/pool/lists/shortlist/{shortlist.uid}/sheet")

    assert "王秉元" in page.text
    beyond = client.get(f"/pool/lists/shortlist/{shortlist.uid}?page=2").text
    assert beyond.count("王秉元") == 1  # the search, not the person
    assert silent.status_code == 422
    assert stranger.status_code == (422 if other["uid"] != item["uid"] else 302)
    assert {"焊接攻关组", "王秉元", "擅长薄壁管"} <= set(cells)
    assert json.loads(said.body)["number"] in printed
    assert official.display_name in printed
    for words in ("焊接攻关组", "重大项目", "王秉元", "擅长薄壁管"):
        assert words in printed
    assert bare.status_code == 302
    assert session.scalars(select(ShortlistEntry)).all() == []
    sign_in(make_user(session, "hr_official"))
    assert client.get(f"/pool/lists/shortlist/{shortlist.uid}").status_code == 404
