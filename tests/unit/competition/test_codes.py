import pytest

from competition.codes import rules
from competition.stations.rules.plan import list_stations, list_stations_of


@pytest.mark.parametrize(
    ("count", "numbers"),
    [
        pytest.param(0, (), id="nobody"),
        pytest.param(2, ("001", "002"), id="three digits"),
    ],
)
def test_contest_numbers(count, numbers):
    assert rules.contest_numbers(count) == numbers


def test_contest_numbers_grow_with_the_contest():
    assert rules.contest_numbers(1000)[0] == "0001"


@pytest.mark.parametrize(
    ("count", "hall", "labels"),
    [
        pytest.param(2, 2, ("01", "02"), id="full"),
        pytest.param(2, 3, ("01", "02", "03"), id="some stay empty"),
        pytest.param(3, 2, ("1-01", "1-02", "2-01", "2-02"), id="two batches"),
        pytest.param(2, 1, ("1-01", "2-01"), id="one after the other"),
    ],
)
def test_stations(count, hall, labels):
    assert list_stations(count, hall) == labels


@pytest.mark.parametrize(
    ("sizes", "labels"),
    [
        pytest.param([2], ("01", "02"), id="one session"),
        pytest.param([2, 1], ("1-01", "1-02", "2-01"), id="sessions of two sizes"),
    ],
)
def test_stations_of_sessions(sizes, labels):
    assert list_stations_of(sizes) == labels


@pytest.mark.parametrize(
    ("groups", "small"),
    [
        pytest.param([], [], id="nobody"),
        pytest.param(["worker"] * 3 + ["student"] * 2, ["student"], id="two students"),
        pytest.param(["worker"] * 3, [], id="three are enough"),
    ],
)
def test_small_groups(groups, small):
    assert rules.small_groups(groups) == small


ONE, TWO, SUPERVISOR = {"coding_officer_1"}, {"coding_officer_2"}, {"supervisor"}


@pytest.mark.parametrize(
    ("first", "second", "may"),
    [
        pytest.param(ONE, SUPERVISOR, True, id="officer and supervisor"),
        pytest.param(SUPERVISOR, TWO, True, id="supervisor and officer"),
        pytest.param(ONE, TWO, True, id="officers of two layers"),
        pytest.param(ONE, ONE, False, id="two officers of one layer"),
        pytest.param(ONE | TWO, ONE, True, id="one of them holds another layer"),
        pytest.param(SUPERVISOR, SUPERVISOR, False, id="two supervisors"),
        pytest.param(ONE, {"committee"}, False, id="officer and committee"),
        pytest.param(ONE, set(), False, id="officer and nobody"),
        pytest.param({"judge"}, SUPERVISOR, False, id="judge and supervisor"),
    ],
)
def test_who_may_decode_together(first, second, may):
    assert rules.may_decode_together(first, second) is may
