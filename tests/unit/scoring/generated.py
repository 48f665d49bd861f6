"""Random but valid schemes with marks, small enough that ties are frequent."""

from decimal import Decimal
from functools import cached_property
from random import Random  # noqa: TID251 - a seeded generator of test inputs
from typing import Any

KINDS = ("yes_no", "score", "deduction", "tolerance", "choice", "judgement", "rank")
OUT = ("absent", "withdrawn", "disqualified")


class Case:
    """One scheme as TOML text, with marks rows and entries."""

    def __init__(self, seed):
        self.rng = Random(seed)  # noqa: S311
        self.scheme = self._scheme()
        self.entries = [self._entry(i) for i in range(self.rng.randint(1, 9))]
        self.marks = [m for e in self.entries for m in self._marks(e)]
        self.rng.shuffle(self.marks)

    @cached_property
    def text(self):
        return to_toml(self.scheme)

    @cached_property
    def document(self):
        """What reading the text gives, without writing and reading it."""
        return plain("", self.scheme)

    def maybe(self, chance=0.5):
        return self.rng.random() < chance

    def pick(self, *options):
        return self.rng.choice(options)

    def _scheme(self):
        scheme: dict[str, Any] = {"format": "jiangcai-scheme/1", "title": "生成"}
        if self.maybe(0.8):
            scheme["rounding"] = self._rounding()
        self.shared = self.maybe(0.2)
        if self.shared:
            scheme["calculations"] = [
                {"code": "D", "per_fault": "0.75", "max_faults": 2},
                {"code": "C", "choices": {"优": 0, "良": "0.3", "差": 2}},
            ]
        parts = scheme["components"] = self._components()
        codes = [part["code"] for part in parts]
        passing = [part["code"] for part in parts if "pass" in part]
        if self.maybe():
            scheme["penalties"] = [self._penalty(n, codes) for n in ("late", "rude")]
        if self.maybe(0.8):
            scheme["ranking"] = self._ranking(parts, passing)
        if self.maybe(0.7):
            scheme["awards"] = self._awards(passing)
        if self.maybe():
            scheme["teams"] = self._teams()
        if self.maybe(0.3):
            scheme["scale"] = {"kind": "worldskills"}
        if self.maybe(0.3):
            scheme["panels"] = {"correction": "mean", "min_entries": self.pick(1, 2, 3)}
        return scheme | self._beside(scheme, passing)

    def _beside(self, scheme, passing):
        """Return what docs/formats/scheme.md adds after the totals."""
        found: dict[str, Any] = {}
        if self.maybe(0.3):
            found["medals"] = self._medals("scale" in scheme)
        if self.maybe(0.3):
            found["rankings"] = self._rankings()
        if self.maybe(0.3):
            names = [award["name"] for award in scheme.get("awards", ())]
            found["promotions"] = [
                self._eligibility(name, names, passing) for name in ("技师", "高级工")
            ]
            found["honours"] = [self._eligibility("奖章", names, passing)]
        return found

    def _components(self):
        parts = [self._component(c) for c in "PTQ"[: self.rng.randint(1, 3)]]
        if len(parts) > 1 and self.maybe(0.2):
            parts[-1]["bonus"] = True
        if self.maybe(0.2):
            parts.insert(self.rng.randint(0, 1), self._carried())
        return parts

    def _carried(self):
        found = {"code": "K", "name": "K", "max": 20, "weight": self.pick("0.3", "1")}
        if self.maybe(0.3):
            found["pass"] = 10
        return found | {"carried": True}

    def _medals(self, has_scale):
        found: dict[str, Any] = {"tolerance": self.pick(0, "0.5", 2)}
        found |= {"chain": self.maybe(), "of": "total"}
        if has_scale and self.maybe():
            found |= {"of": "scale", "tolerance": self.pick(0, 10)}
        if self.maybe():
            start = 700 if found["of"] == "scale" else 5
            found["medallion"] = {"name": "优胜", "from": start}
        return found

    def _rankings(self):
        found: list[dict[str, Any]] = [{"name": "一", "by": self.pick("unit", "tag:x")}]
        where = {"tag:x": ["红", "蓝"], "unit": "甲厂"}
        found.append({"name": "二", "where": where})
        if self.maybe():
            found[-1]["by"] = self.pick("group", "team")
        return found

    def _eligibility(self, name, awards, passing):
        found: dict[str, Any] = {"name": name}
        if self.maybe():
            found["ranks"] = [1, self.pick(1, 3)]
        if awards and self.maybe(0.3):
            found["awards"] = awards[:1]
        if self.maybe(0.3):
            found["groups"] = ["学生组"]
        if self.maybe():
            found["require_pass"] = passing
        if self.maybe(0.4):
            found |= {self.pick("min_age", "max_age"): 25}
        if self.maybe(0.4):
            found["held"] = ["", "高级工"]
        if self.maybe(0.4):
            found["not_promoted_since"] = "2026-01-01"
        return found

    def _rounding(self):
        found = {"mode": self.pick("half_up", "half_even", "truncate")}
        for point in ("aspect", "component", "total"):
            if self.maybe(0.7):
                found[point] = self.pick(0, 1, 2)
        return found

    def _component(self, code):
        scope = self.pick("aspect", "aspect", "criterion", "component")
        part: dict[str, Any] = {
            "code": code,
            "name": code,
            "max": self.pick(10, 20, 50),
        }
        part["weight"] = self.pick("0.3", "0.7", "1", "0.25")
        if self.maybe(0.4):
            part["pass"] = self.pick(2, 5, 8)
        part["trim_scope"] = scope
        judges = None
        if scope != "aspect":
            judges = part["judges"] = self.rng.randint(1, 5)
            part |= self._aggregate(judges)
        part["criteria"] = [
            self._criterion(f"{code}{n}", judges, part)
            for n in range(1, self.pick(1, 1, 2, 3) + 1)
        ]
        return part

    def _aggregate(self, judges):
        options = ["mean", "median", "agreed"]
        if judges != 4 or self.maybe(0.9):
            options.append("closest_two")
        if judges >= 3:
            options += ["trimmed_mean"] * 2
        found: dict[str, Any] = {"aggregate": self.rng.choice(options)}
        if judges >= 5 and found["aggregate"] == "trimmed_mean" and self.maybe():
            found["drop"] = 2
        return found

    def _criterion(self, code, judges, part):
        found: dict[str, Any] = {"code": code, "name": code}
        aspects = [
            self._aspect(f"{code}.{n}", judges)
            for n in range(1, self.pick(1, 1, 2, 3) + 1)
        ]
        if self.maybe(0.3):
            found["cap"] = self.pick(4, 6, 9)
        if self.maybe(0.2):
            found["floor"] = self.pick(1, -2)
        if self.maybe(0.3):
            found["factor"] = self.pick("0.125", "2", "0.3")
        if self.maybe(0.15):
            found["zero_component_below"] = self.pick(1, 2, 3)
        found["aspects"] = aspects
        return found

    def _aspect(self, code, judges):
        kind = self.rng.choice(KINDS)
        found = {"code": code, "name": code, "kind": kind}
        found["max"] = self.pick("1", "1.25", "5", "10")
        if judges is None:
            found["judges"] = self.rng.randint(1, 5)
            found |= self._aggregate(found["judges"])
        if kind == "score" and self.maybe(0.3):
            found["min"] = self.pick(-1, "0.5")
        elif kind == "deduction":
            found["per_fault"] = self.pick("0.25", "1")
            if self.maybe(0.3):
                found["max_faults"] = self.pick(1, 2)
        elif kind == "rank":
            found["step"] = self.pick("0.5", "1")
        elif kind == "choice":
            found["options"] = {"优": found["max"], "良": "0.7", "差": 0}
        elif kind == "tolerance":
            found |= {"lower": "9.97", "upper": "10.03", "unit": "0.03"}
            found |= {"per_unit": self.pick("0.5", "1")}
            found["mode"] = self.pick("step", "proportional", "all_or_nothing")
        return self._share(found)

    def _share(self, found):
        """Make some values times, and let some aspects share a calculation row."""
        kind = found["kind"]
        if kind in {"score", "tolerance"} and self.maybe(0.3):
            found["timed"] = True
        if kind in {"deduction", "choice"} and self.shared and self.maybe():
            for key in ("per_fault", "max_faults", "options"):
                found.pop(key, None)
            found["calculation"] = "D" if kind == "deduction" else "C"
        return found

    def _penalty(self, code, codes):
        target = self.pick("total", *codes)
        found = {
            "code": code,
            "unit": self.pick(60, 300),
            "points": self.pick("0.5", 1),
        }
        found |= {"started": self.maybe(), "applies_to": target}
        if self.maybe(0.3):
            found["cap"] = self.pick("0.5", 1)
        if self.maybe():
            options = ["zero_total", "disqualify"]
            options += ["zero_component"] if target != "total" else []
            found |= {"limit": 600, "over_limit": self.rng.choice(options)}
        return found

    def _ranking(self, parts, passing):
        keys = ["time asc"]
        for part in parts:
            keys.append(f"component:{part['code']} desc")
            for criterion in part.get("criteria", ()):
                keys.append(f"criterion:{criterion['code']} asc")
                keys += [f"aspect:{a['code']} desc" for a in criterion["aspects"]]
        return {
            "compare": self.pick("published", "exact"),
            "per": self.pick("group", "event"),
            "ties": self.rng.sample(keys, self.rng.randint(0, min(3, len(keys)))),
            "unresolved": self.pick("share", "dense", "playoff", "decide"),
            "require_pass": passing[:1] if self.maybe(0.2) else [],
        }

    def _awards(self, passing):
        awards: list[dict[str, Any]] = []
        for name in ("一等奖", "二等奖", "三等奖")[: self.rng.randint(1, 3)]:
            kind = self.pick("count", "share", "upto")
            if any("upto" in award for award in awards):
                kind = "count"
            value = {"count": self.pick(1, 2, 3), "share": "25%", "upto": "50%"}[kind]
            award = {"name": name, kind: value, "of": self.pick("ranked", "entered")}
            award["share_rounding"] = self.pick("floor", "ceil", "half_up")
            award["tie_at_cut"] = self.pick("include", "exclude")
            award["require_pass"] = passing if self.maybe(0.3) else []
            awards.append(award)
        return awards

    def _teams(self):
        points = {"一等奖": 8, "二等奖": self.pick(4, "2.5"), "passed": 1}
        return {
            "method": self.pick("sum", "mean", "best", "points"),
            "best": self.pick(1, 2),
            "points": points,
            "ties": ["time asc"] if self.maybe() else [],
        }

    def _entry(self, index):
        found = {"entry": f"E{index:02d}"}
        found["group"] = self.pick("", "", "学生组")
        found["team"] = self.pick("", "甲队", "乙队")
        found["panel"] = self.pick("", "1", "2")
        found["status"] = self.pick(*[""] * 5, "present", *OUT)
        found["time"] = self.pick("", "600", "600", "720.5")
        found["playoff"] = self.pick("", "", "1", "2")
        found["vetoes"] = self._vetoes() if self.maybe(0.15) else ""
        for penalty in self.scheme.get("penalties", ()):
            value = self.pick("", "", "0", "59", "300", "301", "601")
            found["penalty:" + penalty["code"]] = value
        for part in self.scheme["components"]:
            if part.get("carried"):
                found["carried:" + part["code"]] = self.pick("0", "10", "12.345", "20")
        if "rankings" in self.scheme:
            found |= {"unit": self.pick("", "甲厂"), "tag:x": self.pick("", "红", "蓝")}
        if "promotions" in self.scheme:
            found |= {"age": self.pick("", "20", "25", "30")}
            if len(self.scheme["components"]) > 1:  # else these are not known
                found["held"] = self.pick("", "高级工", "技师")
                found["promoted_on"] = self.pick("", "2025-12-31", "2026-01-01")
        return found

    def _vetoes(self):
        part = self.rng.choice(self.scheme["components"])
        if part.get("carried"):
            return self.pick(f"component:{part['code']}", "total")
        criterion = self.rng.choice(part["criteria"])
        aspect = self.rng.choice(criterion["aspects"])
        targets = [f"component:{part['code']}", f"criterion:{criterion['code']}"]
        targets += [f"aspect:{aspect['code']}", "total", "disqualify"]
        return " ".join(self.rng.sample(targets, self.rng.randint(1, 2)))

    def _marks(self, entry):
        for part in self.scheme["components"]:
            for criterion in part.get("criteria", ()):
                for aspect in criterion["aspects"]:
                    judges = aspect.get("judges", part.get("judges", 1))
                    how = aspect.get("aggregate", part.get("aggregate"))
                    values = self._values(aspect, judges, same=how == "agreed")
                    for number, value in enumerate(values):
                        yield entry["entry"], aspect["code"], f"J{number}", value

    def _values(self, aspect, judges, *, same):
        kind, top = aspect["kind"], aspect["max"]
        low = self.pick("0", "1", "2")
        options = {
            "yes_no": ["1", "0", "Y", "N", "是", "否"],
            "score": [top, "0.5", "0.75", "1"],
            "deduction": ["0", "0", "1", "3"],
            "tolerance": ["10", "9.97", "9.94", "9.939", "10.05", "11"],
            "choice": ["优", "良", "差"],
            "judgement": [low, str(int(low) + 1)],
            "rank": ["1", "2", "4"],
        }[kind]
        if aspect.get("timed"):
            options += ["0:01", "0:00.5"] if kind == "score" else ["0:10", "0:09.94"]
        values = [self.rng.choice(options) for _ in range(judges)]
        return values[:1] * judges if same else values


