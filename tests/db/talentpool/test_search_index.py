"""The index against a plain look at the dossiers, on random Chinese data."""

from collections import Counter
from datetime import date
from random import Random  # noqa: TID251 - draws queries, no lots

import pytest
from pyroaring import BitMap
from sqlalchemy import func, inspect, select, update

from accounts.roles.rules import EVERYWHERE, Scope
from ledger.log.services import SYSTEM
from people.codes.models import Occupation
from people.persons.models import Person
from talentpool.dossiers.models import (
    Achievement,
    Craftsman,
    HonourAward,
    SkillCertificate,
)
from talentpool.dossiers.services.craftsmen import change_head
from talentpool.dossiers.signals import craftsman_changed
from talentpool.search import services
from talentpool.search.models import SearchDirty, SearchDocument, SearchPosting
from talentpool.search.queries import found, snapshots
from talentpool.search.queries import search as queries
from talentpool.search.queries.found import MERGE_AT
from talentpool.search.queries.search import export, search
from talentpool.search.queries.sources import iterate_sources
from talentpool.search.rules import narrowing
from talentpool.search.rules.documents import TEXT_FIELDS
from talentpool.search.rules.facets import AGES, FACETS
from talentpool.search.rules.records import ROW
from talentpool.search.rules.request import SORTS, parse
from talentpool.search.rules.text import fold
from tests.factories.people import make_person
from tests.factories.pool_search import (
    DISTRICTS,
    NOW,
    TODAY,
    WORDS,
    add_fact,
    make_craftsmen,
    make_one,
)

ALL_STATES = ["active", "suspended", "due", "left", "revoked", "deceased"]
SEVERAL = {"competition", "year", "pair", "studio", "achievement"}  # values each
PEOPLE = 150


def ask(session, text="", scopes=(EVERYWHERE,), **given):
    given = {name: [str(value)] for name, value in given.items()}
    asked, faults = parse({"q": [text], "size": ["100"], "facets": ["1"], **given})
    assert faults == []
    return search(session, asked, scopes=scopes, today=TODAY)


def names(found):
    return [item.name for item in found.items]


def everybody(session, text="", scopes=(EVERYWHERE,), **given):
    asked, _faults = parse({"q": [text], **{k: [v] for k, v in given.items()}})
    return {s.id for s in export(session, asked, scopes=scopes, today=TODAY)}


def plain_scan(session, text):
    """Find by reading every dossier, with nothing of the index but the folding."""
    return {
        source.id
        for batch in iterate_sources(session)
        for source in batch
        if all(
            any(
                word in fold(value)
                for number in TEXT_FIELDS
                for value in source.values(number)
            )
            for word in fold(text).split()
        )
    }


def queries_for(session, chance):
    """Return words cut from real texts, and some that nobody has."""
    texts = [s for b in iterate_sources(session) for s in b]
    found = ["焊工", "电焊工", "王", "秉元", "焊工 越城", "焊接机器人", "没有此词"]
    for source in chance.sample(texts, 25):
        number = chance.choice(list(TEXT_FIELDS))
        folded = [w for v in source.values(number) for w in fold(v).split()]
        if folded:
            word = chance.choice(folded)
            start = chance.randrange(len(word))
            found.append(word[start : start + chance.randint(1, 6)])
    return found + [f"{a} {b}" for a, b in zip(found[5:15], found[10:20], strict=True)]


@pytest.fixture
def people(session):
    ids = make_craftsmen(session, PEOPLE, seed=5)
    services.reindex(session)
    return ids


@pytest.fixture
def edited(session, people):
    """Some of them changed after the index was built, and some came new."""
    chance = Random(9)  # noqa: S311
    for number in chance.sample(people, 12):
        title = "".join(chance.choices(WORDS, k=3))
        add_fact(session, Achievement, number, kind="patent", title=title)
        craftsman = session.get(Craftsman, number)
        craftsman.trade = chance.choice(["激光焊工", "钳工"])
        craftsman.district_code = chance.choice(DISTRICTS)
        session.flush()
        craftsman_changed.send(None, session=session, craftsman_id=number)
    for number in make_craftsmen(session, 5, seed=6):
        services.mark_dirty(session, number)
    return people


@pytest.mark.parametrize("merged", [False, True], ids=["dirty", "merged"])
def test_finds_what_a_plain_scan_finds(session, edited, merged):
    if merged:
        services.merge_dirty(session)

    for text in queries_for(session, Random(3)):  # noqa: S311
        state = ",".join(ALL_STATES)
        assert everybody(session, text, state=state) == plain_scan(session, text), text


