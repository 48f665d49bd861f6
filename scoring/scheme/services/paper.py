"""Mark sheets on paper, empty: what a seat marks, with a blank fit for each aspect.

Words used here:
    body: the sheet of one seat without work code and QR code; all works share it.
    sample: a body of the whole scheme, marked as such, to look at before the freeze.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from paper import in_groups, language, make_counted_pdf, make_pdf, page_words
from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Aspect, Component, Criterion, Scheme

_TEMPLATE = "scoring/paper/mark_sheet.typ"
_TALLY = 10  # boxes to tick faults in; more are written as a number
_LONG = 600  # characters of one aspect that may need more than a page


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands over a sheet and under it. Never a name, unit or earlier code."""

    competition: str
    event: str
    seat: str
    digest: str  # of the scheme's text, SHA-256 in hex


def make_body(
    scheme: Scheme, aspects: Collection[str], heading: Heading
) -> tuple[bytes, int]:
    """Return the body of a seat's sheet and how many pages it has.

    Args:
        scheme: frozen.
        aspects: codes of what the seat marks.
        heading: of the sheet.
    """
    data = _sheet_data(scheme, frozenset(aspects), heading)
    return make_counted_pdf(_TEMPLATE, data)


def make_sample(scheme: Scheme, heading: Heading) -> bytes:
    """Return the sheet of a judge who marks everything, crossed with “sample”.

    For any parsed scheme, draft or frozen; `heading.seat` is shown as it is.
    """
    aspects = frozenset(aspect.code for aspect in scheme.aspects)
    return make_pdf(_TEMPLATE, _sheet_data(scheme, aspects, heading) | {"sample": True})


def _sheet_data(
    scheme: Scheme, aspects: frozenset[str], heading: Heading
) -> dict[str, Any]:
    return {
        "lang": language(),
        "title": f"{_('Paper mark sheet')} {heading.seat} {heading.event}",
        "sample": False,
        "competition": heading.competition,
        "event": heading.event,
        "seat": heading.seat,
        "digest": heading.digest,
        "digest_groups": in_groups(heading.digest),
        "page": page_words(),
        "words": _words(),
        "components": [
            part
            for component in scheme.components
            if (part := _component(component, aspects))["criteria"]
        ],
    }


def _words() -> dict[str, str]:
    return {
        "sheet": _("Paper mark sheet"),
        "sample": _("SAMPLE"),
        "seat": _("Seat"),
        "work": _("Work code"),
        "digest": _("Digest of the scheme (SHA-256)"),
        "foot": _(
            "Write no name, unit, contest number or station on this sheet. Correct by "
            "crossing out, writing anew and signing beside it."
        ),
        "aspect_code": _("Aspect code"),
        "aspect": _("Aspect"),
        "max": _("Max"),
        "mark": _("Mark"),
        "points": _("Points"),
        "remarks": _("Remarks"),
        "vow": _(
            "I have given these marks myself, by the scheme, and they are complete."
        ),
        "judge": _("Judge"),
        "chief": _("Chief judge"),
        "date": _("Date and time"),
    }


def _component(component: Component, aspects: frozenset[str]) -> dict[str, Any]:
    return {
        "code": component.code,
        "name": component.name,
        "max": _full_mark(format_number(component.max)),
        "criteria": [
            part
            for criterion in component.criteria
            if (part := _criterion(criterion, aspects))["aspects"]
        ],
    }


def _criterion(criterion: Criterion, aspects: frozenset[str]) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "name": criterion.name,
        "max": _full_mark(format_number(criterion.cap), criterion.factor),
        "aspects": [_aspect(a) for a in criterion.aspects if a.code in aspects],
    }


def _full_mark(points: str, factor: Fraction = Fraction(1)) -> str:
    said = str(_("full mark %(points)s", points=points))
    return said if factor == 1 else f"{said} × {format_number(factor)}"


def _aspect(aspect: Aspect) -> dict[str, Any]:
    notes = list(_notes(aspect))
    return {
        "code": aspect.code,
        "name": aspect.name,
        "notes": notes,
        "max": format_number(aspect.max),
        "long": len(aspect.name) + sum(map(len, notes)) > _LONG,
        "choices": _choices(aspect),
        "boxes": _boxes(aspect),
        "line": _line(aspect),
        "range": _range(aspect),
        "symbol": aspect.symbol,
        "comment": _comment(aspect),
    }


def _boxes(aspect: Aspect) -> int:
    if aspect.kind != "deduction":
        return 0
    return min(aspect.max_faults or _TALLY, _TALLY)


def _comment(aspect: Aspect) -> str:
    if aspect.comment_below is None:
        return ""
    points = format_number(aspect.comment_below)
    return str(_("Comment (required below %(points)s points)", points=points))


def _choices(aspect: Aspect) -> list[tuple[str, str]]:
    """Return what is ticked: the label and, in small print, what it is worth."""
    match aspect.kind:
        case "yes_no":
            return [(_("Yes"), ""), (_("No"), "")]
        case "choice":
            return [(k, format_number(v)) for k, v in aspect.options.items()]
        case "judgement":
            return [(str(grade), "") for grade in range(4)]
        case _:
            return []


def _line(aspect: Aspect) -> str:
    """Return what stands before the line a number is written on; "" without one."""
    match aspect.kind:
        case "score":
            return str(_("Points"))
        case "deduction":
            return str(_("Number of faults"))
        case "tolerance":
            return str(_("Time (m:ss)") if aspect.timed else _("Measured"))
        case "rank":
            return str(_("Place"))
        case _:
            return ""


def _range(aspect: Aspect) -> str:
    if aspect.kind != "score":
        return ""
    return f"{format_number(aspect.min)} – {format_number(aspect.max)}"


def _limits(aspect: Aspect) -> str:
    lower, upper = (
        None if limit is None else format_number(limit)
        for limit in (aspect.lower, aspect.upper)
    )
    unit = "s" if aspect.timed else aspect.symbol
    if lower is None:
        said = f"≤ {upper}"
    elif lower == upper:
        said = lower
    else:
        said = f"≥ {lower}" if upper is None else f"{lower} – {upper}"
    return f"{said} {unit}".strip()


def _notes(aspect: Aspect) -> Iterator[str]:
    if aspect.description:
        yield aspect.description
    match aspect.kind:
        case "deduction":
            yield _(
                "%(points)s off per fault, not below 0",
                points=format_number(aspect.per_fault),
            )
            if aspect.max_faults is not None:
                yield _("at most %(count)s faults count", count=aspect.max_faults)
        case "tolerance":
            limits = _("limits: %(limits)s", limits=_limits(aspect))
            yield f"{limits}; {_beyond(aspect)}"
        case "rank":
            yield _(
                "first place %(max)s, each further place %(step)s less, not below 0",
                max=format_number(aspect.max),
                step=format_number(aspect.step),
            )
        case _:
            pass
    for grade, text in enumerate(aspect.descriptors):
        yield f"{grade}  {text}"
    if aspect.photo == "required":
        yield _("a photo is required")


def _beyond(aspect: Aspect) -> str:
    """Return what a size outside the limits costs."""
    if aspect.mode == "all_or_nothing":
        return str(_("outside the limits: no points"))
    values = {
        "points": format_number(aspect.per_unit),
        "unit": format_number(aspect.unit),
    }
    if aspect.mode == "step":
        return str(
            _("beyond the limits %(points)s off for each %(unit)s begun", **values)
        )
    return str(_("beyond the limits %(points)s off per %(unit)s, pro rata", **values))
