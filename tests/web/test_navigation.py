"""A long navigation stands in groups; a short one as it is."""

import re

import pytest

from tests.factories.accounts import make_user
from web.navigation import GROUPS, MOST, Group, Link, group_links

NAV = re.compile(r'<nav class="site-nav".*?</nav>', re.DOTALL)


def links(*endpoints, here=""):
    return [
        Link(label=name, url="/", active=name == here, own=True, endpoint=name)
        for name in endpoints
    ]


def test_few_entries_stay_beside_each_other():
    few = links(*(f"a.{number}" for number in range(MOST)))

    assert group_links(few) == few


def test_every_entry_keeps_its_place_in_one_group():
    names = [name for _label, names in GROUPS for name in names]
    found = group_links(links("competition.first", *names, here=names[3]))

    inside = [
        link.endpoint
        for item in found
        for link in (item.items if isinstance(item, Group) else [item])
    ]
    assert sorted(inside) == sorted(["competition.first", *names])
    assert [item.active for item in found if isinstance(item, Group)] == [
        True,
        *([False] * (len(GROUPS) - 1)),
    ]


def test_a_group_of_one_is_that_one():
    many = links(*(f"a.{number}" for number in range(MOST)), "audit.show_log")

    assert group_links(many) == many


def test_every_grouped_endpoint_exists(app):
    named = {name for _label, names in GROUPS for name in names}

    assert named <= {item.endpoint for item in app.extensions["nav"]}


@pytest.mark.parametrize(("role", "groups"), [("pool_officer", 5), ("contestant", 0)])
def test_what_a_page_shows(client, session, sign_in, role, groups):
    sign_in(make_user(session, role))

    [nav] = NAV.findall(client.get("/desk").text)

    assert nav.count("<details") == groups
    assert ">统计分析<" in nav or role == "contestant"
