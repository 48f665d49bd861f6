"""Which works are rechecked, and when more than the sample is."""

import pytest

from scoring.recheck.rules import (
    RIGHT,
    WRONG,
    Plan,
    draw_sample,
    list_top,
    make_seed,
    must_grow,
    read_state,
    sample_size,
)

SEED = make_seed("event", 1, b"s" * 32, "d" * 64)


def field(count, *, awards=0, group="", **more):
    """Rows of a result: the first has rank 1."""
    return [
        {
            "entry": f"{group}W{at:02}",
            "group": group,
            "status": "present",
            "rank": at,
            "total": str(100 - at),
            "award": "First" if at <= awards else "",
        }
        | more
        for at in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("rest", "percent", "size"),
    [(0, 15, 0), (1, 15, 1), (6, 15, 1), (7, 15, 2), (20, 15, 3), (21, 15, 4)],
)
def test_the_share_of_the_rest_is_rounded_up(rest, percent, size):
    assert sample_size(rest, percent) == size


@pytest.mark.parametrize(
    ("plan", "awards", "top"),
    [
        (Plan(), 0, 3),
        (Plan(), 5, 5),
        (Plan(top_kind="count", top_value=4), 5, 4),
        (Plan(top_kind="share", top_value=25), 5, 3),
    ],
)
def test_the_top_group(plan, awards, top):
    found = list_top(field(10, awards=awards), plan)

    assert found == [f"W{at:02}" for at in range(1, top + 1)]


def test_every_group_has_a_top_of_its_own():
    rows = [*field(5, group="a"), *field(2, group="b")]

    assert list_top(rows, Plan()) == ["aW01", "aW02", "aW03", "bW01", "bW02"]


def test_ties_count_with_their_place():
    rows = field(6)
    rows[3]["rank"] = 3

    assert list_top(rows, Plan()) == ["W01", "W02", "W03", "W04"]


def test_before_carried_points_the_total_tells_the_top():
    assert list_top(field(5, rank=None), Plan()) == ["W01", "W02", "W03"]


def test_the_sample_is_drawn_again_from_its_seed():
    rows = field(40)
    one, two = (draw_sample(rows, Plan(), SEED) for _ in range(2))
    other = draw_sample(rows, Plan(), make_seed("event", 1, b"t" * 32, "d" * 64))

    assert one == two
    assert one.drawn != other.drawn
    assert len(one.drawn) == 6
    assert sorted((*one.works, *one.left)) == [row["entry"] for row in rows]


@pytest.mark.parametrize(
    ("event", "round_", "secret", "digest"),
    [
        ("other", 1, b"s" * 32, "d" * 64),
        ("event", 2, b"s" * 32, "d" * 64),
        ("event", 1, b"t" * 32, "d" * 64),
        ("event", 1, b"s" * 32, "e" * 64),
    ],
)
def test_everything_that_is_fixed_goes_into_the_seed(event, round_, secret, digest):
    assert make_seed(event, round_, secret, digest) != SEED


def test_what_was_wrong_is_rechecked_again_and_absent_works_never():
    rows = field(10)
    rows[9]["status"] = "disqualified"
    sample = draw_sample(rows, Plan(), SEED, again={"W08", "W01", "W10"})

    assert sample.again == ("W08",)
    assert "W10" not in (*sample.works, *sample.left)
    whole = draw_sample(rows, Plan(), SEED, is_whole=True)
    assert (len(whole.works), whole.left) == (9, ())


@pytest.mark.parametrize(
    ("wrong", "of", "grows"), [(0, 1, 0), (1, 20, 0), (1, 19, 1), (2, 40, 0), (1, 1, 1)]
)
def test_more_than_five_percent_is_more(wrong, of, grows):
    assert must_grow(wrong, of) == grows


def test_a_sample_grows_to_the_whole_field_at_the_first_wrong_work_too_many():
    sample = draw_sample(field(20), Plan(), SEED)
    found = dict.fromkeys(sample.works, RIGHT)

    right = read_state(sample, found)
    grown = read_state(sample, found | {sample.works[0]: WRONG})
    done = read_state(
        sample, dict.fromkeys(sample.left, RIGHT) | found | {sample.works[0]: WRONG}
    )

    assert (right.is_complete, right.is_grown) == (True, False)
    assert (len(grown.works), grown.waiting) == (20, list(sample.left))
    assert done.is_complete
    assert (done.wrong, str(done.error_percent)) == ([sample.works[0]], "5.0")


@pytest.mark.parametrize(
    ("plan", "is_sound"),
    [
        (Plan(), True),
        (Plan(rest_percent=14), False),
        (Plan(rest_percent=100), True),
        (Plan(top_kind="count", top_value=0), False),
        (Plan(top_kind="none"), False),
    ],
)
def test_a_plan_asks_for_no_less_than_the_rules(plan, is_sound):
    assert plan.is_sound() == is_sound
