"""What another version would change is seen before it is in force."""

import ast
import re
from pathlib import Path

import pytest

from ledger.log.queries import iter_said
from scoring.scheme.rules.faults import Fault
from talentpool.standard.forms import FAULTS
from talentpool.standard.queries import find_in_force, read_shipped_text
from talentpool.standard.rules.differences import differences
from talentpool.standard.rules.parse import parse_profile
from tests.factories.accounts import make_user
from tests.factories.admission import CLAIMS, make_application, make_batch, send_in
from tests.factories.talentpool import NOW, make_craftsman, make_fact

TODAY = NOW.date()
YEARS = read_shipped_text("city_years") or ""


@pytest.fixture
def officer(session, sign_in):
    user = make_user(session, "pool_officer")
    sign_in(user)
    return user


@pytest.fixture
def young(session):
    """Somebody with seven years in the trade and a technician's certificate."""
    craftsman = make_craftsman(
        session, trade_since=TODAY.replace(year=TODAY.year - 7), post_kind="operator"
    )
    make_fact(session, craftsman, "certificate")
    return craftsman


def test_shows_who_falls_out_and_stores_nothing(client, session, officer, young):
    answer = client.post("/pool/standards/new", data={"toml": YEARS})

    assert answer.status_code == 200
    assert young.uid in answer.text
    assert "4.1.5" in answer.text
    assert find_in_force(session, TODAY) is None


def test_shows_applications_that_would_move_and_warns_of_a_day_gone_by(
    client, session, officer
):
    application = make_application(
        session, make_batch(session), claims=CLAIMS | {"years_in_trade": "2019-07-01"}
    )
    send_in(session, application)
    backdated = re.sub(r"in_force_from = \S+", "in_force_from = 2020-01-01", YEARS)

    page = client.post("/pool/standards/new", data={"toml": backdated}).text

    assert application.uid in page
    assert "2020-01-01" in page
    assert "倒签" in page
    ahead = re.sub(r"in_force_from = \S+", "in_force_from = 2099-01-01", YEARS)
    later = client.post("/pool/standards/new", data={"toml": ahead}).text
    assert "倒签" not in later


def test_puts_in_force_what_was_seen_and_logs_the_decision(client, session, officer):
    page = client.post("/pool/standards/new", data={"toml": YEARS}).text
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    asked = {"toml": YEARS, "seen": seen, "adopt": "1"}

    assert client.post("/pool/standards/new", data=asked).status_code == 422
    answer = client.post("/pool/standards/new", data=asked | {"reason": "纪要 3 号"})

    assert answer.status_code == 302
    version = find_in_force(session, TODAY)
    assert version.code == "city_years"
    [said] = [s for s in iter_said(session, "standard.") if s.uid == version.uid]
    assert said.body["reason"] == "纪要 3 号"
    assert version.stored_by == officer.uid


def test_another_text_than_the_one_seen_is_shown_first(client, session, officer):
    page = client.post("/pool/standards/new", data={"toml": YEARS}).text
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]

    answer = client.post(
        "/pool/standards/new",
        data={
            "toml": YEARS.replace("at_least = 10", "at_least = 9"),
            "seen": seen,
            "adopt": "1",
            "reason": "纪要",
        },
    )

    assert answer.status_code == 200
    assert find_in_force(session, TODAY) is None


def test_a_text_with_faults_comes_back_with_all_of_them(client, session, officer):
    broken = YEARS.replace("at_least = 10", "at_least = 0")
    broken = broken.replace('group = "work"', 'group = "play"')

    answer = client.post("/pool/standards/new", data={"toml": broken})

    assert answer.status_code == 422
    assert "conditions[4].check.at_least" in answer.text
    assert "points.items[5].group：没有分组 play" in answer.text.replace(": ", "：")
    assert "at_least = 0" in answer.text


def test_begins_from_a_shipped_text(client, session, officer):
    page = client.get("/pool/standards/new?from=city_posts").text

    assert "city_posts" in page
    assert "not_student" in page


def test_differences_name_clauses(app):
    common = parse_profile(read_shipped_text("common") or "")
    years = parse_profile(YEARS)

    kinds = {d.clause: d.kind for d in differences(common, years)}

    assert kinds["4.1.5"] == "changed"
    assert kinds["4.3.2"] == kinds["5.10"] == "added"
    assert "4.1.1" not in kinds
    assert differences(common, common) == []


def test_the_command_previews(app, session, young, tmp_path):
    path = tmp_path / "next.toml"
    path.write_text(YEARS, encoding="utf-8")
    runner = app.test_cli_runner()

    done = runner.invoke(args=["standard", "preview", str(path), "--list"])

    assert done.exit_code == 0
    assert "would fall out: 1" in done.output
    assert f"{young.uid} against: 4.1.5" in done.output
    path.write_text("format = 1", encoding="utf-8")
    assert runner.invoke(args=["standard", "preview", str(path)]).exit_code == 2


def test_every_fault_of_the_rules_is_known_to_the_catalogue():
    said = set()
    for path in Path("talentpool/standard/rules").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", "") or getattr(
                getattr(node, "func", None), "id", ""
            )
            if isinstance(node, ast.Call) and name in {"fault", "fault_at", "_fault"}:
                said |= {
                    part.value
                    for part in node.args
                    if isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and (part.value.endswith(".") or "%(" in part.value)
                }
    said |= {Fault(where="", template="Not valid TOML: %(reason)s").template}

    assert said - set(FAULTS) == set()
