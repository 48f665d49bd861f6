"""Draws on a real database: once committed, nothing can be changed unseen."""

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from competition.draw import queries, rules, services
from competition.draw.models import Draw
from competition.draw.rules import Contribution, Lots
from ledger.log.models import LedgerEntry
from ledger.log.services import SYSTEM
from people.vault.services import get_vault
from tests.factories.codes import DAY, DICE
from tests.factories.competition import make_event

LOTS = Lots(items=("c", "a", "b"), targets=("001", "002", "003"))


def commit(session, event, purpose="contest_no", lots=LOTS) -> Draw:
    draw = services.commit_draw(
        session, event=event, purpose=purpose, lots=lots, actor=SYSTEM, now=DAY
    )
    session.flush()
    return draw


def call(session, draw, given=DICE):
    services.contribute(session, draw=draw, given=given, actor=SYSTEM, now=DAY)
    session.flush()


def derive(session, draw):
    result = services.derive(session, draw=draw, actor=SYSTEM, now=DAY)
    session.flush()
    return result


def void(session, draw, reason="名单有误"):
    services.void(session, draw=draw, reason=reason, witness="w", actor=SYSTEM, now=DAY)
    session.flush()


def make_draw(session, **values) -> Draw:
    draw = commit(session, make_event(session), **values)
    call(session, draw)
    derive(session, draw)
    return draw


def test_a_commitment_hides_the_secret(session):
    draw = commit(session, make_event(session))

    secret = services.open_secret(draw)

    assert len(secret) == 32
    assert secret.hex().encode() not in draw.secret_sealed
    assert (draw.secret, draw.seed) == ("", "")
    assert draw.secret_digest == rules.secret_digest(secret)
    assert rules.faults_of(queries.public_draw(draw)) == []


def test_a_sealed_secret_opens_for_its_own_draw_only(session):
    event = make_event(session)
    draw, other = commit(session, event), commit(session, event, "station")

    with pytest.raises(InvalidTag):
        get_vault().open(draw.secret_sealed, f"draw.secret:{other.uid}")


def test_items_stand_in_order(session):
    draw = commit(session, make_event(session))

    assert queries.deal_of(draw).items == ("a", "b", "c")


def test_a_draw_follows_from_what_was_called(session):
    draw = commit(session, make_event(session))
    called = Contribution("leader", "越城区", "7")
    call(session, draw, called)
    call(session, draw)

    result = derive(session, draw)

    seed = rules.seed(services.open_secret(draw), (called, DICE))
    assert result == rules.outcome(queries.deal_of(draw), seed)
    assert draw.result_digest == rules.result_digest(result, seed)


def test_a_revealed_draw_verifies(session):
    draw = make_draw(session)

    services.reveal(session, draw=draw, actor=SYSTEM, now=DAY)
    services.reveal(session, draw=draw, actor=SYSTEM, now=DAY)
    session.flush()

    shown = queries.public_draw(draw)
    assert set(shown.result) == {"a", "b", "c"}
    assert rules.faults_of(shown) == []
    revealed = session.scalars(
        select(LedgerEntry.seq).where(LedgerEntry.action == "draw.revealed")
    ).all()
    assert len(revealed) == 1


def test_nobody_draws_for_nobody(session):
    event = make_event(session)

    with pytest.raises(services.NobodyDrawsError):
        commit(session, event, lots=Lots(items=()))


def test_one_draw_counts(session):
    event = make_event(session)
    commit(session, event)

    with pytest.raises(services.DrawExistsError):
        commit(session, event)


def test_the_database_lets_one_draw_count(session):
    draw = commit(session, make_event(session))
    columns = {c.name: getattr(draw, c.name) for c in Draw.__table__.columns}
    twin = Draw(**{**columns, "id": None, "uid": "x", "attempt": 2})
    session.add(twin)

    with pytest.raises(IntegrityError):
        session.flush()


def test_too_little_was_called(session):
    draw = commit(session, make_event(session))
    call(session, draw, Contribution("leader", "A", "12345"))

    with pytest.raises(services.ContributionError):
        derive(session, draw)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(Contribution("leader", "A", "seven"), id="a word"),
        pytest.param(DICE, id="dice again"),
    ],
)
def test_what_cannot_be_called(session, given):
    draw = commit(session, make_event(session))
    call(session, draw)

    with pytest.raises(services.ContributionError):
        call(session, draw, given)


def test_nothing_is_called_or_drawn_afterwards(session):
    draw = make_draw(session)

    with pytest.raises(services.DrawStepError):
        call(session, draw, Contribution("leader", "A", "1"))
    with pytest.raises(services.DrawStepError):
        derive(session, draw)


def test_a_redo_is_a_new_draw_and_the_old_one_stays(session):
    event = make_event(session)
    old = commit(session, event)
    call(session, old)
    derive(session, old)

    void(session, old)
    new = commit(session, event)

    assert (old.attempt, new.attempt) == (1, 2)
    assert new.commitment != old.commitment
    assert queries.find_live(session, event.id, "contest_no") is new
    assert queries.list_voided(session, event.id, "contest_no") == [old]
    assert rules.faults_of(queries.public_draw(old)) == []
    assert old.secret
    with pytest.raises(services.DrawStepError):
        void(session, old)
    with pytest.raises(services.DrawStepError):
        call(session, old)


def test_a_draw_voided_before_it_was_made_shows_its_secret(session):
    draw = commit(session, make_event(session))

    void(session, draw)

    shown = queries.public_draw(draw)
    assert (shown.secret != "", shown.seed) == (True, "")
    assert rules.faults_of(shown) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update draw set commitment = 'x'",
        "update draw set secret_sealed = secret_sealed",
        "update draw set items = '[]'",
        "delete from draw",
        "update draw_contribution set value = '1'",
        "delete from draw_contribution",
    ],
)
def test_the_database_keeps_what_was_committed_and_called(session, statement):
    make_draw(session)

    with pytest.raises(DBAPIError, match="keeps what was written"):
        session.execute(text(statement))


def test_the_log_holds_the_commitment_before_the_numbers(session):
    draw = make_draw(session)

    lines = session.execute(
        select(LedgerEntry.action, LedgerEntry.body)
        .where(LedgerEntry.subject == f"draw:{draw.uid}")
        .order_by(LedgerEntry.seq)
    ).all()

    assert [line.action for line in lines] == [
        "draw.committed",
        "draw.contributed",
        "draw.derived",
    ]
    assert draw.commitment in lines[0].body
    assert services.open_secret(draw).hex() not in "".join(line.body for line in lines)
