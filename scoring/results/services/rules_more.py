"""Sentences about what docs/formats/scheme.md adds: for the head of a result page."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from scoring.scheme.rules.numbers import format_number
from scoring.scheme.rules.tree import Eligibility, Medals, Penalty, Scheme

Rule = tuple[str, str]  # what it is about, what it says


def list_part_rules(scheme: Scheme) -> Iterator[Rule]:
    """Yield what is special about components and penalties."""
    bonus = ", ".join(part.name for part in scheme.components if part.bonus)
    if bonus:
        yield (
            _("Bonus"),
            _(
                "%(names)s: counts for the total and the rank, not for the full mark.",
                names=bonus,
            ),
        )
    for part in scheme.carried:
        source = part.carried_from.event if part.carried_from else ""
        yield (
            part.name,
            _("Carried in from %(event)s, by person, once decoded.", event=source)
            if source
            else _("Carried in from an earlier stage."),
        )
    if scheme.penalties:
        yield (
            _("Penalties"),
            "; ".join(_tell_penalty(scheme, penalty) for penalty in scheme.penalties),
        )


def _tell_penalty(scheme: Scheme, penalty: Penalty) -> str:
    names = {part.code: part.name for part in scheme.components}
    said = _(
        "%(penalty)s: %(points)s for each %(unit)s, from %(target)s",
        penalty=penalty.name,
        points=format_number(penalty.points),
        unit=format_number(penalty.unit),
        target=names.get(penalty.applies_to, _("the total")),
    )
    more = [
        _("at most %(cap)s", cap=format_number(penalty.cap)) if penalty.cap else "",
        penalty.rule,
        penalty.approver,
    ]
    return ", ".join(filter(None, [said, *more]))


def list_medal_rules(medals: Medals | None) -> Iterator[Rule]:
    """Yield how medals are shared, as WorldSkills lays it down."""
    if medals is None:
        return
    gold, silver, bronze = medals.names
    points = format_number(medals.tolerance)
    share = (
        _(
            "%(names)s; whoever is within %(points)s of the one before shares the"
            " medal.",
            names=", ".join(medals.names),
            points=points,
        )
        if medals.chain
        else _(
            "%(names)s; whoever is within %(points)s of the first shares the medal.",
            names=", ".join(medals.names),
            points=points,
        )
    )
    ties = _(
        "Two %(gold)s leave no %(silver)s; where both went to three or more,"
        " %(bronze)s only goes to who is within %(points)s of the last of them.",
        gold=gold,
        silver=silver,
        bronze=bronze,
        points=points,
    )
    said = f"{share} {ties}"
    if medals.medallion is not None:
        said += " " + _(
            "%(name)s: everybody else from %(points)s up, inclusive.",
            name=medals.medallion.name,
            points=format_number(medals.medallion.start),
        )
    yield _("Medals"), said


def list_merit_rules(scheme: Scheme) -> Iterator[Rule]:
    """Yield who may be recommended for promotions and honours."""
    if scheme.promotions:
        yield _("Promotions"), _tell_rows(scheme.promotions)
    if scheme.honours:
        yield _("Honours"), _tell_rows(scheme.honours)


def say_merits(rows: Sequence[Eligibility]) -> list[str]:
    """Return who may be recommended for what, a sentence for each row."""
    return [
        _("%(name)s: %(rule)s", name=row.name, rule=_tell_row(row))
        + (_(" (%(source)s)", source=row.rule) if row.rule else "")
        for row in rows
    ]


def _tell_rows(rows: Sequence[Eligibility]) -> str:
    listed = "; ".join(f"{row.name}: {_tell_row(row)}" for row in rows)
    return f"{listed}. {_('Eligible to be recommended; nothing is granted here.')}"


def _tell_row(row: Eligibility) -> str:
    first, last = row.ranks or (0, 0)
    parts = [
        _("ranks %(first)s to %(last)s", first=first, last=last) if row.ranks else "",
        ", ".join((*row.awards, *row.groups)),
        _("only with the pass line of %(codes)s", codes=", ".join(row.require_pass))
        if row.require_pass
        else "",
        _("from %(age)s years", age=row.min_age) if row.min_age else "",
        _("up to %(age)s years", age=row.max_age) if row.max_age else "",
        _("holding %(levels)s", levels=", ".join(v or "–" for v in row.held))
        if row.held
        else "",
        _("not promoted since %(day)s", day=row.not_promoted_since)
        if row.not_promoted_since
        else "",
        *row.conditions,
    ]
    return ", ".join(filter(None, parts)) or _("the rank alone decides")
