"""F-02, F-03: answers lost, cut, late or never there; and a hall's sign-in page."""

from collections import Counter

import pytest

from tests.faults.hall import SOUND, Load
from tests.faults.proxy import MODES, Proxy, portal_answer

FAULTS = tuple(mode for mode in MODES if mode != "portal")
TIMEOUT = 0.6  # seconds a tablet waits for an answer; a black hole costs that much


def mark_through(proxy, load, marks):
    proxy.delays = (0.1, 0.9)  # some longer than the tablets wait
    proxy.set(*FAULTS)
    with load:
        load.wait_for_confirmed(marks, within=600)
    proxy.set("pass")
    load.finish()


def count_repeats(load):
    statuses = Counter(
        mark.answer["status"]
        for tablet in load.tablets
        for mark in tablet.own("delivered")
    )
    return statuses["duplicate"]


def test_a_bad_network_loses_and_doubles_nothing(hall, serve):
    with serve(hall) as server, Proxy(server.port) as proxy:
        load = Load(hall, proxy.port, timeout=TIMEOUT)
        mark_through(proxy, load, 30)

    assert hall.examine(load.tablets) == SOUND
    assert count_repeats(load) > 0
    assert set(proxy.turns) == set(FAULTS)


def test_a_server_without_ids_of_the_tablets_is_found(hall, serve):
    module = "tests.faults.careless.no_ids"
    with serve(hall, module=module) as server, Proxy(server.port) as proxy:
        load = Load(hall, proxy.port)
        proxy.set("pass", "lose_answer")
        with load:
            load.wait_for_confirmed(15)
        proxy.set("pass")
        load.finish()

    assert hall.examine(load.tablets).doubled > 0


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(portal_answer("<html><body>Sign in</body></html>"), id="html"),
        pytest.param(
            portal_answer('{"marks": "stored"}', "application/json"), id="nonsense"
        ),
        pytest.param(portal_answer("[1, 2", "application/json"), id="broken"),
        pytest.param(
            portal_answer(
                '{"marks": [{"id": "0", "status": "stored"}]}', "application/json"
            ),
            id="others' marks",
        ),
    ],
)
def test_a_sign_in_page_of_the_hall_is_no_answer(hall, page):
    with Proxy(0) as proxy:  # nobody is behind it
        proxy.portal = page
        proxy.set("portal")
        load = Load(hall, proxy.port, tablets=1)
        tablet = load.tablets[0]
        tablet.save(hall.works[0], "P1.1", "8")

        drained = tablet.drain()

    assert (drained.problem, len(tablet.own("waiting"))) == ("offline", 1)


@pytest.mark.soak
def test_ten_thousand_repeats(hall, serve):
    with serve(hall, workers=2) as server, Proxy(server.port) as proxy:
        load = Load(hall, proxy.port, tablets=16, timeout=TIMEOUT, pause=0)
        while proxy.turns["lose_answer"] + proxy.turns["truncate"] < 10_000:
            mark_through(proxy, load, 500)

    assert hall.examine(load.tablets) == SOUND
