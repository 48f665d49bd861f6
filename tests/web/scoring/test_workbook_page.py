"""The results workbook from the review: who gets it, what is in it, that it agrees."""

import io

import openpyxl
import pytest
from sqlalchemy import select

from ledger.log.models import LedgerEntry
from tests.factories.accounts import make_user
from tests.factories.scoring import make_marked_event
from tests.unit.scoring.sheets import is_same, read_book, recompute, table


@pytest.fixture
def made(session):
    return make_marked_event(session, works=4, absent=1)


def get_book(client, made):
    response = client.get(f"/events/{made.event.uid}/review.xlsx")
    assert response.status_code == 200
    return response.data, openpyxl.load_workbook(io.BytesIO(response.data))


def texts(book):
    return {
        str(cell.value) for page in book for row in page.iter_rows() for cell in row
    }


def test_the_chief_judge_gets_codes_and_formulas_that_agree(client, made, sign_in):
    made.fill()
    made.sign_all()
    made.lock()
    sign_in(made.judge("J1"))

    data, book = get_book(client, made)

    assert "名单 Names" not in book.sheetnames
    for entry in made.entries:
        assert entry.person.name not in texts(book)
    cells, carried = read_book(data)
    (found,) = recompute([cells])
    assert all(is_same(found[at], value) for at, value in carried.items())
    ranks = table(cells, "名次 Ranks", found)
    assert {row["核对 Check"] for row in ranks} == {"一致 agrees"}
    assert {row["编号 Entry"] for row in ranks} == set(made.works)


def test_the_committee_gets_names_once_decoded(client, session, made, sign_in):
    made.run_to_decoded()
    made.entries[0].person.name = '=HYPERLINK("http://x")'
    session.flush()
    sign_in(made.committee)

    _, book = get_book(client, made)

    names = [row[1] for row in book["名单 Names"].iter_rows(min_row=2)]
    assert {cell.value for cell in names} >= {e.person.name for e in made.entries}
    assert len(names) == 5
    assert {cell.data_type for cell in names} == {"s"}
    logged = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "results.exported")
    ).one()
    assert '"named":true' in logged.body.replace(" ", "")


def test_nobody_else_gets_it(client, session, made, sign_in):
    made.run_to_decoded()
    address = f"/events/{made.event.uid}/review.xlsx"

    for user in (made.judge("J2"), made.entries[0].user, make_user(session)):
        sign_in(user)
        assert client.get(address).status_code == 403