@pytest.mark.parametrize("merged", [False, True], ids=["dirty", "merged"])
def test_list_count_facets_and_export_agree(session, edited, merged):
    if merged:
        services.merge_dirty(session)
    chance = Random(4)  # noqa: S311
    texts = ["", "焊工", "王", "机器人 工艺", "wang", "-电工", "年龄<=45 等级>=三级"]
    texts += ["证书:焊工>=L4@2026-05-01", "参赛:#20@2020 -焊工", '"机器人" 更新>=2025']
    for _round in range(20):
        given = {
            facet: ",".join(chance.sample(values, chance.randint(1, 2)))
            for facet, values in VALUES.items()
            if chance.random() < 0.15
        }
        text = chance.choice(texts)
        found = ask(session, text, sort=chance.choice(SORTS), **given)
        exported = everybody(session, text, **given)

        assert found.total == len(exported)
        assert {item.id for item in found.items} <= exported
        assert len(found.items) == min(100, found.total)
        for facet in FACETS:
            _check_facet(session, found, facet, text, given)


def _check_facet(session, found, facet, text, given):
    """Each count is what choosing just that value lists; they add up to all of it."""
    options = found.facets[facet]
    others = {name: value for name, value in given.items() if name != facet}
    every = ",".join(ALL_STATES) if facet == "state" else None
    without = ask(session, text, **others, **({"state": every} if every else {}))
    leaves = [o for o in options if not _has_below(options, o)]
    total = sum(option.count for option in leaves)
    assert total >= without.total if facet in SEVERAL else total == without.total
    for option in options[:1] + options[-1:]:
        chosen = ask(session, text, **{**others, facet: option.value})
        assert chosen.total == option.count, (facet, option)


def _has_below(options, group):
    place = options.index(group)
    return options[place + 1 : place + 2] and options[place + 1].depth > group.depth


VALUES = {
    "level": ["city", "district", "enterprise"],
    "district": ["330602", "330603", "330600"],
    "occupation": ["6-18-02-04", "6-18-01-01"],
    "age": list(AGES),
    "skill": ["L4", "L5", "none"],
    "sex": ["1", "2"],
    "state": ["active", "left", "due"],
    "industry": ["C", "none"],
    "education": ["1", "none"],
    "competition": ["city", "none"],
    "place": ["1", "4-8", "unranked"],
    "year": ["2019", "2023"],
    "years": ["0-4", "10-19", "none"],
    "mentor": ["0", "2", "3-"],
    "pair": ["mentor", "apprentice", "none"],
    "studio": ["leader", "none"],
    "achievement": ["patent", "method"],
    "service": ["yes"],
    "updated": ["-12", "24-"],
}


def own_choice_counted(monkeypatch):
    """Counts that respect the facet's own choice: the other values seem to be gone."""
    honest = narrowing.narrow

    def wrong(parts, chosen, moment, *, count):
        narrowed = honest(parts, chosen, moment, count=False)
        counts: dict[str, Counter[str]] = {f: Counter() for f in FACETS if count}
        for part, places in zip(parts, narrowed.passing, strict=True):
            for facet, total in counts.items():
                base = narrowing.Counted(places)
                total.update(narrowing._count(part.snapshot, facet, base, moment))  # noqa: SLF001
        return narrowing.Narrowed(passing=narrowed.passing, counts=counts)

    monkeypatch.setattr(queries, "narrow", wrong)


def changes_counted_twice(monkeypatch):
    """Those whose change waits stay in the index's part too."""
    monkeypatch.setattr(found, "_without", lambda part, _lost: part)


@pytest.mark.parametrize("slip", [own_choice_counted, changes_counted_twice])
def test_wrong_counts_would_be_found_out(session, edited, monkeypatch, slip):
    slip(monkeypatch)

    with pytest.raises(AssertionError):
        test_list_count_facets_and_export_agree(session, edited, merged=False)


@pytest.mark.parametrize("few", [0, 20_000], ids=["chosen first", "all sorted"])
def test_pages_hold_everybody_once(session, people, monkeypatch, few):
    monkeypatch.setattr(narrowing, "_FEW", few)
    whole = {s: [i.id for i in ask(session, sort=s).items] for s in SORTS}
    for sort in SORTS:
        pages = [ask(session, sort=sort, size=17, page=n) for n in range(1, 12)]
        ids = [item.id for page in pages for item in page.items]

        assert len(ids) == len(set(ids)) == pages[0].total
        assert ids[:100] == whole[sort]


