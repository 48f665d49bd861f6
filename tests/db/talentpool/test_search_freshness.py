"""What the search knows follows every change, and every process follows the index."""

from random import Random  # noqa: TID251 - made-up edits
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from accounts.roles.rules import EVERYWHERE
from ledger.log.services import SYSTEM
from people.codes.models import OccupationAlias
from people.persons.models import Person
from people.units.models import Unit
from people.units.services import update_unit
from talentpool.dossiers.models import (
    Craftsman,
    FirmService,
    HonourAward,
    SkillCertificate,
)
from talentpool.dossiers.signals import craftsman_changed
from talentpool.search import services
from talentpool.search.models import SearchDirty, SearchDocument, SearchImage
from talentpool.search.queries import snapshots
from talentpool.search.queries.search import search
from talentpool.search.rules.columns import to_array
from talentpool.search.rules.request import SORTS, parse
from tests.factories.pool_search import (
    NOW,
    TODAY,
    add_fact,
    make_craftsmen,
    make_one,
    make_units,
)

ALL = "active,suspended,due,left,revoked,deceased"
MIX: tuple[dict[str, str], ...] = (
    {},
    {"q": "焊工"},
    {"q": "王", "district": "330602"},
    {"q": "-电工 年龄<=45", "level": "city,district"},
    {"q": "证书:焊工>=L4@2026-05-01"},
    {"q": "机器人 工艺"},
)


def ask(session, **given):
    given = {"state": ALL, "size": "100", "facets": "1"} | given
    asked, faults = parse({name: [value] for name, value in given.items()})
    assert faults == []
    return search(session, asked, scopes=[EVERYWHERE], today=TODAY)


def names(session, words):
    return sorted(item.name for item in ask(session, q=words).items)


def answers(session):
    """Return whole answers: who, in which order, and every count."""
    found = [ask(session, **one, sort=sort) for one in MIX for sort in SORTS[:3]]
    return [([i.id for i in f.items], f.total, f.facets) for f in found]


@pytest.fixture
def memory(monkeypatch):
    """A process of its own."""
    monkeypatch.setattr(snapshots, "memory", snapshots.Memory())
    return snapshots.memory


@pytest.fixture
def unit(session):
    [number] = make_units(session, 1)
    return session.get(Unit, number)


@pytest.mark.parametrize("merged", [False, True], ids=["dirty", "merged"])
def test_a_renamed_unit_is_found_by_its_new_name(session, unit, merged):
    for name in ("张一", "李二"):
        make_one(session, name, unit_id=unit.id)
    make_one(session, "王三")
    services.reindex(session)

    update_unit(
        session, unit=unit, changes={"name": "琥珀机床厂"}, now=NOW, actor=SYSTEM
    )
    session.flush()
    if merged:
        services.merge_dirty(session)

    assert names(session, "琥珀机床") == ["张一", "李二"]
    assert names(session, "单位:有限公司") == []


def test_only_what_is_shown_marks_a_dossier(session, unit):
    make_one(session, "张一", unit_id=unit.id)
    services.reindex(session)

    session.execute(update(Unit).values(ownership="private"))
    session.execute(update(Unit).values(name=Unit.name))
    session.execute(update(Person).values(politics="13"))

    assert session.scalars(select(SearchDirty.id)).all() == []


def test_a_renamed_person_is_found_by_the_new_name(session):
    make_one(session, "单五")
    services.reindex(session)

    session.execute(update(Person).values(name="查五", education="31"))

    assert names(session, "shanwu") == []
    [found] = ask(session, q="zhawu", education="3").items
    assert found.name == "查五"


def test_trade_names_of_an_occupation_are_followed(session):
    make_one(session, "焊某", trade="焊", occupation_code="6-18-02-04")
    services.reindex(session)
    of = {"edition": 2022, "code": "6-18-02-04"}

    session.execute(insert(OccupationAlias).values(alias="琥珀焊工", **of))
    assert names(session, "琥珀") == ["焊某"]

    session.execute(
        update(OccupationAlias)
        .where(OccupationAlias.alias == "琥珀焊工")
        .values(alias="玛瑙焊工")
    )
    assert (names(session, "琥珀"), names(session, "玛瑙")) == ([], ["焊某"])

    session.execute(delete(OccupationAlias).where(OccupationAlias.alias == "玛瑙焊工"))
    services.merge_dirty(session)
    assert names(session, "玛瑙") == []