def to_toml(scheme):
    """Write a scheme; numbers may be given as text so that they stay exact."""
    lines, later = [], []
    for key, value in scheme.items():
        nested = isinstance(value, dict) and key not in {"options", "points"}
        if nested or (isinstance(value, list) and value and isinstance(value[0], dict)):
            later.append((key, value))
        else:
            lines.append(f"{key} = {_value(key, value)}")
    for key, value in later:
        _write_table(lines, key, value)
    return "\n".join(lines) + "\n"


def _write_table(lines, path, value):
    if isinstance(value, list):
        for member in value:
            lines.append(f"[[{path}]]")
            _write_members(lines, path, member)
    else:
        lines.append(f"[{path}]")
        _write_members(lines, path, value)


def _write_members(lines, path, table):
    later = []
    for key, value in table.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            later.append((key, value))
        else:
            lines.append(f"{key} = {_value(key, value)}")
    for key, value in later:
        _write_table(lines, f"{path}.{key}", value)


def plain(key, value):
    """Return a value as TOML reads it: text of digits is a number, but for names."""
    if isinstance(value, dict):
        return {k: plain(k, v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain("name", v) for v in value]
    if key in {"code", "name", "title", "section", "day"} or not isinstance(value, str):
        return value
    digits = value.lstrip("-")
    if not digits.replace(".", "").isdigit():
        return value
    return int(value) if digits.isdigit() else Decimal(value)


def _value(key, value):
    value = plain(key, value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        inner = ", ".join(f'"{k}" = {_value(k, v)}' for k, v in value.items())
        return "{ " + inner + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value("name", v) for v in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
