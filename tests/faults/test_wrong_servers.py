"""The storm finds every server and every tablet that was made wrong on purpose.

A reliability test that never failed on a wrong design proves nothing.
"""

import pytest

from tests.faults import wrong_tablets
from tests.faults.servers import early_answer, key_rows, no_ids
from tests.faults.storm import open_storm

WRONG_TABLETS = {
    "deletes what is refused": (wrong_tablets.DeletingTablet, "lost"),
    "a new id each time": (wrong_tablets.RenamingTablet, "doubled"),
    "green on any 200": (wrong_tablets.TrustingTablet, "lost"),
}
WRONG = {"doubled": no_ids, "lost": early_answer, "stuck": key_rows}


def weather(storm):
    """The suite: one storm, and a plug pulled at every step."""
    storm.rage()
    storm.cut()
    return storm.findings()


def test_nothing_is_lost_doubled_or_stuck(own_app):
    storm = open_storm(own_app)

    assert weather(storm) == {}
    assert len(storm.saved) > 4 * 5 + 2 * 10  # so many steps were cut
    assert {kept.state for tablet in storm.tablets for kept in tablet.own()} == {
        "delivered",
        "attention",  # a correction of what another tablet marked meanwhile
    }


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_server_is_found(own_app, monkeypatch, fault):
    WRONG[fault].install(monkeypatch)

    assert fault in weather(open_storm(own_app))


@pytest.mark.parametrize("name", WRONG_TABLETS)
def test_a_wrong_tablet_is_found(own_app, name):
    kind, fault = WRONG_TABLETS[name]
    storm = open_storm(own_app, kind)

    storm.rage()

    assert fault in storm.findings()
