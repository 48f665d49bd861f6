"""Medals, further rankings, promotions and honours of the second scorer.

Written from docs/formats/scheme.md alone, like `second_scorer` and without the engine.
`rows` are that scorer's rows by entry; `entries` dictionaries of text.
"""

from decimal import Decimal

D = Decimal


def medals(rules, values):
    """Return {entry: medal} for {entry: value}."""
    left, given = dict(values), {}
    gap = D(rules.get("tolerance", 0))
    gold, silver, bronze = rules.get("names", ("金牌", "银牌", "铜牌"))

    def give(name, codes):
        for code in codes:
            given[code] = name
            del left[code]

    def band():
        edge = max(left.values(), default=None)
        while edge is not None:
            got = [c for c, v in left.items() if v >= edge - gap]
            low = min(left[c] for c in got)
            if low == edge or not rules.get("chain", False):
                return got
            edge = low
        return []

    give(gold, band())
    if len(given) == 1:
        give(silver, band())
    if len(given) < 3:
        give(bronze, band())
    else:
        least = min(values[c] for c in given) - gap
        give(bronze, [c for c, v in left.items() if v >= least])
    if "medallion" in rules:
        prize = rules["medallion"]
        give(prize["name"], [c for c, v in left.items() if v >= D(prize["from"])])
    return given


def tables(rankings, entries, in_rank, rank_among):
    """Return [(name, value, {entry: (rank, tied_by)})]; `rank_among` ranks entries."""
    found = []
    for ranking in rankings:
        parts: dict[str, list[str]] = {}
        for code in in_rank:
            entry = entries[code]
            wanted = ranking.get("where", {})
            lists = {k: [v] if isinstance(v, str) else v for k, v in wanted.items()}
            value = entry.get(ranking["by"], "") if "by" in ranking else ""
            fits = all(entry.get(k, "") in values for k, values in lists.items())
            if fits and (value or "by" not in ranking):
                parts.setdefault(value, []).append(code)
        found += [
            (ranking["name"], value, rank_among(parts[value]))
            for value in sorted(parts)
        ]
    return found


def eligible(rules, entries, rows, lines, *, ladder):
    """Return {(row number, entry): (met, ((guard, met), …))}; `lines` by component."""
    found, done = {}, set()
    for number, rule in enumerate(rules):
        for code, row in rows.items():
            low, high = rule.get("ranks", (None, None))
            out = low is not None and not (row["rank"] and low <= row["rank"] <= high)
            out |= bool(rule.get("awards")) and row["award"] not in rule["awards"]
            group = entries[code].get("group", "")
            out |= bool(rule.get("groups")) and group not in rule["groups"]
            if out or row["status"] != "present" or (ladder and code in done):
                continue
            why = tuple(guards(rule, entries[code], row, lines))
            met = all(right for _, right in why)
            found[number, code] = (met, why)
            if met:
                done.add(code)
    return found


def guards(rule, entry, row, lines):
    for code in rule.get("require_pass", ()):
        yield f"pass:{code}", row["components"][code] >= lines[code]
    age = entry.get("age", "")
    if "min_age" in rule:
        yield "min_age", age != "" and int(age) >= rule["min_age"]
    if "max_age" in rule:
        yield "max_age", age != "" and int(age) <= rule["max_age"]
    if "held" in rule:
        yield "held", entry.get("held") in rule["held"]
    if "not_promoted_since" in rule:
        last, since = entry.get("promoted_on"), str(rule["not_promoted_since"])
        yield "not_promoted_since", last is not None and last < since
