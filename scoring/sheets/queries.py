"""What a judge's pages show: codes, aspects, own marks. Nothing here knows a name.

Words used here:
    sheet: everything one seat has to mark at one event.
    excused: a work that needs no marks any more, being withdrawn or disqualified.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from competition.codes.queries import list_works
from competition.events import rules as life
from competition.events.models import Event
from kept import Kept
from scoring.carry.services.keys import public_key_text
from scoring.evidence import queries as evidence
from scoring.exemplars.queries import ByAspect, read_exemplars
from scoring.judges.models import JudgeSeat
from scoring.judges.queries import list_aspects, list_seats
from scoring.marking import queries as marking
from scoring.marking.models import SheetSignature
from scoring.marking.queries import Pending
from scoring.marking.rules.book import list_gaps
from scoring.marking.rules.calls import (
    RESCORE_REASON,
    Call,
    list_calls,
    list_disputes,
)
from scoring.marking.rules.cells import Counted, as_marks, sheet_digest
from scoring.marking.rules.facts import EntryFacts
from scoring.marking.rules.panel import is_watched, list_heads, list_owed
from scoring.results.queries import list_rulings
from scoring.results.rules.rulings import list_excused, make_facts
from scoring.results.rules.scheme_change import keep_known
from scoring.scheme import queries as schemes
from scoring.scheme.models import SchemeVersion
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Aspect, Scheme

_AFTER_MARKING = (life.LOCKED, life.DECODED, life.PUBLISHED)


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
    calls: list[Call]  # comments, reasons and photos that are still owed
    photos: dict[tuple[str, str], list[str]]  # hashes, by entry and aspect
    exemplars: ByAspect
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
    panel_alerts = _find_panel_alerts(session, seat.event, scheme, facts)
    alerts = _take_own(panel_alerts, seat, aspects)
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
        rescores=alerts.rescores,
        disputes=alerts.disputes,
        calls=list_calls(aspects, counted, photos, excused=excused) + alerts.owed,
        photos={(entry, code): found for (entry, code, _), found in photos.items()},
        exemplars=read_exemplars(session, seat.event_id),
        signature=next((s for s in signed if s.seat_id == seat.id), None),
        round=marking.current_round(session, seat.event_id),
    )


@dataclass(frozen=True, slots=True)
class _Alerts:
    """What a panel's marks ask of one seat, as cells (entry, aspect).

    Told only when all judges of a cell have marked, and without what the others gave:
    it must not lead anybody.
    """

    rescores: list[tuple[str, str]] = field(default_factory=list)  # to judge again
    disputes: list[tuple[str, str]] = field(default_factory=list)  # to talk about
    owed: list[Call] = field(default_factory=list)  # reasons this seat has not given


@dataclass(frozen=True, slots=True)
class _PanelAlerts:
    """The same for a whole panel, with the version of the event it was found at."""

    rescores: list[tuple[str, str]] = field(default_factory=list)
    disputes: list[tuple[str, str]] = field(default_factory=list)
    owed: list[Call] = field(default_factory=list)
    version: str = ""


# Every tablet of a panel asks twice a minute, and while a panel marks there is always
# something new: where many ask, one reading of the marks a second serves them all.
_panels: Kept[_PanelAlerts] = Kept(rest=1)


def _find_panel_alerts(
    session: Session, event: Event, scheme: Scheme, facts: list[EntryFacts]
) -> _PanelAlerts:
    """Find the alerts of a whole panel; a judge's own are taken out of them."""
    watched = {a.code: a for a in scheme.aspects if is_watched(a)}
    if not watched:
        return _PanelAlerts()
    stored = marking.list_stored(session, event.id, watched)
    counted, excused = list_heads(stored), list_excused(facts)
    settled = evidence.list_settled(session, event.id)
    disputes = evidence.list_unsettled(
        list_disputes(scheme, counted, excused=excused), settled
    )
    return _PanelAlerts(
        rescores=[
            (r.entry, r.aspect)
            for r in list_gaps(scheme, as_marks(counted), facts).rescores
            if len(r.values) == watched[r.aspect].judges
        ],
        disputes=[(d.entry, d.aspect) for d in disputes],
        owed=list(list_owed(watched, stored, settled=settled, excused=excused)),
    )


def _take_own(
    panel: _PanelAlerts, seat: JudgeSeat, aspects: Iterable[Aspect]
) -> _Alerts:
    own = {aspect.code for aspect in aspects}
    return _Alerts(
        [cell for cell in panel.rescores if cell[1] in own],
        [cell for cell in panel.disputes if cell[1] in own],
        [call for call in panel.owed if call.judge == seat.seat],
    )


