"""How a total was put on the WorldSkills scale (S-80)."""

from collections.abc import Sequence
from fractions import Fraction

from scoring.ranking.rules.scale import find_median, scale_exactly
from scoring.results.rules.trace.numbers import equals, exact_text, spoken
from scoring.results.rules.trace.shape import N_, Step


def trace_scale(totals: Sequence[Fraction], at: int) -> tuple[Step, ...]:
    """Return the steps for one of the ranked totals of a group."""
    middle = find_median(totals)
    deviation = find_median([abs(total - middle) for total in totals])
    steps = [
        Step(
            kind="median",
            rule="S-80",
            template=N_("The median of the %(count)s ranked totals is %(median)s."),
            params={"count": str(len(totals)), "median": spoken(middle)},
            result=middle,
        ),
        Step(
            kind="mad",
            rule="S-80",
            template=N_("Half of them lie within %(mad)s of it (the MAD)."),
            params={"mad": spoken(deviation)},
            result=deviation,
        ),
    ]
    scaled = scale_exactly(totals)
    if scaled is None:
        none = N_("With a MAD of 0 the totals are not put on the scale.")
        return (*steps, Step(kind="scale", rule="S-80", template=none))
    exact = scaled[at]
    rounded = Fraction(
        (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    )
    left = (
        f"700 + 30 × ({exact_text(totals[at])} − {_in_brackets(middle)})"
        f" ÷ (1.4826 × {_in_brackets(deviation)})"
    )
    steps.append(
        Step(
            kind="scale",
            rule="S-80",
            template=N_(
                "The median is put at 700, and 1.4826 times the MAD is 30 points;"
                " rounded half up to whole points."
            ),
            calculation=f"{equals(left, exact)} → {rounded}",
            result=rounded,
        )
    )
    return tuple(steps)


def _in_brackets(value: Fraction) -> str:
    text = exact_text(value)
    return f"({text})" if "/" in text or value < 0 else text
