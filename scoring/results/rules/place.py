"""Ranks, awards and scale of each group (docs/formats/computing.md, 6, 7 and 9)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.marking.rules.facts import EntryFacts
from scoring.ranking.rules.awards import Placed, hand_out_awards
from scoring.ranking.rules.medals import hand_out_medals
from scoring.ranking.rules.ranks import Contender, Standing, rank_contenders
from scoring.ranking.rules.scale import SMALL_FIELD, scale_totals
from scoring.results.rules.result import Result
from scoring.results.rules.total import EntryTotal, group_of
from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.tree import Scheme, TieKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    rank: int
    tied_by: str
    award: str
    scale: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlacing:
    """What was decided within one group."""

    placings: dict[str, Placing]  # of the ranked entries
    warnings: tuple[Fault, ...]


def place_entries(
    scheme: Scheme, entries: Sequence[EntryFacts], totals: Mapping[str, EntryTotal]
) -> tuple[dict[str, Placing], list[Fault]]:
    """Rank each group by itself; return the placings of the ranked, and warnings."""
    groups: dict[str, list[EntryFacts]] = {}
    for facts in entries:
        groups.setdefault(group_of(scheme, facts), []).append(facts)
    placed = [
        place_group(scheme, group, members, totals)
        for group, members in sorted(groups.items())
    ]
    return (
        {code: at for group in placed for code, at in group.placings.items()},
        [warning for group in placed for warning in group.warnings],
    )


def place_group(
    scheme: Scheme,
    group: str,
    members: Sequence[EntryFacts],
    totals: Mapping[str, EntryTotal],
) -> GroupPlacing:
    """Rank the members of one group and hand out its awards and scale."""
    ranked = [facts for facts in members if _is_ranked(scheme, totals.get(facts.entry))]
    contenders = [_contend(scheme, facts, totals[facts.entry]) for facts in ranked]
    standings = rank_contenders(
        contenders, scheme.ranking.ties, scheme.ranking.unresolved
    )
    scale = _scale(scheme, standings, totals)
    medals = _give_medals(scheme, contenders, scale)
    awards = hand_out_awards(
        scheme.awards,
        [
            Placed(code=s.code, rank=s.rank, passed=totals[s.code].reached)
            for s in standings
        ],
        entered=len(members),
        medals=medals,
    )
    return GroupPlacing(
        placings={
            s.code: Placing(
                rank=s.rank,
                tied_by=s.tied_by,
                award=awards.get(s.code, ""),
                scale=scale.get(s.code),
            )
            for s in standings
        },
        warnings=tuple(_doubts(scheme, group, len(ranked), scale)),
    )


def _is_ranked(scheme: Scheme, total: EntryTotal | None) -> bool:
    return total is not None and total.reached.issuperset(scheme.ranking.require_pass)


def _contend(scheme: Scheme, facts: EntryFacts, total: EntryTotal) -> Contender:
    published = scheme.ranking.compare == "published"
    return Contender(
        code=facts.entry,
        total=total.total if published else total.exact,
        keys=tuple(find_key(tie, facts, total) for tie in scheme.ranking.ties),
        playoff=facts.playoff,
    )


def find_key(
    tie: TieKey, facts: EntryFacts, total: EntryTotal | Result
) -> Fraction | None:
    """Return what a tie key compares; None where the entry has no such value."""
    match tie.kind:
        case "component":
            return total.components[tie.code]
        case "criterion":
            return total.criteria[tie.code]
        case "aspect":
            return total.aspects[tie.code]
        case _:
            return facts.time


def _scale(
    scheme: Scheme, standings: Sequence[Standing], totals: Mapping[str, EntryTotal]
) -> Mapping[str, int]:
    if scheme.scale is None:
        return {}
    scaled = scale_totals([totals[s.code].total for s in standings])
    if scaled is None:
        return {}
    return {s.code: points for s, points in zip(standings, scaled, strict=True)}


def _give_medals(
    scheme: Scheme, contenders: Sequence[Contender], scale: Mapping[str, int]
) -> dict[str, str]:
    if scheme.medals is None:
        return {}
    if scheme.medals.of == "scale":
        values = {code: Fraction(points) for code, points in scale.items()}
    else:
        values = {contender.code: contender.total for contender in contenders}
    return hand_out_medals(scheme.medals, values)


def _doubts(
    scheme: Scheme, group: str, size: int, scale: Mapping[str, int]
) -> Iterator[Fault]:
    if scheme.scale is not None and 0 < size < SMALL_FIELD:
        yield _small_field(group, size)
    by_scale = scheme.medals is not None and scheme.medals.of == "scale"
    if by_scale and size and not scale:
        yield Fault(
            where="",
            template="Group “%(group)s” has no scale, so it has no medals: a person"
            " must decide.",
            params={"group": group},
            source="entries",
        )


def _small_field(group: str, size: int) -> Fault:
    return Fault(
        where="",
        template="Group “%(group)s” ranks %(size)s: fewer than %(least)s make the"
        " WorldSkills scale unstable.",
        params={"group": group, "size": size, "least": SMALL_FIELD},
        source="entries",
    )
