"""The harness itself: what it promises to notice, it notices."""

import pytest
from playwright.sync_api import Error

from tests.browser.conftest import Watch

ELSEWHERE = "http://localhost:9/"  # the discard port: nobody answers


def test_a_request_that_leaves_the_host_is_noticed(page_at, watches):
    page = page_at(360, 780)

    with pytest.raises(Error, match="ERR_"):
        page.goto(ELSEWHERE)

    watch: Watch = watches[0]
    assert watch.foreign == [ELSEWHERE]
    watch.foreign.clear()


def test_an_error_in_the_console_is_noticed(page_at, watches, expected_console):
    expected_console.append("404")
    page = page_at(360, 780)
    page.goto("/nowhere")

    page.evaluate("console.error('planted'); null")
    page.evaluate("setTimeout(() => { throw new Error('thrown') }); null")
    page.wait_for_timeout(50)

    errors = " ".join(watches[0].errors)
    assert "planted" in errors
    assert "thrown" in errors
    expected_console += ["planted", "thrown"]


def test_axe_finds_what_is_wrong(page_at, assert_accessible, expected_console):
    expected_console.append("404")
    page = page_at(1280, 800)
    page.goto("/nowhere")
    assert_accessible(page)

    page.evaluate("document.body.append(document.createElement('button')); null")

    with pytest.raises(AssertionError, match="button-name"):
        assert_accessible(page)