def test_the_better_match_comes_first(session):
    in_text = make_one(session, "赵一", trade="车工", occupation_code="6-18-01-01")
    add_fact(session, Achievement, in_text, kind="method", title="陈焊法")
    honoured = make_one(session, "钱二", trade="车工", occupation_code="6-18-01-01")
    add_fact(session, HonourAward, honoured, level="city", name="陈焊奖")
    make_one(session, "孙三", trade="陈焊")
    make_one(session, "李陈焊")
    make_one(session, "陈焊")
    services.reindex(session)

    found = ask(session, "陈焊")

    assert names(found) == ["陈焊", "李陈焊", "孙三", "钱二", "赵一"]


@pytest.mark.parametrize("merged", [False, True], ids=["dirty", "merged"])
@pytest.mark.parametrize(
    "text", ["王秉元", "秉元", "王", "wangbingyuan", "WBY", "bingyuan", "元 电焊"]
)
def test_a_name_is_found_in_every_way(session, text, merged):
    number = make_one(session, "王秉元", trade="焊工", occupation_code="6-18-02-04")
    make_one(session, "章冰", trade="车工", occupation_code="6-18-01-01")
    services.mark_dirty(session, number)
    if merged:
        services.merge_dirty(session)

    assert names(ask(session, text)) == ["王秉元"]


def test_characters_count_more_than_pinyin(session):
    for name in ("Wang", "王五", "wangli"):
        make_one(session, name)
    services.reindex(session)

    assert names(ask(session, "wang")) == ["Wang", "wangli", "王五"]


@pytest.mark.parametrize(
    "text", ["' or 1=1 --", "%", "_", "\\", "*", '"', "焊工%", "(((", "\x00", "😀"]
)
def test_odd_input_is_only_text(session, people, text):
    found = ask(session, text)

    assert found.total == (ask(session, "焊工").total if text == "焊工%" else 0)


def test_sealed_data_never_enters_the_index(session):
    unit = None
    person = make_person(session, name="金丝雀", phone="13987654321", unit=unit)
    number = make_one(session, "另一人")
    session.execute(
        update(Craftsman).where(Craftsman.id == number).values(person_id=person.id)
    )
    add_fact(
        session,
        Achievement,
        number,
        kind="method",
        title="操作法，电话139 8765 4321",
        text="身份证330602199003071234与33060219900307123x",
    )
    services.mark_dirty(session, number)
    services.merge_dirty(session)

    stored = session.execute(
        select(*inspect(SearchDocument).columns).where(
            SearchDocument.craftsman_id == number
        )
    ).one()
    texts = " ".join(str(value) for value in stored)
    for canary in ("13987654321", "8765", "33060219900307", "19900307", "139 8765"):
        assert canary not in texts
        assert ask(session, canary).total == 0
    birth = f"{session.get(Person, person.id).birth_date:%Y%m%d}"
    terms = set(session.scalars(select(SearchPosting.term)))
    assert birth not in texts
    assert not {term for term in terms if term.isdigit() and len(term) > 2}
    assert "birth_year" in (ROW.names or ())  # the only number that tells of a birth
    assert not [name for name in ROW.names or () if "id_" in name or "phone" in name]


def test_nobody_sees_beyond_their_scope(session, people):
    inside = {
        i
        for i, d in session.execute(select(Craftsman.id, Craftsman.district_code))
        if d == "330602"
    }
    scope = [Scope("district", "330602")]

    for text in ("", "焊工", "工艺"):
        found = ask(session, text, scopes=scope, state=",".join(ALL_STATES))
        listed = everybody(session, text, scopes=scope, state=",".join(ALL_STATES))
        assert listed == plain_scan(session, text) & inside
        assert [o.value for o in found.facets["district"]] == [
            *("330000", "330600", "330602")
        ]
        for facet, options in found.facets.items():
            leaves = [o for o in options if not _has_below(options, o)]
            total = sum(option.count for option in leaves)
            assert total >= found.total if facet in SEVERAL else total == found.total
    assert ask(session, scopes=scope, district="330603").total == 0
    assert ask(session, scopes=[]).total == 0
    assert everybody(session, scopes=[Scope("district", "330600")]) == (
        everybody(session)
    )


def test_a_scope_holds_for_changes_too(session, people):
    services.mark_dirty(session, make_one(session, "新来者", district_code="330603"))

    assert ask(session, "新来者").total == 1
    assert ask(session, "新来者", scopes=[Scope("district", "330602")]).total == 0
    assert ask(session, "新来者", scopes=[Scope("unit", "no-such")]).total == 0


def test_merging_is_the_same_as_rebuilding(session, edited):
    services.merge_dirty(session)
    merged = _index(session)

    services.reindex(session)

    assert _index(session) == merged


def _index(session):
    columns = [c for c in inspect(SearchDocument).columns if c.name != "merge_version"]
    documents = session.execute(select(*columns).order_by(columns[0])).all()
    postings = session.execute(
        select(SearchPosting.term, SearchPosting.field, SearchPosting.bitmap)
    ).all()
    bitmaps = {(p.term, p.field): list(BitMap.deserialize(p.bitmap)) for p in postings}
    return documents, {key: ids for key, ids in bitmaps.items() if ids}


