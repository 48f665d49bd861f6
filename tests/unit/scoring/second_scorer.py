"""A second scorer, written from the contract alone, to check the first one against.

It shares no code with the engine and works otherwise: on plain dictionaries, on one
long table of numbers keyed by text, with 90-digit decimals instead of fractions. A
third is not exact in decimals, so numbers are snapped to 40 places before they are
rounded or compared; exact results cannot lie that close to a half without being one.
"""

import tomllib
from collections import defaultdict
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    localcontext,
)
from typing import Any

from tests.unit.scoring.second_outcomes import eligible, medals, tables

D = Decimal
SNAP = D(1).scaleb(-40)
MODES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "truncate": ROUND_DOWN,
}
SHARES = {"floor": ROUND_FLOOR, "ceil": ROUND_CEILING, "half_up": ROUND_HALF_UP}


def second_score(text, marks, entries):
    """Score a scheme given as text; see `second_score_document`."""
    return second_score_document(tomllib.loads(text, parse_float=D), marks, entries)


def second_score_document(scheme, marks, entries):
    """Return ({entry: row}, {team: row}, outcomes) with decimals snapped to 40 places.

    Outcomes are {"rankings", "promotions", "honours"} as in `second_outcomes`.
    marks: rows (entry, aspect, judge, value); entries: dictionaries like the columns
    of entries.csv, all text.
    """
    with localcontext(Context(prec=90)):
        return _Job(scheme, marks, entries).run()


def snap(x):
    return D(x).quantize(SNAP)


def rounded(x, places, mode):
    if places is None:
        return x
    return snap(snap(x).quantize(D(1).scaleb(-places), rounding=MODES[mode]))


def points(a, v, shared):
    top = D(a["max"])
    a = {**a, **shared.get(a.get("calculation"), {})}
    if a.get("timed") and ":" in v:
        minutes, seconds = v.split(":")
        v = D(minutes) * 60 + D(seconds)
    match a["kind"]:
        case "yes_no":
            got = top if v in "1Yy是" else 0
        case "score":
            got = D(v)
        case "choice":
            got = D(a["options"][v]) if "options" in a else top - D(a["choices"][v])
            got = max(got, D(0)) if "choices" in a else got
        case "judgement":
            got = top * D(v) / 3
        case "deduction":
            faults = min(D(v), D(a.get("max_faults", v)))
            got = max(D(0), top - D(a["per_fault"]) * faults)
        case "rank":
            got = max(D(0), top - D(a["step"]) * (D(v) - 1))
        case "tolerance":
            got = tolerance(a, top, D(v))
    return D(got)


def tolerance(a, top, v):
    low, high = D(a.get("lower", v)), D(a.get("upper", v))
    off = low - v if v < low else v - high if v > high else D(0)
    mode = a.get("mode", "step")
    if mode == "all_or_nothing":
        return top if off == 0 else D(0)
    n = off / D(a["unit"])
    if mode == "step":
        n = snap(n).to_integral_value(ROUND_CEILING)
    return max(D(0), top - D(a["per_unit"]) * n)


