"""What is allowed in a scheme but deserves a second look."""

from collections.abc import Iterator
from fractions import Fraction

from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.totals import find_variations
from scoring.scheme.rules.tree import Aspect, Component, Criterion, Scheme


def list_warnings(scheme: Scheme) -> list[Fault]:
    """Return the doubtful places of a scheme, in the order of the file."""
    return [
        *(w for i, c in enumerate(scheme.components) for w in _component(c, i)),
        *_penalties(scheme),
        *_calculations(scheme),
        *_outcome(scheme),
        *_medals(scheme),
        *_sections(scheme),
    ]


def _component(component: Component, index: int) -> Iterator[Fault]:
    path = f"components[{index}]"
    reachable = sum((c.max for c in component.criteria), Fraction(0))
    if reachable != component.max and not component.carried:
        yield _warn(
            f"{path}.max",
            "The criteria add to %(sum)s and the component's max is %(max)s.",
            sum=format_number(reachable),
            max=format_number(component.max),
        )
    line = component.pass_mark
    if line is not None and reachable < line and not component.carried:
        yield _warn(
            f"{path}.pass",
            "The criteria reach %(sum)s: nobody can pass.",
            sum=format_number(reachable),
        )
    if component.weight == 0:
        yield _warn(f"{path}.weight", "The component does not count for the total.")
    wide = component.trim_scope != "aspect"
    if wide and _is_median(component.aggregate, _judges(component), component.drop):
        yield _median(f"{path}.aggregate")
    for j, criterion in enumerate(component.criteria):
        yield from _criterion(criterion, f"{path}.criteria[{j}]", wide=wide)


def _judges(component: Component) -> int:
    return max((aspect.judges for aspect in component.aspects), default=1)


def _criterion(criterion: Criterion, path: str, *, wide: bool) -> Iterator[Fault]:
    reachable = sum((aspect.max for aspect in criterion.aspects), Fraction(0))
    if criterion.cap > reachable:
        yield _warn(
            f"{path}.cap",
            "The aspects add to %(sum)s, so the cap is never reached.",
            sum=format_number(reachable),
        )
    below = criterion.zero_component_below
    if below is not None and below > min(criterion.cap, reachable):
        yield _warn(
            f"{path}.zero_component_below",
            "The aspects reach %(sum)s: everybody's component becomes 0.",
            sum=format_number(min(criterion.cap, reachable)),
        )
    for k, aspect in enumerate(criterion.aspects):
        yield from _aspect(aspect, f"{path}.aspects[{k}]", wide=wide)


def _aspect(aspect: Aspect, path: str, *, wide: bool) -> Iterator[Fault]:
    if not wide and _is_median(aspect.aggregate, aspect.judges, aspect.drop):
        yield _median(f"{path}.aggregate")
    if aspect.kind == "judgement" and not aspect.descriptors:
        yield _warn(
            f"{path}.descriptors",
            "Without descriptors judges do not know what 0, 1, 2 and 3 look like.",
        )
    if aspect.disagreement is not None and aspect.judges == 1:
        yield _warn(f"{path}.disagreement", "A single judge disagrees with nobody.")
    best = max(aspect.options.values(), default=aspect.max)
    if best < aspect.max:
        yield _warn(
            f"{path}.options",
            "No option gives the max of %(max)s.",
            max=str(aspect.max),
        )


def _is_median(aggregate: str, judges: int, drop: int) -> bool:
    return aggregate == "trimmed_mean" and judges == 2 * drop + 1


def _penalties(scheme: Scheme) -> Iterator[Fault]:
    for i, penalty in enumerate(scheme.penalties):
        if penalty.cap is not None and penalty.cap < penalty.points:
            yield _warn(
                f"penalties[{i}].cap",
                "The cap is below the points of a single unit.",
            )


def _calculations(scheme: Scheme) -> Iterator[Fault]:
    used = {aspect.calculation for aspect in scheme.aspects}
    for i, row in enumerate(scheme.calculations):
        if row.code not in used:
            yield _warn(f"calculations[{i}]", "No aspect uses this row.")


def _outcome(scheme: Scheme) -> Iterator[Fault]:
    if scheme.teams is None:
        return
    known = {*scheme.award_names, "passed"}
    for label in scheme.teams.points:
        if label not in known:
            yield _warn("teams.points", "No award is called %(name)s.", name=label)


def _medals(scheme: Scheme) -> Iterator[Fault]:
    medals = scheme.medals
    if medals is None or medals.medallion is None or medals.of != "total":
        return
    most = sum((c.max * c.weight for c in scheme.components), Fraction(0))
    if medals.medallion.start > most:
        yield _warn(
            "medals.medallion.from",
            "Nobody can have more than %(most)s.",
            most=format_number(most),
        )


def _sections(scheme: Scheme) -> Iterator[Fault]:
    if not scheme.sections:
        return
    known = {section.code for section in scheme.sections}
    unknown = {aspect.section for aspect in scheme.aspects} - known - {""}
    for code in sorted(unknown):
        yield _warn("sections", "No section is called %(code)s.", code=code)
    prescribed = sum((section.marks for section in scheme.sections), Fraction(0))
    if prescribed != scheme.max:
        yield _warn(
            "sections",
            "The sections' marks add to %(sum)s and the full mark is %(full)s.",
            sum=format_number(prescribed),
            full=format_number(scheme.max),
        )
    variation = sum((v.variation for v in find_variations(scheme)), Fraction(0))
    if variation:
        yield _warn(
            "sections",
            "The aspects vary from the sections' marks by %(sum)s in all.",
            sum=format_number(variation),
        )


def _median(path: str) -> Fault:
    return _warn(path, "So few judges leave one mark: this trimmed mean is a median.")


def _warn(where: str, template: str, **params: object) -> Fault:
    return Fault(where=where, template=template, params=params)


def list_undescribed(scheme: Scheme) -> list[str]:
    """Return the codes of judgements without their four descriptors.

    The file format lets them pass with a warning; freezing does not, because a judge
    who marks by them would not know what 0, 1, 2 and 3 look like.
    """
    return [
        aspect.code
        for aspect in scheme.aspects
        if aspect.kind == "judgement"
        and not (len(aspect.descriptors) == 4 and all(aspect.descriptors))
    ]
