"""Why an entry stands where it stands (S-50 to S-53)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from scoring.marking.rules.facts import PRESENT, EntryFacts
from scoring.ranking.rules.ranks import DECIDE, PLAYOFF, SHARED
from scoring.results.rules.result import Result
from scoring.results.rules.trace.numbers import exact_text, spoken
from scoring.results.rules.trace.shape import (
    N_,
    Comparison,
    RankKey,
    RankTrace,
    Step,
)
from scoring.scheme.rules.tree import Scheme, TieKey

TOTAL = "total"
_MOST_NAMED = 8  # entries on a shared rank that a sentence names


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """The entries ranked together, best first, and everybody's facts."""

    scheme: Scheme
    ranked: Sequence[Result]
    facts: Mapping[str, EntryFacts]


def trace_rank(field: Field, result: Result) -> RankTrace:
    """Compare an entry with its neighbours, key by key."""
    if result.rank is None:
        return RankTrace(
            rank=None,
            of=len(field.ranked),
            keys=(),
            tied_by="",
            shared_with=(),
            above=None,
            below=None,
            steps=(_unranked_step(field.scheme, result),),
        )
    at = next(i for i, r in enumerate(field.ranked) if r.entry == result.entry)
    above = next((r for r in field.ranked[at::-1] if r.rank != result.rank), None)
    below = next((r for r in field.ranked[at:] if r.rank != result.rank), None)
    shared = tuple(
        r.entry
        for r in field.ranked
        if r.rank == result.rank and r.entry != result.entry
    )
    found = RankTrace(
        rank=result.rank,
        of=len(field.ranked),
        keys=_list_keys(field, result),
        tied_by=result.tied_by,
        shared_with=shared,
        above=_compare(field, result, above),
        below=_compare(field, result, below),
        steps=(),
    )
    return replace(found, steps=tuple(_tell(field.scheme, found)))


def _list_keys(field: Field, result: Result) -> tuple[RankKey, ...]:
    keys = [_total_key(field.scheme, result)]
    facts = field.facts[result.entry]
    keys += [_tie_key(field.scheme, tie, result, facts) for tie in _ties(field)]
    if any(field.facts[r.entry].playoff is not None for r in field.ranked):
        keys.append(RankKey(text=PLAYOFF, name="", value=_text(facts.playoff)))
    return tuple(keys)


def _ties(field: Field) -> Sequence[TieKey]:
    return field.scheme.ranking.ties


def _total_key(scheme: Scheme, result: Result) -> RankKey:
    published = scheme.ranking.compare == "published"
    places = scheme.rounding.total if published else None
    value = result.total if published else result.exact_total
    return RankKey(text=TOTAL, name="", value=_text(value, places), places=places)


def _tie_key(scheme: Scheme, tie: TieKey, result: Result, facts: EntryFacts) -> RankKey:
    value: Fraction | None
    name, places = "", None
    match tie.kind:
        case "component":
            value, places = result.components[tie.code], scheme.rounding.component
            name = next(c.name for c in scheme.components if c.code == tie.code)
        case "criterion":
            value = result.criteria[tie.code]
            criteria = [c for part in scheme.components for c in part.criteria]
            name = next(c.name for c in criteria if c.code == tie.code)
        case "aspect":
            value = result.aspects[tie.code]
            name = next(a.name for a in scheme.aspects if a.code == tie.code)
        case _:
            value = facts.time
    return RankKey(text=tie.text, name=name, value=_text(value, places), places=places)


def _compare(field: Field, result: Result, other: Result | None) -> Comparison | None:
    if other is None:
        return None
    mine, theirs = _list_keys(field, result), _list_keys(field, other)
    number = next(
        i for i, (m, t) in enumerate(zip(mine, theirs, strict=True)) if m != t
    )
    return Comparison(
        other=other.entry,
        rank=other.rank or 0,
        number=number,
        key=mine[number],
        theirs=theirs[number].value,
        is_ahead=(result.rank or 0) < (other.rank or 0),
    )


