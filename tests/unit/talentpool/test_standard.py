"""The shipped standard, its evaluation clause by clause, and every kind of fault."""

from dataclasses import replace
from pathlib import Path

import pytest

import talentpool.dossiers.models  # noqa: F401 - the tables of a dossier
from extensions import db
from talentpool.standard.rules.dossier_fields import DOSSIER_FIELDS
from talentpool.standard.rules.evaluate import (
    PersonFacts,
    Place,
    evaluate,
    is_worth_proposing,
    suggested_class,
    verdict_from_json,
)
from talentpool.standard.rules.parse import parse_profile
from talentpool.standard.rules.profile import ProfileError

FOLDER = Path("talentpool/standard/profiles")
SHIPPED = (FOLDER / "common.toml").read_text(encoding="utf-8")
PROFILE = parse_profile(SHIPPED)
YEARS = parse_profile((FOLDER / "city_years.toml").read_text(encoding="utf-8"))
POSTS = parse_profile((FOLDER / "city_posts.toml").read_text(encoding="utf-8"))


def place(tier, rank, of=30):
    return Place(tier=tier, place=rank, of=of, document="d")


# Somebody who meets every condition of the group "all" and no exclusion.
SOUND = PersonFacts(
    employment="in_service",
    post_kind="operator",
    front_line=True,
    union_member=True,
    law_abiding=True,
    years_in_trade=5,
)
WINNER = replace(SOUND, competitions=(place("city", 3),))


def status(facts, clause):
    findings = {f.clause: f for f in evaluate(PROFILE, facts).findings}
    return findings[clause].status


@pytest.mark.parametrize(
    ("clause", "facts", "expected"),
    [
        ("4.1.1", {"employment": "in_service"}, "met"),
        ("4.1.1", {"employment": "student"}, "not_met"),
        ("4.1.1", {"employment": ""}, "evidence_missing"),
        ("4.1.2", {"front_line": True}, "met"),
        ("4.1.2", {"front_line": False}, "not_met"),
        ("4.1.2", {"front_line": None}, "evidence_missing"),
        ("4.1.3", {"union_member": True}, "met"),
        ("4.1.3", {"union_member": False}, "not_met"),
        ("4.1.4", {"law_abiding": True}, "met"),
        ("4.1.4", {"law_abiding": False}, "not_met"),
        ("4.1.5", {"years_in_trade": 5}, "met"),
        ("4.1.5", {"years_in_trade": 4}, "not_met"),
        ("4.1.5", {"years_in_trade": 0}, "not_met"),
        ("4.1.5", {"years_in_trade": None}, "evidence_missing"),
        ("4.2.1", {"unmatched_skill": True}, "met"),
        ("4.2.2", {"named_methods": 1}, "met"),
        ("4.2.2", {"named_methods": 0}, "not_met"),
        ("4.2.3", {"innovations": 2}, "met"),
        ("4.2.3", {"innovations": None}, "evidence_missing"),
        ("4.2.4", {"competitions": (place("nation", 20),)}, "met"),
        ("4.2.4", {"competitions": (place("nation", 21),)}, "not_met"),
        ("4.2.4", {"competitions": (place("province", 10),)}, "met"),
        ("4.2.4", {"competitions": (place("city", 3),)}, "met"),
        ("4.2.4", {"competitions": (place("city", 4),)}, "not_met"),
        ("4.2.4", {"competitions": (place("district", 1),)}, "met"),
        ("4.2.4", {"competitions": (place("district", 2),)}, "not_met"),
        ("4.2.4", {"competitions": (place("enterprise", 1),)}, "not_met"),
        ("4.2.4", {"competitions": ()}, "evidence_missing"),
        ("4.2.4", {"competitions": (place("city", 9), place("city", 2))}, "met"),
        ("4.2.5", {"certificate_rank": 5}, "met"),
        ("4.2.5", {"certificate_rank": 4}, "not_met"),
        ("4.2.6", {"graduated_apprentices": 1}, "met"),
        ("4.2.7", {"leads_studio": True}, "met"),
        ("4.4.1", {"employment": "retired"}, "not_met"),
        ("4.4.1", {"employment": "rehired"}, "not_met"),
        ("4.4.1", {"employment": "in_service"}, "met"),
        ("4.4.2", {"post_kind": "management"}, "not_met"),
        ("4.4.2", {"post_kind": "finance"}, "not_met"),
        ("4.4.2", {"post_kind": "operator"}, "met"),
        ("4.4.2", {"post_kind": ""}, "evidence_missing"),
    ],
)
def test_each_clause(clause, facts, expected):
    assert status(PersonFacts(**facts), clause) == expected


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        pytest.param(WINNER, "admissible", id="everything met"),
        pytest.param(SOUND, "incomplete", id="no merit recorded"),
        pytest.param(PersonFacts(), "incomplete", id="nothing recorded"),
        pytest.param(
            replace(WINNER, union_member=None), "incomplete", id="evidence missing"
        ),
        pytest.param(
            replace(WINNER, front_line=False), "inadmissible", id="a clause not met"
        ),
        pytest.param(
            replace(WINNER, employment="rehired"), "inadmissible", id="retired"
        ),
        pytest.param(
            replace(WINNER, post_kind="finance"), "inadmissible", id="excluded post"
        ),
        pytest.param(
            replace(
                SOUND,
                unmatched_skill=False,
                named_methods=0,
                innovations=0,
                competitions=(place("city", 9),),
                certificate_rank=4,
                graduated_apprentices=0,
                leads_studio=False,
            ),
            "inadmissible",
            id="every merit not met",
        ),
    ],
)
def test_outcome(facts, outcome):
    assert evaluate(PROFILE, facts).outcome == outcome


