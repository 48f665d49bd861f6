"""Counting the figures, and the workbook a report is made from."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from competition.events.models import Event
from scoring.figures import queries, rules
from scoring.results.rules.score import ScoringError
from scoring.results.rules.table import defuse
from scoring.results.services.compute import NoSchemeError
from scoring.results.services.recommend import list_recommended
from scoring.scheme import queries as schemes


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """Somebody whose promotion's rules are met."""

    event: str
    name: str
    unit_name: str
    level: str
    rule: str


def read_held(session: Session, events: Sequence[Event]) -> list[rules.Held]:
    """Return what each event adds to the figures."""
    ids = [event.id for event in events]
    entrants = queries.count_entrants(session, ids)
    digests = queries.list_digests(session, ids)
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
            promoted=len(_promoted_of(session, event, digests)),
        )
        for event in events
    ]


def list_promoted(session: Session, events: Sequence[Event]) -> list[Promoted]:
    """Return everybody the figure counts."""
    digests = queries.list_digests(session, [event.id for event in events])
    return [
        found for event in events for found in _promoted_of(session, event, digests)
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


def _promoted_of(
    session: Session, event: Event, digests: Mapping[int, str]
) -> list[Promoted]:
    """Return whose rules are met in the result that stands; none where none does."""
    version = schemes.find_frozen(session, event.id) if event.id in digests else None
    if version is None or not schemes.load_scheme(version).promotions:
        return []
    try:
        found = list_recommended(session, event)
    except (NoSchemeError, ScoringError):
        return []
    first: dict[str, Promoted] = {}
    for outcome in found.promotions:
        if outcome.met and outcome.entry in found.people:
            person = found.people[outcome.entry]
            first.setdefault(
                outcome.entry,
                Promoted(
                    event=event.name,
                    name=person.name,
                    unit_name=person.unit_name,
                    level=outcome.name,
                    rule=outcome.rule,
                ),
            )
    return list(first.values())