def together(xs, how, drop):
    xs = sorted(xs, reverse=True)
    n = len(xs)
    if how == "agreed":
        return xs[0] if snap(xs[0]) == snap(xs[-1]) else None
    if how == "median":
        return xs[n // 2] if n % 2 else (xs[n // 2] + xs[n // 2 - 1]) / 2
    if how == "closest_two" and n == 3:
        # Descending: a tie of the gaps goes to the pair named first.
        pairs = [(xs[0], xs[1]), (xs[1], xs[2])]
        pair = min(pairs, key=lambda p: snap(p[0] - p[1]))
        return sum(pair) / 2
    if how == "trimmed_mean" or (how == "closest_two" and n >= 4):
        for _ in range(drop):
            xs = xs[1:-1]
    return sum(xs) / len(xs)


class _Job:
    def __init__(self, scheme, marks, entries):
        self.s = scheme
        self.r = scheme.get("rounding", {})
        self.mode = self.r.get("mode", "half_up")
        self.rank = scheme.get("ranking", {})
        self.entries = {e["entry"]: e for e in entries}
        keys = ("per_fault", "max_faults", "choices")
        self.shared = {
            row["code"]: {k: row[k] for k in keys if k in row}
            for row in scheme.get("calculations", ())
        }
        self.sheet = defaultdict(list)
        for entry, aspect, judge, value in marks:
            self.sheet[entry, aspect].append((judge, value))

    def run(self):
        rows = {code: self.start(e) for code, e in self.entries.items()}
        here = {c: r for c, r in rows.items() if r["status"] == "present"}
        for comp in self.s["components"]:
            raw = {c: self.component(comp, c, r) for c, r in here.items()}
            if not comp.get("carried"):
                self.panels(comp, raw, here)
            for c, r in here.items():
                places = self.r.get("component")
                part = rounded(raw[c][0], places, self.mode)
                r["parts"][comp["code"]] = part
                r["components"][comp["code"]] = snap(part)
        for c, r in here.items():
            self.total(self.entries[c], r)
        fields: Any = defaultdict(dict)
        for c, r in rows.items():
            fields[self.group(c)][c] = r
        for field in fields.values():
            self.place(field)
        return rows, self.teams(rows), self.outcomes(rows)

    def outcomes(self, rows):
        lines = {c["code"]: D(c["pass"]) for c in self.s["components"] if "pass" in c}
        return {
            "rankings": tables(
                self.s.get("rankings", ()),
                self.entries,
                [c for c, r in rows.items() if r["rank"] is not None],
                lambda codes: self.rank_among({c: rows[c] for c in codes}),
            ),
            "promotions": eligible(
                self.s.get("promotions", ()), self.entries, rows, lines, ladder=True
            ),
            "honours": eligible(
                self.s.get("honours", ()), self.entries, rows, lines, ladder=False
            ),
        }

    def rank_among(self, field):
        """Return {entry: (rank, tied_by)} of entries ranked by themselves."""
        keys = {c: self.keys(c, row) for c, row in field.items()}
        dense = self.rank.get("unresolved") == "dense"
        found = {}
        for c, key in keys.items():
            better = [k for k in keys.values() if k > key]
            place = 1 + len(set(better) if dense else better)
            found[c] = (place, self.reason(c, keys))
        return found

    def group(self, code):
        per = self.rank.get("per", "group")
        return self.entries[code].get("group", "") if per == "group" else None

    def values(self, e):
        for p in self.s.get("penalties", ()):
            v = e.get("penalty:" + p["code"], "")
            if v:
                yield p, D(v), "limit" in p and D(v) > D(p["limit"])

    def start(self, e):
        status = e.get("status") or "present"
        out = "disqualify" in e.get("vetoes", "").split()
        for p, _, over in self.values(e):
            out |= over and p["over_limit"] == "disqualify"
        if out and status == "present":
            status = "disqualified"
        return {
            "status": status,
            "parts": {},
            "components": {},
            "criteria": {},
            "aspects": {},
            "rank": None,
            "tied_by": "",
            "award": "",
            "scale": None,
            "total": None,
            "penalty": None,
            "passed": None,
        }

    def component(self, comp, code, row):
        """Return [points before rounding, may it still move]."""
        veto = self.entries[code].get("vetoes", "").split()
        scope = comp.get("trim_scope", "aspect")
        how, drop = comp.get("aggregate", "agreed"), comp.get("drop", 1)
        zero = "component:" + comp["code"] in veto
        per_judge: Any = defaultdict(D)
        summed = D(0)
        if comp.get("carried"):
            summed = D(self.entries[code]["carried:" + comp["code"]])
        for crit in comp.get("criteria", ()):
            mine = self.criterion(comp, crit, code, row, veto)
            for judge, value in mine["judges"].items():
                per_judge[judge] += value
            summed += mine["value"] or D(0)
            below = crit.get("zero_component_below")
            cut = mine["cut"]
            if below is not None and cut is not None and snap(cut) < snap(below):
                zero = True
        if scope == "component" and not comp.get("carried"):
            summed = together(per_judge.values(), how, drop)
        result = min(summed, D(comp["max"]))
        for p, v, over in self.values(self.entries[code]):
            if p["applies_to"] == comp["code"]:
                result -= self.fine(p, v)
                zero |= over and p["over_limit"] == "zero_component"
        return [D(0) if zero else max(D(0), result), not zero]

    def fine(self, p, v):
        units = snap(v / D(p.get("unit", 1)))
        way = ROUND_CEILING if p.get("started", False) else ROUND_FLOOR
        fine = D(p["points"]) * units.to_integral_value(way)
        return min(fine, D(p["cap"])) if "cap" in p else fine

    def criterion(self, comp, crit, code, row, veto):
        scope = comp.get("trim_scope", "aspect")
        factor = D(crit.get("factor", 1))
        top = D(crit.get("cap", sum(D(a["max"]) for a in crit["aspects"])))
        low = D(crit.get("floor", 0))
        gone = "criterion:" + crit["code"] in veto

        def cut(x):
            return D(0) if gone else max(low, min(top, x))

        judges: Any = defaultdict(D)
        whole = D(0)
        for a in crit["aspects"]:
            dead = "aspect:" + a["code"] in veto
            got = {
                j: D(0) if dead else points(a, v, self.shared)
                for j, v in self.sheet[code, a["code"]]
            }
            for j, x in got.items():
                judges[j] += x
            usual = "mean" if a["kind"] == "judgement" else "agreed"
            how = a.get("aggregate", comp.get("aggregate", usual))
            one = together(got.values(), how, a.get("drop", comp.get("drop", 1)))
            if scope == "aspect":
                one = rounded(one, self.r.get("aspect"), self.mode)
                whole += one
            row["aspects"][a["code"]] = None if one is None else snap(one)
        how, drop = comp.get("aggregate", "agreed"), comp.get("drop", 1)
        if scope == "component":
            for j, x in judges.items():
                judges[j] = cut(x)
            before = together(judges.values(), how, drop)
            for j, x in judges.items():
                judges[j] = x * factor
        else:
            if scope == "criterion":
                whole = together(judges.values(), how, drop)
            before = cut(whole)
            judges.clear()
        value = None if before is None else before * factor
        row["criteria"][crit["code"]] = None if value is None else snap(value)
        return {"value": value, "cut": before, "judges": judges}

    def panels(self, comp, raw, here):
        panels = self.s.get("panels", {})
        if panels.get("correction", "none") == "none":
            return
        moves = {}
        for c in here:
            mine = self.entries[c].get("panel", "")
            field = [x for x in here if self.group(x) == self.group(c)]
            peers = [x for x in field if self.entries[x].get("panel", "") == mine]
            if mine and raw[c][1] and len(peers) >= panels.get("min_entries", 10):
                panel = sum(raw[x][0] for x in peers) / len(peers)
                moves[c] = panel - sum(raw[x][0] for x in field) / len(field)
        for c, by in moves.items():
            raw[c] = [min(D(comp["max"]), max(D(0), raw[c][0] - by)), True]

    def total(self, e, row):
        total, lines = D(0), []
        for comp in self.s["components"]:
            got = row["parts"][comp["code"]]
            total += got * D(comp.get("weight", 1))
            if "pass" in comp:
                lines.append(snap(got) >= D(comp["pass"]))
        row["passed"] = all(lines) if lines else None
        if "total" in e.get("vetoes", "").split():
            total = D(0)
        fine, zero = D(0), False
        for p, v, over in self.values(e):
            if p["applies_to"] == "total":
                fine += self.fine(p, v)
            zero |= over and p["over_limit"] == "zero_total"
        row["penalty"] = snap(min(fine, total))
        exact = D(0) if zero else max(D(0), total - fine)
        row["exact"] = snap(exact)
        row["total"] = snap(rounded(exact, self.r.get("total"), self.mode))

    def reached(self, row, codes):
        lines = {c["code"]: D(c["pass"]) for c in self.s["components"] if "pass" in c}
        return all(row["components"][c] >= lines[c] for c in codes)

    def place(self, field):
        need = self.rank.get("require_pass", ())
        in_rank = [
            c
            for c, r in field.items()
            if r["status"] == "present" and self.reached(r, need)
        ]
        for c, found in self.rank_among({c: field[c] for c in in_rank}).items():
            field[c]["rank"], field[c]["tied_by"] = found
        self.scale(field, in_rank)
        if "medals" in self.s:
            exact = self.rank.get("compare") == "exact"
            column = "exact" if exact else "total"
            column = "scale" if self.s["medals"].get("of") == "scale" else column
            values = {c: field[c][column] for c in in_rank}
            values = {c: v for c, v in values.items() if v is not None}
            for c, name in medals(self.s["medals"], values).items():
                field[c]["award"] = name
        self.awards(field, in_rank)

    def scale(self, field, in_rank):
        if "scale" in self.s and in_rank:
            middle = together([field[c]["total"] for c in in_rank], "median", 0)
            gaps = [abs(field[c]["total"] - middle) for c in in_rank]
            mad = together(gaps, "median", 0)
            for c in in_rank:
                if snap(mad):
                    x = 700 + 30 * (field[c]["total"] - middle) / (D("1.4826") * mad)
                    field[c]["scale"] = snap(x).to_integral_value(ROUND_HALF_UP)

    def keys(self, c, row):
        """Return the total and keys so that more is better and nothing is least."""
        exact = self.rank.get("compare") == "exact"
        found = [(1, row["exact"] if exact else row["total"])]
        for tie in self.rank.get("ties", ()):
            what, way = tie.split()
            kind, _, code = what.partition(":")
            if kind == "time":
                value = self.entries[c].get("time", "")
                value = snap(value) if value else None
            else:
                rows = {"component": "components", "criterion": "criteria"}
                value = row[rows.get(kind, "aspects")][code]
            sign = 1 if way == "desc" else -1
            found.append((0, D(0)) if value is None else (1, sign * value))
        off = self.entries[c].get("playoff", "")
        found.append((1, snap(off)) if off else (0, D(0)))
        return tuple(found)

    def reason(self, c, keys):
        names = ["", *self.rank.get("ties", ()), "playoff"]
        for i, name in enumerate(names):
            if sum(k[: i + 1] == keys[c][: i + 1] for k in keys.values()) == 1:
                return name
        left = self.rank.get("unresolved", "share")
        return left if left in {"playoff", "decide"} else "shared"

    def awards(self, field, in_rank):
        queue = sorted(in_rank, key=lambda c: field[c]["rank"])
        for a in self.s.get("awards", ()):
            base = len(field) if a.get("of") == "entered" else len(queue)
            way = SHARES[a.get("share_rounding", "half_up")]
            keep = a.get("tie_at_cut", "include") == "include"
            free = [
                c
                for c in queue
                if not field[c]["award"]
                and self.reached(field[c], a.get("require_pass", ()))
            ]
            share = a.get("share") or a.get("upto") or "0%"
            places = snap(D(share.rstrip("% ")) * base / 100)
            places = a.get("count", int(places.to_integral_value(way)))
            if "upto" in a:
                got = [c for c in free if field[c]["rank"] <= places]
                # The last rank that counts, if its entries reach beyond the number.
                ranks = [field[c]["rank"] for c in queue]
                last = max((r for r in ranks if r <= places), default=0)
                over = {last} if last + ranks.count(last) - 1 > places else set()
            else:
                last = [field[c]["rank"] for c in free[:places]][-1:]
                got = [c for c in free if last and field[c]["rank"] <= last[0]]
                over = {field[c]["rank"] for c in free[places:]}
            for c in got:
                if keep or field[c]["rank"] not in over:
                    field[c]["award"] = a["name"]

    def teams(self, rows):
        t = self.s.get("teams")
        found = defaultdict(list)
        for c, e in self.entries.items():
            if t and e.get("team"):
                found[e["team"]].append(c)
        result = {}
        for team, members in found.items():
            sums = [rows[c]["total"] or D(0) for c in members]
            here = [c for c in members if rows[c]["total"] is not None]
            if t["method"] == "mean":
                total = sum(sums) / len(sums)
            elif t["method"] == "best":
                total = sum(sorted(sums)[-t["best"] :])
            elif t["method"] == "points":
                total = sum(self.worth(t["points"], rows[c]) for c in members)
            else:
                total = sum(sums)
            times = [self.entries[c].get("time", "") for c in here]
            time = snap(sum(map(D, times))) if times and all(times) else None
            result[team] = {"total": snap(total), "time": time, "rank": None}
        for row in result.values():
            if t["method"] != "points" or row["total"] > 0:
                row["rank"] = 1 + sum(
                    self.ahead(t, other, row)
                    for other in result.values()
                    if t["method"] != "points" or other["total"] > 0
                )
        return result

    def worth(self, table, row):
        if row["award"] in table:
            return D(table[row["award"]])
        return D(table.get("passed", 0)) if row["passed"] else D(0)

    def ahead(self, t, one, other):
        if one["total"] != other["total"]:
            return one["total"] > other["total"]
        for tie in t.get("ties", ()):
            a, b = one["time"], other["time"]
            if a != b:
                if a is None or b is None:
                    return b is None
                return a < b if tie == "time asc" else a > b
        return False
