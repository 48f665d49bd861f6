"""What another scheme does to the marks that are there.

Words used here:
    unfit: something on record that the new scheme cannot take: it has to be put right
        before the scheme can change.
    dropped: marks for aspects the new scheme does not have: they stay on record and do
        not count.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scoring.marking.rules.cells import Counted
from scoring.marking.rules.values import MarkValueError, mark_points
from scoring.results.rules.rulings import Ruling, find_fault
from scoring.scheme.rules.faults import Fault
from scoring.scheme.rules.tree import Aspect, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """One thing that does not fit.

    what: kind (an aspect keeps its code and means something else), value (a mark),
    judges (more have marked a work than the new scheme expects), ruling (a decision
    names what is gone).
    """

    what: str
    code: str  # of the aspect; of a ruling: what it names
    entry: str = ""
    seat: str = ""
    value: str = ""
    why: Fault | None = None  # of a value


def find_unfit(
    old: Scheme, new: Scheme, counted: Sequence[Counted], rulings: Iterable[Ruling]
) -> list[Unfit]:
    """Return what keeps the new scheme from replacing the old one.

    Args:
        old: what marks were given by.
        new: what they are to be given by.
        counted: the marks that count.
        rulings: the decisions that stand.
    """
    before = {aspect.code: aspect for aspect in old.aspects}
    after = {aspect.code: aspect for aspect in new.aspects}
    changed = [c for c in after if c in before and after[c].kind != before[c].kind]
    return [
        # Even unmarked: a tablet without network may hold marks of the old kind.
        *(Unfit(what="kind", code=code) for code in changed),
        *_unfit_values(after, [c for c in counted if c.aspect not in changed]),
        *_unfit_judges(after, counted),
        *(
            Unfit(what="ruling", code=ruling.target, entry=ruling.entry)
            for ruling in rulings
            if find_fault(new, ruling)
        ),
    ]


def _unfit_values(
    after: Mapping[str, Aspect], counted: Iterable[Counted]
) -> Iterator[Unfit]:
    for mark in counted:
        aspect = after.get(mark.aspect)
        if aspect is None:
            continue
        try:
            mark_points(aspect, mark.value)
        except MarkValueError as error:
            yield Unfit(
                what="value",
                code=mark.aspect,
                entry=mark.entry,
                seat=mark.judge,
                value=mark.value,
                why=Fault(where="", template=error.template, params=error.params),
            )


def _unfit_judges(
    after: Mapping[str, Aspect], counted: Iterable[Counted]
) -> Iterator[Unfit]:
    given = Counter((mark.entry, mark.aspect) for mark in counted)
    for (entry, code), judges in given.items():
        if code in after and judges > after[code].judges:
            yield Unfit(what="judges", code=code, entry=entry, value=str(judges))


def keep_known(scheme: Scheme, counted: Iterable[Counted]) -> list[Counted]:
    """Return the marks for aspects of the scheme; the others do not count."""
    known = {aspect.code for aspect in scheme.aspects}
    return [mark for mark in counted if mark.aspect in known]


def count_dropped(new: Scheme, counted: Iterable[Counted]) -> dict[str, int]:
    """Return how many marks of each aspect would not count any more."""
    known = {aspect.code for aspect in new.aspects}
    return dict(Counter(m.aspect for m in counted if m.aspect not in known))
