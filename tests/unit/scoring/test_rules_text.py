"""The rules of a scheme are told beside the list they made."""

from flask_babel import force_locale

from scoring.results.services.rules_text import list_rules
from scoring.scheme.rules.parse import parse_scheme
from scoring.scheme.services.versions import read_example


def test_every_added_rule_is_told(app):
    with app.test_request_context(), force_locale("en"):
        told = dict(list_rules(parse_scheme(read_example("fitter"))))

    assert "创新附加分" in told["Bonus"]
    assert "装配钳工理论预赛" in told["理论(预赛)"]
    assert "at most 5" in told["Penalties"]
    assert told["Medals"] == (
        "金牌, 银牌, 铜牌; whoever is within 0.2 of the first shares the medal. Two"
        " 金牌 leave no 银牌; where both went to three or more, 铜牌 only goes to who"
        " is within 0.2 of the last of them. 优胜奖: everybody else from 80 up,"
        " inclusive."
    )
    assert "技师: ranks 1 to 3, only with the pass line of T, P" in told["Promotions"]
    assert "nothing is granted" in told["Honours"]
