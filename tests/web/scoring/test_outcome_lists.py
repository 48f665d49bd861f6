"""Awards, promotions and honours on paper and as a workbook."""

import json

import pytest
from sqlalchemy import select

from ledger.log.models import LedgerEntry
from tests.factories.accounts import make_user
from tests.factories.scoring import SCHEME, make_marked_event
from tests.papers import page_texts
from workbooks import read_workbook

TAIL = """
[[awards]]
name = "Second"
count = 1
[[promotions]]
name = "技师"
ranks = [1, 2]
require_pass = ["P"]
max_age = 18
rule = "文件第3条"
[[honours]]
name = "五一劳动奖章"
ranks = [1, 1]
conditions = ["群众公认"]
"""


@pytest.fixture
def made(session):
    text = SCHEME.replace("max = 30", "max = 30\npass = 10", 1)
    text = text.replace('ties = ["aspect:P1.1 desc"]', "ties = []")
    found = make_marked_event(session, works=4, text=text + TAIL)
    # The second and the third are equal: a tie over the one place of the second prize.
    found.fill(lambda at, code: {"P1.1": "9775"[at]}.get(code, "1"))
    return found


def test_the_three_lists_say_rules_ties_and_refusals(client, session, sign_in, made):
    made.sign_all()
    made.lock()
    sign_in(make_user(session, "committee"))
    where = f"/events/{made.event.uid}/outcomes"
    early = client.get(f"{where}.pdf").status_code
    made.decode()

    page = client.get(where).text
    paper = client.get(f"{where}.pdf")
    book = client.get(f"{where}.xlsx")

    assert early == 404
    assert f"{where}.xlsx" in page
    text = "".join(page_texts(paper.data))
    sheets = read_workbook(book.data)
    names = [entry.person.name for entry in made.entries]
    assert "五一劳动奖章" in text
    assert "文件第3条" in text
    assert "群众公认" in text
    awards, promotions, honours = sheets.values()
    assert [row[0] for row in awards[1:4]] == ["First", "Second", "Second"]
    below = "\n".join(str(row[0]) for row in awards[4:])
    assert names[1] in below
    assert names[2] in below
    assert len([row for row in promotions[1:] if str(row[3]) in names]) == 3
    assert "\N{MULTIPLICATION SIGN}" in str(promotions[1][5])
    assert honours[1][3] == names[0]
    logged = session.scalars(select(LedgerEntry).filter_by(action="results.printed"))
    assert [json.loads(row.body)["version"] for row in logged] == [1, 1]


def test_only_who_sees_results_takes_them_out(client, session, sign_in, made):
    sign_in(made.judge("J1"))

    for kind in ("pdf", "xlsx"):
        url = f"/events/{made.event.uid}/outcomes.{kind}"
        assert client.get(url).status_code == 403
