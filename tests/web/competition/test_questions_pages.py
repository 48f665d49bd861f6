"""An event's own questions: the editor, the step, reviewers, versions, copies."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from competition.clones.services import clone_competition
from competition.questions.models import FormVersion
from competition.questions.queries import find_form
from competition.registration.models import Entry, EntryFile
from competition.registration.services.drafts import answers_of
from competition.registration.services.review import return_entry
from competition.registration.services.revisions import find_correction
from ledger.log.services import SYSTEM
from tests.factories.accounts import make_user
from tests.factories.competition import NOW, make_draft, make_entry, make_event
from tests.factories.people import picture

MEAL = {
    "kind": "choice",
    "label": "用餐",
    "label_en": "Meal",
    "choices": "普通 | Normal\n清真 | Halal",
    "required": "y",
}
ALLERGY = {"kind": "text", "label": "忌口", "shown_if": ["q1=c2"], "required": "y"}
PROMISE = {"kind": "file", "label": "承诺书"}


@pytest.fixture
def event(session):
    soon = datetime.now(UTC) + timedelta(days=9)
    return make_event(session, registration_closes_at=soon, starts_at=soon)


@pytest.fixture
def ask(client, session, sign_in, event):
    """Return a function that adds questions as the committee does."""
    committee = make_user(session, "committee")

    def add(*questions):
        sign_in(committee)
        for question in questions:
            answer = client.post(f"/events/{event.uid}/questions/new", data=question)
            assert answer.status_code == 302, answer.text

    return add


def send(client, entry, **values):
    return client.post(
        f"/entries/{entry.uid}/more",
        data={"action": "next", **values},
        content_type="multipart/form-data",
    )


def test_questions_are_asked_as_they_apply_without_a_script(
    client, session, sign_in, event, ask
):
    ask(MEAL, ALLERGY, PROMISE)
    entry = make_draft(session, event)
    sign_in(entry.user)

    page = client.get(f"/entries/{entry.uid}/more").text
    empty = send(client, entry)
    halal = send(client, entry, q1="c2")
    whole = send(
        client,
        entry,
        q1="c2",
        q2="花生",
        q3=(io.BytesIO(picture(50, 60)), "承诺书.jpg"),
    )
    shown = client.get(f"/entries/{entry.uid}/confirm").text
    send(client, entry, q1="c1", q2="花生")

    assert 'id="more-q2-box"' in page
    assert page.count(" hidden") >= 1
    assert empty.status_code == halal.status_code == 422
    assert whole.status_code == 302
    for text in ("用餐", "清真", "忌口", "花生", "承诺书.jpg"):
        assert text in shown
    kept = answers_of(session.get(Entry, entry.id)).more
    # What is hidden by now is not kept, and a file stays unless it is replaced.
    assert sorted(kept) == ["q1", "q3"]
    assert kept["q1"] == "c1"


def test_nothing_is_submitted_before_what_must_be_answered_is(
    client, session, sign_in, event, ask
):
    ask(MEAL, ALLERGY)
    entry = make_draft(session, event)
    sign_in(entry.user)

    early = client.post(f"/entries/{entry.uid}/confirm", data={"consent": "y"})
    send(client, entry, q1="c1")
    done = client.post(f"/entries/{entry.uid}/confirm", data={"consent": "y"})

    assert early.status_code == 422
    assert f"/entries/{entry.uid}/more#more-q1-box" in early.text
    assert done.status_code == 302
    assert session.get(Entry, entry.id).state == "submitted"


def test_a_later_change_leaves_what_an_entrant_saw(
    client, session, sign_in, event, ask
):
    ask(MEAL)
    entry = make_draft(session, event)
    sign_in(entry.user)
    send(client, entry, q1="c1")
    client.post(f"/entries/{entry.uid}/confirm", data={"consent": "y"})
    ask(ALLERGY | {"shown_if": []})
    client.post(
        f"/events/{event.uid}/questions/q1",
        data={**MEAL, "label": "膳食", "choices": "素食\n普通"},
    )
    review = client.get(f"/reviews/{entry.uid}").text
    book = load_workbook(
        io.BytesIO(client.get(f"/events/{event.uid}/entries.xlsx").data)
    )
    [heading, row] = [[cell.value for cell in line] for line in book.active.iter_rows()]
    late = make_draft(session, event)
    sign_in(late.user)
    page = client.get(f"/entries/{late.uid}/more").text

    assert "用餐" in review
    assert "膳食" not in review
    assert {"用餐", "膳食", "忌口"} <= set(heading)
    assert row[heading.index("用餐")] == "普通"
    assert not row[heading.index("膳食")]
    assert session.get(Entry, entry.id).form_number == 1
    assert session.scalar(select(func.max(FormVersion.number))) == 3
    assert "膳食" in page
    # A choice keeps its code by its words; a new one gets a code of its own.
    choices = {
        one.label: one.code for one in find_form(session, event.id)[1][0].choices
    }
    assert choices == {"普通": "c1", "素食": "c3"}


def test_a_correction_of_answers_is_shown_old_beside_new(
    client, session, sign_in, event, ask
):
    ask(MEAL)
    entry = make_draft(session, event)
    sign_in(entry.user)
    send(client, entry, q1="c1")
    client.post(f"/entries/{entry.uid}/confirm", data={"consent": "y"})
    session.refresh(entry)
    return_entry(
        session, entry=entry, fields=["more"], reason="改", actor=SYSTEM, now=NOW
    )
    session.commit()
    sign_in(entry.user)
    send(client, entry, q1="c2")
    client.post(f"/entries/{entry.uid}/confirm", data={"consent": "y"})
    sign_in(make_user(session, "committee"))
    page = client.get(f"/reviews/{entry.uid}").text

    assert find_correction(session, entry).changed == ["more"]
    assert "<del>用餐：普通</del>" in page
    assert "<ins>用餐：清真</ins>" in page


def test_answers_are_closed_once_submitted_and_files_are_their_owners(
    client, session, sign_in, event, ask
):
    ask(PROMISE)
    entry = make_draft(session, event)
    sign_in(entry.user)
    send(client, entry, q1=(io.BytesIO(picture(50, 60)), "a.jpg"))
    client.post(f"/entries/{entry.uid}/confirm", data={"consent": "y"})
    file = session.scalars(select(EntryFile)).one()
    where = f"/entry-files/{file.uid}"

    late = send(client, entry, q1=(io.BytesIO(picture(51, 60)), "b.jpg"))
    own = client.get(where).status_code
    sign_in(make_user(session, "contestant"))
    other = client.get(where).status_code
    sign_in(make_user(session, "committee"))
    reviewer = client.get(where).status_code

    assert late.location == f"/entries/{entry.uid}"
    assert (own, other, reviewer) == (200, 404, 200)
    assert session.scalar(select(func.count(EntryFile.id))) == 1


def test_the_editor_moves_takes_out_and_refuses_what_cannot_be(
    client, session, event, ask
):
    ask(MEAL, ALLERGY, PROMISE)
    where = f"/events/{event.uid}/questions"

    page = client.get(where).text
    client.post(f"{where}/q3/up")
    client.post(f"{where}/q1/out")
    one_choice = client.post(f"{where}/new", data={**MEAL, "choices": "普通"})
    twice = client.post(f"{where}/new", data={**MEAL, "choices": "普通\n普通|x"})
    limits = {"kind": "number", "label": "身高", "low": "9", "high": "1"}
    upside_down = client.post(f"{where}/new", data=limits)

    assert "用餐: 清真" in page
    form = find_form(session, event.id)[1]
    assert [question.code for question in form] == ["q3", "q2"]
    assert form[1].shown_if == ()
    for answer in (one_choice, twice, upside_down):
        assert answer.status_code == 422
    ask(MEAL)
    # The code of a question that was taken out is not used again.
    assert find_form(session, event.id)[1][-1].code == "q4"


def test_questions_are_fixed_once_registration_is_over(client, session, event, ask):
    ask(MEAL)
    event.state = "closed"
    session.commit()

    client.post(f"/events/{event.uid}/questions/q1/out")

    assert len(find_form(session, event.id)[1]) == 1


def test_a_copy_of_an_event_asks_the_same(session, client, event, ask):
    ask(MEAL, ALLERGY)

    copy = clone_competition(
        session,
        source=event.competition,
        name="下一届",
        starts_on=date(2027, 6, 20),
        chosen=[event.uid],
        actor=SYSTEM,
        now=NOW,
    )

    assert find_form(session, copy.events[0].id) == (1, find_form(session, event.id)[1])


def test_events_without_questions_have_no_such_step(client, session, sign_in, event):
    entry = make_draft(session, event)
    sign_in(entry.user)

    page = client.get(f"/entries/{entry.uid}/papers").text
    more = client.get(f"/entries/{entry.uid}/more")

    assert f"/entries/{entry.uid}/more" not in page
    assert more.location == f"/entries/{entry.uid}/papers"
    assert make_entry(session, event).form_number == 0
