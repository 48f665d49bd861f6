"""Bring the points of an earlier stage into a result, once the codes are decoded.

The points are read from the published results of another event, by person. Before two
persons have decoded the codes nothing here may be asked: a score from elsewhere could
tell whose work it is. Nobody types a carried score, and none is stored but in the
result that was computed with it, beside the publication it comes from.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from competition.codes.queries import list_decoded
from competition.codes.signals import codes_decoded
from competition.events import rules as life
from competition.events.models import Event
from competition.events.queries import get_event
from errors import DomainError
from ledger.log.services import Actor
from scoring.marking.rules.book import settle_status
from scoring.marking.rules.facts import PRESENT
from scoring.results import queries
from scoring.results.models import ResultVersion
from scoring.results.services.compute import BroughtIn, compute, read_ground
from scoring.results.services.gate import verify_result
from scoring.scheme import queries as schemes
from scoring.scheme.rules.numbers import find_number
from scoring.scheme.rules.tree import Component

CARRIER = Actor("system", "carried-scores")  # nobody chooses what is brought in

NO_SOURCE, NO_EVENT, MANY_EVENTS = "no_source", "no_event", "many_events"
NOT_PUBLISHED, NO_POINTS, OUT_OF_RANGE = "not_published", "no_points", "out_of_range"


class CarriedError(DomainError):
    """Points of an earlier stage are missing, or no longer what was brought in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What keeps a carried component from being brought in."""

    component: str
    event: str  # as the scheme names it
    reason: str  # one of the codes above
    work_code: str = ""  # "" where it is about everybody
    name: str = ""
    points: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Published points of an event of another installation, by person of ours."""

    event: str  # uid
    event_name: str
    publication: str  # uid
    digest: str
    totals: Mapping[int, str]
    components: Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    event: str  # uid
    event_name: str
    publication: str  # uid
    digest: str
    points: Mapping[int, str]  # by person


# Given an event and how its scheme names an earlier one, tells what files say of it.
OutsideFinder = Callable[[Session, Event, str], list[Outside]]

_outside: list[OutsideFinder] = []


def outside_source(finder: OutsideFinder) -> OutsideFinder:
    """Register who knows the results of other installations; the last one counts."""
    _outside[:] = [finder]
    return finder


def find_carried(session: Session, event: Event) -> tuple[BroughtIn, list[Gap]]:
    """Return the points that can be brought in now, and every gap among them.

    Raises:
        NotDecodedError: the codes have not been decoded.
        NoSchemeError: no scheme is frozen.
    """
    people = {
        entry.work_code: entry
        for entry in list_decoded(session, event.id)
        if entry.work_code
    }
    ground = read_ground(session, event.id)
    scheme = schemes.load_scheme(ground.version)
    present = [f.entry for f in ground.works if settle_status(scheme, f) == PRESENT]
    points: dict[str, dict[str, Fraction]] = {code: {} for code in present}
    sources: dict[str, dict[str, str]] = {}
    gaps: list[Gap] = []
    for component in scheme.carried:
        source = _find_source(session, event, component)
        if isinstance(source, Gap):
            gaps.append(source)
            continue
        sources[component.code] = _tell(source, component)
        for code in present:
            person = people[code]
            text = source.points.get(person.person_id, "")
            number = _read(component, text)
            if number is not None and 0 <= number <= component.max:
                points[code][component.code] = number
            else:
                gaps.append(
                    Gap(
                        component=component.code,
                        event=source.event_name,
                        reason=NO_POINTS if number is None else OUT_OF_RANGE,
                        work_code=code,
                        name=person.name,
                        points=text,
                    )
                )
    return BroughtIn(points=points, sources=sources), gaps


def bring_in(session: Session, *, event: Event, now: datetime) -> ResultVersion:
    """Compute the result anew with the points of the earlier stages.

    Raises:
        CarriedError: the codes are not decoded, the result is published, or points are
            missing; the message says whose and what to do.
    """
    if event.state != life.DECODED:
        raise CarriedError(
            _("Scores are carried in between the decoding and the publication.")
        )
    carried, gaps = find_carried(session, event)
    if gaps:
        raise CarriedError(" ".join(tell_gap(gap) for gap in gaps[:5]))
    result = compute(session, event=event, actor=CARRIER, now=now, carried=carried)
    verify_result(session, event=event, result=result, now=now)
    return result


def require_carried(session: Session, result: ResultVersion) -> None:
    """Refuse a result whose carried points are missing or no longer published.

    Raises:
        CarriedError: see above.
    """
    told = json.loads(result.rows)
    if told.get("provisional"):
        raise CarriedError(
            _(
                "This result does without the scores carried from an earlier stage: "
                "%(codes)s. Bring them in first.",
                codes=", ".join(told["provisional"]),
            )
        )
    for source in told.get("sources", {}).values():
        current = queries.find_publication(session, source["publication"])
        is_there = current is not None and current.withdrawn_at is None
        if not is_there and not _is_outside(session, result, source):
            raise CarriedError(
                _(
                    "A result that scores are carried from has been withdrawn or "
                    "replaced since. Bring them in again."
                )
            )


