"""Sections, parties and what a change opens; the templates that are shipped."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentpool.mentorship.rules import agreements as rules
from talentpool.mentorship.rules.agreements import PARTIES, SECTIONS
from talentpool.mentorship.rules.templates import (
    GENERAL,
    fill,
    find_template,
    load_templates,
)

TEXTS = st.dictionaries(st.sampled_from(SECTIONS), st.text(max_size=3))


def digests(texts):
    return {
        code: rules.section_digest("p", code, texts.get(code, "")) for code in SECTIONS
    }


@given(before=TEXTS, after=TEXTS)
def test_a_change_opens_what_it_touches_and_nothing_else(before, after):
    old, new = digests(before), digests(after)
    confirmed = [(party, code, old[code]) for party in PARTIES for code in SECTIONS]

    missing = rules.list_missing(PARTIES, new, confirmed)

    differing = [
        code for code in SECTIONS if before.get(code, "") != after.get(code, "")
    ]
    assert rules.list_touched(old, new) == differing
    assert missing == ({p: tuple(differing) for p in PARTIES} if differing else {})


def test_a_digest_is_bound_to_pair_place_version_and_term():
    day, other = date(2026, 1, 1), date(2027, 1, 1)
    sections = digests({})
    whole = {
        rules.agreement_digest(*given)
        for given in (
            ("p", 1, (day, other), sections),
            ("q", 1, (day, other), sections),
            ("p", 2, (day, other), sections),
            ("p", 1, (day, date(2027, 1, 2)), sections),
            ("p", 1, (day, other), digests({"goals": "x"})),
        )
    }
    parts = {
        rules.section_digest(*given)
        for given in (("p", "goals", "x"), ("q", "goals", "x"), ("p", "term", "x"))
    }

    assert (len(whole), len(parts)) == (5, 3)


def test_a_party_that_signed_all_is_not_asked_again():
    texts = digests({})
    confirmed = [("mentor", code, texts[code]) for code in SECTIONS]

    missing = rules.list_missing(rules.parties_of(across_firms=False), texts, confirmed)

    assert set(missing) == {"apprentice", "unit"}


@pytest.mark.parametrize(
    ("occupation", "code"),
    [("6-18-02-04", "welding"), ("6-18-01-01", "turning"), ("9-99-99-99", GENERAL)],
)
def test_a_trade_has_its_template(occupation, code):
    assert find_template(occupation).code == code


@pytest.mark.parametrize("code", list(load_templates()))
def test_templates_are_whole(code):
    template = load_templates()[code]

    assert set(template.sections) == set(SECTIONS)
    assert all(words["zh"] and words["en"] for words in template.sections.values())
    due = [step.at for step in template.steps]
    assert due == sorted(due)
    assert 0 < due[0] <= due[-1] <= 100


def test_a_text_names_what_it_knows_and_keeps_the_rest():
    assert fill(" {mentor} {other} ", {"mentor": "x"}) == "x {other}"
