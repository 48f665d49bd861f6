"""A tablet's report: its shape, and whether it tells anything new.

Words used here:
    head: number of the newest mark event a tablet has made, over all judges and events.
    waiting: marks and photos on the tablet that the server has not answered.
    attention: marks and photos on it that its judge has to look at.
    refused: numbers of mark events the server refused, which leave no row there.
    boot: made anew whenever the page of the tablet is loaded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scoring.tablets.rules.clock import has_jumped, level_of

KEEP_AT_LEAST = timedelta(seconds=60)  # a report is kept when the last is this old
KEEP_COUNTS = timedelta(seconds=15)  # … or this old and the counts are others
OVERTAKEN = timedelta(seconds=15)  # what is this fresh may have overtaken a report
SILENT_FOR = timedelta(minutes=2)  # a tablet that is there reports more often
MOST_REFUSED = 2000

_DEVICE = re.compile(r"[!-~]{1,64}", re.ASCII)
_SHORT = re.compile(r"[!-~]{0,64}", re.ASCII)
_MOST = 2**31 - 1


class ReportError(ValueError):
    """Not a report; `name` is the field that is wrong."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a tablet says of itself; nothing of it is about a person."""

    device: str
    event: str  # uid of the event whose sheet is open; "" on the start page
    head: int
    waiting: int
    attention: int
    refused: frozenset[int]
    now: datetime  # by the tablet's clock
    rtt: int  # ms its last report took, there and back
    boot: str
    app: str
    battery: int | None  # per cent
    persisted: bool | None
    free_mb: int | None
    ready: bool | None
    leaving: bool  # the page is being put away


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was kept of the last report."""

    reported_at: datetime | None
    event: str
    head: int
    waiting: int
    attention: int
    refused: frozenset[int]
    offset: int | None  # s, the tablet's clock less ours
    boot: str
    app: str
    persisted: bool | None
    ready: bool | None
    is_lost: bool


def read_report(item: object) -> Report:
    """Return the report that `item`, a decoded JSON value, holds.

    Raises:
        ReportError: a field is missing, of another type, or out of its range.
    """
    if not isinstance(item, dict):
        raise ReportError("not_an_object")
    return Report(
        device=_text(item, "device", _DEVICE),
        event=_text(item, "event", _SHORT),
        head=_whole(item, "head"),
        waiting=_whole(item, "waiting"),
        attention=_whole(item, "attention"),
        refused=_numbers(item, "refused"),
        now=_moment(item, "now"),
        rtt=_optional(item, "rtt", 120_000) or 0,
        boot=_text(item, "boot", _SHORT),
        app=_text(item, "app", _SHORT),
        battery=_optional(item, "battery", 100),
        persisted=_flag(item, "persisted"),
        free_mb=_optional(item, "free_mb", _MOST),
        ready=_flag(item, "ready"),
        leaving=_flag(item, "leaving") or False,
    )


def is_news(known: Known, report: Report, offset: int, now: datetime) -> bool:
    """Tell whether a report has to be kept.

    Most tell nothing new: the marks themselves tell the server that a tablet is there.
    So a report is kept when something changed that somebody has to act on, when counts
    changed and the last one is 15 s old, and once in 60 s.

    Args:
        known: what was kept of the last one.
        report: the new one.
        offset: s, the tablet's clock less ours, by the new one.
        now: the server's clock.
    """
    if known.reported_at is None or known.is_lost or report.leaving:
        return True
    age = now - known.reported_at
    counts_differ = known.waiting != report.waiting or (
        report.waiting > 0 and known.head != report.head
    )
    return (
        age >= KEEP_AT_LEAST
        or (counts_differ and age >= KEEP_COUNTS)
        or report.head < known.head
        or (known.waiting > 0) != (report.waiting > 0)
        or not report.refused <= known.refused
        or has_jumped(known.offset, offset)
        or level_of(known.offset) != level_of(offset)
        or _facts(known) != _facts(report)
    )


def is_behind(
    head: int, highest: int, known_at: datetime | None, sent_at: datetime
) -> bool:
    """Tell whether a tablet counts anew: its head is behind a number we know of.

    A report may be overtaken by a mark or by the report of another page, so that what
    we learnt shortly before it was sent says nothing.

    Args:
        head: what the tablet reports.
        highest: a number it made, as we know.
        known_at: since when we know; None is never.
        sent_at: when the report was sent, by our clock.
    """
    return known_at is not None and head < highest and sent_at - known_at > OVERTAKEN


def ends_override(
    known: tuple[int, int, datetime | None], report: Report, asked_at: datetime
) -> bool:
    """Tell whether a tablet shows that two persons' word about it does not hold.

    It holds something they could not know of: it was silent when they were asked, or
    it has made or kept more since.

    Args:
        known: head, waiting and moment of the last report that was kept.
        report: the new one.
        asked_at: when the override was asked for.
    """
    head, waiting, reported_at = known
    was_silent = reported_at is None or asked_at - reported_at > SILENT_FOR
    is_more = report.head > head or report.waiting > waiting
    return report.waiting > 0 and (was_silent or is_more)


def _facts(of: Known | Report) -> tuple[object, ...]:
    return (of.attention, of.event, of.boot, of.app, of.persisted, of.ready)


def _text(item: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    found = item.get(name)
    if found is None:
        found = ""
    if not isinstance(found, str) or not pattern.fullmatch(found):
        raise ReportError(name)
    return found


def _whole(item: Mapping[str, Any], name: str) -> int:
    found = item.get(name)
    if type(found) is not int or not 0 <= found <= _MOST:
        raise ReportError(name)
    return found


def _optional(item: Mapping[str, Any], name: str, most: int) -> int | None:
    """Return a whole number within 0 and `most`, None where none is given."""
    found = item.get(name)
    if found is None:
        return None
    if type(found) not in (int, float) or not 0 <= found <= _MOST:
        raise ReportError(name)
    return min(int(found), most)


def _flag(item: Mapping[str, Any], name: str) -> bool | None:
    found = item.get(name)
    if found is not None and type(found) is not bool:
        raise ReportError(name)
    return found


def _numbers(item: Mapping[str, Any], name: str) -> frozenset[int]:
    found = item.get(name)
    if found is None:
        return frozenset()
    if not isinstance(found, list) or len(found) > MOST_REFUSED:
        raise ReportError(name)
    if any(type(number) is not int or not 0 <= number <= _MOST for number in found):
        raise ReportError(name)
    return frozenset(found)


def _moment(item: Mapping[str, Any], name: str) -> datetime:
    found = item.get(name)
    try:
        moment = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ReportError(name)
    return moment
