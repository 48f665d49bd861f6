"""What a scheme lays down about results, in sentences for the head of a result page."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from flask_babel import gettext as _

from scoring.results.services.rules_more import (
    Rule,
    list_medal_rules,
    list_merit_rules,
    list_part_rules,
)
from scoring.scheme.rules.numbers import HALF_EVEN, TRUNCATE, format_number
from scoring.scheme.rules.tree import Award, Component, Scheme, TieKey


def list_rules(scheme: Scheme) -> list[Rule]:
    """Return the rules in the order in which they are applied."""
    return [
        *_judges(scheme),
        *list_part_rules(scheme),
        (_("Total"), _total(scheme)),
        (_("Rounding"), _rounding(scheme)),
        (_("Rank"), _ranking(scheme)),
        (_("Ties"), _ties(scheme)),
        *list_medal_rules(scheme.medals),
        *_awards(scheme),
        *list_merit_rules(scheme),
        *_scale(scheme),
        *_panels(scheme),
    ]


def name_tie(scheme: Scheme, key: str) -> str:
    """Return what settled a tie (`tied_by`), called as the scheme calls it."""
    said = {
        "": "",
        "playoff": _("playoff"),
        "shared": _("rank shared"),
        "decide": _("for the chief judge to decide"),
        "time": _("time"),
        **_names(scheme),
    }
    return str(said.get(key.partition(" ")[0], key))


def _names(scheme: Scheme) -> dict[str, str]:
    """Return the names of what a tie key may name, by kind and code."""
    names: dict[str, str] = {}
    for part in scheme.components:
        names[f"component:{part.code}"] = part.name
        names |= {f"criterion:{c.code}": c.name for c in part.criteria}
        names |= {f"aspect:{a.code}": a.name for a in part.aspects}
    return names


def _join(parts: Iterable[str]) -> str:
    return str(_("; ")).join(parts)


def _pair(what: str, text: str) -> str:
    return str(_("%(what)s: %(text)s", what=what, text=text))


def say_ties(scheme: Scheme) -> list[str]:
    """Return how ties of rank and of award are dealt with, said before the list."""
    return [_ties(scheme), *(_pair(*rule) for rule in _awards(scheme))]


def say_awards(scheme: Scheme) -> list[str]:
    """Return how medals and awards are handed out, a sentence for each."""
    medals = (_pair(*rule) for rule in list_medal_rules(scheme.medals))
    return [*medals, *(_pair(award.name, _places(award)) for award in scheme.awards)]


def _judges(scheme: Scheme) -> Iterator[Rule]:
    for component in scheme.components:
        if component.criteria:
            title = _("Judges, %(component)s", component=component.name)
            yield title, _aggregation(component)


def _aggregation(component: Component) -> str:
    counts = sorted({aspect.judges for aspect in component.aspects})
    judges = "–".join(map(str, dict.fromkeys((counts[0], counts[-1]))))
    ways = {
        "agreed": _("they agree on one mark"),
        "mean": _("their mean counts"),
        "trimmed_mean": _("the highest and the lowest are dropped, the rest averaged"),
        "median": _("the middle one counts"),
        "closest_two": _("the two closest are averaged"),
    }
    units = {
        "aspect": _("for each aspect by itself"),
        "criterion": _("for each judge's sum over a criterion"),
        "component": _("for each judge's sum over the component"),
    }
    used = dict.fromkeys(a.aggregate for a in component.aspects if a.judges > 1)
    if component.trim_scope != "aspect":
        used = {component.aggregate: None}
    said: str = _(
        "Judges per aspect: %(judges)s; %(ways)s, %(unit)s.",
        judges=judges,
        ways=str(_(", ")).join(ways[how] for how in used or {"agreed": None}),
        unit=units[component.trim_scope],
    )
    return said


def _total(scheme: Scheme) -> str:
    parts = [
        component.name
        if component.weight == 1
        else f"{component.name} × {format_number(component.weight * 100)} %"
        for component in scheme.components
    ]
    return " + ".join(parts)


def _rounding(scheme: Scheme) -> str:
    rounding = scheme.rounding
    named = {
        _("aspect"): rounding.aspect,
        _("component"): rounding.component,
        _("total"): rounding.total,
    }
    given = {name: places for name, places in named.items() if places is not None}
    if not given:
        return str(_("Nothing is rounded."))
    places = str(_(", ")).join(
        _("%(what)s to %(places)s decimals", what=name, places=places)
        for name, places in given.items()
    )
    if rounding.mode == TRUNCATE:
        return str(_("Cut off, not rounded: %(places)s.", places=places))
    if rounding.mode == HALF_EVEN:
        return str(_("A half goes to the even digit: %(places)s.", places=places))
    return str(_("A half goes up: %(places)s.", places=places))


def _ranking(scheme: Scheme) -> str:
    ranking = scheme.ranking
    compared = (
        _("By the published, rounded total")
        if ranking.compare == "published"
        else _("By the total before its rounding")
    )
    where = _("each group apart") if ranking.per == "group" else _("all together")
    said: str = f"{compared}; {where}."
    if ranking.require_pass:
        codes = str(_(", ")).join(ranking.require_pass)
        said += " " + _("Only who reaches the pass line of %(codes)s.", codes=codes)
    return said


def _ties(scheme: Scheme) -> str:
    ranking = scheme.ranking
    keys = [
        f"{number}. {_key(scheme, tie)}"
        for number, tie in enumerate(ranking.ties, start=1)
    ]
    left = {
        "share": _(
            "What is still equal shares the rank, marked “=”; the next ranks"
            " are left out."
        ),
        "dense": _(
            "What is still equal shares the rank, marked “=”; the next rank follows on."
        ),
        "playoff": _("What is still equal is settled by a play-off."),
        "decide": _("What is still equal is decided by the chief judge."),
    }[ranking.unresolved]
    compared = _("Equal totals are compared by %(keys)s.", keys=_join(keys))
    return f"{compared} {left}" if keys else str(left)


def _key(scheme: Scheme, tie: TieKey) -> str:
    name = _names(scheme).get(f"{tie.kind}:{tie.code}", _("time"))
    return str(
        _("%(key)s, more is better", key=name)
        if tie.descending
        else _("%(key)s, less is better", key=name)
    )


def _awards(scheme: Scheme) -> Iterator[Rule]:
    if scheme.awards:
        said = _join(_pair(award.name, _places(award)) for award in scheme.awards)
        yield _("Awards"), said


def _places(award: Award) -> str:
    tie = (
        _("all who are tied at the last place get it")
        if award.tie_at_cut == "include"
        else _("none who are tied over the last place get it")
    )
    if award.count is not None:
        places = _("the next places, %(count)s in all", count=award.count)
    else:
        share = award.upto if award.upto is not None else award.share
        percent = format_number((share or Fraction(0)) * 100)
        whom = _("of the ranked") if award.of == "ranked" else _("of all entered")
        places = (
            _("ranks up to %(percent)s %% %(whom)s", percent=percent, whom=whom)
            if award.upto is not None
            else _("the next %(percent)s %% %(whom)s", percent=percent, whom=whom)
        )
    passing = str(_(", ")).join(award.require_pass)
    needed = _("only with the pass line of %(codes)s", codes=passing) if passing else ""
    said = str(_("%(said)s, %(more)s", said=places, more=tie))
    return str(_("%(said)s, %(more)s", said=said, more=needed)) if needed else said


def _scale(scheme: Scheme) -> Iterator[Rule]:
    if scheme.scale is not None:
        yield (
            _("Scale"),
            _(
                "700 + 30 × (total − median) ÷ (1.4826 × MAD), over the ranked of the"
                " group, rounded half up. MAD is the median distance from the median;"
                " with fewer than 8 ranked the scale is unstable."
            ),
        )


def _panels(scheme: Scheme) -> Iterator[Rule]:
    if scheme.panels.correction == "mean":
        yield (
            _("Panel correction"),
            _(
                "From each component its panel's mean minus the group's mean is taken,"
                " for panels of at least %(least)s entries. Raw and corrected ranks"
                " are shown together.",
                least=scheme.panels.min_entries,
            ),
        )
