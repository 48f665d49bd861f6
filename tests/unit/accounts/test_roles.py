import pytest

from accounts.roles.rules import (
    EVERYWHERE,
    Grant,
    Scope,
    conflicting_roles,
    may,
    scopes_for,
)

EVENT, OTHER = Scope("event", "e1"), Scope("event", "e2")
CITY = Scope("district", "330600")
COMPETITION = Scope("competition", "c1")


@pytest.mark.parametrize(
    ("grant", "places", "allowed"),
    [
        pytest.param(Grant("judge", EVENT), [EVENT, CITY], True, id="own event"),
        pytest.param(Grant("judge", OTHER), [EVENT, CITY], False, id="other event"),
        pytest.param(Grant("judge", CITY), [EVENT, CITY], True, id="district around"),
        pytest.param(Grant("judge", EVERYWHERE), [EVENT], True, id="everywhere"),
        pytest.param(Grant("judge", OTHER), None, True, id="anywhere at all"),
        pytest.param(Grant("committee", EVENT), [EVENT], False, id="other role"),
    ],
)
def test_may(grant, places, allowed):
    assert may([grant], "marks.enter", places) is allowed


def test_a_misspelt_permission_is_a_defect():
    with pytest.raises(KeyError):
        may([], "marks.entre", None)


def test_scopes_for_lists_where_a_permission_is_held():
    grants = [Grant("judge", EVENT), Grant("committee", OTHER)]

    assert scopes_for(grants, "marks.enter") == [EVENT]


@pytest.mark.parametrize(
    ("held", "new", "clash"),
    [
        pytest.param(
            Grant("coding_officer_3", EVENT),
            Grant("judge", EVENT),
            ["coding_officer_3"],
            id="a code map's holder may not mark",
        ),
        pytest.param(
            Grant("coding_officer_3", COMPETITION),
            Grant("judge", EVENT),
            ["coding_officer_3"],
            id="a code map of the whole competition neither",
        ),
        pytest.param(
            Grant("judge", EVENT),
            Grant("coding_officer_3", COMPETITION),
            ["judge"],
            id="nor the other way round",
        ),
        pytest.param(
            Grant("coding_officer_3", OTHER),
            Grant("judge", EVENT),
            [],
            id="in another event they may",
        ),
        pytest.param(
            Grant("sys_admin", EVERYWHERE),
            Grant("audit_admin", EVERYWHERE),
            ["sys_admin"],
            id="the three administrators are three people",
        ),
        pytest.param(
            Grant("judge", EVENT), Grant("chief_judge", EVENT), [], id="chief marks too"
        ),
    ],
)
def test_forbidden_pairs(held, new, clash):
    def around(place):
        return [place, COMPETITION] if place.kind == "event" else [place]

    assert conflicting_roles([held], new, around) == clash
