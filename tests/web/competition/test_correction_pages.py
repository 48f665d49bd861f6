"""What reviewers see of a correction, each by their role."""

import pytest

from accounts.roles.rules import Scope
from competition.registration.services.drafts import save_answers
from competition.registration.services.review import judge_paper, return_entry
from competition.registration.services.submissions import submit_entry
from ledger.log.services import SYSTEM
from people.persons.rules import mask_phone
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_entry

OLD, NEW = "13712345678", "13787654321"


@pytest.fixture
def entry(session):
    entry = make_entry(session, phone=OLD, trade_years="5")
    given = {"entry": entry, "actor": SYSTEM, "now": NOW}
    return_entry(session, fields=["phone", "trade_years"], reason="补正", **given)
    changes = {"phone": NEW, "trade_years": "12"}
    save_answers(session, entry=entry, values=changes, now=NOW)
    submit_entry(session, has_consented=True, **given)
    return entry


def test_the_committee_sees_old_beside_new(client, session, sign_in, entry):
    sign_in(make_user(session, "committee"))
    where = f"/reviews/{entry.uid}"
    page = client.get(where).text
    decided = {"verdict": "accepted"}
    early = client.post(f"{where}/decision", data=decided)
    half = client.post(f"{where}/decision", data={**decided, "looked_at": ["phone"]})
    shown = client.post(f"{where}/reveal", data={"reason": "核对"}).text
    both = {**decided, "looked_at": ["phone", "trade_years"]}
    done = client.post(f"{where}/decision", data=both)

    assert f"<del>{mask_phone(OLD)}</del>" in page
    assert f"<ins>{mask_phone(NEW)}</ins>" in page
    assert "<del>5</del>" in page
    assert "<ins>12</ins>" in page
    assert OLD not in page
    assert early.status_code == half.status_code == 422
    assert "尚未核对：从业年限" in half.text
    assert "尚未核对：手机号码、从业年限" in early.text
    assert f"<del>{OLD}</del>" in shown
    assert f"<ins>{NEW}</ins>" in shown
    assert done.status_code == 302
    session.refresh(entry)
    assert entry.state == "accepted"


def test_the_unit_sees_that_a_number_changed_not_the_number(
    client, session, sign_in, entry
):
    scope = Scope("unit", entry.unit.uid)
    sign_in(make_user(session, "unit_officer", scope=scope))

    page = client.get(f"/unit/entries/{entry.uid}").text

    assert "<ins>12</ins>" in page
    assert mask_phone(OLD) not in page
    assert mask_phone(NEW) not in page


def test_an_accepted_entry_can_be_given_back(client, session, sign_in):
    entry = make_entry(session, state="accepted")
    sign_in(make_user(session, "committee"))
    where = f"/reviews/{entry.uid}"

    page = client.get(where).text
    client.post(
        f"{where}/decision",
        data={"verdict": "returned", "to_correct": ["phone"], "reason": "号码有误"},
    )

    session.refresh(entry)
    assert 'value="returned"' in page
    assert 'value="rejected"' not in page
    assert (entry.state, entry.reopened) == ("returned", "phone")


def test_all_that_a_return_lacks_is_said_at_once(client, session, sign_in):
    entry = make_entry(session)
    sign_in(make_user(session, "committee"))

    page = client.post(f"/reviews/{entry.uid}/decision", data={"verdict": "returned"})

    assert page.status_code == 422
    assert 'href="#reason"' in page.text
    assert 'href="#to_correct"' in page.text
    session.refresh(entry)
    assert entry.state == "submitted"


def test_whoever_corrects_is_led_to_the_papers_that_were_refused(
    client, session, sign_in
):
    entry = make_entry(session)
    photo = next(paper for paper in entry.papers if paper.kind == "photo")
    judge_paper(session, paper=photo, reason="模糊", actor=SYSTEM, now=NOW)
    return_entry(session, entry=entry, fields=[], reason="补正", actor=SYSTEM, now=NOW)
    entry.event.quota = 1
    make_entry(session, entry.event)
    sign_in(entry.user)

    page = client.get(f"/entries/{entry.uid}/confirm").text

    assert f"/entries/{entry.uid}/papers#photo" in page
    assert "候补名单" not in page