def _is_outside(
    session: Session, result: ResultVersion, source: Mapping[str, str]
) -> bool:
    """Tell whether a taken file still says what was brought in."""
    found = _outside[0](session, result.event, source["event"]) if _outside else []
    said = [(one.publication, one.digest) for one in found]
    return said == [(source["publication"], source["digest"])]


def tell_gap(gap: Gap) -> str:
    """Return a gap as a sentence that says what to do."""
    params = {
        "component": gap.component,
        "event": gap.event,
        "work": gap.work_code,
        "name": gap.name,
        "points": gap.points,
    }
    texts: dict[str, str] = {
        NO_SOURCE: _(
            "%(component)s: the scheme does not say which event the scores come "
            "from. Give it a new version with from = { event = … }."
        ),
        NO_EVENT: _("%(component)s: there is no event called %(event)s."),
        MANY_EVENTS: _(
            "%(component)s: several events are called %(event)s. Name it by its "
            "number in a new version of the scheme."
        ),
        NOT_PUBLISHED: _(
            "%(component)s: the result of %(event)s is not published. Publish it, "
            "then bring the scores in."
        ),
        NO_POINTS: _(
            "%(work)s (%(name)s) has no score in %(event)s for %(component)s. Mend "
            "that result, unlock and withdraw the work, or let the scheme count "
            "it as zero."
        ),
        OUT_OF_RANGE: _(
            "%(work)s (%(name)s): %(points)s from %(event)s does not fit the scale "
            "of %(component)s. Give the scheme a new version."
        ),
    }
    return texts[gap.reason] % params


def listen() -> None:
    """Bring the points in as soon as the codes are decoded."""
    codes_decoded.connect(_on_decoded)


def _on_decoded(
    _sender: object, *, session: Session, event_uid: str, now: datetime
) -> None:
    event = get_event(session, event_uid)
    version = schemes.find_frozen(session, event.id)
    if version is None or not schemes.load_scheme(version).carried:
        return
    if not find_carried(session, event)[1]:
        bring_in(session, event=event, now=now)


def _find_source(session: Session, event: Event, component: Component) -> _Source | Gap:
    wanted = component.carried_from
    if wanted is None:
        return Gap(component=component.code, event="", reason=NO_SOURCE)
    named = _list_named(session, event, wanted.event)
    gap = Gap(component=component.code, event=wanted.event, reason=NO_EVENT)
    if not named and _outside:
        return _from_outside(_outside[0](session, event, wanted.event), component, gap)
    if len(named) != 1:
        return gap if not named else _because(gap, MANY_EVENTS)
    publication = queries.find_current(session, named[0].id)
    if publication is None:
        return _because(gap, NOT_PUBLISHED)
    published = queries.read_publication(session, publication)
    return _Source(
        event=named[0].uid,
        event_name=named[0].name,
        publication=publication.uid,
        digest=publication.digest,
        points={
            row.person_id: row.total
            if wanted.component == "total"
            else row.components.get(wanted.component, "")
            for row in published.rows
            if row.person_id is not None and row.status == PRESENT
        },
    )


def _from_outside(
    found: list[Outside], component: Component, gap: Gap
) -> _Source | Gap:
    wanted = component.carried_from
    if len(found) != 1 or wanted is None:
        return gap if not found else _because(gap, MANY_EVENTS)
    [one] = found
    whole = wanted.component == "total"
    return _Source(
        event=one.event,
        event_name=one.event_name,
        publication=one.publication,
        digest=one.digest,
        points=one.totals
        if whole
        else {
            person: points.get(wanted.component, "")
            for person, points in one.components.items()
        },
    )


def _because(gap: Gap, reason: str) -> Gap:
    return Gap(component=gap.component, event=gap.event, reason=reason)


def _list_named(session: Session, event: Event, text: str) -> list[Event]:
    """Return the events of a uid or name; those of the same competition go first."""
    found = list(
        session.scalars(
            select(Event)
            .where((Event.uid == text) | (Event.name == text), Event.id != event.id)
            .order_by(Event.id)
        )
    )
    near = [other for other in found if other.competition_id == event.competition_id]
    return near or found


def _read(component: Component, text: str) -> Fraction | None:
    source = component.carried_from
    if not text and source is not None and source.missing == "zero":
        return Fraction(0)
    return find_number(text)


def _tell(source: _Source, component: Component) -> dict[str, str]:
    wanted = component.carried_from
    return {
        "event": source.event,
        "publication": source.publication,
        "digest": source.digest,
        "component": wanted.component if wanted else "total",
    }
