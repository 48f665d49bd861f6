"""Finding one person registered twice, judging, merging, and undoing it exactly."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from extensions import db
from ledger.log.services import SYSTEM, list_disagreements, verify
from people.consent.services import give_consent
from people.persons.models import Person
from people.persons.queries import find_by_id_number, open_id_number
from people.persons.services import register_person, update_person
from people.vault.services import get_vault
from talentpool.dossiers.models import Craftsman, HonourAward, SkillCertificate
from talentpool.dossiers.queries import find_by_certificate, find_craftsman
from talentpool.dossiers.services.facts import add_evidence, correct_fact
from talentpool.identity import queries
from talentpool.identity.models import Judgement, Likeness
from talentpool.identity.rules.cells import write_cells
from talentpool.identity.services.judge import judge
from talentpool.identity.services.merge import (
    CONTEXT,
    MergeRefusedError,
    SplitRefusedError,
    cells_of,
    merge,
    split,
)
from talentpool.identity.services.plan import CRAFTSMAN_FIELDS, PERSON_FIELDS
from talentpool.identity.services.scan import scan
from talentpool.search.services import merge_dirty
from tests.factories.people import NOW, made_up_id, make_person, make_unit
from tests.factories.talentpool import make_craftsman, make_fact, make_pair

# What tells of a merge, or is made anew from the dossiers.
ASIDE = {
    *("ledger_entry", "identity_likeness", "identity_judgement", "identity_merge"),
    *("search_document", "search_dirty", "search_merge", "search_posting"),
}
ALL_FIELDS = frozenset({*PERSON_FIELDS, *CRAFTSMAN_FIELDS})


def look(session):
    return scan(session, actor=SYSTEM, now=NOW)


@pytest.fixture
def twice(session):
    """One welder, entered twice: a mistyped number, another unit's words."""
    unit = make_unit(session)
    people = [
        make_person(
            session,
            name="陈国庆",
            id_number=made_up_id(n),
            phone="13800008888",
            unit=unit,
        )
        for n in (811, 812)
    ]
    found = [
        make_craftsman(session, person=people[0]),
        make_craftsman(session, person=people[1], level="district", post="班长"),
    ]
    for craftsman in found:
        make_fact(session, craftsman, "honour")
        make_fact(session, craftsman, "certificate", number="S0815")
        make_pair(session, craftsman)
        give_consent(
            session,
            person=craftsman.person,
            purpose="pool",
            version="1",
            now=NOW,
            actor=SYSTEM,
        )
    make_pair(session, make_craftsman(session), apprentice=people[1])
    session.flush()
    return found


@pytest.fixture
def likeness(session, twice):
    look(session)
    persons = {craftsman.person_id for craftsman in twice}
    # Other made-up persons may happen to be alike as well.
    [found] = [
        likeness
        for likeness in session.scalars(select(Likeness))
        if {likeness.first_id, likeness.second_id} == persons
    ]
    return found


def do_merge(session, likeness, *, taken=ALL_FIELDS, kept=None):
    return merge(
        session,
        likeness,
        kept=kept or likeness.first,
        taken=taken,
        reason="同一身份证原件",
        actor=SYSTEM,
        now=NOW,
    )


def undo(session, made):
    return split(session, made, reason="两个人", actor=SYSTEM, now=NOW)


def everything(session):
    """Return every row of every table, but of those that tell of it."""
    session.flush()
    return {
        table.name: sorted(map(repr, session.execute(select(table)).all()))
        for table in db.metadata.sorted_tables
        if table.name not in ASIDE
    }


def test_finds_the_one_entered_twice(session, twice, likeness):
    assert {likeness.first_id, likeness.second_id} == {c.person_id for c in twice}
    assert likeness.score >= 100
    agreeing = set(queries.read_score(likeness.signals).agreeing)
    assert {"name", "birth", "phone", "id", "certificate", "unit"} <= agreeing


def test_namesakes_are_left_alone(session):
    unit = make_unit(session)
    for number, year in ((1, 1970), (2, 1982), (3, 1995)):
        born = NOW.date().replace(year=year, month=number)
        number_of = made_up_id(number, born=born)
        make_person(session, name="王伟", id_number=number_of, unit=unit)

    assert look(session).found == 0


@pytest.mark.parametrize("verdict", ["different", "unsure"])
def test_an_answer_is_remembered_until_the_data_changes(session, likeness, verdict):
    judge(session, likeness, verdict=verdict, reason="双胞胎", actor=SYSTEM, now=NOW)

    look(session)
    assert likeness.state == verdict

    update_person(
        session,
        person=likeness.first,
        changes={"unit": make_unit(session)},
        now=NOW,
        actor=SYSTEM,
    )
    assert look(session).reopened == 1
    assert likeness.state == "open"
    assert session.scalars(select(Judgement.reason)).all() == ["双胞胎"]


def test_a_pair_that_is_alike_no_more_is_gone(session, likeness):
    one = likeness.first
    changes = {"name": "钱塘江", "phone": "13900009999", "unit": make_unit(session)}
    update_person(session, person=one, changes=changes, now=NOW, actor=SYSTEM)
    [mine] = session.scalars(
        select(Craftsman).where(Craftsman.person_id == one.id)
    ).all()
    number = session.scalars(
        select(SkillCertificate).where(SkillCertificate.craftsman_id == mine.id)
    ).one()
    correct_fact(
        session, number, values={"number": "S9"}, reason="x", actor=SYSTEM, now=NOW
    )

    look(session)

    assert likeness.state == "gone"


