"""T-03: the machine finds nothing here, and whatever was made wrong on purpose."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults import wrong_tablets
from tests.faults.servers import early_answer, key_rows, no_ids
from tests.faults.tablet import Tablet
from tests.stateful.machine import Hall, World

SHORT = 300  # sequences
LONG = 10_000
STEPS = 12
ENOUGH = 400  # sequences in which what is wrong must show


def run(app, session, count, kind=Tablet, steps=STEPS, **more):
    world = World(app, session, kind)

    class Machine(Hall):
        pass

    Machine.world = world
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            **more,
        ),
    )


def fixed():
    """Return what makes a run the same each time, and leaves out the shrinking."""
    return {"derandomize": True, "phases": (Phase.generate,)}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_sequence_loses_or_doubles_a_mark(app, session):
    run(app, session, SHORT, **fixed())


@pytest.mark.soak
def test_no_sequence_of_very_many_does(app, session):
    run(app, session, LONG, steps=40)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("server", [no_ids, early_answer, key_rows])
def test_it_finds_a_wrong_server(app, session, monkeypatch, server):
    server.install(monkeypatch)

    with pytest.raises(AssertionError, match=r"P\d|stuck"):
        run(app, session, ENOUGH, **fixed())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "kind",
    [
        wrong_tablets.DeletingTablet,
        wrong_tablets.RenamingTablet,
        wrong_tablets.TrustingTablet,
    ],
)
def test_it_finds_a_wrong_tablet(app, session, kind):
    with pytest.raises(AssertionError, match=r"P\d|stuck"):
        run(app, session, ENOUGH, kind, **fixed())
