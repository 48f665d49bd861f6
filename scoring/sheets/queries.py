"""What a judge's pages show: codes, aspects, own marks. Nothing here knows a name.

Words used here:
    sheet: everything one seat has to mark at one event.
    excused: a work that needs no marks any more, being withdrawn or disqualified.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from competition.codes.queries import list_works
from competition.events import rules as life
from scoring.evidence import queries as evidence
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_aspects, list_seats
from scoring.marking import queries as marking
from scoring.marking.models import SheetSignature
from scoring.marking.queries import Pending
from scoring.marking.rules.book import list_gaps
from scoring.marking.rules.calls import Call, list_calls
from scoring.marking.rules.cells import Counted, as_marks, sheet_digest
from scoring.marking.rules.facts import EntryFacts
from scoring.results.queries import list_rulings
from scoring.results.rules.rulings import list_excused, make_facts
from scoring.results.rules.scheme_change import keep_known
from scoring.scheme import queries as schemes
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Aspect, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """One work on a judge's list."""

    code: str
    done: int
    of: int
    is_excused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One seat's sheet as it is on the server."""

    seat: JudgeSeat
    scheme: Scheme
    aspects: list[Aspect]
    works: list[str]
    excused: frozenset[str]
    counted: list[Counted]
    emptied: list[Counted]
    pending: list[Pending]
    rescores: list[tuple[str, str]]  # (entry, aspect) to be given again
    # (entry, aspect) the panel has to talk about. Nothing here tells what others gave.
    disputes: list[tuple[str, str]]
    calls: list[Call]  # comments and photos that are still owed
    photos: dict[tuple[str, str], list[str]]  # hashes, by entry and aspect
    signature: SheetSignature | None
    round: int

    @property
    def is_open(self) -> bool:
        return self.seat.event.state == life.MARKING and self.signature is None

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """Cells without a mark, as (entry, aspect)."""
        filled = {(c.entry, c.aspect) for c in self.counted}
        return [
            (work, aspect.code)
            for work in self.works
            if work not in self.excused
            for aspect in self.aspects
            if (work, aspect.code) not in filled
        ]

    @property
    def digest(self) -> str:
        return sheet_digest(self.counted)

    def list_works(self) -> Iterator[WorkLine]:
        own = {aspect.code for aspect in self.aspects}
        for work in self.works:
            yield WorkLine(
                code=work,
                done=sum(c.entry == work and c.aspect in own for c in self.counted),
                of=len(own),
                is_excused=work in self.excused,
            )


def find_sheet(session: Session, seat: JudgeSeat) -> Sheet | None:
    """Return a seat's sheet, or None while the event has no frozen scheme."""
    version = schemes.find_frozen(session, seat.event_id)
    if version is None:
        return None
    scheme = schemes.load_scheme(version)
    facts = _read_facts(session, seat)
    excused = list_excused(facts)
    panel = list_seats(session, seat.event_id)
    aspects = list_aspects(scheme, seat, panel)
    known = {aspect.code for aspect in scheme.aspects}
    signed = marking.list_signatures(session, seat.event_id)
    counted = keep_known(scheme, marking.list_counted(session, seat.event_id, seat.id))
    photos = evidence.list_photographed(session, seat.event_id, seat.id)
    rescores, disputes = _find_alerts(session, seat, scheme, aspects, facts)
    return Sheet(
        seat=seat,
        scheme=scheme,
        aspects=aspects,
        works=sorted(fact.entry for fact in facts),
        excused=excused,
        counted=counted,
        emptied=keep_known(
            scheme, marking.list_emptied(session, seat.event_id, seat.id)
        ),
        pending=[
            p
            for p in marking.list_pending(session, seat.event_id, seat_id=seat.id)
            if p.aspect in known
        ],
        rescores=rescores,
        disputes=disputes,
        calls=list_calls(aspects, counted, photos, excused=excused),
        photos={(entry, code): found for (entry, code, _), found in photos.items()},
        signature=next((s for s in signed if s.seat_id == seat.id), None),
        round=marking.current_round(session, seat.event_id),
    )


