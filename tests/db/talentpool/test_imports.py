"""A pool file from its bytes to dossiers, and back."""

import io
import json
from datetime import date

import openpyxl
import pytest
from sqlalchemy import func, select

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM, list_disagreements
from people.persons.models import Person
from people.persons.queries import find_by_id_number, open_phone
from talentpool.dossiers.models import Craftsman, HonourAward, SkillCertificate
from talentpool.dossiers.services.craftsmen import change_head
from talentpool.imports import jobs
from talentpool.imports.forms.files import faults_workbook
from talentpool.imports.models import ImportBlock, ImportChange, ImportFault
from talentpool.imports.queries.batches import find_mapping, open_change
from talentpool.imports.queries.later import list_later
from talentpool.imports.rules.columns import headings_digest
from talentpool.imports.services import batches, undo
from talentpool.search.queries.search import search
from talentpool.search.rules.request import parse
from tests.factories.accounts import NOW, make_user
from tests.factories.people import made_up_id, make_person
from tests.factories.pool_files import SKILL, pool_csv, pool_file, pool_row

TODAY = date(2026, 5, 1)


@pytest.fixture
def take(session):
    """Take a file in, read it and check its rows by the headings' own mapping."""

    def take(data, *, name="pool.xlsx", user=None):
        batch = batches.take_in(
            session,
            stream=io.BytesIO(data),
            file_name=name,
            user=user,
            actor=SYSTEM,
            now=NOW,
        )
        work(session, batch)
        if batch.state == "mapping":
            mapping = json.loads(batch.mapping)
            batches.set_mapping(session, batch, mapping=mapping, user=user, now=NOW)
            work(session, batch)
        return batch

    return take


def work(session, batch):
    session.commit()
    jobs.work(session, batch.uid, lambda: NOW)


def load(session, batch, *, verified=False, changes=False):
    batches.begin_loading(
        session,
        batch,
        takes_as_verified=verified,
        takes_changes=changes,
        actor=SYSTEM,
        now=NOW,
    )
    work(session, batch)
    assert batch.state == "loaded"


def run_undo(session, batch):
    undo.begin_undo(session, batch, reason="错文件", actor=SYSTEM, now=NOW)
    work(session, batch)


def faults(session, batch):
    found = session.scalars(
        select(ImportFault)
        .where(ImportFault.batch_id == batch.id)
        .order_by(ImportFault.row, ImportFault.id)
    )
    return [(fault.row, fault.key, fault.code) for fault in found]


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def find(session, words):
    asked, _faults = parse({"q": [words]})
    return search(session, asked, scopes=[EVERYWHERE], today=TODAY).total


def test_rows_become_dossiers_that_the_search_finds(session, take):
    rows = [pool_row(1, **SKILL), pool_row(2, 入库层级="省级")]

    batch = take(pool_file(rows, above=["绍兴市工匠人才库汇总表", ""]))
    assert (batch.state, batch.good, batch.faulty) == ("checked", 2, 0)
    load(session, batch)

    person = find_by_id_number(session, rows[0]["身份证号"])
    assert person is not None
    craftsman = session.scalars(select(Craftsman).filter_by(person_id=person.id)).one()
    [certificate] = session.scalars(select(SkillCertificate))
    assert (person.name, person.nation, person.sex) == ("赵丁", "01", "1")
    assert open_phone(person) == "13900000001"
    assert person.unit.name == "绍兴越工机械有限公司"
    assert craftsman.trade_since == date(2010, 7, 1)
    assert craftsman.union_member is True
    assert (certificate.level_code, certificate.state) == ("L5", "claimed")
    assert find(session, "赵丁") == 1
    assert count(session, ImportBlock) == 0
    assert list_disagreements(session) == []


def test_every_fault_is_named_at_once(session, take):
    make_person(session, name="钱多多", id_number=made_up_id(77))
    rows = [
        pool_row(1, 身份证号=330602199003070019),
        pool_row(2, 姓名="", 入库层级="宇宙级", 入库日期="2024-02-30"),
        pool_row(3, 身份证号=made_up_id(77)),
        pool_row(4, 工种="钳工", 职业编码=None, 统一社会信用代码="91330600MA2000"),
        pool_row(5),
        pool_row(6),
        pool_row(5, 工种="车工"),
        pool_row(7, 荣誉称号="市工匠"),
        pool_row(8, 统一社会信用代码="", 工作单位="无此单位"),
    ]

    batch = take(pool_file(rows))

    assert faults(session, batch) == [
        (2, "id_number", "id_is_number"),
        (3, "level", "not_a_value"),
        (3, "entered_on", "no_such_day"),
        (3, "name", "empty"),
        (4, "name", "other_name"),
        (5, "credit_code", "credit_length"),
        (5, "occupation_code", "guess"),
        (8, "id_number", "twice"),
        (9, "honour_level", "needed"),
        (10, "unit", "no_unit"),
    ]
    assert (batch.good, batch.faulty) == (2, 7)