def test_an_honour_that_was_taken_away_does_not_count(session):
    number = make_one(session, "周某")
    held = {"level": "nation", "name": "琥珀奖章"}
    add_fact(session, HonourAward, number, **held, revocation="撤字〔2026〕1号")
    services.reindex(session)

    assert names(session, "琥珀奖章") == []
    assert ask(session, honour="none").total == 1


def test_service_to_firms_is_found(session):
    number = make_one(session, "吴某")
    told = {"title": "助企问诊", "firm": "琥珀纺织厂", "text": "修好三台提花机"}
    add_fact(session, FirmService, number, **told)
    services.reindex(session)

    for words in ("助企问诊", "琥珀纺织", "提花机"):
        assert names(session, words) == ["吴某"]


def test_who_left_the_index_leaves_every_process(session, memory):
    ids = make_craftsmen(session, 30)
    services.reindex(session)
    assert ask(session).total == 30

    gone = session.get(Craftsman, ids[3]).person_id
    session.execute(update(Person).where(Person.id == gone).values(erased_at=NOW))
    assert ask(session).total == 29
    services.merge_dirty(session)
    assert ask(session).total == 29
    services.forget(session, ids[10:15])
    assert ask(session).total == 24
    assert ask(session).facets == _anew(session)


def _anew(session):
    snapshots.memory = snapshots.Memory()
    return ask(session).facets


def test_what_was_erased_does_not_wait_in_the_index(session):
    number = make_one(session, "琥珀人")
    services.reindex(session)
    person = session.get(Craftsman, number).person_id
    session.execute(update(Person).where(Person.id == person).values(erased_at=NOW))

    craftsman_changed.send(None, session=session, craftsman_id=number)

    assert session.scalars(select(SearchDocument.name)).all() == []
    assert session.scalars(select(SearchDirty.id)).all() == []


def test_a_new_process_begins_with_the_image(session, memory, monkeypatch):
    monkeypatch.setattr(services, "IMAGE_FROM", 20)
    ids = make_craftsmen(session, 60, seed=3)
    services.reindex(session)
    assert not services.is_image_old(session)
    for number in ids[:5]:
        services.mark_dirty(session, number)
    session.execute(
        update(Craftsman).where(Craftsman.id.in_(ids[:5])).values(trade="钳")
    )
    services.merge_dirty(session)
    known = answers(session)

    snapshots.memory = snapshots.Memory()
    read: list[Any] = []
    monkeypatch.setattr(snapshots, "_rows", _counted(snapshots._rows, read))  # noqa: SLF001
    assert answers(session) == known
    assert read == [5]  # the others came with the image

    services.forget(session, ids[:2])  # whoever is gone must not stay in it
    assert session.scalars(select(SearchImage.name)).all() == []
    assert services.is_image_old(session)
    services.make_image(session)
    snapshots.memory = snapshots.Memory()
    assert ask(session).total == 58


def _counted(rows, read):
    def counted(session, after):
        for part in rows(session, after):
            read.append(len(part))
            yield part

    return counted


def test_an_image_of_another_layout_is_left_alone(session, memory, monkeypatch):
    monkeypatch.setattr(services, "IMAGE_FROM", 20)
    make_craftsmen(session, 30)
    services.reindex(session)
    known = answers(session)

    session.execute(
        text("update search_image set piece = :old where name = 'layout'"),
        {"old": b"older"},
    )
    snapshots.memory = snapshots.Memory()

    assert answers(session) == known
    assert services.is_image_old(session)


