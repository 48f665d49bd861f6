"""A corrected entry: what changed is known, and only that is looked at again."""

from typing import Any

import pytest
from sqlalchemy import select

from competition.registration.models import EntryRevision
from competition.registration.services.drafts import save_answers, store_paper
from competition.registration.services.review import (
    ChangesOpenError,
    accept_entry,
    judge_paper,
    return_entry,
)
from competition.registration.services.revisions import (
    find_correction,
    list_changed_since,
)
from competition.registration.services.submissions import (
    submit_entry,
    withdraw_entry,
)
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from tests.factories.competition import NOW, make_entry
from tests.factories.people import picture

GIVEN: dict[str, Any] = {"actor": SYSTEM, "now": NOW}


def give_back(session, entry, *fields):
    return_entry(session, entry=entry, fields=fields, reason="补正", **GIVEN)


def correct(session, entry, **values):
    save_answers(session, entry=entry, values=values, now=NOW)
    submit_entry(session, entry=entry, has_consented=True, **GIVEN)


def test_only_what_changed_is_looked_at_again(session):
    entry = make_entry(session, trade_years="5")
    photo = next(p for p in entry.papers if p.kind == "photo")
    judge_paper(session, paper=photo, reason="糊", **GIVEN)
    give_back(session, entry, "trade_years", "phone")
    store_paper(
        session,
        entry=entry,
        kind="photo",
        data=picture(90, 90),
        file_name="新.jpg",
        user=entry.user,
        now=NOW,
    )
    correct(session, entry, trade_years="8")

    found = find_correction(session, entry)
    assert found is not None
    assert found.changed == ["trade_years", "paper:photo"]
    assert (found.before.trade_years, found.after.trade_years) == ("5", "8")
    with pytest.raises(ChangesOpenError) as error:
        accept_entry(session, entry=entry, looked_at=["trade_years"], **GIVEN)
    assert error.value.open == ["paper:photo"]
    accept_entry(session, entry=entry, looked_at=found.changed, **GIVEN)

    assert entry.state == "accepted"
    bodies = session.scalars(
        select(LedgerEntry.body)
        .where(LedgerEntry.subject == f"entry:{entry.uid}")
        .order_by(LedgerEntry.seq)
    ).all()
    assert '"changed":["trade_years","paper:photo"]' in "".join(bodies)
    assert '"looked_at":["trade_years","paper:photo"]' in bodies[-1]
    assert "王" not in "".join(bodies)


def test_an_accepted_entry_is_corrected_the_same_way(session):
    entry = make_entry(session, state="accepted")
    give_back(session, entry, "phone")

    correct(session, entry, phone="13900000001")

    assert entry.ticket.revoked_at is not None
    with pytest.raises(ChangesOpenError):
        accept_entry(session, entry=entry, **GIVEN)
    accept_entry(session, entry=entry, looked_at=["phone"], **GIVEN)
    assert entry.ticket.revoked_at is None


def test_a_second_correction_shows_the_second_change_alone(session):
    entry = make_entry(session)
    give_back(session, entry, "phone")
    correct(session, entry, phone="13900000002")
    give_back(session, entry, "trade_years")
    correct(session, entry, trade_years="9")

    assert find_correction(session, entry).changed == ["trade_years"]


def test_first_and_renewed_entries_correct_nothing(session):
    entry = make_entry(session)
    assert find_correction(session, entry) is None
    withdraw_entry(session, entry=entry, reason="病", **GIVEN)
    entry.state = "draft"
    correct(session, entry, trade_years="9")

    assert find_correction(session, entry) is None
    accept_entry(session, entry=entry, **GIVEN)


def test_entries_from_before_are_kept_when_given_back(session):
    entry = make_entry(session)
    session.delete(session.scalars(select(EntryRevision)).one())
    session.flush()
    assert list_changed_since(session, entry) is None
    give_back(session, entry, "phone")
    save_answers(session, entry=entry, values={"phone": "13900000003"}, now=NOW)

    assert list_changed_since(session, entry) == ["phone"]
    correct(session, entry)
    assert find_correction(session, entry).changed == ["phone"]


def test_what_was_submitted_lies_sealed(session):
    entry = make_entry(session, name="赵铁成")

    kept = session.scalars(select(EntryRevision).filter_by(entry_id=entry.id)).one()

    assert "赵铁成".encode() not in kept.answers_sealed
    assert kept.number == 1
    assert not kept.is_correction
