"""A browser test that fails is run once more, and the run says so.

A browser that shares two processors with another one is late now and then, and a test
that fails both times is broken. Passing at the second try only is listed at the end of
the run: it is a fault of the test, or of the page, that wants mending.
"""

import pytest
from _pytest.runner import runtestprotocol

AGAIN = "again"  # outcome of the first try


def run_twice(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Run a test, and once more where it failed; tell of both."""
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if any(report.failed for report in reports):
        for report in reports:
            if report.failed:
                report.outcome = AGAIN  # type: ignore[assignment]
                hook.pytest_runtest_logreport(report=report)
        item.stash = pytest.Stash()
        item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 - no other way
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
    for report in reports:
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def list_again(reporter: pytest.TerminalReporter) -> None:
    """Name the tests that failed at the first try, and why."""
    reports = reporter.stats.get(AGAIN, [])
    if reports:
        reporter.section("failed once, run again")
    for report in reports:
        reporter.write_line(f"{report.nodeid} ({report.when})")
        crash = getattr(report.longrepr, "reprcrash", None)
        if crash is not None:
            reporter.write_line(f"    {crash.message[:400]}")
