"""The check of pages finds what it says it finds."""

import pytest

from tests import pages

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>{title}</title>{head}</head>
<body><h1>Entries</h1>{body}</body></html>"""


def page(body="", *, title="Entries · Jiangcai", head=""):
    return PAGE.format(title=title, head=head, body=body)


def test_a_sound_page_has_no_faults():
    body = """
      <form action="/entries" method="post">
        <label for="name">Name</label><input id="name" name="name">
        <label>Unit <select name="unit"><option>1</option></select></label>
        <input type="hidden" name="token" value="x"><button>Save</button>
      </form>
      <script type="application/json">{"a": 1}</script>
      <script src="/static/js/a.js"></script>
      <a href="https://example.org/">Elsewhere</a>"""

    assert pages.faults_of(page(body)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(page("<p><div></div></p>"), "line 3", id="not valid"),
        pytest.param(page("<h1>Again</h1>"), "one <h1>, this has 2", id="two heads"),
        pytest.param(page(title="Jiangcai"), "does not start", id="other title"),
        pytest.param(page().replace(' lang="en"', ""), "language", id="language"),
        pytest.param(
            page('<p id="a">1</p><p id="a">2</p>'), "used 2 times", id="same id"
        ),
        pytest.param(page('<label for="b">B</label>'), "names no", id="label of none"),
        pytest.param(page("<input name=c>"), "has no label", id="no label"),
        pytest.param(page('<p style="color:red">x</p>'), "static/", id="style"),
        pytest.param(page(head="<style>p{}</style>"), "static/css", id="style sheet"),
        pytest.param(page("<script>alert(1)</script>"), "static/js", id="script"),
        pytest.param(
            page('<button onclick="go()">Go</button>'), "static/", id="handler"
        ),
        pytest.param(
            page('<img alt="" src="//a.example/b.png">'), "leaves", id="picture"
        ),
        pytest.param(
            page(head='<link rel="icon" href="https://a.example/i">'),
            "leaves",
            id="link",
        ),
        pytest.param(page('<a href="javascript:go()">Go</a>'), "runs", id="address"),
        pytest.param("<input name=part>", "has no label", id="part of a page"),
    ],
)
def test_finds(text, fault):
    faults = pages.faults_of(text)

    assert len(faults) == 1
    assert fault in faults[0]
