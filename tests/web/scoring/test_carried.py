"""Scores carried in from an earlier stage: left out while blind, brought in after."""

import json

import pytest

from competition.codes.signals import codes_decoded
from ledger.log.queries import list_for_scope
from scoring.results import queries
from scoring.results.services import carry, compute, locks
from scoring.results.services.publish import publish
from scoring.results.services.standing import read_standing
from tests.factories.accounts import make_user
from tests.factories.scoring import SCHEME, actor_of, make_marked_event

EARLIER = "Theory stage"


def scheme_from(event=EARLIER, more="", tail=""):
    carried = (
        '[[components]]\ncode = "T"\nname = "Theory"\nmax = 30\nweight = 2\n'
        f'carried = true\npass = 20\nfrom = {{ event = "{event}"{more} }}\n'
    )
    return SCHEME.replace("[ranking]", carried + "[ranking]") + tail


@pytest.fixture
def earlier(session):
    """A published stage of two persons: 29 and 28 of 30."""
    made = make_marked_event(session, works=2, name=EARLIER)
    made.run_to_decoded()
    made.publish()
    return made


def make_final(session, earlier, text="", **scheme):
    """A final of the same two persons; the second is better in practice."""
    made = make_marked_event(
        session,
        works=2,
        text=text or scheme_from(**scheme),
        competition=earlier.event.competition,
    )
    for entry, before in zip(made.entries, earlier.entries, strict=True):
        entry.person_id = before.person_id
    session.flush()
    made.fill(lambda at, code: {"P1.1": str(8 + at)}.get(code, "1"))
    made.sign_all()
    return made


def decode(made):
    made.decode()
    codes_decoded.send(
        None, session=made.session, event_uid=made.event.uid, now=made.later()
    )


def newest(made):
    result = queries.find_result(made.session, made.event.id)
    assert result is not None
    return result, json.loads(result.rows)


def test_a_score_of_elsewhere_is_left_out_until_the_codes_are_decoded(session, earlier):
    final = make_final(session, earlier)
    standing = read_standing(session, final.event)
    final.lock()

    result, rows = newest(final)

    assert [c.code for c in standing.scheme.components] == ["P"]
    assert rows["provisional"] == ["T"]
    assert [(r["rank"], r["award"]) for r in rows["results"]] == [(None, "")] * 2
    assert all("T" not in row["components"] for row in rows["results"])
    with pytest.raises(carry.CarriedError, match="T"):
        carry.require_carried(session, result)


def test_decoding_brings_it_in_and_ranks_by_the_whole(session, earlier):
    final = make_final(session, earlier)
    final.lock()

    decode(final)

    result, rows = newest(final)
    first, second = final.works
    totals = {r["entry"]: (r["rank"], r["total"]) for r in rows["results"]}
    # Practice 21.33 and 22.33, theory 2 × 22.33 and 2 × 21.33: the first is ahead.
    assert totals[first][0] == 1
    assert totals[second][0] == 2
    assert rows["carried"][first]["T"] > rows["carried"][second]["T"]
    assert rows["sources"]["T"]["event"] == earlier.event.uid
    said = list_for_scope(session, f"event:{final.event.uid}")
    computed = [link for link in said if link.action == "results.computed"]
    assert [result.version, len(computed)] == [2, 2]
    assert publish(
        session,
        event=final.event,
        actor=actor_of(final.committee),
        now=final.later(),
    )


def test_after_an_unlock_no_code_shows_it_any_more(session, earlier, client, sign_in):
    final = make_final(session, earlier)
    final.lock()
    decode(final)
    reason = {"event": final.event, "reason": "Wrong sheet"}
    locks.ask_unlock(
        session, **reason, actor=actor_of(final.supervisor), now=final.later()
    )
    locks.confirm_unlock(
        session,
        event=final.event,
        actor=actor_of(final.judge("J1")),
        now=final.later(),
    )

    ground = compute.read_ground(session, final.event.id)

    assert ground.left_out == ("T",)
    assert {fact.entry: dict(fact.carried) for fact in ground.works} == {
        work: {} for work in final.works
    }
    sign_in(final.judge("J1"))
    page = client.get(f"/events/{final.event.uid}/review").text
    assert not any(work in page for work in final.works)


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ({"event": "Nothing"}, "没有名为“Nothing”的赛项"),
        ({"more": ', component = "Z"'}, "在“Theory stage”中没有 T 的成绩"),
    ],
)
def test_what_is_missing_is_named_and_keeps_the_result_back(
    session, earlier, client, sign_in, scheme, words
):
    final = make_final(session, earlier, **scheme)
    final.lock()
    decode(final)

    with pytest.raises(carry.CarriedError, match=words):
        carry.bring_in(session, event=final.event, now=final.later())

    sign_in(final.committee)
    page = client.get(f"/events/{final.event.uid}/outcomes").text
    assert words in page
    refused = client.post(f"/events/{final.event.uid}/publish")
    assert refused.status_code == 409


def test_the_scheme_may_count_a_missing_score_as_zero(session, earlier):
    more = ', component = "Z", missing = "zero"'
    final = make_final(session, earlier, more=more)
    final.lock()

    decode(final)

    _result, rows = newest(final)
    assert {found["T"] for found in rows["carried"].values()} == {"0"}
    assert rows["results"][0]["passed"] is False


def test_a_replaced_source_has_to_be_brought_in_again(
    session, earlier, client, sign_in
):
    final = make_final(session, earlier)
    final.lock()
    decode(final)
    sign_in(earlier.committee)
    client.post(f"/events/{earlier.event.uid}/withdraw", data={"reason": "Mistake"})
    sign_in(final.committee)
    assert client.post(f"/events/{final.event.uid}/publish").status_code == 409
    page = client.get(f"/events/{final.event.uid}/outcomes").text
    assert "的成绩尚未公布" in page
    earlier.publish()
    session.flush()

    page = client.get(f"/events/{final.event.uid}/outcomes").text
    assert "请重新带入" in page
    client.post(f"/events/{final.event.uid}/carried")

    answer = client.post(f"/events/{final.event.uid}/publish")
    assert answer.status_code == 302
    assert newest(final)[0].version == 3


LADDER = (
    '[[promotions]]\nname = "技师"\nranks = [1, 3]\nmin_age = 21\nheld = ["高级工"]\n'
    'rule = "No. 8"\n[[honours]]\nname = "Labour medal"\nranks = [1, 1]\n'
    'conditions = ["No record of misconduct"]\n'
)


def test_who_is_eligible_is_shown_with_reasons_once_decoded(session, client, sign_in):
    made = make_marked_event(session, works=2, text=SCHEME + LADDER)
    made.fill()
    made.sign_all()
    made.lock()
    sign_in(made.committee)
    early = client.get(f"/events/{made.event.uid}/outcomes").text
    assert "尚未解密" in early

    made.decode()
    page = client.get(f"/events/{made.event.uid}/outcomes").text

    first = made.entries[0].person
    assert first is not None
    assert first.name in page
    assert "现有等级不详，要求：高级工。" in page
    assert "要求不小于 21 岁" in page
    assert "须由人核实：No record of misconduct" in page
    assert first.name not in early
    sign_in(make_user(session))
    assert client.get(f"/events/{made.event.uid}/outcomes").status_code == 403
