"""How many apprentices a search says a mentor may take yet, by the mentor's level."""

from datetime import date

import numpy as np

from talentpool.search.rules.columns import Moment, make_snapshot, room_left
from talentpool.search.rules.facets import LISTED
from talentpool.search.rules.records import CERTIFICATE, CONTEST, ROW
from talentpool.standard.queries import read_shipped

LIMITS = read_shipped().mentorship
MOMENT = Moment(date(2026, 5, 1), LIMITS.capacities, LIMITS.mentor_rank)


def snapshot(*mentors):
    """Return people in the pool: the level's rank, 0 for none, and live pairs."""
    rows = np.zeros(len(mentors), ROW)
    rows["id"] = np.arange(len(mentors)) + 100
    rows["skill"] = [1 << (rank - 1) if rank else 0 for rank, _pairs in mentors]
    rows["apprentices"] = [pairs for _rank, pairs in mentors]
    rows["state"] = 1 << LISTED["state"].index("active")
    return make_snapshot(rows, np.zeros(0, CERTIFICATE), np.zeros(0, CONTEST))


def test_room_is_that_of_the_level():
    people = [(0, 0), (3, 1), (4, 1), (4, 2), (5, 1), (6, 1), (7, 1), (8, 6)]
    found = snapshot(*people)

    left = room_left(found, np.arange(len(people)), MOMENT)

    assert left.tolist() == [3, 2, 1, 0, 2, 3, 4, -1]
    mentor = found.values("mentor", MOMENT)
    by_value = dict(zip(LISTED["mentor"], map(list, mentor[:-1]), strict=True))
    assert by_value["0"] == [3, 7]
    assert by_value["1"] == [2]
    assert by_value["2"] == [4]
    assert by_value["3-"] == [5, 6]
    assert list(mentor[-1]) == [0, 1]  # no mentors