def _find_alerts(
    session: Session,
    seat: JudgeSeat,
    scheme: Scheme,
    aspects: list[Aspect],
    facts: list[EntryFacts],
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return what this seat has to judge again, and what the panel has to talk about.

    Both are cells (entry, aspect), told only when all judges of a cell have marked, and
    without what the others gave: it must not lead anybody.
    """
    watched = {
        aspect.code: aspect
        for aspect in aspects
        if aspect.kind == "judgement" or aspect.disagreement is not None
    }
    if not watched:
        return [], []
    counted = marking.list_counted(session, seat.event_id, aspects=watched)
    rescores = [
        (r.entry, r.aspect)
        for r in list_gaps(scheme, as_marks(counted), facts).rescores
        if len(r.values) == watched[r.aspect].judges
    ]
    disputes = evidence.list_open_disputes(
        session, seat.event_id, scheme, counted, excused=list_excused(facts)
    )
    return rescores, [(d.entry, d.aspect) for d in disputes]


def sheet_data(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as the marking screen takes it; codes only."""
    cells: dict[str, dict[str, Any]] = {}
    for mark in sheet.counted:
        cells.setdefault(mark.entry, {})[mark.aspect] = {
            "id": mark.id,
            "value": mark.value,
            "seq": mark.seq,
            "reason": mark.reason,
        }
    return {
        "event": sheet.seat.event.uid,
        "seat": sheet.seat.seat,
        "round": sheet.round,
        "open": sheet.is_open,
        "signed": sheet.signature is not None,
        "works": sheet.works,
        "excused": sorted(sheet.excused),
        "aspects": list(_list_aspect_data(sheet)),
        "cells": cells,
        # A cell emptied by a void: what the next mark builds on.
        "emptied": [[c.entry, c.aspect, c.id] for c in sheet.emptied],
        "pending": [
            {
                "id": p.id,
                "entry": p.entry,
                "aspect": p.aspect,
                "status": p.status,
                "value": p.value,
            }
            for p in sheet.pending
        ],
        "rescores": sheet.rescores,
        "disputes": sheet.disputes,
        "photos": [
            [entry, code, found] for (entry, code), found in sheet.photos.items()
        ],
    }


def _list_aspect_data(sheet: Sheet) -> Iterator[dict[str, Any]]:
    own = {aspect.code for aspect in sheet.aspects}
    for component in sheet.scheme.components:
        for criterion in component.criteria:
            for aspect in criterion.aspects:
                if aspect.code in own:
                    yield aspect_data(aspect) | {
                        "component": component.name,
                        "criterion": f"{criterion.code} {criterion.name}",
                    }


def aspect_data(aspect: Aspect) -> dict[str, Any]:
    """Return what the tablet needs of an aspect; numbers are plain decimals as text."""
    return {
        "code": aspect.code,
        "name": aspect.name,
        "kind": aspect.kind,
        "description": aspect.description,
        "max": format_number(aspect.max),
        "min": format_number(aspect.min),
        "per_fault": format_number(aspect.per_fault),
        "lower": _limit(aspect.lower),
        "upper": _limit(aspect.upper),
        "unit": format_number(aspect.unit),
        "per_unit": format_number(aspect.per_unit),
        "mode": aspect.mode,
        "step": format_number(aspect.step),
        "max_faults": aspect.max_faults,
        "symbol": aspect.symbol,
        "timed": aspect.timed,
        "comment_below": _limit(aspect.comment_below),
        "photo": aspect.photo,
        "descriptors": list(aspect.descriptors),
        "options": [
            [label, format_number(points)] for label, points in aspect.options.items()
        ],
    }


def _limit(value: Fraction | None) -> str:
    return "" if value is None else format_number(value)


def find_alerts(session: Session, seat: JudgeSeat, known: str) -> dict[str, Any]:
    """Return what a tablet has to learn while it is open; little when nothing is new.

    Args:
        session: where to look.
        seat: whose tablet.
        known: the `version` of the last answer.
    """
    version = _alert_version(session, seat)
    if version == known:
        return {"version": version}
    frozen = schemes.find_frozen(session, seat.event_id)
    if frozen is None:
        return {"version": version}
    scheme, facts = schemes.load_scheme(frozen), _read_facts(session, seat)
    aspects = list_aspects(scheme, seat, list_seats(session, seat.event_id))
    rescores, disputes = _find_alerts(session, seat, scheme, aspects, facts)
    signed = marking.list_signatures(session, seat.event_id)
    is_signed = any(signature.seat_id == seat.id for signature in signed)
    return {
        "version": version,
        "open": seat.event.state == life.MARKING and not is_signed,
        "signed": is_signed,
        "excused": sorted(list_excused(facts)),
        "rescores": rescores,
        "disputes": disputes,
    }


def _read_facts(session: Session, seat: JudgeSeat) -> list[EntryFacts]:
    works = {w.work_code: w.group_code for w in list_works(session, seat.event_id)}
    return make_facts(works, list_rulings(session, seat.event_id), {})


def _alert_version(session: Session, seat: JudgeSeat) -> str:
    """Return a text that changes whenever the alerts may have."""
    parts = (
        seat.event.state,
        marking.last_seq(session, seat.event_id),
        evidence.count_remarks(session, seat.event_id),
        len(list_rulings(session, seat.event_id)),
    )
    return "-".join(map(str, parts))
