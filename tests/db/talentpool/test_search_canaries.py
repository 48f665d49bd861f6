"""What is masked cannot be found or inferred; what is out of scope neither.

The same battery of searches is asked in two worlds that differ only in what nobody may
learn; every word of every answer must be the same. Searches that leak on purpose show
that the battery would find it out.
"""

import dataclasses
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from accounts.roles.rules import EVERYWHERE, Scope
from people.persons.models import Person
from talentpool.dossiers.models import Craftsman
from talentpool.search import services
from talentpool.search.forms.answer import as_json, make_answer
from talentpool.search.forms.sheet import rows_of
from talentpool.search.queries import found
from talentpool.search.queries import search as queries
from talentpool.search.queries.completion import list_names
from talentpool.search.rules import narrowing
from talentpool.search.rules.completion import suggest, take_apart
from talentpool.search.rules.documents import make_document
from talentpool.search.rules.narrowing import page_of
from talentpool.search.rules.request import SORTS, parse
from tests.factories.pool_search import TODAY, make_craftsmen

PEOPLE = 40
TEXTS = [
    *("", "王", "焊工", "wang", "-电工", '"焊接"', "年龄<=45", "年龄:30-50 焊工"),
    *("证书:焊工@2026-05-01", "名次<=3", "从业年限>=10", "19", "03", "1990-05", "138"),
    *("姓名:王 等级>=技师", "地区:越城区", "可带徒>=1", "更新>=2025-01-01", "x", "1"),
]
TYPED = ["", "王", "身份证", "phone", "330602", "年龄", "等级>=", "地区:", "生日"]


def everything_said(app, session, scopes):
    """Return every answer of the battery: pages, counts, facets, orders, exports."""
    said: list[object] = []
    with app.test_request_context():
        for text in TEXTS:
            for sort in SORTS if text in {"", "焊工"} else SORTS[:1]:
                given = {"q": [text], "sort": [sort], "size": ["50"], "facets": ["1"]}
                asked, faults = parse(given)
                answer = queries.search(session, asked, scopes=scopes, today=TODAY)
                sources = queries.export(session, asked, scopes=scopes, today=TODAY)
                said.append(
                    (
                        text,
                        faults,
                        as_json(make_answer(session, answer)),
                        list(rows_of(session, sources)),
                    )
                )
        for text in TYPED:
            typed = take_apart(text)
            names = list_names(session, typed)
            said.append(suggest(typed, names, is_chinese=True))
    return said


def hide_otherwise(session):
    """Give everybody another number, phone and birthday; the year of birth stays."""
    for number, person in enumerate(session.scalars(select(Person)).all()):
        day = date(person.birth_date.year, 1, 1) + timedelta(days=(number * 37) % 365)
        person.birth_date = day
        person.id_number_sealed = b"another"
        person.id_number_hash = f"another{number}"
        person.phone_sealed = b"138%08d" % number
        person.nation, person.politics = "05", "01"
        person.salt = b"1" * 16
    session.flush()
    services.reindex(session)


@pytest.fixture
def people(session):
    ids = make_craftsmen(session, PEOPLE, seed=21)
    services.reindex(session)
    return ids


def test_what_is_masked_changes_no_answer(app, session, people):
    before = everything_said(app, session, [EVERYWHERE])

    hide_otherwise(session)

    assert everything_said(app, session, [EVERYWHERE]) == before


def leaking_text(monkeypatch, session):
    """An index that holds the day of birth as a word."""
    births = dict(
        session.execute(
            select(Craftsman.id, Person.birth_date).join(Craftsman.person)
        ).all()
    )
    honest = make_document

    def leaky(source):
        day = f"{births[source.id]:%Y%m%d}"
        return honest(dataclasses.replace(source, body=[*source.body, day]))

    monkeypatch.setattr(services, "make_document", leaky)
    services.reindex(session)


def leaking_order(monkeypatch, session):
    """An order that follows the birthdays of equals."""
    honest = page_of

    def leaky(*arguments):
        births = dict(
            session.execute(
                select(Craftsman.id, Person.birth_date).join(Craftsman.person)
            ).all()
        )
        ids = honest(*arguments)
        return sorted(ids, key=lambda n: (births[n].month, births[n].day, n))

    monkeypatch.setattr(queries, "page_of", leaky)


@pytest.mark.parametrize("leak", [leaking_text, leaking_order])
def test_a_leak_would_be_found_out(app, session, people, monkeypatch, leak):
    leak(monkeypatch, session)
    before = everything_said(app, session, [EVERYWHERE])

    hide_otherwise(session)
    leak(monkeypatch, session)

    assert everything_said(app, session, [EVERYWHERE]) != before


def add_outside(session):
    for number in make_craftsmen(session, 15, seed=22, district_code="330603"):
        services.mark_dirty(session, number)


SCOPE = [Scope("district", "330602")]


def test_who_is_out_of_scope_changes_no_answer(app, session, people):
    before = everything_said(app, session, SCOPE)

    add_outside(session)
    waiting = everything_said(app, session, SCOPE)
    services.merge_dirty(session)

    assert before[0][2]["total"] > 0
    assert waiting == before
    assert everything_said(app, session, SCOPE) == before


def counting_everybody(monkeypatch):
    """Facets that count beyond the scope."""
    honest = narrowing._count  # noqa: SLF001 - what a mistake would touch
    monkeypatch.setattr(
        narrowing,
        "_count",
        lambda snapshot, facet, _base, moment: honest(
            snapshot, facet, narrowing.Counted(snapshot.present), moment
        ),
    )


def finding_everybody(monkeypatch):
    """A list that forgets the scope while changes wait."""
    monkeypatch.setattr(
        found._Where,  # noqa: SLF001
        "holds",
        lambda where, snapshot: snapshot.present,
    )


@pytest.mark.parametrize("slip", [counting_everybody, finding_everybody])
def test_a_slip_of_scope_would_be_found_out(app, session, people, monkeypatch, slip):
    slip(monkeypatch)
    before = everything_said(app, session, SCOPE)

    add_outside(session)

    assert everything_said(app, session, SCOPE) != before


def test_no_filter_reads_what_is_masked():
    for piece in ("生日:05-01", "身份证:330602", "phone:138", "出生>=1990-05-01"):
        _asked, faults = parse({"q": [piece]})

        assert [fault.code for fault in faults] == ["unknown_field"], piece


def test_a_phone_of_somebody_is_nobody(session, people):
    session.execute(update(Person).values(phone_sealed=b"13800001111"))
    services.reindex(session)

    asked, _faults = parse({"q": ["13800001111"]})
    assert services.count_found(session, asked, scopes=[EVERYWHERE], today=TODAY) == 0
