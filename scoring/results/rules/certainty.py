"""How sure a rank is: how often it stays when the panel's marks are drawn again.

A statistic for the chief judge and the committee, see S-110 in docs/rules/scoring.md
for what it says and what not. It never touches a mark, a total or a rank.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.marking.rules.facts import PRESENT, EntryFacts
from scoring.results.rules.resample import Draws, Floats, Values, draw_totals
from scoring.results.rules.result import Result
from scoring.scheme.rules.tree import Scheme, TieKey

ROUNDS = 1000
_LOW, _HIGH = 5, 95  # percent: bounds of the interval
_TINY = 1e-7  # two compared numbers as close as this are equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """What the draws say about one ranked entry."""

    entry: str
    group: str
    rank: int
    kept: int  # percent of the draws in which it has exactly its rank
    low: int  # best and worst rank of the middle nine tenths of the draws
    high: int


def find_certainty(
    scheme: Scheme,
    facts: Mapping[str, EntryFacts],
    values: Values,
    results: Sequence[Result],
    *,
    seed: int,
    rounds: int = ROUNDS,
) -> list[Certainty]:
    """Draw the panels again and rank anew; the same seed gives the same answer.

    Who is ranked does not change: a pass line missed in a draw is not looked at.

    Args:
        scheme: frozen.
        facts: of all entries, by code.
        values: marks as entered: entry, aspect, judge.
        results: of `score`.
        seed: fixes the draws.
        rounds: how many draws.
    """
    present = [facts[r.entry] for r in results if r.status == PRESENT]
    if not present:
        return []
    draws = Draws(
        scheme=scheme,
        facts=present,
        values=values,
        rounds=rounds,
        chance=np.random.default_rng(seed),
    )
    totals = np.broadcast_to(draw_totals(draws), (rounds, len(present)))
    columns = {f.entry: at for at, f in enumerate(present)}
    keys = [totals, *(_key(draws, tie) for tie in scheme.ranking.ties)]
    return list(_judge(scheme, results, columns, keys, present))


def _judge(
    scheme: Scheme,
    results: Sequence[Result],
    columns: Mapping[str, int],
    keys: Sequence[Floats],
    present: Sequence[EntryFacts],
) -> Iterator[Certainty]:
    by_group = scheme.ranking.per == "group"
    groups: dict[str, list[Result]] = {}
    for result in results:
        if result.rank is not None:
            groups.setdefault(result.group if by_group else "", []).append(result)
    for members in groups.values():
        at = [columns[r.entry] for r in members]
        playoff = [float(present[i].playoff or -1) for i in at]
        ranks = _rank(
            [np.broadcast_to(k, (len(keys[0]), k.shape[1]))[:, at] for k in keys],
            np.array([playoff]),
            is_dense=scheme.ranking.unresolved == "dense",
        )
        low, high = np.percentile(
            ranks, (_LOW, _HIGH), axis=0, method="inverted_cdf"
        ).astype(int)
        kept = (ranks == np.array([r.rank for r in members])).mean(axis=0)
        for place, result in enumerate(members):
            yield Certainty(
                entry=result.entry,
                group=result.group,
                rank=result.rank or 0,
                kept=round(100 * float(kept[place])),
                low=int(low[place]),
                high=int(high[place]),
            )


def _key(draws: Draws, tie: TieKey) -> Floats:
    """Return what a tie key compares so that more is better; no value is worst."""
    if tie.kind == "time":
        times = [np.nan if f.time is None else float(f.time) for f in draws.facts]
        values = np.array([times])
    else:
        kinds = {
            "component": draws.components,
            "criterion": draws.criteria,
            "aspect": draws.aspects,
        }
        # Aspects below a wider trim scope are not drawn: they separate nobody here.
        none = np.zeros((1, len(draws.facts)))
        values = kinds[tie.kind].get(tie.code, none)
    signed = values if tie.descending else -values
    return np.where(np.isnan(signed), -np.inf, signed)


def _rank(
    keys: Sequence[Floats], playoff: Floats, *, is_dense: bool
) -> NDArray[np.int64]:
    """Rank each draw (row): 1 + how many are better, or how many better places."""
    rows = len(keys[0])
    every = [np.round(key / _TINY) for key in keys]
    every.append(np.broadcast_to(playoff, (rows, playoff.shape[1])))
    order = np.lexsort([-key for key in reversed(every)], axis=-1)
    new = np.zeros(order.shape, np.bool_)
    for key in every:
        line = np.take_along_axis(key, order, axis=1)
        new[:, 1:] |= line[:, 1:] != line[:, :-1]
    if is_dense:
        sorted_ranks = new.cumsum(axis=1) + 1
    else:
        places = np.arange(order.shape[1])
        sorted_ranks = np.maximum.accumulate(np.where(new, places, 0), axis=1) + 1
    ranks = np.empty_like(sorted_ranks)
    np.put_along_axis(ranks, order, sorted_ranks, axis=1)
    return ranks
