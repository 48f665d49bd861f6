"""Looking codes up."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, select

from extensions import db
from people.codes import queries
from people.codes.models import Occupation
from people.codes.rules import TABLES


@pytest.mark.parametrize(
    ("text", "code", "alias"),
    [
        ("焊工", "6-18-02-04", ""),
        ("电焊工", "6-18-02-04", "电焊工"),
        ("数控车工", "6-18-01-01", "数控车工"),
        ("维修电工", "6-31-01-03", "维修电工"),
        ("6-18-02-04", "6-18-02-04", ""),
        ("6-18-02", "6-18-02-01", ""),
        (" 焊工 ", "6-18-02-04", ""),
        ("快递小哥", "4-02-07-08", "快递小哥"),
    ],
)
def test_the_nearest_occupation_comes_first(session, text, code, alias):
    first = queries.search_occupations(session, text)[0]

    assert (first.code, first.alias) == (code, alias)


def test_a_trade_name_may_stand_for_several_occupations(session):
    hits = queries.search_occupations(session, "钳工", limit=3)

    assert {h.name for h in hits} == {"装配钳工", "机修钳工", "工具钳工"}


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "没有这个职业"])
def test_nothing_is_found(session, text):
    assert queries.search_occupations(session, text) == []


def test_each_occupation_comes_once_and_no_more_than_asked(session):
    hits = queries.search_occupations(session, "工", limit=30)

    assert len(hits) == len({h.code for h in hits}) == 30


def test_searching_is_one_statement(session, count_queries):
    with count_queries() as statements:
        queries.search_occupations(session, "工")

    assert len(statements) == 1


def test_occupations_usual_in_contests(session):
    assert len(queries.list_occupations(session)) == 1639
    assert len(queries.list_occupations(session, common=True)) == 135


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_small_table_is_loaded(session, table):
    assert queries.list_items(session, table)


def test_levels_and_honours(session):
    levels = queries.list_levels(session)

    assert [levels[0].name, levels[-1].name] == ["学徒工", "首席技师"]
    assert queries.list_honours(session)[0].name == "全国劳动模范"


@pytest.mark.parametrize(
    ("number", "level"),
    [
        ("Y000133000001263000001", "高级工"),
        ("Y000133000001261000001", "高级技师"),
        ("Y00013300000126", None),
    ],
)
def test_level_of_a_certificate(session, number, level):
    found = queries.level_of_certificate(session, number)

    assert (found and found.name) == level


def test_the_tables_can_be_taken_away_and_loaded_again(own_app):
    with own_app.app_context():
        downgrade(revision="0001_ledger")
        upgrade()

        count = db.session.scalar(select(func.count()).select_from(Occupation))

    assert count == 1639
