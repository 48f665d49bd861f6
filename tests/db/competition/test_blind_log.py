"""What a supervisor or auditor reads before the decoding links no two layers."""

import json

import pytest
from sqlalchemy import select

from competition.codes import queries
from competition.draw.queries import list_draws, public_draw
from competition.draw.rules import as_json
from ledger.log.models import LedgerEntry
from tests.factories.codes import make_coded


@pytest.fixture
def coded(session):
    return make_coded(session, entries=6, absent=1)


def leaves(value):
    """Return every single value and name in decoded JSON, as text."""
    if isinstance(value, dict):
        return [str(key) for key in value] + [
            leaf for inner in value.values() for leaf in leaves(inner)
        ]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [str(value)]


def layers(session, event):
    """Return what is known in each layer, from the person to the work."""
    contest = queries.list_contest_links(session, event.id)
    station = queries.list_station_links(session, event.id)
    work = queries.list_work_links(session, event.id)
    return [
        {link.source for link in contest} | {link.detail for link in contest},
        {link.code for link in contest},
        {link.code for link in station},
        {link.code for link in work},
    ]


def test_no_entry_of_the_log_speaks_of_two_layers(session, coded):
    event, entries = coded
    people, numbers, stations, works = layers(session, event)
    people |= {entry.uid for entry in entries}
    told = []

    for row in session.scalars(select(LedgerEntry)):
        said = {*leaves(json.loads(row.body)), *row.subject.split(":")}
        named = [bool(said & layer) for layer in (people, numbers, stations, works)]
        if sum(named) > 1:
            told.append((row.action, row.body))

    assert len(works) == 6
    assert told == []


def test_an_unrevealed_draw_shows_neither_who_draws_nor_what(session, coded):
    event, entries = coded
    hidden = set().union(*layers(session, event)) | {entry.uid for entry in entries}

    for draw in list_draws(session, event.id):
        shown = json.loads(as_json(public_draw(draw)))

        assert (shown["items"], shown["targets"], shown["result"]) == ([], [], {})
        assert (shown["secret"], shown["seed"]) == ("", "")
        assert not hidden & set(leaves(shown))


def test_no_order_of_one_layer_gives_the_order_of_the_next(session):
    """Over many draws, whoever registered first is not the first in any layer."""
    firsts = []
    for _ in range(8):
        event, entries = make_coded(session, entries=6)
        by_name = {
            link.source: link.code
            for link in queries.list_contest_links(session, event.id)
        }
        first = min(entries, key=lambda entry: entry.uid)
        firsts.append(by_name[first.person.name])

    assert len(set(firsts)) > 1