@pytest.mark.parametrize(
    ("won", "waived"),
    [
        (place("nation", 3), "4.3.1"),
        (place("nation", 4), ""),
        (place("province", 1), "4.3.1"),
        (place("province", 2), ""),
        (place("city", 1), ""),
    ],
)
def test_a_place_waives_the_years(won, waived):
    facts = replace(SOUND, years_in_trade=1, competitions=(won,))

    verdict = evaluate(PROFILE, facts)

    years = next(f for f in verdict.findings if f.clause == "4.1.5")
    assert (years.status, years.waived_by) == ("not_met", waived)
    assert verdict.outcome == ("admissible" if waived else "inadmissible")
    assert ("4.1.5" in verdict.clauses("met")) is bool(waived)


def test_a_waiver_is_not_named_where_none_is_needed():
    facts = replace(SOUND, competitions=(place("nation", 1),))

    assert {f.waived_by for f in evaluate(PROFILE, facts).findings} == {""}


@pytest.mark.parametrize(
    ("facts", "worth"),
    [
        pytest.param(PersonFacts(competitions=(place("city", 1),)), True, id="merit"),
        pytest.param(PersonFacts(competitions=(place("city", 9),)), False, id="none"),
        pytest.param(replace(WINNER, years_in_trade=2), False, id="a clause against"),
        pytest.param(replace(WINNER, employment="student"), False, id="a student"),
    ],
)
def test_whom_to_propose(facts, worth):
    assert is_worth_proposing(evaluate(PROFILE, facts)) is worth


def test_a_finding_names_value_and_document():
    facts = replace(
        SOUND,
        documents={"union_member": "会员证"},
        competitions=(place("district", 1), place("city", 2, of=40)),
    )

    findings = {f.clause: f for f in evaluate(PROFILE, facts).findings}

    assert (findings["4.1.3"].value, findings["4.1.3"].document) == ("true", "会员证")
    assert findings["4.2.4"].value == "city:2:40"


def test_the_first_merit_suggests_the_class():
    verdict = evaluate(PROFILE, replace(WINNER, leads_studio=True))

    assert suggested_class(PROFILE, verdict) == "competition"
    assert suggested_class(PROFILE, evaluate(PROFILE, SOUND)) == ""


def test_a_verdict_survives_storage():
    verdict = evaluate(PROFILE, WINNER)

    assert verdict_from_json(verdict.to_json()) == verdict


