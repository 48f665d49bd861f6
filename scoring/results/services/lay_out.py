"""An explanation as a tree of texts: what the page shows and the address hands out.

The keys are described in docs/formats/trace.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring.results.rules.trace.numbers import exact_text
from scoring.results.rules.trace.shape import (
    AspectTrace,
    ComponentTrace,
    CriterionTrace,
    JudgeMark,
    JudgeSum,
    Step,
    Trace,
)
from scoring.results.services.tell import Namer, tell_step
from scoring.scheme.rules.tree import Scheme

FORMAT = "jiangcai-explanation/1"
Tree = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How judges and other entries are called before this reader."""

    judge: Namer  # of a seat
    entry: Namer  # of a work code


def lay_out(scheme: Scheme, trace: Trace, voice: Voice) -> Tree:
    """Return a trace as text, in the reader's language."""
    return _Teller(scheme, voice).trace(trace)


class _Teller:
    def __init__(self, scheme: Scheme, voice: Voice) -> None:
        self.voice = voice
        self.places = scheme.rounding

    def trace(self, trace: Trace) -> Tree:
        total = trace.total
        return {
            "format": FORMAT,
            "status": trace.status,
            "components": [self._component(part) for part in trace.components],
            "total": total
            and {
                "line": total.line,
                "weighted": exact_text(total.weighted),
                "penalty": exact_text(total.penalty),
                "exact": exact_text(total.exact),
                "points": exact_text(total.points, self.places.total),
                "steps": self._steps(total.steps),
            },
            "rank": {
                "rank": trace.rank.rank,
                "of": trace.rank.of,
                "tied_by": trace.rank.tied_by,
                "shared_with": [self.voice.entry(c) for c in trace.rank.shared_with],
                "keys": [
                    {"key": key.text, "name": key.name, "value": key.value}
                    for key in trace.rank.keys
                ],
                "steps": self._steps(trace.rank.steps),
            },
            "award": {"award": trace.award, "steps": self._steps(trace.award_steps)},
            "scale": {"scale": trace.scale, "steps": self._steps(trace.scale_steps)},
        }

    def _component(self, part: ComponentTrace) -> Tree:
        places = self.places.component
        return {
            "code": part.code,
            "name": part.name,
            "max": exact_text(part.max),
            "weight": exact_text(part.weight),
            "trim_scope": part.trim_scope,
            "criteria": [self._criterion(criterion) for criterion in part.criteria],
            "sums": self._sums(part.sums),
            "raw": exact_text(part.raw, places),
            "points": exact_text(part.points, places),
            "weighted": exact_text(part.weighted),
            "pass": _text(part.pass_mark),
            "steps": self._steps(part.steps),
        }

    def _criterion(self, criterion: CriterionTrace) -> Tree:
        return {
            "code": criterion.code,
            "name": criterion.name,
            "max": exact_text(criterion.max),
            "points": _text(criterion.points),
            "is_counted": criterion.is_counted,
            "aspects": [self._aspect(aspect) for aspect in criterion.aspects],
            "sums": self._sums(criterion.sums),
            "steps": self._steps(criterion.steps),
        }

    def _aspect(self, aspect: AspectTrace) -> Tree:
        return {
            "code": aspect.code,
            "name": aspect.name,
            "kind": aspect.kind,
            "max": exact_text(aspect.max),
            "judges": aspect.judges,
            "aggregate": aspect.aggregate,
            "marks": self._in_order([self._mark(mark) for mark in aspect.marks]),
            "exact": _text(aspect.exact),
            "points": _text(aspect.points),
            "is_counted": aspect.is_counted,
            "steps": self._steps(aspect.steps),
        }

    def _mark(self, mark: JudgeMark) -> Tree:
        return {
            "judge": self.voice.judge(mark.judge),
            "value": mark.value,
            "points": exact_text(mark.points),
            "dropped": mark.dropped,
            "text": tell_step(mark.step, self.voice.entry),
            "calculation": mark.step.calculation,
        }

    def _sums(self, sums: Sequence[JudgeSum]) -> list[Tree]:
        return self._in_order(
            [
                {
                    "judge": self.voice.judge(each.judge),
                    "parts": [exact_text(part) for part in each.parts],
                    "points": exact_text(each.points),
                    "dropped": each.dropped,
                    "calculation": each.calculation,
                }
                for each in sums
            ]
        )

    def _in_order(self, lines: list[Tree]) -> list[Tree]:
        """Sort by what the reader sees: the order of seats would betray them."""
        return sorted(lines, key=lambda line: _natural(line["judge"]))

    def _steps(self, steps: Sequence[Step]) -> list[Tree]:
        return [
            {
                "kind": step.kind,
                "rule": step.rule,
                "text": tell_step(step, self.voice.entry),
                "calculation": step.calculation,
                "result": _text(step.result),
            }
            for step in steps
        ]


def _natural(name: str) -> tuple[int, str]:
    digits = "".join(char for char in name if char in "0123456789")
    return int(digits or 0), name


def _text(value: Fraction | None) -> str | None:
    return None if value is None else exact_text(value)
