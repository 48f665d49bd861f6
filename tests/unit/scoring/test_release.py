"""Who sees what of a result, and from when."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.results.rules.release import AUDIENCES, PARTS, Sight, opens_at

NOW = datetime(2026, 6, 20, 10, tzinfo=UTC)
MOMENTS = st.none() | st.integers(-5, 5).map(lambda n: NOW + timedelta(hours=n))
CELLS = st.tuples(st.sampled_from(AUDIENCES), st.sampled_from(PARTS))
PLANS = st.dictionaries(CELLS, MOMENTS, max_size=8)
READERS = st.frozensets(st.sampled_from(AUDIENCES))
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def seen(plan, audiences, hours=0):
    sight = Sight(plan, audiences, NOW + timedelta(hours=hours))
    return {part for part in PARTS if sight.sees(part)}


@quick
@given(PLANS, READERS, READERS, st.integers(0, 8))
def test_later_and_by_more_audiences_never_less_is_seen(plan, some, more, hours):
    first = seen(plan, some)

    assert first <= seen(plan, some | more)
    assert first <= seen(plan, some, hours)
    assert [p in first for p in PARTS] == sorted([p in first for p in PARTS])[::-1]


@quick
@given(PLANS, READERS, st.sampled_from(PARTS))
def test_what_is_closed_opens_at_the_moment_that_is_told(plan, readers, part):
    moment = opens_at(plan, readers, part)
    if part in seen(plan, readers):
        return
    if moment is None:
        assert part not in seen(plan, readers, 1000)
        return
    assert Sight(plan, readers, moment).sees(part)
    assert not Sight(plan, readers, moment - timedelta(seconds=1)).sees(part)


def test_what_a_plan_does_not_name_opens_with_the_publication():
    assert seen({}, frozenset()) == set(PARTS)
    plan = {("public", "list"): None, ("judge", "scores"): None}
    assert seen(plan, frozenset()) == set()
    assert seen(plan, frozenset({"judge"})) == {"list"}
    assert seen(plan, frozenset({"contestant"})) == set(PARTS)
