"""Counting the figures, and the workbook a report is made from."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from kept import Kept
from scoring.figures import queries, rules
from scoring.figures.models import PromotionTally
from scoring.results.queries import find_publication
from scoring.results.rules.score import ScoringError
from scoring.results.rules.table import defuse
from scoring.results.services.compute import NoSchemeError
from scoring.results.services.recommend import list_recommended
from scoring.results.signals import results_published
from scoring.scheme import queries as schemes

_Row = tuple[int, str, str]  # entry, level, rule
# Of results that were published before they were counted, by digest.
_older: Kept[list[_Row]] = Kept(rest=3600, most=5000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """Somebody whose promotion's rules are met."""

    event: str
    name: str
    unit_name: str
    level: str
    rule: str


def listen() -> None:
    """Count the promotions of a result when it is published."""
    results_published.connect(on_published)


def on_published(
    _sender: object,
    *,
    session: Session,
    publication_uid: str,
    **_more: Any,  # noqa: ANN401 - a signal may say more than we ask
) -> None:
    """Count once, as it is published, what every report counts."""
    publication = find_publication(session, publication_uid)
    assert publication is not None  # noqa: S101 - it has just been made
    rows = _count(session, publication.event)
    session.add(
        PromotionTally(
            publication_id=publication.id,
            promoted=len(rows),
            rows=json.dumps(rows, ensure_ascii=False),
        )
    )
    session.flush()


def read_held(session: Session, events: Sequence[Event]) -> list[rules.Held]:
    """Return what each event adds to the figures."""
    ids = [event.id for event in events]
    entrants = queries.count_entrants(session, ids)
    promoted = _list_rows(session, events)
    judges: dict[int, set[str]] = {}
    for event_id, user, _seat in queries.list_judges(session, ids):
        judges.setdefault(event_id, set()).add(queries.person_key(user))
    return [
        rules.Held(
            uid=event.uid,
            name=event.name,
            competition=event.competition.name,
            tier=event.competition.tier,
            trade=event.occupation.name,
            district=event.competition.district_code,
            district_name=event.competition.district.name,
            year=event.competition.year,
            entrants=entrants.get(event.id, 0),
            judges=frozenset(judges.get(event.id, ())),
            promoted=len(promoted[event.id]),
        )
        for event in events
    ]


def list_promoted(session: Session, events: Sequence[Event]) -> list[Promoted]:
    """Return everybody the figure counts."""
    names = queries.list_names(session, [event.id for event in events])
    rows = _list_rows(session, events)
    return [
        Promoted(
            event=event.name,
            name=names[entry_id][0],
            unit_name=names[entry_id][1],
            level=level,
            rule=rule,
        )
        for event in events
        for entry_id, level, rule in rows[event.id]
        if entry_id in names
    ]


def workbook(held: Sequence[rules.Held], labels: Mapping[str, str]) -> bytes:
    """Return the figures by tier, trade, district and year, and the events they count.

    Args:
        held: the events.
        labels: words for the tiers.
    """
    heads = [_("Events"), _("Entrants"), _("Judges"), _("Promoted")]
    titles = {
        "tier": _("By tier"),
        "trade": _("By trade"),
        "district": _("By district"),
        "year": _("By year"),
    }
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as file:
        bold = file.add_format({"bold": True})
        for by in rules.BY:
            sheet = file.add_worksheet(titles[by])
            sheet.set_column(0, 0, 28)
            sheet.write_row(0, 0, ["", *heads], bold)
            for at, line in enumerate(rules.tally(held, by), start=1):
                label = labels.get(line.label, line.label)
                sheet.write_string(at, 0, defuse(label))
                sheet.write_row(
                    at, 1, [line.events, line.entrants, line.judges, line.promoted]
                )
        sheet = file.add_worksheet(_("Events"))
        sheet.set_column(0, 1, 28)
        sheet.write_row(0, 0, [_("Event"), _("Competition"), *heads[1:]], bold)
        for at, event in enumerate(held, start=1):
            sheet.write_string(at, 0, defuse(event.name))
            sheet.write_string(at, 1, defuse(event.competition))
            sheet.write_row(at, 2, [event.entrants, len(event.judges), event.promoted])
    return out.getvalue()


def _list_rows(session: Session, events: Sequence[Event]) -> dict[int, list[_Row]]:
    """Return entry, level and rule of each promotion in the results that stand."""
    tallies = queries.list_tallies(session, [event.id for event in events])
    found: dict[int, list[_Row]] = {}
    for event in events:
        digest, tally = tallies.get(event.id, ("", "[]"))
        if tally is None:  # published before results were counted
            found[event.id] = _older.get(
                digest, lambda: "", partial(_count, session, event)
            )
        else:
            found[event.id] = [_row(row) for row in json.loads(tally)]
    return found


def _row(row: Sequence[Any]) -> _Row:
    return int(row[0]), str(row[1]), str(row[2])


def _count(session: Session, event: Event) -> list[_Row]:
    """Return whose rules are met in an event's result, each with the highest level."""
    version = schemes.find_frozen(session, event.id)
    if version is None or not schemes.load_scheme(version).promotions:
        return []
    try:
        found = list_recommended(session, event)
    except (NoSchemeError, ScoringError):
        return []
    first: dict[int, _Row] = {}
    for outcome in found.promotions:
        if outcome.met and outcome.entry in found.people:
            entry_id = found.people[outcome.entry].entry_id
            first.setdefault(entry_id, (entry_id, outcome.name, outcome.rule))
    return list(first.values())
