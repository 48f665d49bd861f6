"""What cannot be right about the records of a craftsman, however they came in.

Each rule is a function from `Records` to the findings it makes; `RULES` lists them. A
finding says what, and which records it is about; whether it is a slip of the pen or an
odd truth is for a person to say.

Words used here:
    key: what tells two findings of one rule about one craftsman apart; the same
        finding on another night has the same key.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from talentpool.dossiers.rules import full_years

WORKING_AGE = 16  # Labour Law, Art. 15
MOST_YEARS = 100  # older than that is a birth date mistyped


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRecord:
    uid: str
    trade: str
    rank: int  # of the eight levels
    issued_on: date | None
    number: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRecord:
    """Any other fact with a day: an honour, a place, a service to a firm."""

    uid: str
    kind: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRecord:
    """A post, a membership or a pair, from a day to a day."""

    uid: str
    kind: str
    begins_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRecord:
    """An apprentice of this craftsman."""

    uid: str
    apprentice_born_on: date
    starts_on: date
    ends_on: date | None
    apprentice_rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What is current about one craftsman, and the day it is looked at."""

    today: date
    born_on: date
    state: str
    entered_on: date
    term_ends_on: date | None = None
    trade_since: date | None = None
    employment: str = ""
    certificates: tuple[CertificateRecord, ...] = ()
    dated: tuple[DatedRecord, ...] = ()
    spans: tuple[SpanRecord, ...] = ()
    pairs: tuple[PairRecord, ...] = ()
    shared_numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding: the rule's code, what it is about, and the values that clash."""

    code: str
    key: str
    first: str  # as text: a day, a level, a number
    second: str = ""


Rule = Callable[[Records], Iterator[Found]]
RULES: dict[str, Rule] = {}


def _rule(rule: Rule) -> Rule:
    RULES[rule.__name__] = rule
    return rule


def check(records: Records) -> list[Found]:
    """Return what every rule finds, in the order of the rules.

    Source: rule P-58 in docs/rules/pool.md.
    """
    return [found for rule in RULES.values() for found in rule(records)]


@_rule
def birth_date(records: Records) -> Iterator[Found]:
    """Born in the future, or longer ago than people live."""
    age = full_years(records.born_on, records.today)
    if not 0 <= age <= MOST_YEARS:
        yield Found(code="birth_date", key="", first=_text(records.born_on))


@_rule
def certificate_before_birth(records: Records) -> Iterator[Found]:
    for item in records.certificates:
        if item.issued_on is not None and item.issued_on < records.born_on:
            yield _about(
                item.uid, "certificate_before_birth", item.issued_on, records.born_on
            )


@_rule
def level_before_working_age(records: Records) -> Iterator[Found]:
    """A skill level before the age of 16; below birth another rule speaks."""
    for item in records.certificates:
        if item.issued_on is not None and item.issued_on >= records.born_on:
            age = full_years(records.born_on, item.issued_on)
            if age < WORKING_AGE:
                yield Found(
                    code="level_before_working_age",
                    key=item.uid,
                    first=_text(item.issued_on),
                    second=str(age),
                )


@_rule
def level_lower_after_higher(records: Records) -> Iterator[Found]:
    """In one trade a lower level that is dated after a higher one."""
    by_trade: dict[str, list[CertificateRecord]] = defaultdict(list)
    for item in records.certificates:
        if item.issued_on is not None:
            by_trade[item.trade].append(item)
    for items in by_trade.values():
        best: CertificateRecord | None = None
        for item in sorted(items, key=lambda c: (c.issued_on or date.min, c.rank)):
            if best is not None and item.rank < best.rank:
                yield Found(
                    code="level_lower_after_higher",
                    key=f"{best.uid}:{item.uid}",
                    first=str(best.rank),
                    second=str(item.rank),
                )
            if best is None or item.rank > best.rank:
                best = item


@_rule
def certificate_held_twice(records: Records) -> Iterator[Found]:
    for item in records.certificates:
        if item.number and records.shared_numbers.get(item.number, 0) > 1:
            yield Found(code="certificate_held_twice", key=item.uid, first=item.number)