def test_the_shipped_standard_prints_no_number_of_a_standard():
    assert not [word for word in ("DB33", "GB/T", "DB4404", "T/") if word in SHIPPED]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("jiangcai-standard/2", "x/1", "format: Must be jiangcai-standard/2."),
        (
            'code = "common"\nversion',
            'code = "Common!"\nversion',
            "code: Must be a lower-case name such as years_in_trade.",
        ),
        (
            "in_force_from = 2026-01-01",
            'in_force_from = "soon"',
            "in_force_from: Must be a day such as 2026-01-01.",
        ),
        ('clause = "4.1.2"', 'clause = "4.1.1"', "conditions[1].clause: 4.1.1 is used"),
        ('clause = "4.1.2"', 'clause = "four"', "conditions[1].clause: Must be a"),
        ('id = "front_line"', 'id = "in_service"', "conditions[1].id: in_service is"),
        ('group = "all"', 'group = "both"', "conditions[0].group: Must be one of"),
        ('zh = "为工会会员。"\n', "", "conditions[2].zh: Is missing."),
        (
            'field = "front_line", is = true',
            'field = "height", is = true',
            "conditions[1].check.field: Must be one of",
        ),
        (
            'field = "front_line", is = true',
            'field = "front_line", at_least = 1',
            "conditions[1].check.at_least: This field is asked by is.",
        ),
        (
            'field = "front_line", is = true',
            'field = "front_line"',
            "conditions[1].check: Must ask one of",
        ),
        (
            'field = "front_line", is = true',
            'field = "front_line", is = "yes"',
            "conditions[1].check.is: Must be true or false.",
        ),
        ("at_least = 5", "at_least = 0", "conditions[4].check.at_least: Must be at"),
        (
            "nation = 20",
            "galaxy = 20",
            "conditions[8].check.places.galaxy: Unknown key.",
        ),
        (
            '"retired", "rehired"',
            '"retired", "asleep"',
            "conditions[12].check.one_of[1]: Must be one of",
        ),
        (
            'waives = ["years_in_trade"]',
            'waives = ["years"]',
            "waivers[0].waives[0]: years is no condition of the group all.",
        ),
        ('state = "revoked"', 'state = "fired"', "exits[4].state: Must be one of"),
        ("capacity = 3\n", "capacity = 9\n", "mentorship.capacity: Must be at most"),
        (
            "remind_days = [30, 7, 1]",
            "remind_days = [30, 0]",
            "mentorship.deadlines.remind_days: Must be a list of days",
        ),
        ("good = 75", "good = 95", "mentorship.bands.good: Must lie between"),
        (
            'code = "contest_above"',
            'code = "contest_city"',
            "mentorship.rewards[1].code: contest_city is used twice.",
        ),
        (
            'tiers = ["city"]',
            'tiers = ["town"]',
            "mentorship.rewards[0].tiers[0]: Must be one of",
        ),
        (
            'tiers = ["city"]',
            'tiers = ["city"]\nrank = 5',
            "mentorship.rewards[0]: Must give either a rank",
        ),
        (
            "rank = 5",
            "rank = 4",
            "mentorship.quotas: Each rank has one quota.",
        ),
        (
            'clause = "7.1.2"',
            'clause = "7.1.1"',
            "mentorship.quotas[1].clause: 7.1.1 is used twice.",
        ),
        (
            "capacity_hard = 8",
            "capacity_hard = 4",
            "mentorship.quotas[3].capacity: Must be at most",
        ),
        ("months_min = 3", "months_min = 40", "mentorship.months_min: Must be at most"),
        ("term_years = 4", "term_years = 4.5", "life.term_years: Must be a whole"),
        ("days = 5", "days = 0", "procedure[2].days: Must be at least 1."),
        ('[title]\nzh = "', '[title]\nzn = "', "title.zn: Unknown key."),
        ('id = "entry"', 'id = "notice"', "procedure[8].id: notice is used twice."),
        ('kind = "entry"', 'kind = "exit"', "procedure[8].kind: Must be one of"),
        ('kind = "notice"', 'kind = "review"', "procedure: No step is of the kind"),
        ("trim = 1", "trim = 3", "procedure[4].trim: Leaves no sheet"),
        ("max = 40", "max = 41", "procedure[4].criteria: Their marks must make 100"),
        (
            'code = "merit"',
            'code = "skill"',
            "procedure[4].criteria[1].code: skill is used twice",
        ),
        (
            'code = "conduct"',
            'code = "conduct_at_work"',
            "procedure[4].criteria[3].code: At most 12 characters",
        ),
        ('actors = ["unit"]', 'ways = ["unit"]', "procedure[2].ways: Only a step of"),
        ('actors = ["unit"]', "", "procedure[2].actors: Is missing."),
        ("days = 5\n", "", "procedure[2].days: Is missing."),
        ('cause = "death"', 'cause = "own_request"', "exits[7].cause: own_request is"),
        ("bar_years = 0", "bar_years = -1", "exits[0].bar_years: Must be at least 0."),
        ('again = ["in_service"', 'again = ["in_servise"', "review.again[0]: There is"),
        ('activity = "pair"', 'activity = "pears"', "renewals[2].activity: Must be"),
        (
            'state = "revoked"\nyears',
            'state = "left"\nyears',
            "re_entry[1].state: left",
        ),
        ('field = "person.sex"', 'field = "person.iq"', "fields[1].field: Must be one"),
        ('visible = ["public"', 'visible = ["all"', "fields[0].visible[0]: Must be"),
        ('purpose = "identity"', 'purpose = "fun"', "fields[3].purpose: There is no"),
        ("keep_years = 6", 'keep_years = "ever"', "fields[1].keep_years: Must be a"),
        ('code = "service"', 'code = "identity"', "purposes[2].code: identity is"),
        ("{name}同志", "同志", "certificate.text.zh: Lacks {name}."),
        ("{unit}，", "{firm}，", "certificate.text.zh: {firm} must be one of"),
        ("ranks = [45, 40, 35]", "ranks = [45, 50]", "points.items[0].ranks[1]: Must"),
        ("ranks = [45, 40, 35]", "each = -1", "points.items[0].each: Must be at least"),
        ("ranks = [45, 40, 35]", "", "points.items[0]: Must give one of each, ranks"),
        ("coach_percent = 40", "coach_percent = 140", "points.items[0].coach_percent"),
        ('group = "work"', 'group = "play"', "points.items[5].group: There is no"),
        ('"training", "teaching"', '"training"', "points.caps[0].groups: Must name"),
        (
            'level = "city"\nranks = [10',
            'level = "nation"\nranks = [10',
            "points.items[2]:",
        ),
        ("first = 10", "first = 1", "points.items[16].linear.last: Must not"),
    ],
)
def test_names_a_fault_with_its_key_path(before, after, fault):
    assert before in SHIPPED

    with pytest.raises(ProfileError) as raised:
        parse_profile(SHIPPED.replace(before, after, 1))

    assert [f for f in raised.value.faults if f.startswith(fault)]


