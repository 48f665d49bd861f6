"""The hall's screen shows a draw as it goes, and nothing that would undo the coding."""

from sqlalchemy import select

from competition.codes.models import StationCode
from competition.draw.models import Draw
from competition.draw.services import reveal
from ledger.log.services import SYSTEM
from tests.factories.codes import DAY, DICE, make_coded


def test_the_stage_follows_and_tells_the_outcome_only_once_revealed(client, session):
    event, _entries = make_coded(session, 3)
    draw = session.scalars(
        select(Draw).where(Draw.event_id == event.id, Draw.purpose == "station")
    ).one()
    station = session.scalars(
        select(StationCode).where(StationCode.event_id == event.id)
    ).first()
    row = f"<strong>{station.station}</strong>"

    before = client.get(f"/draws/{draw.uid}/stage").text
    reveal(session, draw=draw, actor=SYSTEM, now=DAY)
    session.flush()
    after = client.get(f"/draws/{draw.uid}/stage").text

    assert draw.commitment in before
    assert DICE.value in before
    assert draw.result_digest[:4] in before
    assert row not in before
    assert row in after
