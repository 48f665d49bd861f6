"""Read what a scheme does with totals: penalties, ranks, awards, teams, scale."""

import re
from collections.abc import Sequence
from fractions import Fraction

from scoring.scheme.rules.numbers import find_number
from scoring.scheme.rules.table import Table
from scoring.scheme.rules.tree import (
    OVER_LIMIT,
    TEAM_METHODS,
    UNRESOLVED,
    Award,
    Panels,
    Penalty,
    Ranking,
    Teams,
    TieKey,
)

_TIE = re.compile(r"(?:(component|criterion|aspect):(\S+)|(time))\s+(asc|desc)")
_TIES = (
    "Must be component:CODE, criterion:CODE, aspect:CODE or time, and then asc or desc."
)
_TEAM_TIES = "Teams' ties are settled by time asc or time desc."
_ONE = Fraction(1)
_ZERO = Fraction(0)


def parse_penalties(tables: Sequence[Table]) -> tuple[Penalty, ...]:
    return tuple(_parse_penalty(table) for table in tables)


def _parse_penalty(table: Table) -> Penalty:
    code = table.text("code", required=True) or ""
    limit = table.number("limit", at_least=0)
    over_limit = table.one_of("over_limit", OVER_LIMIT, "")
    for key, other in (("limit", "over_limit"), ("over_limit", "limit")):
        if key in table and other not in table:
            table.fault(other, "Is missing: limit and over_limit go together.")
    penalty = Penalty(
        code=code,
        name=table.text("name") or code,
        unit=table.number("unit", above=0) or _ONE,
        points=table.number("points", required=True, at_least=0) or _ZERO,
        started=table.flag("started", default=False),
        limit=limit,
        over_limit=over_limit or None,
        applies_to=table.text("applies_to", required=True) or "total",
        cap=table.number("cap", above=0),
        rule=table.text("rule") or "",
        approver=table.text("approver") or "",
    )
    if penalty.applies_to == "total" and over_limit == "zero_component":
        table.fault("over_limit", "A penalty on the total has no component to zero.")
    table.close()
    return penalty


def parse_ranking(table: Table | None) -> Ranking:
    if table is None:
        return Ranking()
    ranking = Ranking(
        compare=table.one_of("compare", ("published", "exact"), "published"),
        per=table.one_of("per", ("group", "event"), "group"),
        ties=_parse_ties(table),
        unresolved=table.one_of("unresolved", UNRESOLVED, "share"),
        require_pass=_codes(table, "require_pass"),
    )
    table.close()
    return ranking


def _parse_ties(table: Table, *, time_only: bool = False) -> tuple[TieKey, ...]:
    keys: dict[tuple[str, str], TieKey] = {}
    for index, text in enumerate(table.texts("ties")):
        found = _TIE.fullmatch(text or "")
        where = f"ties[{index}]"
        if found is None or (time_only and not found[3]):
            if text is not None:
                table.fault(where, _TEAM_TIES if time_only else _TIES)
            continue
        key = TieKey(
            text=text or "",
            kind=found[1] or "time",
            code=found[2] or "",
            descending=found[4] == "desc",
        )
        if (key.kind, key.code) in keys:
            table.fault(where, "The same key stands earlier in the list.")
        keys[key.kind, key.code] = key
    return tuple(keys.values())


def _codes(table: Table, key: str) -> tuple[str, ...]:
    return tuple(code for code in table.texts(key) if code is not None)


def parse_awards(tables: Sequence[Table]) -> tuple[Award, ...]:
    return tuple(_parse_award(table) for table in tables)


def _parse_award(table: Table) -> Award:
    kinds = [key for key in ("count", "share", "upto") if key in table]
    if len(kinds) != 1:
        table.fault("", "An award has exactly one of count, share and upto.")
    award = Award(
        name=table.text("name", required=True) or "",
        count=table.whole("count", at_least=1),
        share=_parse_share(table, "share"),
        upto=_parse_share(table, "upto"),
        of=table.one_of("of", ("ranked", "entered"), "ranked"),
        share_rounding=table.one_of(
            "share_rounding", ("floor", "ceil", "half_up"), "half_up"
        ),
        tie_at_cut=table.one_of("tie_at_cut", ("include", "exclude"), "include"),
        require_pass=_codes(table, "require_pass"),
    )
    table.close()
    return award


def _parse_share(table: Table, key: str) -> Fraction | None:
    text = table.text(key)
    if text is None:
        return None
    share = find_number(text.removesuffix("%").strip()) if text.endswith("%") else None
    if share is None or not 0 < share <= 100:
        table.fault(key, 'Must be a share above 0 and up to 100, like "10%%".')
        return None
    return share / 100


def parse_teams(table: Table | None) -> Teams | None:
    if table is None:
        return None
    if "method" not in table:
        table.fault("method", "Is missing.")
    teams = Teams(
        method=table.one_of("method", TEAM_METHODS, "sum"),
        best=table.whole("best", at_least=1),
        points=table.numbers("points"),
        ties=_parse_ties(table, time_only=True),
    )
    if teams.method == "best" and "best" not in table:
        table.fault("best", "Is missing: how many members' totals count.")
    if teams.method == "points" and "points" not in table:
        table.fault("points", "Is missing: what each award is worth.")
    for label, points in teams.points.items():
        if points < 0:
            table.fault("points", "%(label)s is below 0.", label=label)
    table.close()
    return teams


def parse_scale(table: Table | None) -> str | None:
    if table is None:
        return None
    kind = table.one_of("kind", ("worldskills",), "worldskills")
    if "kind" not in table:
        table.fault("kind", "Is missing.")
    table.close()
    return kind


def parse_panels(table: Table | None) -> Panels:
    if table is None:
        return Panels()
    panels = Panels(
        correction=table.one_of("correction", ("none", "mean"), "none"),
        min_entries=table.whole("min_entries", at_least=1) or 10,
    )
    table.close()
    return panels