def test_names_all_faults_at_once():
    broken = SHIPPED.replace('version = "2.4"', "").replace("at_least = 5", "atleast=5")

    with pytest.raises(ProfileError) as raised:
        parse_profile(broken)

    assert len(raised.value.faults) == 3


@pytest.mark.parametrize("text", ["", "= 1", "[[conditions", "a = 1\na = 2"])
def test_refuses_what_is_no_profile(text):
    with pytest.raises(ProfileError):
        parse_profile(text)


@pytest.mark.parametrize(
    ("facts", "common", "years", "posts"),
    [
        pytest.param(WINNER, "admissible", "inadmissible", "admissible", id="5 years"),
        pytest.param(
            replace(SOUND, years_in_trade=5, competitions=(place("city", 1),)),
            "admissible",
            "admissible",
            "admissible",
            id="5 years, waived by the first place of a city",
        ),
        pytest.param(
            replace(WINNER, years_in_trade=1),
            "inadmissible",
            "inadmissible",
            "admissible",
            id="1 year",
        ),
        pytest.param(
            replace(SOUND, years_in_trade=12, certificate_rank=5),
            "admissible",
            "admissible",
            "incomplete",
            id="technician: the second city asks for senior technician",
        ),
        pytest.param(
            replace(WINNER, years_in_trade=12, post_kind="finance"),
            "inadmissible",
            "inadmissible",
            "inadmissible",
            id="a post that is out",
        ),
    ],
)
def test_cities_judge_the_same_person_differently(facts, common, years, posts):
    outcomes = [evaluate(profile, facts).outcome for profile in (PROFILE, YEARS, POSTS)]

    assert outcomes == [common, years, posts]


def test_the_variants_differ_where_they_say_so():
    assert [YEARS.step("notice").days, POSTS.step("notice").days] == [7, 5]
    assert YEARS.step("city_check").level == "city"
    assert POSTS.step("city_check") is None
    assert [PROFILE.step("unit_notice").is_optional] == [True]
    assert not POSTS.step("unit_notice").is_optional
    assert POSTS.points is None
    assert [p.life.term_years for p in (PROFILE, YEARS)] == [4, 3]


def test_what_later_rooms_ask_of_a_standard():
    assert [step.kind for step in PROFILE.procedure][:3] == [
        "proposal",
        "confirmation",
        "unit_notice",
    ]
    assert PROFILE.first_step("experts").experts == 5
    assert PROFILE.bar_years("false_material") == 6
    assert PROFILE.bar_years("failed_review") == 1
    assert PROFILE.bar_years("retirement") == PROFILE.bar_years("no such cause") == 0
    assert PROFILE.re_entry("deceased") is None
    assert PROFILE.suspension("long_leave").most_months == 24


def test_a_profile_of_the_first_format_stays_readable():
    old = Path("tests/data/standard_format_1.toml").read_text(encoding="utf-8")

    profile = parse_profile(old)

    assert [profile.review, profile.certificate, profile.points] == [None] * 3
    assert profile.bar_years("false_material") == 6
    assert evaluate(profile, WINNER).outcome == "admissible"
    with pytest.raises(ProfileError):
        parse_profile(old.replace("standard/1", "standard/2"))


def test_every_dossier_field_is_a_column():
    tables = db.metadata.tables

    missing = [
        column
        for column in DOSSIER_FIELDS.values()
        if column.split(".")[1] not in tables[column.split(".")[0]].columns
    ]

    assert missing == []
