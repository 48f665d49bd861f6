"""The last minutes before registration closes: what anybody was told is there.

The small form of the deadline test; `make soak` runs a larger one, and
`make bench-deadline` the whole: 3,000 submissions with two 5 MB files in half an hour.
"""

import pytest

from tests.faults.rush import make_rush


def hand_in(rush, serve, hall, *, kills):
    with (
        serve(hall, workers=2) as server,
        rush.on(server.port),
    ):
        for kill in range(kills):
            rush.wait_for_told(4)
            if kill % 2:
                server.kill_worker()
            else:
                server.kill()
                server.start()


class Hall:
    """What `serve` wants to know of an installation."""

    def __init__(self, app):
        self.app = app


def test_nothing_handed_in_at_the_deadline_is_lost(own_app, serve):
    rush = make_rush(own_app, contestants=6)

    hand_in(rush, serve, Hall(own_app), kills=2)

    assert rush.count_told() == 3 * 6
    assert rush.examine() == {}
    assert rush.statuses[0] > 0, "nobody noticed a kill"


def test_a_server_that_keeps_papers_a_moment_later_is_found(own_app, serve):
    rush = make_rush(own_app, contestants=6)

    with (
        serve(Hall(own_app), module="tests.faults.careless.early_paper") as server,
        rush.broken_off(server.port),
    ):
        rush.wait_for_told(4)
        server.kill()

    assert rush.examine()["lost"] > 0


@pytest.mark.soak
def test_three_hundred_with_large_files(own_app, serve):
    rush = make_rush(own_app, contestants=300, size=1_000_000)

    hand_in(rush, serve, Hall(own_app), kills=20)

    assert rush.count_told() == 3 * 300
    assert rush.examine() == {}