def test_many_changes_are_merged_by_themselves(session, people):
    for number in people * 2:
        services.mark_dirty(session, number)

    left = session.scalar(select(func.count()).select_from(SearchDirty))
    assert left < MERGE_AT


def test_a_changed_dossier_is_found_at_once(session, people):
    craftsman = session.get(Craftsman, people[0])

    change_head(
        session,
        craftsman,
        changes={"trade": "琥珀雕刻工", "state": "due"},
        actor=SYSTEM,
        now=NOW,
    )

    [found] = ask(session, "琥珀").items
    assert found.id == craftsman.id


def test_another_process_follows(session, people, monkeypatch):
    monkeypatch.setattr(snapshots, "memory", snapshots.Memory())
    before = ask(session, state=",".join(ALL_STATES)).total
    this = snapshots.memory
    monkeypatch.setattr(snapshots, "memory", snapshots.Memory())  # the other one
    services.mark_dirty(session, make_one(session, "隔壁老王"))
    services.merge_dirty(session)
    assert ask(session, "隔壁老王").total == 1

    monkeypatch.setattr(snapshots, "memory", this)

    assert ask(session, "隔壁老王").total == 1
    assert ask(session, state=",".join(ALL_STATES)).total == before + 1


def test_what_was_rolled_back_is_forgotten(session, people):
    with session.begin_nested() as attempt:
        services.mark_dirty(session, make_one(session, "未成事"))
        services.merge_dirty(session)
        assert ask(session, "未成事").total == 1
        attempt.rollback()

    services.mark_dirty(session, make_one(session, "成事者"))
    services.merge_dirty(session)

    assert ask(session, "未成事").total == 0
    assert ask(session, "成事者").total == 1


def test_disputed_and_superseded_facts_do_not_count(session):
    number = make_one(session, "周某")
    for state, current in (("disputed", True), ("verified", False)):
        add_fact(
            session,
            HonourAward,
            number,
            level="nation",
            name="虚名奖",
            state=state,
            is_current=current,
        )
    services.reindex(session)

    assert ask(session, "虚名奖").total == 0
    assert ask(session, "周某", honour="none").total == 1


def test_an_old_code_counts_as_what_it_is_now(session):
    session.add(
        Occupation(
            edition=1999,
            code="6-04-01-01",
            name="车工",
            major="6",
            middle="6-04",
            minor="6-04-01",
        )
    )
    session.flush()
    old = {"occupation_edition": 1999, "occupation_code": "6-04-01-01"}
    make_one(session, "旧码车工", trade="车工", **old)
    make_one(session, "新码车工", trade="车工", occupation_code="6-18-01-01")
    make_one(session, "开清棉工", trade="开清棉工", occupation_code="6-04-01-01")
    services.reindex(session)

    for value in ("6-18-01-01", "1999:6-04-01-01", "6-18"):
        assert sorted(names(ask(session, occupation=value))) == ["新码车工", "旧码车工"]
    assert names(ask(session, occupation="6-04-01-01")) == ["开清棉工"]
    counts = {o.value: o.count for o in ask(session).facets["occupation"]}
    assert (counts["6-18-01-01"], counts["6-18"]) == (2, 2)


def test_one_certificate_is_all_of_it(session):
    """Two certificates that only together have what is asked are not enough."""
    several = make_one(session, "两本证")
    add_certificates(session, several, ("焊工", "L3", None), ("车工", "L6", None))
    expired = make_one(session, "过期证")
    add_certificates(session, expired, ("焊工", "L6", date(2026, 4, 30)))
    holder = make_one(session, "有效证")
    add_certificates(session, holder, ("电焊工", "L5", date(2026, 5, 1)))
    services.mark_dirty(session, several)
    services.mark_dirty(session, expired)
    services.mark_dirty(session, holder)
    for merge in (lambda _session: None, services.merge_dirty):
        merge(session)

        assert names(ask(session, "证书:焊工>=技师@今天")) == ["有效证"]
        assert names(ask(session, "证书:焊工>=技师@2026-05-02")) == []
        assert sorted(names(ask(session, "证书:焊工>=L5"))) == ["有效证", "过期证"]
        assert names(ask(session, "-证书:焊工>=L5")) == ["两本证"]


def add_certificates(session, craftsman_id, *held):
    for trade, level, last in held:
        add_fact(
            session,
            SkillCertificate,
            craftsman_id,
            trade=trade,
            level_code=level,
            valid_to=last,
        )
