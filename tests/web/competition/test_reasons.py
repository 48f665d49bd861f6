"""Reasons a committee keeps: offered, given in the reader's language, counted."""

import pytest
from sqlalchemy import select

from competition.reasons.models import KeptReason
from competition.reasons.rules import compose, wording
from competition.reasons.services import keep_reason
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_competition, make_entry, make_event


@pytest.fixture
def entry(session):
    return make_entry(session)


def keep(
    session, event, about="paper", text="照片模糊", text_en="The photo is blurred."
):
    return keep_reason(
        session,
        event=event,
        about=about,
        text=text,
        text_en=text_en,
        actor=SYSTEM,
        now=NOW,
    )


@pytest.mark.parametrize(
    ("text_en", "locale", "said"),
    [
        ("blurred", "en", "blurred"),
        ("blurred", "en_GB", "blurred"),
        ("blurred", "", "模糊"),
        ("blurred", "zh_CN", "模糊"),
        ("", "en", "模糊"),
    ],
)
def test_a_reason_is_worded_for_its_reader(text_en, locale, said):
    assert wording("模糊", text_en, locale) == said


@pytest.mark.parametrize(
    ("kept", "typed", "given"),
    [
        ("模糊", " 重拍 ", "模糊 重拍"),
        ("", "重拍", "重拍"),
        ("模糊", "", "模糊"),
    ],
)
def test_a_kept_reason_and_what_is_typed_go_together(kept, typed, given):
    assert compose(kept, typed) == given


def test_a_reason_is_kept_offered_given_and_counted(client, session, sign_in, entry):
    url = f"/events/{entry.event.uid}/reasons"
    review = f"/reviews/{entry.uid}"
    entry.user.locale = "en"
    sign_in(make_user(session, "committee"))

    assert client.post(url, data={"about": "paper", "text": " "}).status_code == 422
    client.post(
        url,
        data={"about": "paper", "text": "照片模糊", "text_en": "The photo is blurred."},
    )
    again = client.post(url, data={"about": "paper", "text": " 照片模糊 "})
    [kept] = session.scalars(select(KeptReason))
    paper = entry.papers[0]
    assert again.status_code == 422
    assert f'value="{kept.uid}"' in client.get(review).text
    client.post(
        f"{review}/papers/{paper.uid}",
        data={"action": "refuse", "kept": kept.uid, "reason": "See line 2."},
    )
    assert paper.reason == "The photo is blurred. See line 2."
    session.refresh(kept)
    assert kept.used == 1
    client.post(f"{review}/papers/{paper.uid}", data={"action": "accept"})
    session.refresh(kept)
    assert (paper.state, kept.used) == ("accepted", 1)


@pytest.mark.parametrize("verdict", ["returned", "rejected"])
def test_an_entry_is_refused_with_a_kept_reason(
    client, session, sign_in, entry, verdict
):
    kept = keep(session, entry.event, verdict, "不符合报名条件", "")
    wrong = keep(session, entry.event)
    sign_in(make_user(session, "committee"))
    url = f"/reviews/{entry.uid}/decision"
    data = {"verdict": verdict, "to_correct": ["name"], "reason": ""}

    long = client.post(url, data={**data, "kept": kept.uid, "reason": "长" * 399})
    other = client.post(url, data={**data, "kept": wrong.uid})
    assert (long.status_code, other.status_code) == (422, 422)
    assert entry.state == "submitted"
    client.post(url, data={**data, "kept": kept.uid})

    assert (entry.state, entry.reason) == (verdict, "不符合报名条件")
    session.refresh(kept)
    assert kept.used == 1


def test_what_is_retired_or_of_another_organiser_is_not_offered(
    client, session, sign_in, entry
):
    event = entry.event
    kept = keep(session, event)
    elsewhere = make_event(
        session, competition=make_competition(session, organiser="县总工会")
    )
    foreign = keep(session, elsewhere)
    namesake = make_event(
        session, competition=make_competition(session, district_code="330681")
    )
    twin = keep(session, namesake)
    sign_in(make_user(session, "committee"))
    url = f"/events/{event.uid}/reasons"

    for other in (foreign, twin):
        assert client.post(f"{url}/{other.uid}/retire").status_code == 404
    client.post(f"{url}/{kept.uid}/retire")

    assert kept.uid not in client.get(f"/reviews/{entry.uid}").text
    paper = entry.papers[0]
    client.post(
        f"/reviews/{entry.uid}/papers/{paper.uid}",
        data={"action": "refuse", "kept": kept.uid},
    )
    assert paper.state == "pending"
    done = session.scalars(
        select(LedgerEntry.action).where(LedgerEntry.subject == f"reason:{kept.uid}")
    )
    assert list(done) == ["reasons.kept", "reasons.retired"]
    assert keep(session, event).uid in client.get(url).text