def test_only_the_failures_of_a_corrected_file_are_taken(session, take):
    rows = [pool_row(1), pool_row(2, 联系电话="无"), pool_row(3)]
    batch = take(pool_file(rows))
    page = openpyxl.load_workbook(io.BytesIO(faults_workbook(session, batch))).active
    lines = list(page.iter_rows(values_only=True))
    load(session, batch)

    corrected = dict(zip(lines[0], lines[1], strict=True))
    second = take(pool_file([{**corrected, "联系电话": "13900000002"}]))
    whole = take(pool_file([rows[0], {**rows[1], "联系电话": ""}, rows[2]]))

    assert len(lines) == 2
    assert "11" in lines[1][-1]
    assert (second.good, second.known, second.faulty) == (1, 0, 0)
    assert (whole.good, whole.known, whole.faulty) == (1, 2, 0)


def test_rows_of_one_person_make_one_dossier(session, take):
    honour = {"荣誉称号": "市工匠", "荣誉级别": "市级"}
    rows = [
        pool_row(1, **SKILL),
        pool_row(1, 职业技能等级="高级工", **honour),
        pool_row(2),
    ]

    batch = take(pool_file(rows))
    load(session, batch, verified=True)

    states = set(session.scalars(select(SkillCertificate.state)))
    assert batch.loaded == 2
    assert (count(session, SkillCertificate), count(session, HonourAward)) == (2, 1)
    assert states == {"verified"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_of_either_encoding(session, take, encoding):
    batch = take(pool_csv([pool_row(1)], encoding), name="pool.csv")

    assert (batch.state, batch.good, batch.faulty) == ("checked", 1, 0)


def test_what_is_no_workbook_fails_with_the_reason(session, take):
    batch = take(b"PK not a workbook")

    assert batch.state == "failed"
    assert batch.trouble


def test_undone_as_if_never_loaded(session, take):
    known = make_person(session, name="赵丂", id_number=pool_row(2)["身份证号"])
    before = count(session, Person)
    batch = take(pool_file([pool_row(1, **SKILL), pool_row(2, 姓名="赵丂")]))
    load(session, batch)

    run_undo(session, batch)

    assert batch.state == "undone"
    assert count(session, Craftsman) == 0
    assert count(session, SkillCertificate) == 0
    assert count(session, Person) == before
    assert session.get(Person, known.id) is not None
    assert find(session, "赵丁") == 0
    assert list_disagreements(session) == []
    again = take(pool_file([pool_row(1, **SKILL)]))
    assert again.good == 1


def test_undo_is_refused_where_later_work_rests_on_it(session, take):
    batch = take(pool_file([pool_row(1), pool_row(2)]))
    load(session, batch)
    second = session.scalars(select(Craftsman).order_by(Craftsman.id.desc())).first()
    person = session.scalars(select(Person).order_by(Person.id)).first()
    make_user(session, "contestant").person = person
    change_head(
        session,
        second,
        changes={"post": "班长"},
        actor=SYSTEM,
        now=NOW.replace(year=2027),
    )

    with pytest.raises(undo.LaterWorkError):
        undo.begin_undo(session, batch, reason="x", actor=SYSTEM, now=NOW)

    assert [(one.row, one.tables) for one in list_later(session, batch)] == [
        (2, ("user_account",)),
        (3, ("",)),
    ]


def test_nothing_is_loaded_where_the_pool_has_moved_since_the_check(session, take):
    rows = [pool_row(1), pool_row(2)]
    batch = take(pool_file(rows))
    make_person(session, name="赵丂", id_number=rows[1]["身份证号"])
    batches.begin_loading(
        session, batch, takes_as_verified=False, actor=SYSTEM, now=NOW
    )

    work(session, batch)

    assert (batch.state, batch.good, count(session, Craftsman)) == ("checked", 2, 0)
    assert batch.trouble
    load(session, batch)
    assert count(session, Craftsman) == 2


def test_the_same_file_again_finds_everything_as_it_is(session, take):
    data = pool_file([pool_row(1, **SKILL), pool_row(2)])
    load(session, take(data))

    again = take(data)

    assert (again.good, again.known, again.differing, again.faulty) == (0, 2, 0, 0)


@pytest.fixture
def differing(session, take):
    """A loaded file, and one that says something else of the same people."""
    first = pool_row(1, **SKILL, 岗位="班员")
    load(session, take(pool_file([first, pool_row(2)])))
    other = {
        **first,
        "岗位": "班长",
        "联系电话": "13811112222",
        "职业技能等级": "高级技师",
        "荣誉称号": "市工匠",
        "荣誉级别": "市级",
    }
    return take(pool_file([other, pool_row(3), pool_row(2, 入库层级="省级")]))


def test_what_a_file_says_otherwise_is_shown_field_by_field(session, differing):
    [kept] = session.scalars(select(ImportChange))

    assert (differing.good, differing.differing) == (1, 1)
    assert faults(session, differing) == [(4, "level", "in_pool")]
    assert open_change(kept).shown == [
        ("post", "班员", "班长"),
        ("phone", "139****0001", "138****2222"),
        ("skill_level_code", "L5", "L6"),
        ("honour_name", "", "市工匠"),
        ("honour_level", "", "city"),
    ]


def test_dossiers_stay_as_they_are_unless_somebody_says_so(session, differing):
    load(session, differing)

    craftsman = session.scalars(select(Craftsman).order_by(Craftsman.id)).first()
    assert (craftsman.post, differing.loaded, differing.updated) == ("班员", 1, 0)
    assert count(session, ImportChange) == 0


def test_taken_over_as_dated_facts_and_put_back(session, differing):
    load(session, differing, changes=True)
    craftsman = session.scalars(select(Craftsman).order_by(Craftsman.id)).first()
    skills = session.scalars(
        select(SkillCertificate).order_by(SkillCertificate.id)
    ).all()
    assert (craftsman.post, differing.updated) == ("班长", 1)
    assert open_phone(craftsman.person) == "13811112222"
    assert [(s.level_code, s.is_current) for s in skills] == [
        ("L5", False),
        ("L6", True),
    ]
    assert skills[1].supersedes_id == skills[0].id
    assert list_later(session, differing) == []

    run_undo(session, differing)

    session.expire_all()
    [honour] = session.scalars(select(HonourAward))
    assert (craftsman.post, open_phone(craftsman.person)) == ("班员", "13900000001")
    assert (honour.state, count(session, Craftsman)) == ("disputed", 2)
    assert list_disagreements(session) == []


def test_what_was_changed_again_since_cannot_be_put_back(session, differing):
    load(session, differing, changes=True)
    craftsman = session.scalars(select(Craftsman).order_by(Craftsman.id)).first()
    later = NOW.replace(year=2027)
    change_head(session, craftsman, changes={"post": "工长"}, actor=SYSTEM, now=later)

    with pytest.raises(undo.LaterWorkError):
        undo.begin_undo(session, differing, reason="x", actor=SYSTEM, now=later)


def test_places_of_others_are_refused(session, take):
    user = make_user(session, "pool_officer", scope=Scope("district", "330681"))

    batch = take(pool_file([pool_row(1), pool_row(2, 所在地区="诸暨市")]), user=user)

    assert faults(session, batch) == [(2, "district_code", "outside")]
    assert batch.good == 1


def test_columns_are_remembered_for_the_unit(session, take):
    data = pool_file([pool_row(1)])
    user, other = make_user(session, "pool_officer"), make_user(session, "pool_officer")
    batch = take(data, user=user)
    mapping = json.loads(batch.mapping) | {"post": 0}
    batch.state = "mapping"
    batches.set_mapping(session, batch, mapping=mapping, user=user, now=NOW)

    digest = headings_digest(json.loads(batch.headings))

    assert find_mapping(session, user, digest) == mapping
    assert find_mapping(session, other, digest) is None


def test_no_id_number_is_kept_in_clear(session, take):
    row = pool_row(1, 联系电话="1390000000x")
    batch = take(pool_file([row]))

    [block] = session.scalars(select(ImportBlock))
    said = [fault.value for fault in session.scalars(select(ImportFault))]
    log = "".join(session.scalars(select(LedgerEntry.body)))
    assert row["身份证号"].encode() not in block.rows_sealed
    assert said == [""]
    assert row["身份证号"] not in log
    assert batch.state == "checked"