def _tell(scheme: Scheme, found: RankTrace) -> list[Step]:
    published = N_("Rank %(rank)s of %(of)s by the published total, %(total)s.")
    exact = N_("Rank %(rank)s of %(of)s by the total before its rounding, %(total)s.")
    steps = [
        Step(
            kind="rank",
            rule="S-51",
            template=published if scheme.ranking.compare == "published" else exact,
            params={
                "rank": str(found.rank),
                "of": str(found.of),
                "total": found.keys[0].value,
            },
        )
    ]
    steps += [_tell_neighbour(c) for c in (found.above, found.below) if c is not None]
    if found.shared_with:
        steps.append(_tell_shared(found))
    return steps


def _tell_neighbour(compared: Comparison) -> Step:
    key = compared.key
    mine = key.value if key else ""
    params = {
        "other": compared.other,
        "rank": str(compared.rank),
        "number": str(compared.number),
        "key": _key_label(key),
        "mine": mine or "–",
        "theirs": compared.theirs or "–",
    }
    sign = _sign(key, mine, compared.theirs)
    if compared.number == 0:
        ahead = N_("Ahead of %(other)s, rank %(rank)s, by the total.")
        behind = N_("Behind %(other)s, rank %(rank)s, by the total.")
        template = ahead if compared.is_ahead else behind
    elif key and key.text == PLAYOFF:
        ahead = N_("Same as %(other)s, rank %(rank)s, until the play-off: ahead.")
        behind = N_("Same as %(other)s, rank %(rank)s, until the play-off: behind.")
        template = ahead if compared.is_ahead else behind
    else:
        ahead = N_(
            "Same total as %(other)s, rank %(rank)s: separated on key %(number)s,"
            " %(key)s; ahead."
        )
        behind = N_(
            "Same total as %(other)s, rank %(rank)s: separated on key %(number)s,"
            " %(key)s; behind."
        )
        template = ahead if compared.is_ahead else behind
    return Step(
        kind="compare",
        rule="S-51",
        template=template,
        params=params,
        calculation=f"{params['mine']} {sign} {params['theirs']}" if sign else "",
    )


def _key_label(key: RankKey | None) -> str:
    if key is None:
        return ""
    code = key.text.split(" ")[0].partition(":")[2]
    return f"{code} {key.name}" if code else key.text


def _sign(key: RankKey | None, mine: str, theirs: str) -> str:
    """Return how the values of a key stand to each other; "" where one is missing."""
    if key is None or not mine or not theirs:
        return ""
    return ">" if Fraction(mine) > Fraction(theirs) else "<"


def _tell_shared(found: RankTrace) -> Step:
    shared = N_("Equal in every key with %(others)s: they share the rank.")
    playoff = N_(
        "Equal in every key with %(others)s: a play-off is still to settle it."
    )
    decide = N_("Equal in every key with %(others)s: a person has to decide.")
    template = {SHARED: shared, PLAYOFF: playoff, DECIDE: decide}
    named = found.shared_with[:_MOST_NAMED]
    return Step(
        kind="shared",
        rule="S-52",
        template=template.get(found.tied_by, shared),
        params={"others": "\n".join(named), "count": str(len(found.shared_with))},
    )


def _unranked_step(scheme: Scheme, result: Result) -> Step:
    templates = {
        "absent": N_("Not ranked: absent."),
        "withdrawn": N_("Not ranked: withdrawn."),
        "disqualified": N_("Not ranked: disqualified."),
    }
    if result.status != PRESENT:
        return Step(kind="unranked", rule="S-50", template=templates[result.status])
    missed = [c for c in scheme.ranking.require_pass if _misses(scheme, result, c)]
    if not missed:
        waiting = N_("Not ranked yet: points carried in are still to come.")
        return Step(kind="unranked", rule="S-50", template=waiting)
    code = missed[0]
    component = next(c for c in scheme.components if c.code == code)
    places = scheme.rounding.component
    return Step(
        kind="unranked",
        rule="S-50",
        template=N_(
            "Not ranked: %(component)s has %(points)s and its pass line is %(line)s."
        ),
        params={
            "component": f"{component.code} {component.name}",
            "points": spoken(result.components[code], places),
            "line": spoken(component.pass_mark or Fraction(0), places),
        },
    )


def _misses(scheme: Scheme, result: Result, code: str) -> bool:
    line = next(c.pass_mark for c in scheme.components if c.code == code)
    return line is not None and result.components[code] < line


def _text(value: Fraction | None, places: int | None = None) -> str:
    return "" if value is None else exact_text(value, places)