def test_a_merge_moves_every_row_and_old_addresses_lead_on(session, twice, likeness):
    kept, merged = twice
    number = merged.certificate_number
    old = open_id_number(merged.person)

    made = do_merge(session, likeness, taken=frozenset({"post"}))

    assert made.moved == 6  # honour, certificate, membership, consent, two pairs
    assert kept.post == "班长"
    assert kept.level == "city"
    honours = select(HonourAward.craftsman_id)
    assert set(session.scalars(honours)) == {kept.id}
    assert find_craftsman(session, merged.uid) is kept
    assert find_by_certificate(session, number) is kept
    assert find_by_id_number(session, old) is kept.person
    assert queries.find_likeness(session, likeness.uid).state == "merged"
    assert verify(session).fault is None
    assert list_disagreements(session) == []


def test_a_merged_dossier_leaves_the_index(session, twice, likeness):
    merge_dirty(session)
    do_merge(session, likeness)
    merge_dirty(session)

    rows = session.execute(text("select craftsman_id from search_document")).all()
    assert (twice[0].id,) in rows
    assert (twice[1].id,) not in rows


def check_identity(session, likeness, undo, **values):
    before = everything(session)
    made = do_merge(session, likeness, **values)
    assert everything(session) != before
    undo(session, made)
    assert everything(session) == before


@pytest.mark.parametrize("side", ["first", "second"])
@pytest.mark.parametrize("taken", [ALL_FIELDS, frozenset()])
def test_a_split_puts_every_table_back(session, likeness, taken, side):
    check_identity(session, likeness, undo, taken=taken, kept=getattr(likeness, side))

    assert likeness.state == "different"
    assert verify(session).fault is None
    assert list_disagreements(session) == []


def forgets_the_choices(session, made):
    """The wrong variant: it moves the rows back and leaves what was taken over."""
    cells = [c for c in cells_of(made) if c.column in ("craftsman_id", "person_id")]
    made.cells_sealed = get_vault().seal(write_cells(cells), CONTEXT)
    session.flush()
    split(session, made, reason="x", actor=SYSTEM, now=NOW)


def test_a_split_that_forgets_something_is_noticed(session, likeness):
    with pytest.raises(AssertionError):
        check_identity(session, likeness, forgets_the_choices)


def test_the_same_pair_can_be_merged_and_split_again(session, likeness):
    for _turn in range(2):
        check_identity(session, likeness, undo)


def test_a_correction_goes_where_its_fact_goes(session, twice, likeness):
    kept, merged = twice
    honour = session.scalars(
        select(HonourAward).where(HonourAward.craftsman_id == merged.id)
    ).one()
    made = do_merge(session, likeness)
    better = correct_fact(
        session, honour, values={"name": "改"}, reason="x", actor=SYSTEM, now=NOW
    )
    proof = add_evidence(
        session, better, title="证书", attachment=None, actor=SYSTEM, now=NOW
    )
    own = make_fact(session, kept, "studio")

    undo(session, made)

    assert better.craftsman_id == proof.craftsman_id == merged.id
    assert own.craftsman_id == kept.id
    assert list_disagreements(session) == []


def test_what_was_changed_since_stays(session, likeness):
    made = do_merge(session, likeness, taken=frozenset({"post"}))
    kept = session.scalars(
        select(Craftsman).where(Craftsman.person_id == likeness.first_id)
    ).one()
    kept.post = "车间主任"
    session.flush()

    [stayed] = undo(session, made)

    assert (stayed.table, stayed.column) == ("craftsman", "post")
    assert kept.post == "车间主任"


def test_merges_are_undone_from_the_last_one_back(session, likeness):
    first = do_merge(session, likeness)
    third = make_person(
        session,
        name="陈国庆",
        id_number=made_up_id(813),
        phone="13800008888",
        unit=likeness.first.unit,
    )
    look(session)
    also = queries.find_of_pair(session, likeness.first_id, third.id)
    second = do_merge(session, also)

    with pytest.raises(SplitRefusedError):
        undo(session, first)
    undo(session, second)
    undo(session, first)

    with pytest.raises(SplitRefusedError):
        undo(session, first)
    rows = session.scalars(select(Person.merged_into_id)).all()
    assert set(rows) == {None}


def test_mentor_and_apprentice_are_two(session, twice, likeness):
    make_pair(session, twice[0], apprentice=twice[1].person)

    with pytest.raises(MergeRefusedError):
        do_merge(session, likeness)


def test_a_merged_person_registers_under_either_name(session, likeness):
    number = open_id_number(likeness.second)
    do_merge(session, likeness)

    found = register_person(
        session,
        name="陈国庆",
        id_number=number,
        phone="",
        unit=None,
        now=NOW,
        actor=SYSTEM,
    )

    assert found is likeness.first


def test_a_fact_changes_its_owner_along_a_link_only(session, twice):
    fact = session.scalars(
        select(HonourAward).where(HonourAward.craftsman_id == twice[1].id)
    ).one()
    move = (
        update(HonourAward)
        .where(HonourAward.id == fact.id)
        .values(craftsman_id=twice[0].id)
    )

    with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
        session.execute(move)


def test_a_fact_moved_by_hand_is_named(session, twice):
    """As only the owner of the database can do it."""
    fact = session.scalars(
        select(HonourAward).where(HonourAward.craftsman_id == twice[1].id)
    ).one()
    twice[1].merged_into_id = twice[0].id
    session.flush()
    session.execute(
        update(HonourAward)
        .where(HonourAward.id == fact.id)
        .values(craftsman_id=twice[0].id)
    )
    session.expire_all()

    found = list_disagreements(session)

    assert any("another dossier" in line for line in found)
