"""F-01: `kill -9` of the whole server while tablets mark: 0 lost, 0 doubled."""

import time
from random import Random  # noqa: TID251 - seeded moments of death

import pytest

from tests.faults.hall import SOUND, Load


def kill_under_load(server, load, *, kills, seed=1):
    rng = Random(seed)  # noqa: S311
    for _kill in range(kills):
        with load:
            load.wait_for_confirmed(5)
            time.sleep(rng.uniform(0, 0.4))
            server.kill()
            server.start()
    load.finish()


def test_killed_servers_lose_and_double_nothing(hall, serve):
    with serve(hall, workers=2) as server:
        load = Load(hall, server.port)
        kill_under_load(server, load, kills=3)
        verified = server.command("verify")

    assert hall.examine(load.tablets) == SOUND
    assert verified.returncode == 0, verified.stderr
    assert load.statuses[0] > 0, "no kill was noticed by any tablet"


def test_a_server_that_answers_before_it_commits_is_found(hall, serve):
    with serve(hall, module="tests.faults.careless.early_answer") as server:
        load = Load(hall, server.port)
        with load:
            load.wait_for_confirmed(10)
            server.kill()

    assert hall.examine(load.tablets, "delivered").lost > 0


@pytest.mark.soak
def test_two_hundred_kills(hall, serve):
    with serve(hall, workers=2) as server:
        load = Load(hall, server.port, tablets=8)
        kill_under_load(server, load, kills=200)

    assert hall.examine(load.tablets) == SOUND
