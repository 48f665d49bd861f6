"""Places."""

from people.districts import queries
from people.districts.models import District


def names(districts):
    return [d.name for d in districts]


def test_provinces(session):
    assert len(queries.list_provinces(session)) == 34


def test_children_of_a_city(session):
    assert names(queries.list_children(session, "330600")) == [
        "越城区",
        "柯桥区",
        "上虞区",
        "新昌县",
        "诸暨市",
        "嵊州市",
    ]


def test_path(session):
    assert names(queries.list_path(session, "150602")) == [
        "内蒙古自治区",
        "鄂尔多斯市",
        "东胜区",
    ]


def test_within(session):
    found = queries.list_within(session, "330000")

    assert {d.code[:2] for d in found} == {"33"}
    assert len(found) == 8


def test_within_as_a_condition(session):
    condition = queries.within(District.code, "330602")

    assert session.query(District).where(condition).one().name == "越城区"
