"""The results list is signed by chief judge and supervisor before it is published."""

import json
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from accounts.users.models import User
from competition.events import rules as life
from ledger.log.models import LedgerEntry
from scoring.results.models import ResultSignature
from scoring.results.queries import find_result, list_signatures
from scoring.results.services import signing
from scoring.results.services.signing import SigningError
from tests.factories.accounts import PASSWORD
from tests.factories.scoring import actor_of, make_marked_event
from tests.papers import page_texts
from tests.web.scoring.test_papers import unlock

HAND = json.dumps([[[100, 200], [500, 100], [700, 300]], [[800, 150], [900, 250]]])


@pytest.fixture
def decoded(session):
    made = make_marked_event(session, works=3)
    made.fill()
    made.sign_all()
    signing.set_terms(
        session,
        event=made.event,
        asks=True,
        actor=actor_of(made.committee),
        now=made.later(),
    )
    made.lock()
    made.decode()
    return made


def sign(client, made, sign_in, user, **changed):
    sign_in(user)
    result = find_result(made.session, made.event.id)
    data = {"strokes": HAND, "password": PASSWORD, "digest": result.digest, **changed}
    return client.post(f"/events/{made.event.uid}/review/sign", data=data)


def test_nothing_is_published_until_both_have_signed(client, session, decoded, sign_in):
    publish = f"/events/{decoded.event.uid}/publish"
    for signer in (None, decoded.judge("J1"), decoded.supervisor):
        if signer is not None:
            assert sign(client, decoded, sign_in, signer).status_code == 302
        sign_in(decoded.committee)
        page = client.get(f"/events/{decoded.event.uid}/review").text
        done = client.post(publish)
        is_last = signer is decoded.supervisor
        assert (f'action="{publish}"' in page) == is_last
        assert done.status_code == (302 if is_last else 409)

    assert decoded.event.state == life.PUBLISHED
    rows = session.scalars(
        select(LedgerEntry).where(LedgerEntry.action == "results.signed")
    ).all()
    bodies = [json.loads(row.body) for row in rows]
    assert [body["role"] for body in bodies] == ["chief_judge", "supervisor"]
    result = find_result(session, decoded.event.id)
    assert {body["list"] for body in bodies} == {result.digest}
    public = client.get(f"/results/{decoded.event.uid}").text
    assert "裁判长" in public
    assert decoded.supervisor.display_name not in public


def count_hands(pdf: bytes) -> int:
    """Return how many lines with round ends are drawn: those of a hand."""
    pages = PdfReader(BytesIO(pdf)).pages
    contents = [page.get_contents() for page in pages]
    return sum(part.get_data().count(b"1 J") for part in contents if part is not None)


def test_signatures_stand_on_the_list_with_its_hash(client, session, decoded, sign_in):
    chief = decoded.judge("J1")
    sign(client, decoded, sign_in, chief)
    sign(client, decoded, sign_in, decoded.supervisor, strokes="", on_paper="y")
    result = find_result(session, decoded.event.id)
    first, second = list_signatures(session, result.id)

    sign_in(decoded.committee)
    pdf = client.get(f"/events/{decoded.event.uid}/review.pdf").data
    client.post(f"/events/{decoded.event.uid}/publish")
    notice = client.get(f"/results/{decoded.event.uid}/list.pdf").data

    assert (second.strokes, second.strokes_digest) == ("", "")
    for paper in (pdf, notice):
        text = "".join(page_texts(paper))
        assert result.digest in text
        assert "".join(chief.display_name.split()) in text
        assert first.strokes_digest[:4] in text
    # The hand itself, as lines, is on the list alone.
    assert [count_hands(paper) for paper in (pdf, notice)] == [1, 0]


def test_another_version_needs_signatures_of_its_own(client, session, decoded, sign_in):
    sign(client, decoded, sign_in, decoded.judge("J1"))
    before = find_result(session, decoded.event.id)
    unlock(session, decoded)
    decoded.sign_all()
    decoded.lock()
    decoded.decode()

    result = find_result(session, decoded.event.id)

    assert result is not None
    assert list_signatures(session, before.id)
    assert signing.list_missing(session, decoded.event, result) == [
        "chief_judge",
        "supervisor",
    ]
    answer = sign(client, decoded, sign_in, decoded.judge("J1"), digest="0" * 64)
    assert "成绩已变化" in answer.text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"password": "not this one"}, "密码不正确", id="password"),
        pytest.param({"strokes": ""}, "请在框内", id="nothing written"),
        pytest.param({"strokes": "[[[1,1],[2,2]]]"}, "请在框内", id="a dot"),
    ],
)
def test_a_refused_signature_leaves_nothing(
    client, session, decoded, sign_in, changed, said
):
    answer = sign(client, decoded, sign_in, decoded.judge("J1"), **changed)

    assert answer.status_code in {409, 422}
    assert said in answer.text
    assert session.scalars(select(ResultSignature)).all() == []


def test_wrong_passwords_make_the_name_wait(client, session, decoded, sign_in):
    for _attempt in range(5):
        sign(client, decoded, sign_in, decoded.judge("J1"), password="not it")  # noqa: S106

    answer = sign(client, decoded, sign_in, decoded.judge("J1"))

    assert answer.status_code == 422


def test_one_person_does_not_sign_twice(client, session, decoded, sign_in):
    sign(client, decoded, sign_in, decoded.judge("J1"))
    assert sign(client, decoded, sign_in, decoded.judge("J1")).status_code == 409
    person = decoded.entries[0].person_id
    ids = (decoded.judge("J1").id, decoded.supervisor.id)
    session.execute(update(User).where(User.id.in_(ids)).values(person_id=person))
    result = find_result(session, decoded.event.id)

    with pytest.raises(SigningError):
        signing.sign_list(
            session,
            event=decoded.event,
            digest=result.digest,
            role="supervisor",
            strokes=HAND,
            user=decoded.supervisor,
            now=decoded.later(),
        )


def test_signatures_are_waived_only_before_there_is_a_result(client, session, sign_in):
    made = make_marked_event(session, works=1)
    address = f"/events/{made.event.uid}/review/signing"
    sign_in(made.committee)
    assert "无需签字" in client.get(f"/events/{made.event.uid}/review").text
    for asks in ("yes", "no", "yes"):
        assert client.post(address, data={"asks": asks}).status_code == 302
    made.fill()
    made.sign_all()
    made.lock()

    assert client.post(address, data={"asks": "no"}).status_code == 409
    early = sign(client, made, sign_in, made.judge("J1"))
    assert early.status_code == 409


def test_the_desk_leads_to_what_waits_for_ones_signature(
    client, session, decoded, sign_in
):
    link = f"/events/{decoded.event.uid}/review/sign"
    sign_in(decoded.supervisor)
    assert link in client.get("/desk").text
    sign(client, decoded, sign_in, decoded.supervisor)
    assert link not in client.get("/desk").text
    sign_in(decoded.judge("J2"))
    assert client.get(link).status_code == 403


def test_signatures_are_never_changed(client, session, decoded, sign_in):
    sign(client, decoded, sign_in, decoded.supervisor)

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(update(ResultSignature).values(name="另一人"))