def sheet_data(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as the marking screen takes it; codes only."""
    aspects = list(list_aspect_data(sheet.scheme, sheet.aspects, sheet.exemplars))
    cells: dict[str, dict[str, Any]] = {}
    for mark in sheet.counted:
        cells.setdefault(mark.entry, {})[mark.aspect] = {
            "id": mark.id,
            "value": mark.value,
            "seq": mark.seq,
            "reason": mark.reason,
            "device": mark.device,
            "at": mark.marked_at,
        }
    return {
        "event": sheet.seat.event.uid,
        "name": sheet.seat.event.name,
        "judge": sheet.seat.user.uid,
        "shape": _shape(sheet.works, sheet.excused, aspects),
        # What unsent marks are sealed to when they leave the tablet by hand.
        "carry_key": public_key_text(sheet.seat.event.uid),
        "seat": sheet.seat.seat,
        "round": sheet.round,
        "open": sheet.is_open,
        "signed": sheet.signature is not None,
        # Once locked, and with the same marks on both sides, a tablet may forget them.
        "locked": sheet.seat.event.state in _AFTER_MARKING,
        "digest": sheet.digest,
        "works": sheet.works,
        "excused": sorted(sheet.excused),
        "aspects": aspects,
        "cells": cells,
        # A cell emptied by a void: what the next mark builds on.
        "emptied": [[c.entry, c.aspect, c.id, c.seq] for c in sheet.emptied],
        "pending": [
            {
                "id": p.id,
                "entry": p.entry,
                "aspect": p.aspect,
                "status": p.status,
                "value": p.value,
                "device": p.device,
                "at": p.marked_at,
            }
            for p in sheet.pending
        ],
        "rescores": sheet.rescores,
        "disputes": sheet.disputes,
        # Marks given on a call to judge again that still lack their reason.
        "owed": [(c.entry, c.aspect) for c in sheet.calls if c.what == RESCORE_REASON],
        "photos": [
            [entry, code, found] for (entry, code), found in sheet.photos.items()
        ],
    }


def _shape(
    works: Iterable[str], excused: Iterable[str], aspects: Iterable[dict[str, Any]]
) -> str:
    """Return a hash that changes when there is something else to mark than before."""
    parts = [list(works), sorted(excused), list(aspects)]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def list_aspect_data(
    scheme: Scheme, aspects: Iterable[Aspect], exemplars: ByAspect
) -> Iterator[dict[str, Any]]:
    """Yield the aspects as the tablet takes them, in the scheme's order."""
    own = {aspect.code for aspect in aspects}
    for component in scheme.components:
        for criterion in component.criteria:
            for aspect in criterion.aspects:
                if aspect.code in own:
                    yield aspect_data(aspect, exemplars) | {
                        "component": component.name,
                        "criterion": f"{criterion.code} {criterion.name}",
                    }


def aspect_data(aspect: Aspect, exemplars: ByAspect | None = None) -> dict[str, Any]:
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
        # For each level [SHA-256, caption] of its photos; [] is none at any level.
        "exemplars": (exemplars or {}).get(aspect.code, []),
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
    frozen = schemes.find_frozen(session, seat.event_id)
    facts = _read_facts(session, seat)
    works = sorted(fact.entry for fact in facts)
    now = _event_version(session, seat, frozen, works)
    if frozen is None or _seat_version(now, seat) == known:
        return {"version": _seat_version(now, seat)}
    scheme = schemes.load_scheme(frozen)

    def make() -> _PanelAlerts:
        found = _find_panel_alerts(session, seat.event, scheme, facts)
        return replace(found, version=now)

    panel_alerts = _panels.get(seat.event.uid, lambda: now, make)
    version = _seat_version(panel_alerts.version, seat)
    if version == known:
        return {"version": version}
    aspects = list_aspects(scheme, seat, list_seats(session, seat.event_id))
    alerts = _take_own(panel_alerts, seat, aspects)
    signed = marking.list_signatures(session, seat.event_id)
    is_signed = any(signature.seat_id == seat.id for signature in signed)
    excused = sorted(list_excused(facts))
    return {
        "version": version,
        # Another shape than the tablet's: it has to fetch its sheet anew.
        "shape": _shape(
            works,
            excused,
            list_aspect_data(scheme, aspects, read_exemplars(session, seat.event_id)),
        ),
        "open": seat.event.state == life.MARKING and not is_signed,
        "signed": is_signed,
        "excused": excused,
        "rescores": alerts.rescores,
        "disputes": alerts.disputes,
        "owed": [(call.entry, call.aspect) for call in alerts.owed],
    }


def _read_facts(session: Session, seat: JudgeSeat) -> list[EntryFacts]:
    works = {w.work_code: w.group_code for w in list_works(session, seat.event_id)}
    return make_facts(works, list_rulings(session, seat.event_id), {})


def _seat_version(event_version: str, seat: JudgeSeat) -> str:
    """Return a text that changes whenever what a seat is told may have."""
    covers = hashlib.sha256(seat.covers.encode()).hexdigest()[:8]
    return f"{event_version}-{covers}"


def _event_version(
    session: Session, seat: JudgeSeat, frozen: SchemeVersion | None, works: list[str]
) -> str:
    """Return a text that changes whenever a panel's alerts or its works may have."""
    parts = (
        seat.event.state,
        marking.last_seq(session, seat.event_id),
        evidence.count_remarks(session, seat.event_id),
        len(list_rulings(session, seat.event_id)),
        frozen.id if frozen else 0,
        hashlib.sha256("\t".join(works).encode()).hexdigest()[:16],
    )
    return "-".join(map(str, parts))