@_rule
def in_the_future(records: Records) -> Iterator[Found]:
    for uid, kind, on in _days(records):
        if on > records.today:
            yield Found(code="in_the_future", key=uid, first=_text(on), second=kind)


@_rule
def before_birth(records: Records) -> Iterator[Found]:
    """Any other fact that is dated before its person was born."""
    for item in records.dated:
        if item.on < records.born_on:
            yield _about(item.uid, "before_birth", item.on, records.born_on)


@_rule
def ended_before_begun(records: Records) -> Iterator[Found]:
    spans = [(s.uid, s.begins_on, s.ends_on) for s in records.spans]
    spans += [(p.uid, p.starts_on, p.ends_on) for p in records.pairs]
    spans += [
        (c.uid, c.issued_on, c.valid_to) for c in records.certificates if c.issued_on
    ]
    for uid, begins_on, ends_on in spans:
        if ends_on is not None and ends_on < begins_on:
            yield _about(uid, "ended_before_begun", begins_on, ends_on)


@_rule
def work_before_working_age(records: Records) -> Iterator[Found]:
    """A post or a trade taken up before the age of 16."""
    begins = [(s.uid, s.begins_on) for s in records.spans if s.kind == "post"]
    if records.trade_since is not None:
        begins.append(("trade_since", records.trade_since))
    for key, on in begins:
        if full_years(records.born_on, on) < WORKING_AGE:
            yield _about(key, "work_before_working_age", on, records.born_on)


@_rule
def entered_before_working_age(records: Records) -> Iterator[Found]:
    if full_years(records.born_on, records.entered_on) < WORKING_AGE:
        yield _about(
            "", "entered_before_working_age", records.entered_on, records.born_on
        )


@_rule
def term_ends_before_entry(records: Records) -> Iterator[Found]:
    ends = records.term_ends_on
    if ends is not None and ends < records.entered_on:
        yield _about("", "term_ends_before_entry", records.entered_on, ends)


@_rule
def retired_in_the_pool(records: Records) -> Iterator[Found]:
    """Recorded as retired, and in the pool all the same."""
    if records.employment == "retired" and records.state in ("active", "due"):
        yield Found(code="retired_in_the_pool", key="", first=records.state)


@_rule
def master_younger_than_apprentice(records: Records) -> Iterator[Found]:
    for pair in records.pairs:
        if records.born_on > pair.apprentice_born_on:
            yield _about(
                pair.uid,
                "master_younger_than_apprentice",
                records.born_on,
                pair.apprentice_born_on,
            )


@_rule
def apprentice_too_young(records: Records) -> Iterator[Found]:
    for pair in records.pairs:
        age = full_years(pair.apprentice_born_on, pair.starts_on)
        if age < WORKING_AGE:
            yield Found(
                code="apprentice_too_young",
                key=pair.uid,
                first=_text(pair.starts_on),
                second=str(age),
            )


@_rule
def apprentice_above_master(records: Records) -> Iterator[Found]:
    """The apprentice held a higher level than the master holds even now."""
    best = max((c.rank for c in records.certificates), default=None)
    for pair in records.pairs:
        rank = pair.apprentice_rank
        if best is not None and rank is not None and rank > best:
            yield Found(
                code="apprentice_above_master",
                key=pair.uid,
                first=str(best),
                second=str(rank),
            )


def _days(records: Records) -> Iterable[tuple[str, str, date]]:
    for certificate in records.certificates:
        if certificate.issued_on is not None:
            yield certificate.uid, "certificate", certificate.issued_on
    for item in records.dated:
        yield item.uid, item.kind, item.on
    for span in records.spans:
        yield span.uid, span.kind, span.begins_on


def _about(key: str, code: str, first: date, second: date) -> Found:
    return Found(code=code, key=key, first=_text(first), second=_text(second))


def _text(day: date) -> str:
    return day.isoformat()
