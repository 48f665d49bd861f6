"""Every page of an event bears a scheme with every added key, in every state."""

import pytest

from tests.web.scoring.test_carried import LADDER, decode, make_final, scheme_from
from tests.web.scoring.test_carried import earlier as earlier  # noqa: PLC0414 - fixture

BONUS = (
    '[[components]]\ncode = "B"\nmax = 5\nbonus = true\n[[components.criteria]]\n'
    'code = "B1"\n[[components.criteria.aspects]]\ncode = "B1.1"\nkind = "score"\n'
    'max = 5\njudges = 2\naggregate = "mean"\ntimed = true\nphoto = "allowed"\n'
    "comment_below = 1\ndisagreement = 2\n"
    '[[components.criteria.aspects]]\ncode = "B1.2"\nkind = "deduction"\nmax = 1\n'
    'judges = 2\naggregate = "mean"\ncalculation = "D1"\nsymbol = "mm"\n'
    '[[calculations]]\ncode = "D1"\nper_fault = 0.25\nmax_faults = 2\n'
)
MORE = (
    '[medals]\ntolerance = 1\nmedallion = { name = "优胜奖", from = 20 }\n'
    '[[rankings]]\nname = "单位"\nby = "unit"\n'
    '[[penalties]]\ncode = "late"\npoints = 1\ncap = 2\napplies_to = "T"\n'
    'rule = "12"\napprover = "裁判长"\n'
)


@pytest.fixture
def addresses(app, session):
    """Every page about one event, or about one work of it."""
    of_events = ({"event_uid"}, {"event_uid", "work_code"})
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.arguments in of_events and "GET" in (rule.methods or ())
    )


def visit(client, addresses, made):
    """Open every page; return what each answered."""
    return {
        address: client.get(
            address.replace("<event_uid>", made.event.uid).replace(
                "<work_code>", made.works[0]
            )
        ).status_code
        for address in addresses
    }


def test_pages_stand_with_every_key(client, session, sign_in, earlier, addresses):
    text = scheme_from(tail=LADDER + MORE).replace("[ranking]", BONUS + "[ranking]")
    final = make_final(session, earlier, text=text)
    answers = []
    sign_in(final.judge("J1"))
    answers.append(visit(client, addresses, final))
    final.lock()
    answers.append(visit(client, addresses, final))
    decode(final)
    sign_in(final.committee)
    answers.append(visit(client, addresses, final))
    final.publish()
    session.flush()
    answers.append(visit(client, addresses, final))

    # What is refused is not theirs to see, or not of this state; nothing breaks.
    codes = {code for answer in answers for code in answer.values()}
    assert {code for code in codes if code >= 400} <= {403, 404, 409}
    for page in ("/results/<event_uid>", "/events/<event_uid>/outcomes"):
        assert answers[-1][page] == 200
    for page in ("/events/<event_uid>/standing", "/events/<event_uid>/marks"):
        assert answers[0][page] == 200