def test_answers_are_right_while_a_process_follows(session, memory):
    """What was merged meanwhile is looked at by text, as what waits is."""
    ids = make_craftsmen(session, 80, seed=4)
    services.reindex(session)
    answers(session)
    asked = []
    memory.catching_up = lambda: asked.append(1)
    before = memory.snapshot

    changed = update(Craftsman).where(Craftsman.id.in_(ids[:20]))
    session.execute(changed.values(trade="激光焊工", level="city"))
    for number in ids[:20]:
        services.mark_dirty(session, number)
    services.merge_dirty(session)
    services.forget(session, ids[70:72])
    make_one(session, "新来者")
    services.mark_dirty(session, make_one(session, "焊工新"))
    behind = answers(session)

    assert memory.snapshot is before
    assert asked
    snapshots.catch_up(session)
    assert memory.snapshot is not before
    memory.catching_up = None
    assert answers(session) == behind


def test_a_snapshot_shares_what_an_edit_left_as_it_was(session, memory):
    ids = make_craftsmen(session, 60, seed=5)
    services.reindex(session)
    snapshots.catch_up(session)
    before = memory.snapshot
    by_name, by_level = (before.kept.get(("order", s)) for s in ("name", "level"))

    _change(session, ids[:1], level="nation")
    snapshots.catch_up(session)
    after = memory.snapshot

    same = {n for n in after.columns if after.columns[n] is before.columns[n]}
    assert set(after.columns) - same <= {"standing", "grade", "updated"}
    assert "grade" not in same
    assert after.present is before.present
    assert after.certificates is before.certificates
    assert after.bits["sex"] == before.bits["sex"]
    assert after.kept.get(("order", "name")) is by_name
    assert after.kept.get(("order", "level")) is not by_level


def test_following_many_edits_is_like_reading_anew(session, memory):
    ids = make_craftsmen(session, 120, seed=6)
    services.reindex(session)
    snapshots.catch_up(session)
    chance = Random(8)  # noqa: S311 - no lots
    for _round in range(12):
        some = chance.sample(ids, 3)
        _change(session, some[:2], trade=chance.choice("钳焊铣"))
        _change(session, some[2:], level=chance.choice(["city", "nation"]))
        add_fact(
            session,
            SkillCertificate,
            some[0],
            number=f"CX{_round}",
            trade="钳工",
            level_code="L4",
            valid_from=TODAY,
        )
        services.mark_dirty(session, some[0])
        if _round % 4 == 0:
            services.mark_dirty(session, make_one(session, "新来者"))
        if _round % 5 == 0:
            services.forget(session, [ids.pop()])
        services.merge_dirty(session)
        snapshots.catch_up(session)
    followed = memory.snapshot, answers(session)

    snapshots.memory = snapshots.Memory()
    snapshots.catch_up(session)

    assert _told(followed[0]) == _told(snapshots.memory.snapshot)
    assert followed[1] == answers(session)


def _change(session, ids, **values):
    session.execute(update(Craftsman).where(Craftsman.id.in_(ids)).values(**values))
    for number in ids:
        services.mark_dirty(session, number)
    services.merge_dirty(session)


def _told(snapshot):
    """Return everything a snapshot says of each that is in it."""
    places = to_array(snapshot.present)
    return (
        {n: c[places].tolist() for n, c in snapshot.columns.items()},
        {f: [list(b) for b in bits] for f, bits in snapshot.bits.items()},
        {f: [c.values[n] for n in c.codes[places]] for f, c in snapshot.coded.items()},
        *(
            sorted(zip(*(c.tolist() for c in records.values()), strict=True))
            for records in (snapshot.certificates, snapshot.contests)
        ),
    )


def test_many_changes_are_taken_in_in_the_background(session, memory, monkeypatch):
    monkeypatch.setattr(services, "MERGE_AT", 3)
    monkeypatch.setattr(services, "MOST_WAITING", 6)
    begun = []
    memory.merging = lambda: begun.append(1)
    ids = make_craftsmen(session, 7)
    services.reindex(session)

    waiting = []
    for number in ids:
        services.mark_dirty(session, number)
        waiting.append(len(session.scalars(select(SearchDirty.id)).all()))

    assert waiting == [1, 2, 3, 4, 5, 0, 1]
    assert len(begun) == 3
